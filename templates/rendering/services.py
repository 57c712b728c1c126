"""The services of a project: one module each in templates/services/, found by its name, and the template that it makes.

`api.py` is the service api, `mail_sender.py` the service mail-sender; a name that begins with `_` is a module that
others share (`from templates.services._common import ...`). The package is made of the project's own folder.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from troposphere import Template

from cloudformation.environment.keys.service_settings import NAME, NAME_MEANS
from cloudformation.environment.services.attached import FOLDER
from templates.service import stack
from templates.service.declaration import Declared
from templates.service.stack import DeclarationError

SOURCE = "templates/services"
_PACKAGE = "templates.services"


def services(folder: Path) -> Iterator[tuple[str, str, Template]]:
    """Give each service: its name, its module as it is shown, its template. Raises DeclarationError."""
    modules: dict[str, str] = {}
    with _package(folder):
        for module in sorted(folder.glob("*.py")):
            if not module.name.startswith("_"):
                shown, name = f"{SOURCE}/{module.name}", module.stem.replace("_", "-")
                if not NAME.fullmatch(name):
                    raise DeclarationError(f"{shown}: {name!r} is not a valid service name: {NAME_MEANS}")
                if name in modules:
                    raise DeclarationError(f"{shown}: {name} is already the service of {modules[name]}")
                modules[name] = shown
                yield name, shown, _template(name, module, shown)


@contextmanager
def _package(folder: Path) -> Iterator[None]:
    """The folder as a package, for as long as its modules are read: another project has another."""
    package = ModuleType(_PACKAGE)
    package.__path__ = [str(folder)]
    sys.modules[_PACKAGE] = package
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]:
            del sys.modules[name]


def _template(name: str, module: Path, shown: str) -> Template:
    try:
        template = stack.template(name, _declared(module, shown))
        # What a module says wrongly of a parameter shows here; a resource, when it is put in.
        for parameter in template.parameters.values():
            parameter.to_dict()
        return template
    except DeclarationError:
        raise
    except (
        Exception,
        SystemExit,
    ) as error:  # whatever the code of a team's module raises, and whatever troposphere makes of it
        line = _line(error, module)
        raise DeclarationError(f"{shown}{line}: {type(error).__name__}: {error}") from error


def _declared(module: Path, shown: str) -> Declared:
    declared = getattr(import_module(f"{_PACKAGE}.{module.stem}"), "SERVICE", None)
    if not isinstance(declared, Declared):
        raise DeclarationError(f"{shown}: SERVICE is missing: assign it the result of web(), worker() or job()")
    return declared


def _line(error: BaseException, module: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(module):
        return f":{error.lineno}"
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(module)]
    return f":{lines[-1]}" if lines else ""


def path_of(name: str) -> str:
    """Give the path of a service's template in the rendered tree."""
    return f"{FOLDER}/{name}.yaml"
