"""The text of a template, YAML or JSON, read into plain dicts, lists and scalars.

Short-form intrinsics (`!Ref`, `!GetAtt a.b`) become their long form; every other value keeps the type
that YAML 1.1 or JSON gives it, except that dates stay text, as CloudFormation keeps them. A number with a leading
zero is octal (`012345670123` is 1402433619: aws-cloudformation/cloudformation-coverage-roadmap#745), or, where an 8 or
9 is in it, a floating-point number (`012345678901` is 1.2345678901E10: aws-cloudformation/rain#27).
"""

import json
import marshal
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeGuard

import yaml

from cloudformation.refusals import TemplateError
from cloudformation.scalars import double_text

MAXIMUM_DEPTH = 200
LONGEST_NUMBER = 300
_UNPREFIXED = ("Ref", "Condition")
_LONG_FORM_ONLY = ("ForEach", "Length", "ToJsonString")  # "AWS::LanguageExtensions transform", considerations
_ALIAS = "Template error: YAML aliases are not allowed in CloudFormation templates"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = "half of a surrogate pair is no character"
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]*[89][0-9_]*")
_TYPED = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null")}


class TextError(TemplateError):
    """Text that cannot be read: CloudFormation's words, and the line and what is wrong there, where they are known."""

    def __init__(self, message: str, line: int | None = None, problem: str | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.problem = problem


def read(body: str, short_forms: bool = True) -> Any:
    """The value that a template body stands for; JSON when it starts with a brace, else YAML.

    Errors: TextError in CloudFormation's words for text that is neither, for text nested
    deeper than MAXIMUM_DEPTH levels, and for short forms where there are to be none.
    """
    return marshal.loads(_read(body, short_forms))


@lru_cache(maxsize=64)
def _read(body: str, short_forms: bool) -> bytes:
    """The same, packed: a command reads most texts several times, and each reader gets a value of its own."""
    value = _read_json(body, short_forms) if body.lstrip()[:1] == "{" else _read_yaml(body, short_forms)
    return marshal.dumps(value)


def _read_json(body: str, short_forms: bool) -> Any:
    try:
        value = json.loads(body, parse_constant=_no_number, parse_int=_integer, parse_float=_decimal)
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno + 1})"
        try:
            return _read_yaml(body, short_forms)  # YAML's flow style starts with a brace too
        except TextError as wrong:
            message = f"Template format error: JSON not well-formed. {place}"
            raise TextError(message, wrong.line, wrong.problem) from None
    except (ValueError, RecursionError):
        raise _unsupported() from None
    refuse_depth(value)
    if _SURROGATE.search(body):
        _refuse_halves(value)
    return value


