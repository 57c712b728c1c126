"""An environment of a project as deploy.py takes it: in order, or refused with everything that is wrong at once.

What is wrong is found by `cloudformation.environment`, which render.py asks too.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import (
    PRICES_FILE,
    AssignmentError,
    Environment,
    Reading,
    environment_files,
    read_file,
)
from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.keys.service_settings import ServiceSettings
from cloudformation.environment.parameter_values import Value
from cloudformation.environment.price_table import PriceTable, read_prices
from cloudformation.environment.services.attached import FOLDER, NotAServiceError, attached, attachment
from cloudformation.environment.services.check import held_services
from cloudformation.environment.value_sources import Setting
from deployment.errors import FileProblems, NothingSent, UnknownEnvironment, UnknownService
from deployment.template.template import WHERE_FROM, Template, template_problems, template_reading

_OWN_NAME = "ServiceName"


def read_environment(folder: Path, name: str) -> Environment:
    """params/<name>.yaml; raises UnknownEnvironment, or FileProblems with everything that is wrong in it."""
    reading = environment_reading(folder, name)
    if reading.problems:
        raise refused(reading.environment, reading.problems)
    return reading.environment


def environment_reading(folder: Path, name: str) -> Reading:
    """params/<name>.yaml and what is wrong with its form; raises UnknownEnvironment."""
    files = {file.stem: file for file in environment_files(folder)}
    if f"{name}.yaml" == PRICES_FILE:
        known = ", ".join(files) or "none"
        what = f"there is no environment named {name!r}: {folder.name}/{PRICES_FILE} is the table of prices"
        raise NothingSent(f"{what}; known: {known}", remedy=f"name one of: {known}")
    if name not in files or not files[name].is_file():
        raise UnknownEnvironment(name, list(files))
    return read_file(files[name])


def prices_beside(folder: Path) -> PriceTable:
    """The table of prices that lies beside the environments; raises FileProblems with everything wrong in it."""
    table = read_prices(folder)
    if table.problems:
        shown = f"{folder.name}/{PRICES_FILE}"
        raise FileProblems(
            shown, table.problems, f"correct {shown}, or remove it (then no cost is shown), then try again"
        )
    return table


def service_reading(reading: Reading, service: str, tree: Path) -> Reading:
    """The environment of one of its services, whose template lies in a rendered `tree`.

    Raises UnknownService, and FileProblems where the template is none of a service.
    """
    environment = reading.environment
    if service not in environment.services:
        raise UnknownService(service, environment.place, sorted(environment.services))
    shown = f"{tree.name}/{FOLDER}/{service}.yaml"
    template, wrong = template_reading(tree / FOLDER / f"{service}.yaml", shown)
    if template is None:
        raise template_problems(wrong)
    try:
        own = attached(environment, service, attachment(template))
    except NotAServiceError as error:
        raise template_problems([Problem(Place(shown), str(error))]) from error
    return own._replace(problems=reading.problems)


def with_all_beside(reading: Reading, own: Environment, platform: Reading, tree: Path, *, fresh: bool) -> Reading:
    """The reading with what is wrong between a service, or the platform, and all that stands beside it."""
    if own.service:
        return with_those_beside(reading, own, platform, tree)
    return with_services_beside(reading, own, tree, fresh=fresh)


def with_those_beside(reading: Reading, own: Environment, project: Reading, tree: Path) -> Reading:
    """The reading of a service with what is wrong between it, with the values that it will be deployed with, and all
    that stands beside it.

    render.py has checked the files; what comes from the process's environment or from `--set`, and a tree that
    somebody else rendered, it has not seen. A template that cannot be read is its own service's problem.
    """
    platform = project.environment.read(os.environ, None)
    root, there = _templates(platform, tree)
    if root is None or own.service is None:
        return reading
    services = _sourced_services(platform, there)
    services[own.service] = services[own.service]._replace(parameters=own.parameters)
    told = held_against(there[own.service], Reading(own, (), reading.unread))[1].problems
    wrong = held_services(root, platform._replace(services=services), there)[1].problems
    return reading._replace(problems=(*reading.problems, *(one for one in wrong if one not in told)))


def with_services_beside(reading: Reading, own: Environment, tree: Path, *, fresh: bool) -> Reading:
    """The reading of a platform with what is wrong between it, with the values that it will be deployed with, and its
    services.

    Of a `fresh` tree with the values of the file alone render.py has held that.
    """
    if not own.services or (fresh and own == reading.environment):
        return reading
    return reading._replace(problems=(*reading.problems, *held_beside(own, tree)))


def held_beside(platform: Environment, tree: Path) -> tuple[Problem, ...]:
    """What is wrong between a platform, with the values that it will be deployed with, and its services as their files
    and the process's environment say; nothing where its own template cannot be read.

    A service without a template in that tree stays as it is, whatever is deployed from there.
    """
    root, there = _templates(platform, tree)
    if root is None:
        return ()
    together = platform._replace(services=_sourced_services(platform, there))
    return held_services(root, together, there, imports=False)[1].problems


def _templates(platform: Environment, tree: Path) -> tuple[Template | None, dict[str, Template]]:
    """The templates of root and of the environment's services, as far as they can be read."""
    root, _ = template_reading(tree / platform.root, f"{tree.name}/{platform.root}")
    files = {name: tree / FOLDER / f"{name}.yaml" for name in platform.services}
    read = {name: template_reading(file, f"{tree.name}/{FOLDER}/{file.name}")[0] for name, file in files.items()}
    return root, {name: template for name, template in read.items() if template is not None}


