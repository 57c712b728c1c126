"""What the values of a tree of templates are, as far as templates and parameters alone tell.

Every layer is evaluated in place: a parameter is what its parent gives it, a sibling's output is what that sibling
computes. What only the execution knows stays a `Later`, which tells what it reads, so that two of them can be compared.
Functions as in the user guide, "Intrinsic function reference"; one that is not evaluated here is a `Later` as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.parameters.declarations import MASK
from cloudformation.scalars import text_of as scalar_text
from deployment.environment.parameter_values import Declared
from deployment.review.phantoms import Documents, Path
from deployment.template.later import (
    ABSENT,
    Later,
    Source,
    Truth,
    all_of,
    any_of,
    canonical,
    equal,
    is_known,
    not_of,
    shown,
    sources,
)
from deployment.template.template import STACK_TYPE

_PIECES = re.compile(r"\$\{([^}]*)\}")
_MALFORMED = (TypeError, ValueError, LookupError, AttributeError)


class Values:
    """One side of a comparison: the documents of a tree, and what its root's parameters are given.

    The value of a NoEcho parameter is in nothing that comes out.
    """

    def __init__(self, documents: Documents, given: Mapping[str, str], pseudo: Mapping[str, str]) -> None:
        self.documents = documents
        self._given = given
        self._pseudo = pseudo
        self._known: dict[tuple[str, Path, str], Any] = {}

    def section(self, path: Path, name: str) -> Mapping[str, Any]:
        """A top-level section of a layer's document."""
        found = self.documents.get(path, {}).get(name)
        return found if isinstance(found, dict) else {}

    def resource(self, path: Path, name: str) -> Mapping[str, Any] | None:
        """A resource's body; None where the layer has none of that name."""
        body = self.section(path, "Resources").get(name)
        return body if isinstance(body, dict) else None

    def value(self, path: Path, expression: Any) -> Any:
        """What an expression of a layer is: plain data with a `Later` wherever it is not known."""
        if isinstance(expression, list):
            return [found for each in expression if (found := self.value(path, each)) is not ABSENT]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            [(name, argument)] = expression.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(path, name, argument)
        found = {name: self.value(path, each) for name, each in expression.items()}
        return {name: each for name, each in found.items() if each is not ABSENT}

    def condition(self, path: Path, name: str) -> Truth:
        """Whether a condition of a layer holds."""
        truth: Truth = self._once("condition", path, name, lambda: self._holds(path, self._defined(path, name)))
        return truth

    def parameter(self, path: Path, name: str) -> Any:
        """What a parameter of a layer is given, else its default."""
        return self._once("parameter", path, name, lambda: self._parameter(path, name))

    def output(self, path: Path, name: str) -> Any:
        """What an output of a layer is; one that is not known bears the name `Layer.Output`."""
        return self._once("output", path, name, lambda: self._output(path, name))

    def _once(self, kind: str, path: Path, name: str, find: Callable[[], Any]) -> Any:
        key = (kind, path, name)
        if key not in self._known:
            self._known[key] = Later(name, f"circle {key}")  # CloudFormation refuses what leads back to itself
            self._known[key] = find()
        return self._known[key]

    def _function(self, path: Path, name: str, argument: Any) -> Any:
        known = _FUNCTIONS.get(name)
        try:
            return known(self, path, argument) if known else self._left(path, name, argument)
        except _MALFORMED:
            return self._left(path, name, argument)

    def _left(self, path: Path, name: str, argument: Any) -> Later:
        found = self.value(path, argument)
        return Later(shown({name: found}), f"{name} {canonical(found)}", sources(found))

    def _defined(self, path: Path, name: str) -> Any:
        return self.section(path, "Conditions").get(name)

    def _holds(self, path: Path, expression: Any) -> Truth:
        try:
            [(name, argument)] = expression.items()
            if name == "Condition":
                return self.condition(path, argument)
            if name == "Fn::Equals":
                return equal(*(self.value(path, each) for each in argument))
            truths = [self._holds(path, each) for each in argument]
            return {"Fn::And": all_of, "Fn::Or": any_of, "Fn::Not": not_of}[name](truths)
        except _MALFORMED:
            return Later("a condition", f"condition {canonical(expression)}")

    def _parameter(self, path: Path, name: str) -> Any:
        body = self.section(path, "Parameters")[name]
        declared = Declared(name, str(body.get("Type", "String")), body)
        if declared.secret and not path:  # CloudFormation does not tell what it is now
            return Later(MASK, f"parameter {name}", frozenset({Source((), name, None)}))
        found = self._given_to(path, name)
        found = (declared.default or "") if found is ABSENT else found
        if declared.is_ssm:
            return Later(f"${{{name}}}", f"ssm {canonical(found)}", sources(found) | {Source(path, name, None)})
        if declared.secret:
            return Later(MASK, f"secret {canonical(found)}", sources(found))
        if declared.is_list and isinstance(found, str):
            return [each.strip() for each in found.split(",")]
        return found if isinstance(found, (list, dict, Later)) else scalar_text(found)

    def _given_to(self, path: Path, name: str) -> Any:
        if not path:
            return self._given.get(name, ABSENT)
        body = self.resource(path[:-1], path[-1]) or {}
        given = (body.get("Properties") or {}).get("Parameters") or {}
        return self.value(path[:-1], given[name]) if name in given else ABSENT

    def _output(self, path: Path, name: str) -> Any:
        if name not in self.section(path, "Outputs"):
            return self.later(path[:-1], path[-1], f"Outputs.{name}")
        found = self.value(path, self.section(path, "Outputs")[name]["Value"])
        if is_known(found):
            return found
        return Later(f"${{{path[-1]}.{name}}}", canonical(found), sources(found))

    def later(self, path: Path, name: str, attribute: str) -> Later:
        """Ref ('') or an attribute of a resource."""
        entity = f"{name}.{attribute}" if attribute else name
        return Later(f"${{{entity}}}", f"{'/'.join(path)}:{entity}", frozenset({Source(path, name, attribute)}))

    def ref(self, path: Path, name: str) -> Any:
        if name == "AWS::NoValue":
            return ABSENT
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self.section(path, "Parameters"):
            return self.parameter(path, name)
        if name.startswith("AWS::"):  # of one stack or of all: what it is never changes
            return Later(f"${{{name}}}", f"{'/'.join(path)}:{name}")
        return self.later(path, name, "")

    def attribute(self, path: Path, argument: Any) -> Any:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(attribute, str):
            raise ValueError(attribute)
        below = self.documents.get((*path, name), {"Transform": "unread"})
        nested = (self.resource(path, name) or {}).get("Type") == STACK_TYPE and "Transform" not in below
        if nested and attribute.startswith("Outputs."):
            return self.output((*path, name), attribute.removeprefix("Outputs."))
        return self.later(path, name, attribute)

    def choice(self, path: Path, argument: Any) -> Any:
        name, met, unmet = argument
        truth = self.condition(path, name)
        if not isinstance(truth, Later):
            return self.value(path, met if truth else unmet)
        both = [self.value(path, met), self.value(path, unmet)]
        key = f"if {truth.key} {canonical(both)}"
        return Later(shown({"Fn::If": [name, *both]}), key, truth.sources | sources(both))

    def mapped(self, path: Path, argument: Any) -> Any:
        keys = [self.value(path, each) for each in argument[:3]]
        maps = self.section(path, "Mappings")
        if is_known(keys):
            return maps[keys[0]][scalar_text(keys[1])][scalar_text(keys[2])]
        read = maps.get(keys[0], maps) if isinstance(keys[0], str) else maps
        text = shown({"Fn::FindInMap": keys})
        return Later(text, f"map {canonical(keys)} {canonical(read)}", sources(keys))

    def substituted(self, path: Path, argument: Any) -> Any:
        text, given = argument if isinstance(argument, list) else (argument, {})
        pieces: list[Any] = []
        for number, piece in enumerate(_PIECES.split(text)):
            if number % 2 == 0:
                pieces.append(piece)
            elif piece.startswith("!"):
                pieces.append(f"${{{piece[1:]}}}")
            elif piece in given:
                pieces.append(self.value(path, given[piece]))
            else:
                pieces.append(self.attribute(path, piece) if "." in piece else self.ref(path, piece))
        return _joined("", pieces)