def _refuse_halves(value: Any) -> None:
    """Refuse what no UTF-8 text can hold: an escape of half a pair. Nothing that holds one could be sent."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise TextError("Template format error: JSON not well-formed.", problem=_HALF) from None


def _no_number(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= LONGEST_NUMBER else text


def _decimal(text: str) -> float | str:
    value = float(text)
    return value if math.isfinite(value) else text


def refuse_depth(value: Any) -> None:
    """Refuse what is nested deeper than MAXIMUM_DEPTH levels."""
    level, current = 0, [value]
    while current:
        if level > MAXIMUM_DEPTH:
            raise _unsupported()
        level += 1
        current = [
            child
            for item in current
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]


def _read_yaml(body: str, short_forms: bool) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(_printable(body))
    try:
        return _Reading(loader, short_forms).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_well_formed(mark, error.problem) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _not_well_formed(None, str(error)) from None
    finally:
        loader.dispose()


def _printable(body: str) -> str:
    try:
        body.encode()
    except UnicodeEncodeError:  # a lone surrogate, which the C reader cannot take
        raise _not_well_formed(None, _HALF) from None
    return body


def _not_well_formed(mark: Any, problem: str | None) -> TextError:
    return TextError("Template format error: YAML not well-formed.", mark.line + 1 if mark else None, problem)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _unsupported(line: int | None = None) -> TextError:
    return TextError("Template format error: unsupported structure.", line)


class _Reading:
    """One pass over a document's events; a stack of open collections, so that no depth breaks it."""

    def __init__(self, loader: Any, short_forms: bool) -> None:
        self.loader = loader
        self.short_forms = short_forms
        self.open: list[_Collection] = []
        self.result: Any = None

    def document(self) -> Any:
        """The value of the only document; text that holds more than one is refused."""
        documents = 0
        while self.loader.check_event():
            event = self.loader.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise _not_well_formed(event.start_mark, "another document begins")
            self.take(event)
        return self.result

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise TextError(_ALIAS, _line(event))
        tag = getattr(event, "tag", None)
        if not self.short_forms and _short_form(tag):
            raise _not_well_formed(event.start_mark, f"{tag} is a tag that nothing knows")
        if isinstance(event, yaml.ScalarEvent):
            scalar = _intrinsic(event.tag, event.value) if _short_form(event.tag) else self.scalar(event)
            self.add(scalar, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self.open) >= MAXIMUM_DEPTH:
                raise _unsupported(_line(event))
            self.open.append(_Collection(event.tag, {} if isinstance(event, yaml.MappingStartEvent) else []))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self.open.pop()
            self.add(_intrinsic(done.tag, done.value) if _short_form(done.tag) else done.value, event)

    def add(self, value: Any, event: yaml.Event) -> None:
        if not self.open:
            self.result = value
        elif not self.open[-1].wants_key or isinstance(value, str):
            self.open[-1].add(value)
        elif isinstance(value, dict):
            raise self.bad_key(event, "a map")
        else:
            raise _not_well_formed(event.start_mark, "a key is no text")

    def bad_key(self, event: yaml.Event, received: str) -> TextError:
        """CloudFormation's words, with the path of the map (aws-cloudformation/cfn-lint#292, and
        awsdocs/aws-cloudformation-user-guide#404 for one below Properties)."""
        path = "/".join(str(collection.place) for collection in self.open[:-1])
        return TextError(
            f"Template format error: [/{path}] map keys must be strings; received {received} instead", _line(event)
        )

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        value = self.typed(event)
        if not (self.open and self.open[-1].wants_key):
            return value.text if isinstance(value, _Double) else value
        if isinstance(value, (int, float, _Double)) and not isinstance(value, bool):
            raise self.bad_key(event, f"numeric [{value.text if isinstance(value, _Double) else value}]")
        return event.value

    def typed(self, event: yaml.ScalarEvent) -> Any:
        tag = event.tag or self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if len(event.value) > LONGEST_NUMBER:
            return event.value
        if event.tag is None and event.implicit[0] and _LEADING_ZERO.fullmatch(event.value):
            return _Double(double_text(float(event.value.replace("_", ""))))
        if tag not in _TYPED:
            return event.value
        value = self.loader.construct_object(yaml.ScalarNode(tag, event.value))
        return event.value if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class _Double:
    """A number that YAML makes a floating-point one, as the text that CloudFormation then writes."""

    text: str


class _Collection:
    """A mapping or sequence whose end has not been read yet."""

    def __init__(self, tag: str | None, value: Any) -> None:
        self.tag, self.value = tag, value
        self.key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None

    @property
    def place(self) -> str | int | None:
        """Where in it the next value stands: its key, or its index."""
        return self.key if isinstance(self.value, dict) else len(self.value)

    def add(self, item: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(item)
        elif self.key is not None:
            self.value[self.key], self.key = item, None
        else:
            self.key = item  # a repeated key is no error to CloudFormation: the last one counts


def _short_form(tag: str | None) -> TypeGuard[str]:
    return tag is not None and tag.startswith("!") and len(tag) > 1


def _intrinsic(tag: str, value: Any) -> dict[str, Any]:
    name = tag[1:]
    if name in _LONG_FORM_ONLY:
        raise TextError(f"!{name} is not simulated: Fn::{name} has no short form")
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in _UNPREFIXED else f"Fn::{name}": value}
