"""`render.py --new-service NAME --kind KIND`: the module of a service, and what else is to be written."""

from pathlib import Path

from cloudformation.environment.keys.service_settings import NAME, NAME_MEANS
from cloudformation.environment.services.attached import Kind
from templates.service.stack import DeclarationError

_MODULE = '''"""{name}: {what}"""

from templates.service.declaration import {kind}

SERVICE = {kind}(
    "{what}",
{parts})
'''
_WHAT = {
    Kind.WEB: "answers requests.",
    Kind.WORKER: "works without requests.",
    Kind.JOB: "runs and ends.",
}
_PARTS = {
    Kind.WEB: '    defaults={"ContainerPort": 80, "HealthCheckPath": "/"},\n',
    Kind.WORKER: "",
    Kind.JOB: "",
}
_VALUES = {
    Kind.WEB: ["ContainerImage: <image>", "ListenerRulePriority: 10000", "ListenerRulePaths: /{name}/*"],
    Kind.WORKER: ["ContainerImage: <image>"],
    Kind.JOB: ["ContainerImage: <image>"],
}


def module_of(folder: Path, name: str) -> Path:
    """The file of a service's module. Raises DeclarationError if the name is not valid, or the file already exists."""
    if not NAME.fullmatch(name):
        raise DeclarationError(f"{name!r} is not a valid service name: {NAME_MEANS}")
    module = folder / f"{name.replace('-', '_')}.py"
    if module.exists():
        raise DeclarationError(f"{module.name} already exists: a service with that name is declared")
    return module


def write_module(folder: Path, name: str, kind: Kind) -> Path:
    """Write the module and give its path. Raises DeclarationError as `module_of` does."""
    module = module_of(folder, name)
    folder.mkdir(parents=True, exist_ok=True)
    text = _MODULE.format(name=name, kind=kind.value, what=_WHAT[kind].capitalize(), parts=_PARTS[kind])
    with module.open("x", encoding="utf-8") as file:
        file.write(text)
    return module


def next_steps(name: str, kind: Kind) -> str:
    """What the environments have to say of the service before it is rendered."""
    lines = "".join(f"      {line.format(name=name)}\n" for line in _VALUES[kind])
    return (
        f"next: add to params/<env>.yaml of each environment that needs the service\n"
        f"  services:\n    {name}:\n{lines}"
        f"then run python render.py, and python deploy.py --env <env> --service {name} plan"
    )
