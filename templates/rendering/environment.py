"""params/<env>.yaml -> the parameter list that `aws cloudformation` takes, every parameter of root by name.

Values stay the text that the file holds, so `0123`, `yes` and `1.10` reach CloudFormation as they were typed; the items
of a list are joined by commas. What is wrong in the files is found by `cloudformation.environment`, which deploy.py
asks too: a file that it would refuse is refused here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudformation.environment.environment_file import Environment, read_file
from cloudformation.environment.findings import Problem, in_order
from cloudformation.environment.given_values import given_values, held_alone
from cloudformation.template.tree import Tree


class EnvironmentFileError(ValueError):
    """Environment files that cannot be used; `problems` holds everything found in all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class SetEnvironment:
    """An environment in order; `values` of every parameter of root, None where it belongs to another tree."""

    environment: Environment
    values: Mapping[str, str] | None
    warnings: tuple[Problem, ...] = ()


def environments(files: Iterable[Path], tree: Tree, *, thorough: bool) -> list[SetEnvironment]:
    """Every environment of the project, held against the templates and against those before it.

    `thorough` asks what takes a third of the time of rendering: Rules, ranges, zones, names that AWS has once. An
    environment of another tree (`rendered`) is held to its form alone: its templates are not this project's to read.
    Raises EnvironmentFileError with the problems of all files.
    """
    if thorough:
        from cloudformation.environment.check import held_against as held
    else:
        held = given_values
    problems: list[Problem] = []
    before: list[Environment] = []
    read: list[SetEnvironment] = []
    for file in files:
        reading = read_file(file, str(file))
        environment = reading.environment
        values: Mapping[str, str] | None = None
        if environment.rendered is None:
            given, findings = held(tree, reading, before)
            values = {name: value.text for name, value in given.items()}
        else:
            findings = held_alone(reading, before)
        problems += findings.problems
        before.append(environment)
        read.append(SetEnvironment(environment, values, findings.warnings))
    if problems:
        raise EnvironmentFileError(problems)
    return read


def parameters_json(values: Mapping[str, str]) -> str:
    """Give `values` as the file that `aws cloudformation --parameters file://` takes."""
    rows = [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
