"""The facts of a run without its secrets: known texts wherever they stand, and whole what may hold one that is unknown.

What was deployed last is another value than what the files hold now, after a rotation or a run with `--set`. An output,
a physical id or a property that is made of a NoEcho parameter is masked by what the templates say, and its text is
sought from then on: a reason may quote it. What a review shows is masked in review/masked_review.py.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cloudformation.parameters.declarations import MASK
from deployment.review.masked_review import Facts, without_texts
from deployment.review.review import ResourceChange
from deployment.review.secret_places import SecretPlaces
from deployment.review.secret_texts import SecretTexts
from deployment.run.outcome import ResourceDrift
from deployment.run.telling import Deletion
from deployment.stack.events import Event
from deployment.stack.stack import Stack
from deployment.template.resource_path import ROOT, ResourcePath

# What AWS makes of nothing that it was given, such as sg-0a1b2c3d4e5f60718.
_ASSIGNED = re.compile(r"[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})")
_LEAST_LEARNT = 6  # a shorter text of an id or an output stands in too much that is none


class Masking:
    """What is known of a run's secrets so far; it only grows."""

    def __init__(self) -> None:
        self._places: list[SecretPlaces] = []
        self._texts: set[str] = set()
        self._learnt: set[str] = set()
        self._prepared: SecretTexts | None = None

    def add_texts(self, texts: frozenset[str]) -> None:
        """Texts that are secrets."""
        if not texts <= self._texts:
            self._texts |= texts
            self._prepared = None

    def add_places(self, places: SecretPlaces) -> None:
        """One side of the stack, where it has any secret."""
        if places.any:
            self._places.append(places)

    def masked(self, facts: Facts) -> Facts:
        """The same facts without secrets."""
        if not (self._places or self._texts):
            return facts
        placed: Facts = self._placed(facts) if self._places else facts
        if self._prepared is None:
            self._prepared = SecretTexts(self._texts | self._learnt)
        masked: Facts = without_texts(placed, self._prepared)
        return masked

    def _placed(self, value: Any) -> Any:
        """The same with what is in a secret's place masked, at any depth."""
        if isinstance(value, Stack):
            return self._stack(value)
        if isinstance(value, ResourceChange):
            return replace(value, physical_id=self._id(value.path, value.physical_id))
        if isinstance(value, Event):
            return self._event(value)
        if isinstance(value, ResourceDrift):
            return self._drift(value)
        if isinstance(value, Deletion):
            return replace(value, goes=self._rows(value.goes), stays=self._rows(value.stays))
        if isinstance(value, tuple) and not isinstance(value, ResourcePath):
            return tuple(self._placed(member) for member in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: self._placed(getattr(value, field.name)) for field in fields(value)})
        return value

    def _stack(self, stack: Stack) -> Stack:
        outputs = []
        for output in stack.outputs:
            known = [side for side in self._places if side.has_output(ROOT, output.name)]
            secret = any(side.output(ROOT, output.name) for side in known)
            if secret:
                self._learn(output.value)
            # An output that no template is known for may be made of anything.
            outputs.append(replace(output, value=MASK) if secret or not known else output)
        return replace(stack, outputs=tuple(outputs))

    def _event(self, event: Event) -> Event:
        if event.of_stack:
            return event
        secret = self._reads(event.path, "Properties")
        return replace(
            event,
            physical_id=self._id(event.path, event.physical_id) or "",
            properties=MASK if secret and event.properties is not None else event.properties,
        )

    def _drift(self, drift: ResourceDrift) -> ResourceDrift:
        properties = tuple(
            replace(
                difference,
                expected=None if difference.expected is None else MASK,
                actual=None if difference.actual is None else MASK,
            )
            if self._reads(drift.path, difference.name.split("/")[0])
            else difference
            for difference in drift.properties
        )
        return replace(drift, physical_id=self._id(drift.path, drift.physical_id) or "", properties=properties)

    def _rows(self, rows: Sequence[tuple[ResourcePath, str, str]]) -> tuple[tuple[ResourcePath, str, str], ...]:
        return tuple((path, kind, self._id(path, physical) or "") for path, kind, physical in rows)

    def _id(self, path: ResourcePath, physical: str | None) -> str | None:
        known = [side for side in self._places if side.has_resource(path)]
        if not physical or _ASSIGNED.fullmatch(physical) or (known and not any(side.named(path) for side in known)):
            return physical
        if known:
            self._learn(physical)
        return MASK

    def _reads(self, path: ResourcePath, name: str) -> bool:
        return any(side.property(path, name) for side in self._places)

    def _learn(self, text: str) -> None:
        """Notes what must be masked elsewhere too: the text, and of an ARN or a URL what it ends in."""
        learnt = {part for part in _parts(text) if len(part) >= _LEAST_LEARNT and part != MASK}
        if not learnt <= self._learnt:
            self._learnt |= learnt
            self._prepared = None


def _parts(text: str) -> Iterator[str]:
    yield text
    if text.startswith(("arn:", "https://", "http://")):
        yield re.split(r"[:/]", text)[-1]


def masked_names(parameters: Mapping[str, str]) -> frozenset[str]:
    """The parameters that a stack does not show: CloudFormation masks them."""
    return frozenset(name for name, text in parameters.items() if text == MASK)
