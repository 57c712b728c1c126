"""params/<env>.yaml -> the parameter list that `aws cloudformation` takes, every parameter of root by name.

Values stay the text of the file, so `0123`, `yes` and `1.10` reach CloudFormation as they were typed; the items
of a list are joined by commas. A value with `{keep: true}` is UsePreviousValue; one from an environment variable is
omitted, and the user of the list must add it. What is wrong in the files is found by
`cloudformation.environment`, which deploy.py asks too: a file that it would refuse is refused here.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cloudformation.environment.environment_file import Environment, Reading, read_file
from cloudformation.environment.findings import Findings, Problem, in_order
from cloudformation.environment.one_stack import held_alone
from cloudformation.environment.value_sources import KEPT, Setting
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section
from templates.parts.json_text import indented


class EnvironmentFileError(ValueError):
    """Environment files that cannot be used; `problems` has everything found in all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


class SetEnvironment(NamedTuple):
    """An environment in order; `values` of every parameter of root, None where it belongs to another tree.

    A value is None if the stack keeps its previous value; one that comes from an environment variable is not among
    them.
    """

    environment: Environment
    values: Mapping[str, str | None] | None
    warnings: tuple[Problem, ...] = ()
    services: Mapping[str, Mapping[str, str | None]] = {}
    """The same of each of its services."""

    def every_value(self) -> Iterator[str | None]:
        """The values of the platform and of all services."""
        for values in (self.values or {}, *self.services.values()):
            yield from values.values()


def refuse_bad_prices(folder: Path, shown: str) -> None:
    """Raises EnvironmentFileError where deploy.py would refuse the table of prices that lies in `folder`."""
    from cloudformation.environment.price_table import read_prices  # what is rendered needs no prices

    if problems := read_prices(folder, shown).problems:
        raise EnvironmentFileError(problems)


def environments(
    files: Iterable[Path], tree: Tree, services: Mapping[str, Tree] | None = None, *, thorough: bool
) -> list[SetEnvironment]:
    """Every environment of the project, checked against the templates and the environments before

    it. `thorough` checks the values as deploy.py does, which takes a third of the time of rendering;
    else that is done only where a name is wrong or missing. An environment of another tree (`rendered`) has only its
    form checked: its templates do not belong to this project. `services` are the templates of services, by name.
    Raises EnvironmentFileError with the problems of all files.
    """
    problems: list[Problem] = []
    before: list[Environment] = []
    read: list[SetEnvironment] = []
    for file in files:
        reading = read_file(file, str(file))
        environment = reading.environment
        values: Mapping[str, str | None] | None = None
        held: dict[str, Mapping[str, str | None]] = {}
        if environment.rendered is None:
            values, findings = _held(tree, reading, before, thorough)
            held, wrong = _held_services(tree, environment, services or {}, before)
            problems += wrong
        else:
            findings = held_alone(reading, before)
        problems += findings.problems
        before.append(environment)
        read.append(SetEnvironment(environment, values, findings.warnings, held))
    if problems:
        raise EnvironmentFileError(problems)
    return read


def _held(
    tree: Tree, reading: Reading, before: list[Environment], thorough: bool
) -> tuple[Mapping[str, str | None], Findings]:
    declared, given = section(tree, "Parameters"), reading.environment.parameters
    texts = {name: given[name].text if name in given else body.get("Default") for name, body in declared.items()}
    findings = held_alone(reading, before)
    if not (thorough or findings.problems or given.keys() - declared.keys() or None in texts.values()):
        return _sent(texts, given), findings
    from cloudformation.environment.check import held_against

    values, findings = held_against(tree, reading.as_written, before)
    return _sent({name: value.text for name, value in values.items()}, given), findings


def _held_services(
    tree: Tree, environment: Environment, templates: Mapping[str, Tree], before: list[Environment]
) -> tuple[dict[str, Mapping[str, str | None]], tuple[Problem, ...]]:
    if not (environment.services or environment.routes):
        return {}, ()
    from cloudformation.environment.services.check import held_services

    services, findings = held_services(tree, environment, templates, before)
    values: dict[str, Mapping[str, str | None]] = {
        service.name: _sent(
            {name: value.text for name, value in service.values.items()}, service.environment.parameters
        )
        for service in services
    }
    return values, findings.problems


def _sent(texts: Mapping[str, Any], given: Mapping[str, Setting]) -> dict[str, str | None]:
    """The values as a request has them, as far as the file says them."""
    sources = {name: setting.source for name, setting in given.items()}
    return {
        name: None if sources.get(name) == KEPT else text_of(text)
        for name, text in texts.items()
        if sources.get(name) in (None, KEPT)
    }


def parameter_rows(values: Mapping[str, str | None]) -> list[dict[str, str | bool]]:
    """Give `values` as the members of a request's Parameters."""
    return [
        {"ParameterKey": name, **({"UsePreviousValue": True} if value is None else {"ParameterValue": value})}
        for name, value in values.items()
    ]


def parameters_json(values: Mapping[str, str | None]) -> str:
    """Give `values` as the file that `aws cloudformation --parameters file://` takes."""
    return indented(parameter_rows(values), ascii_only=False)
