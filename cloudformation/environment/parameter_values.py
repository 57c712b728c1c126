"""The parameters that root.yaml declares, and the values that an environment gives them.

Every declared parameter comes from the environment file or its default, by name. Findings use CloudFormation's own
wording (user guide, "CloudFormation template Parameters syntax") with the parameter's ConstraintDescription.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place, Problem, nearest
from cloudformation.environment.value_sources import KEPT, Setting, Source
from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern
from cloudformation.parameters.declarations import MASK, is_list, is_no_echo, is_stored
from cloudformation.parameters.values import Constraint, breaches, members
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section


@dataclass(frozen=True)
class Declared:
    """One entry of a template's Parameters section."""

    name: str
    type: str
    body: Mapping[str, Any]

    @property
    def is_list(self) -> bool:
        """Whether the value is comma-separated text."""
        return is_list(self.type)

    @property
    def is_ssm(self) -> bool:
        """Whether the value is the name of an SSM parameter, which CloudFormation resolves at each change set."""
        return is_stored(self.type)

    @property
    def default(self) -> str | None:
        value = self.body.get("Default")
        return None if value is None else text_of(value)

    @property
    def secret(self) -> bool:
        """Whether the value must not be shown (NoEcho)."""
        return is_no_echo(self.body)


@dataclass(frozen=True)
class Value:
    """What a parameter is given, by whom, and how that was meant."""

    declared: Declared
    text: str
    place: Place | None
    source: Source | None = None

    @property
    def kept(self) -> bool:
        """Whether the stack continues with what it has; there is no text then."""
        return self.source == KEPT

    def with_text(self, text: str) -> "Value":
        """The same with another text."""
        return replace(self, text=text)

    @property
    def shown(self) -> str:
        """The text for people: a NoEcho value masked as CloudFormation masks it."""
        return MASK if self.declared.secret else self.text

    @property
    def members(self) -> tuple[str, ...]:
        """The members of a list type, trimmed as CloudFormation trims them; else the value alone."""
        return tuple(members(self.declared.type, self.text))


def declared_parameters(template: Tree) -> dict[str, Declared]:
    """The Parameters section of a template, in its order."""
    return {
        name: Declared(name, str(body.get("Type", "String")), body)
        for name, body in section(template, "Parameters").items()
    }


def assign(
    declared: Mapping[str, Declared], environment: Environment, *, complete: bool = True
) -> tuple[dict[str, Value], list[Problem]]:
    """A value for every declared parameter, and what is wrong with names and values.

    Where it need not be `complete`, because no value will be sent, one that is missing is left out.
    """
    problems = [*_misspelt(declared, environment)]
    values: dict[str, Value] = {}
    for name, parameter in declared.items():
        setting = environment.parameters.get(name)
        if setting is None and parameter.default is not None:
            values[name] = Value(parameter, parameter.default, None)
        elif setting is None or (setting.source and setting.source.lacking):
            problems += [_missing(parameter, setting, environment)] if complete else []
        else:
            values[name] = Value(parameter, setting.text, setting.place, setting.source)
            problems += _form(parameter, setting)
    for value in values.values():
        problems += [] if value.kept else broken_constraints(value, environment)
    return values, problems


def _missing(parameter: Declared, setting: Setting | None, environment: Environment) -> Problem:
    text = f"{parameter.name} must have a value"
    if setting is not None and setting.source:
        return Problem(setting.place, f"{text}: {setting.source.lacking}")
    return Problem(environment.place_of("parameters"), f"{text}{_described(parameter)}")


def _described(parameter: Declared) -> str:
    description = parameter.body.get("ConstraintDescription") or parameter.body.get("Description")
    return f": {description}" if description else ""


def _misspelt(declared: Mapping[str, Declared], environment: Environment) -> Iterator[Problem]:
    free = [name for name in declared if name not in environment.parameters]
    for name, setting in environment.parameters.items():
        if name not in declared:
            # A slip of one letter is distinguished from a name that is only alike; a name that is not given yet comes
            # first.
            near = nearest(name, free, 0.9) or nearest(name, declared, 0.9)
            hint = near or nearest(name, free) or nearest(name, declared)
            text = f"parameter {name} does not exist in the template{hint}"
            yield Problem(setting.place, text)


def _form(parameter: Declared, setting: Setting) -> Iterator[Problem]:
    if setting.source == KEPT and not parameter.secret:
        # What a review cannot show must not be sent unseen; of a NoEcho value nobody sees anything anyway.
        yield Problem(setting.place, f"{parameter.name} cannot be kept: only a NoEcho parameter can; write its value")
    if setting.items is None:
        return
    if not parameter.is_list:
        yield Problem(setting.place, f"{parameter.name} is one {parameter.type}, not a list")
    for item in setting.items:
        if "," in item:
            shown = "" if parameter.secret else f": {item!r}"
            yield Problem(setting.place, f"{parameter.name}: a list member cannot hold a comma{shown}")


def broken_constraints(value: Value, environment: Environment) -> Iterator[Problem]:
    """Each constraint that the value breaks; a default that breaks one is reported where a value belongs."""
    place = value.place or environment.place_of("parameters")
    parameter = value.declared
    description = parameter.body.get("ConstraintDescription")
    shown = "" if parameter.secret else f"; it is {value.text!r}"
    try:
        broken_texts = list(_broken(value))
    except InvalidPatternError:
        text = f"Template format error: Invalid AllowedPattern {text_of(parameter.body['AllowedPattern'])}"
        yield Problem(place, f"{text} (parameter {parameter.name})")
        return
    for broken in broken_texts:
        yield Problem(place, f"{broken}{f' ({description})' if description else ''}{shown}")


def _broken(value: Value) -> Iterator[str]:
    parameter = value.declared
    empty = parameter.type.startswith(("AWS::", "List<AWS::")) and not all(value.members)
    if empty:
        yield f"Parameter '{parameter.name}' must have values: {parameter.type}"
    for breach in breaches(parameter.name, {**parameter.body, "Type": parameter.type}, value.text, _matches):
        text = breach.masked if parameter.secret else breach.text
        if breach.constraint is Constraint.ALLOWED_VALUES:
            yield f"{text}: {', '.join(repr(text_of(allowed)) for allowed in parameter.body['AllowedValues'])}"
        elif not (empty and breach.constraint is Constraint.SHAPE):
            yield text


def _matches(pattern: str, value: str) -> bool | None:
    """Whether the whole value matches; None where only CloudFormation knows."""
    try:
        return java_pattern(pattern).fullmatch(value) is not None
    except UnsayableError:
        return None