def _joined(delimiter: str, items: Any) -> Any:
    if isinstance(items, Later):
        return Later(items.text, f"join {delimiter!r} {items.key}", items.sources)
    if is_known(items):
        return delimiter.join(scalar_text(each) for each in items)
    text = delimiter.join(shown(each) for each in items)
    return Later(text, delimiter.join(f"\0{canonical(each)}\0" for each in items), sources(items))


def _selected(index: Any, items: Any) -> Any:
    if isinstance(items, Later) or isinstance(index, Later):
        given = [index, items]
        return Later(shown({"Fn::Select": given}), f"select {canonical(given)}", sources(given))
    return items[int(scalar_text(index))]


def _split(delimiter: str, text: Any) -> Any:
    if isinstance(text, Later):
        return Later(text.text, f"split {delimiter!r} {text.key}", text.sources)
    return text.split(delimiter)


_FUNCTIONS: dict[str, Callable[[Values, Path, Any], Any]] = {
    "Ref": Values.ref,
    "Fn::GetAtt": Values.attribute,
    "Fn::If": Values.choice,
    "Fn::FindInMap": Values.mapped,
    "Fn::Sub": Values.substituted,
    "Fn::Join": lambda values, path, given: _joined(given[0], values.value(path, given[1])),
    "Fn::Select": lambda values, path, given: _selected(*(values.value(path, each) for each in given)),
    "Fn::Split": lambda values, path, given: _split(given[0], values.value(path, given[1])),
}
