"""params/<env>.yaml -> the parameter list that `aws cloudformation` takes, every parameter of root by name.

Values stay the text that the file holds, so `0123`, `yes` and `1.10` reach CloudFormation as they were typed; the items
of a list are joined by commas. What the file keeps (`{keep: true}`) is UsePreviousValue; what comes from an environment
variable is left out, for whoever uses the list to add. Which values a parameter allows is asked when it is deployed;
here, which there are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from troposphere import Parameter

_KEPT = {"keep": "true"}
_NULL = "tag:yaml.org,2002:null"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in an environment file, and what to do about it."""

    file: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class EnvironmentFileError(ValueError):
    """Environment files that cannot be used; `mistakes` holds every one found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def parameter_values(file: Path, parameters: Mapping[str, Parameter]) -> dict[str, str | None]:
    """Give the value of each of root's `parameters`, in their order: the file's, else the default; None keeps it.

    Raises EnvironmentFileError with every mistake: bad YAML, a name that root does not declare, a name given twice, a
    value that is no scalar, a required parameter without a value.
    """
    mistakes: list[Mistake] = []
    node = _parameters_node(file)
    given: dict[str, str | None] = {}
    elsewhere: set[str] = set()
    for key, value in node.value:
        sentence = _mistake_in(key, value, given, parameters)
        if sentence:
            mistakes.append(Mistake(file, key.start_mark.line + 1, sentence))
        elif isinstance(value, yaml.MappingNode):
            given[key.value] = None
            elsewhere |= {key.value} if _words(value) != _KEPT else set()
        elif isinstance(value, yaml.SequenceNode):
            given[key.value] = ",".join(item.value for item in value.value)
        else:
            given[key.value] = value.value
    for name, parameter in parameters.items():
        if name not in given and "Default" not in parameter.properties and not _named(node, name):
            sentence = f"{name} has no default and no value here: add it under parameters"
            mistakes.append(Mistake(file, node.start_mark.line, sentence))
    if mistakes:
        raise EnvironmentFileError(mistakes)
    return {
        name: given.get(name, str(parameter.properties.get("Default")))
        for name, parameter in parameters.items()
        if name not in elsewhere
    }


def parameter_rows(values: Mapping[str, str | None]) -> list[dict[str, str | bool]]:
    """Give `values` as the members of a request's Parameters."""
    return [
        {"ParameterKey": name, **({"UsePreviousValue": True} if value is None else {"ParameterValue": value})}
        for name, value in values.items()
    ]


def parameters_json(values: Mapping[str, str | None]) -> str:
    """Give `values` as the file that `aws cloudformation --parameters file://` takes."""
    return json.dumps(parameter_rows(values), indent=2, ensure_ascii=False) + "\n"


def _parameters_node(file: Path) -> yaml.MappingNode:
    try:
        document = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        raise EnvironmentFileError([Mistake(file, 1, f"this is not UTF-8 text ({error.reason})")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise EnvironmentFileError(
            [Mistake(file, mark.line + 1 if mark else 1, f"this is not YAML: {problem}")]
        ) from error
    if isinstance(document, yaml.MappingNode):
        for key, value in document.value:
            if key.value == "parameters" and isinstance(value, yaml.MappingNode):
                return value
    raise EnvironmentFileError([Mistake(file, 1, "there is no mapping named parameters at the top level: add it")])


def _named(node: yaml.MappingNode, name: str) -> bool:
    return any(key.value == name for key, _ in node.value)


def _mistake_in(
    key: yaml.Node, value: yaml.Node, given: Mapping[str, str | None], parameters: Mapping[str, Parameter]
) -> str | None:
    name = key.value
    if not isinstance(key, yaml.ScalarNode) or name not in parameters:
        return f"root.yaml has no parameter {name}{_nearest(str(name), parameters)}"
    if name in given:
        return f"{name} is given twice: keep one"
    if isinstance(value, yaml.MappingNode) and (_words(value) == _KEPT or [*_words(value)] == ["from_environment"]):
        return None
    scalars = value.value if isinstance(value, yaml.SequenceNode) else [value]
    if not all(isinstance(scalar, yaml.ScalarNode) for scalar in scalars):
        return f"{name} must be one value or a list of values"
    if any(scalar.tag == _NULL for scalar in scalars):
        return f'{name} has no value: write "" for an empty one, or remove the line to take the default'
    return None


def _words(node: yaml.MappingNode) -> dict[str, str]:
    return {str(key.value): str(value.value) for key, value in node.value}


def _nearest(name: str, parameters: Mapping[str, Parameter]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, parameters, n=1)
    return f": did you mean {near[0]}?" if near else f"; it has {', '.join(parameters)}"