def _sourced_services(platform: Environment, there: Mapping[str, Template]) -> dict[str, ServiceSettings]:
    return {
        name: settings._replace(parameters=_sourced(settings.parameters))
        for name, settings in platform.services.items()
        if name in there
    }


def _sourced(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    return {name: setting.read(name, os.environ, None) for name, setting in settings.items()}


def is_platforms_own(environment: Environment, service: str, tree: Path) -> bool:
    """Whether that is the name of the service that the platform's own stack has, by its file or its template."""
    given = environment.parameters.get(_OWN_NAME)
    if given is not None:
        return given.text == service
    template, _ = template_reading(tree / environment.root, environment.root)
    default = template.section("Parameters").get(_OWN_NAME, {}).get("Default") if template else None
    return default == service


def unnamed_service(reading: Reading, service: str, _: Path) -> Reading:
    """A service that the environment does not name any more: its stack, without values."""
    environment = reading.environment
    settings = {**environment.services, service: ServiceSettings(environment.place)}
    own = attached(environment._replace(services=settings), service, None)
    return own._replace(problems=reading.problems)


def tree_named(project: Path, environment: Environment, asked: Path | None, *, compares: bool) -> Path | None:
    """The folder of another tree than the project's own: as it was asked for, else as the environment says.

    Raises NothingSent where an environment that says so is to be compared with another ref.
    """
    if asked or environment.rendered is None:
        return asked
    if compares:
        raise NothingSent(
            f"{environment.place_of('rendered')}: {environment.name} belongs to {environment.rendered}; "
            "--from compares rendered/ with that of REF",
            remedy="omit --from",
        )
    return project / environment.rendered


def same_service(others: Sequence[Environment], service: str) -> tuple[Environment, ...]:
    """The environments of a service of that name, in other environments of the project."""
    return tuple(attached(other, service, None).environment for other in others if service in other.services)


def overridden(environment: Environment, assignments: Sequence[str]) -> Environment:
    """The environment with `--set KEY=VALUE` applied; raises NothingSent for text without `=`."""
    try:
        return environment.overriding(assignments)
    except AssignmentError as error:
        raise NothingSent(str(error), remedy="for example: --set DesiredCount=3") from error


def other_environments(folder: Path, name: str) -> tuple[Environment, ...]:
    """Every other environment of the project, as far as its file can be read: what is wrong with it is its own."""
    return tuple(read_file(file).environment for file in environment_files(folder) if file.stem != name)


def accepted(
    template: Template,
    reading: Reading,
    others: Sequence[Environment] = (),
    *,
    complete: bool = True,
    wrong: Sequence[Problem] = (),
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """A value for every parameter of the template, in its order, checked against other environments, and the warnings.

    Raises FileProblems with all findings, and with what is `wrong` with the template itself. Where it need not be
    `complete`, a missing value is none of them: what is given is checked all the same.
    """
    values, findings = held_against(template, reading, others, complete=complete)
    if findings.problems or wrong:
        raise refused(reading.environment, findings.problems, wrong)
    return values, findings.warnings


def refused(environment: Environment, problems: Sequence[Problem], wrong: Sequence[Problem] = ()) -> FileProblems:
    """The error with all problems of an environment, and all that is wrong with its template."""
    if not problems:
        return template_problems(wrong)
    subject = f"{environment.place} (with --set)" if environment.overridden else str(environment.place)
    if not wrong:
        return FileProblems(subject, problems, f"correct {environment.place}, then try again")
    files = ", ".join(dict.fromkeys(problem.place.file for problem in wrong))
    remedy = f"correct {environment.place} and {files} ({WHERE_FROM}), then try again"
    return FileProblems(f"{subject} with its template", [*problems, *wrong], remedy)
