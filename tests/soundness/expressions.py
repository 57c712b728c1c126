"""Random expressions for a place in a template: constants, and all that a template may read there."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.soundness.system import Document, System
from tests.soundness.vocabulary import BY_TYPE, FALLBACK, STACK, STAGES, WORDS

_FITS = {"text": ("text", "name"), "name": ("name",)}


@dataclass
class Place:
    """Where an expression is to stand: what it may read there, by its sort.

    `live` says that dynamic references are resolved there: in properties of resources, not in outputs.
    """

    random: Random
    sources: list[tuple[Any, str]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    live: bool = False

    def value(self, sort: str, depth: int = 0) -> Any:
        """An expression of a sort."""
        if sort in ("name", "text"):
            return self._text(sort, depth)
        if sort in ("vpc", "cidr"):
            return self._choice(self._readable(sort) or [FALLBACK[sort]]) if self._mostly() else self._constant(sort)
        if sort == "stage":
            return self._choice(self._readable(sort) or STAGES) if self._mostly() else self._choice(STAGES)
        if self.conditions and self.random.random() < 0.2:
            return {"Fn::If": [self._choice(self.conditions), self._constant(sort), self._constant(sort)]}
        return self._constant(sort)

    def _mostly(self) -> bool:
        return self.random.random() < 0.75

    def _choice(self, options: Any) -> Any:
        return self.random.choice(options)

    def _readable(self, sort: str) -> list[Any]:
        return [expression for expression, has in self.sources if has in _FITS.get(sort, (sort,))]

    def _constant(self, sort: str) -> Any:
        if sort == "cidr":
            return f"10.{self.random.randrange(4)}.0.0/16"
        if sort == "rules":
            port = self.random.randrange(80, 84)
            return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": self._constant("cidr")}]
        if sort == "settings":
            return [{"Key": "idle_timeout.timeout_seconds", "Value": str(self.random.randrange(60, 64))}]
        options = {"flag": (True, False), "count": (1, 2, 3), "days": (1, 3, 5), "items": ("red,green", "blue,one")}
        return FALLBACK["vpc"] if sort == "vpc" else self._choice(options.get(sort, WORDS))

    def _text(self, sort: str, depth: int) -> Any:
        readable = self._readable(sort)
        if depth > 1 or self.random.random() < 0.2:
            return self._choice(WORDS)
        makers = [self._read] * 5 * bool(readable) + [self._mapped, self._sub, self._join, self._select]
        makers += [self._if] * 2 * bool(self.conditions) + [self._listed] * bool(self._readable("items"))
        makers += [self._resolved] * bool(self.live and self.stored)
        return self._choice(makers)(sort, depth + 1)

    def _read(self, sort: str, _: int) -> Any:
        return self._choice(self._readable(sort))

    def _mapped(self, _: str, __: int) -> Any:
        # Without a transform, parameters alone may choose a key.
        stages = [each for each in self._readable("stage") if "Ref" in each] or STAGES
        return {"Fn::FindInMap": ["Colours", self._choice(stages), self._choice(("Hue", "Tone"))]}

    def _if(self, sort: str, depth: int) -> Any:
        return {"Fn::If": [self._choice(self.conditions), self._text(sort, depth), self._text(sort, depth)]}

    def _sub(self, sort: str, depth: int) -> Any:
        return {"Fn::Sub": ["x-${V}", {"V": self._text(sort, depth)}]}

    def _join(self, sort: str, depth: int) -> Any:
        return {"Fn::Join": ["-", [self._choice(WORDS), self._text(sort, depth)]]}

    def _select(self, sort: str, depth: int) -> Any:
        return {"Fn::Select": [self.random.randrange(2), [self._text(sort, depth), self._text(sort, depth)]]}

    def _listed(self, _: str, __: int) -> Any:
        return {"Fn::Select": [self.random.randrange(2), self._choice(self._readable("items"))]}

    def _resolved(self, _: str, __: int) -> Any:
        return f"{{{{resolve:ssm:{self._choice(self.stored)}}}}}"


def sort_of(name: str) -> str:
    """The sort of a parameter or output, which its name begins with: `Vpc1`, `Stored2`."""
    word = name.rstrip("0123456789").lower()
    return "name" if word in ("stored", "secret") else word


def place(random: Random, system: System, document: Document, before: str | None = None) -> Place:
    """What may be read in a template, ahead of the resource named `before`; of everything where there is none."""
    made = Place(random, stored=sorted(system.stored), conditions=list(document.get("Conditions", {})))
    for name in document.get("Parameters", {}):
        sort = sort_of(name)
        made.sources.append(({"Ref": name}, sort))
    for name, body in document["Resources"].items():
        if name == before:
            break
        made.sources += _answers(system, name, body)
    return made


def _asking(name: str, attribute: str) -> Document:
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}


def _answers(system: System, name: str, body: Document) -> list[tuple[Any, str]]:
    """What a resource of a template can be asked, and the sort of the answer."""
    if body["Type"] == STACK:
        child = system.document(body["Properties"]["TemplateURL"]) or {}
        outputs = [key for key, output in child.get("Outputs", {}).items() if "Condition" not in output]
        found = [({"Fn::GetAtt": [name, f"Outputs.{key}"]}, sort_of(key)) for key in outputs]
    else:
        asked = BY_TYPE[body["Type"]].attributes.items()
        found = [(_asking(name, key), sort) for key, sort in asked]
    if "Condition" not in body:
        return found
    return [({"Fn::If": [body["Condition"], read, FALLBACK[sort]]}, sort) for read, sort in found if sort in FALLBACK]
