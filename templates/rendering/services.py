"""The services of a project: one module each in templates/services/, found by its name, and the template that it makes.

A module is read by its path: a project of somebody's own has its own folder. `api.py` is the service api,
`mail_sender.py` the service mail-sender; a name that begins with `_` is a module that others share.
"""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb

from troposphere import Template

from cloudformation.environment.keys.service_settings import NAME, NAME_MEANS
from cloudformation.environment.services.attached import FOLDER
from templates.service import stack
from templates.service.declaration import Declared
from templates.service.stack import DeclarationError

SOURCE = "templates/services"


def services(folder: Path) -> Iterator[tuple[str, str, Template]]:
    """Give each service: its name, its module as it is shown, its template. Raises DeclarationError."""
    for module in sorted(folder.glob("*.py")):
        if not module.name.startswith("_"):
            shown, name = f"{SOURCE}/{module.name}", module.stem.replace("_", "-")
            if not NAME.fullmatch(name):
                raise DeclarationError(f"{shown}: {name!r} is no name of a service: {NAME_MEANS}")
            yield name, shown, _template(name, module, shown)


def _template(name: str, module: Path, shown: str) -> Template:
    try:
        return stack.template(name, _declared(module, shown))
    except DeclarationError:
        raise
    except Exception as error:  # whatever the code of a team's module raises, and whatever troposphere makes of it
        line = _line(error, module)
        raise DeclarationError(f"{shown}{line}: {type(error).__name__}: {error}") from error


def _declared(module: Path, shown: str) -> Declared:
    spec = spec_from_file_location(f"_service_{module.stem}", module)
    if spec is None or spec.loader is None:
        raise DeclarationError(f"{shown}: is no module that Python could read")
    loaded = module_from_spec(spec)
    # What a module imports of its neighbours (`from _shared import ...`) is found beside it.
    beside = str(module.parent)
    sys.path.insert(0, beside)
    try:
        spec.loader.exec_module(loaded)
    finally:
        sys.path.remove(beside)
    declared = getattr(loaded, "SERVICE", None)
    if not isinstance(declared, Declared):
        raise DeclarationError(f"{shown}: SERVICE is needed: what web(), worker() or job() gives")
    return declared


def _line(error: Exception, module: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(module):
        return f":{error.lineno}"
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(module)]
    return f":{lines[-1]}" if lines else ""


def path_of(name: str) -> str:
    """Give the path of a service's template in the rendered tree."""
    return f"{FOLDER}/{name}.yaml"
