"""The parameters that root.yaml declares, and the values that an environment gives them.

Every declared parameter comes from the environment file or its default, by name. Findings use CloudFormation's own
wording (user guide, "CloudFormation template Parameters syntax") with the parameter's ConstraintDescription.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from cloudformation.scalars import is_true, text_of
from deployment.environment.environment_file import Environment, Setting, nearest
from deployment.environment.pattern import matches
from deployment.errors import Place, Problem
from deployment.template.template import Template

MASK = "****"  # as CloudFormation shows a NoEcho parameter
_MAX_BYTES = 4096  # of one value (docs: CloudFormation quotas)


@dataclass(frozen=True)
class Declared:
    """One entry of a template's Parameters section."""

    name: str
    type: str
    body: Mapping[str, Any]

    @property
    def is_list(self) -> bool:
        """Whether the value is comma-separated text."""
        inner = self.type.removeprefix("AWS::SSM::Parameter::Value<")
        return inner.startswith(("CommaDelimitedList", "List<"))

    @property
    def is_ssm(self) -> bool:
        """Whether the value is the name of an SSM parameter, which CloudFormation resolves at each change set."""
        return self.type.startswith("AWS::SSM::Parameter::Value<")

    @property
    def default(self) -> str | None:
        value = self.body.get("Default")
        return None if value is None else text_of(value)

    @property
    def secret(self) -> bool:
        """Whether the value must not be shown (NoEcho)."""
        return is_true(self.body.get("NoEcho"))


@dataclass(frozen=True)
class Value:
    """What a parameter is given, by whom, and how that was meant."""

    declared: Declared
    text: str
    place: Place | None

    @property
    def shown(self) -> str:
        """The text for people: a NoEcho value masked as CloudFormation masks it."""
        return MASK if self.declared.secret else self.text

    @property
    def members(self) -> tuple[str, ...]:
        """The members of a list type, trimmed as CloudFormation trims them; else the value alone."""
        return tuple(each.strip() for each in self.text.split(",")) if self.declared.is_list else (self.text,)


def declared_parameters(template: Template) -> dict[str, Declared]:
    """The Parameters section of a template, in its order."""
    return {
        name: Declared(name, str(body.get("Type", "String")), body)
        for name, body in template.section("Parameters").items()
    }


def assign(declared: Mapping[str, Declared], environment: Environment) -> tuple[dict[str, Value], list[Problem]]:
    """A value for every declared parameter, and what is wrong with names and values."""
    problems = [*_misspelt(declared, environment)]
    values: dict[str, Value] = {}
    for name, parameter in declared.items():
        setting = environment.parameters.get(name)
        if setting is not None:
            values[name] = Value(parameter, setting.text, setting.place)
            problems += _form(parameter, setting)
        elif parameter.default is not None:
            values[name] = Value(parameter, parameter.default, None)
        else:
            problems.append(Problem(_parameters_place(environment), f"{name} must have a value{_described(parameter)}"))
    for value in values.values():
        problems += _constraints(value, environment)
    return values, problems


def _parameters_place(environment: Environment) -> Place:
    return environment.places.get("parameters", environment.place)


def _described(parameter: Declared) -> str:
    description = parameter.body.get("ConstraintDescription") or parameter.body.get("Description")
    return f": {description}" if description else ""


def _misspelt(declared: Mapping[str, Declared], environment: Environment) -> Iterator[Problem]:
    free = [name for name in declared if name not in environment.parameters]
    for name, setting in environment.parameters.items():
        if name not in declared:
            text = f"parameter {name} does not exist in the template{nearest(name, free) or nearest(name, declared)}"
            yield Problem(setting.place, text)


def _form(parameter: Declared, setting: Setting) -> Iterator[Problem]:
    if setting.items is None:
        return
    if not parameter.is_list:
        yield Problem(setting.place, f"{parameter.name} is one {parameter.type}, not a list")
    for item in setting.items:
        if "," in item:
            yield Problem(setting.place, f"{parameter.name}: a list member cannot hold a comma: {item!r}")


def _constraints(value: Value, environment: Environment) -> Iterator[Problem]:
    """Each constraint that the value breaks; a default that breaks one is reported where a value belongs."""
    place = value.place or _parameters_place(environment)
    parameter, body = value.declared, value.declared.body
    description = body.get("ConstraintDescription")
    shown = "" if parameter.secret else f"; it is {value.text!r}"
    for broken in (*_typed(value), *_allowed(value), *_length(value)):
        yield Problem(place, f"{broken}{f' ({description})' if description else ''}{shown}")


def _typed(value: Value) -> Iterator[str]:
    parameter = value.declared
    if len(value.text.encode()) > _MAX_BYTES:
        yield f"Parameter '{parameter.name}' must have at most {_MAX_BYTES} bytes"
    if parameter.type in ("Number", "List<Number>"):
        if any(_number(each) is None for each in value.members):
            yield f"Parameter '{parameter.name}' must be a number."
            return
        yield from _bounds(value)
    elif parameter.type.startswith(("AWS::", "List<AWS::")) and not all(value.members):
        yield f"Parameter '{parameter.name}' must have values: {parameter.type}"


def _bounds(value: Value) -> Iterator[str]:
    name, body = value.declared.name, value.declared.body
    least, most = _number(body.get("MinValue")), _number(body.get("MaxValue"))
    numbers = [number for each in value.members if (number := _number(each)) is not None]
    if least is not None and any(number < least for number in numbers):
        yield f"Parameter '{name}' must be a number not less than {least}"
    if most is not None and any(number > most for number in numbers):
        yield f"Parameter '{name}' must be a number not greater than {most}"


def _allowed(value: Value) -> Iterator[str]:
    name, body = value.declared.name, value.declared.body
    pattern, allowed = body.get("AllowedPattern"), body.get("AllowedValues")
    each_of = f"Each value of parameter '{name}'" if value.declared.is_list else f"Parameter '{name}'"
    if pattern is not None and any(matches(str(pattern), each) is False for each in value.members):
        yield f"{each_of} must match pattern {pattern}"
    if allowed is not None:
        texts = [text_of(each) for each in allowed]
        if any(not _among(each, texts, value.declared.type) for each in value.members):
            yield f"{each_of} must be one of AllowedValues: {', '.join(repr(text) for text in texts)}"


def _among(text: str, allowed: list[str], kind: str) -> bool:
    """Whether a value is allowed: as text, or as the same number for number types."""
    if text in allowed or kind not in ("Number", "List<Number>"):
        return text in allowed
    return _number(text) in [_number(each) for each in allowed]


def _length(value: Value) -> Iterator[str]:
    name, body = value.declared.name, value.declared.body
    if value.declared.type != "String":
        return
    least, most = body.get("MinLength"), body.get("MaxLength")
    if least is not None and len(value.text) < int(least):
        yield f"Parameter '{name}' must contain at least {least} characters"
    if most is not None and len(value.text) > int(most):
        yield f"Parameter '{name}' must contain at most {most} characters"


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
