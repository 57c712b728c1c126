"""What a control is, and what it says of a system: never that it passes where that is not known."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, is_unknown
from templates.security.resolved_system import Resource, System

PASSES, FAILS, NOT_KNOWN, NOTHING_THERE, ACCOUNT = "passes", "fails", "not known", "nothing there", "account"

FSBP = "FSBP"
# The control's page does not say of which standards it is, and no list of FSBP's that was read has it.
INFERRED = "FSBP, inferred"

Held = bool | None
"""Whether something is as a control wants it; None where the templates do not say."""


class Verdict(NamedTuple):
    """What a control says, and the resources, by logical id, of which it says that."""

    state: str
    resources: tuple[str, ...] = ()


Check = Callable[[System], Verdict]


class Control(NamedTuple):
    """A control of Security Hub, or several that ask for the same, by their numbers.

    `fixes` are the settings that make it pass where it fails: keys of the environment file, or parameters with the
    resource that they are for (`Parameter@LogicalId`). `because` says why a failure of a resource, by its logical id,
    is accepted. What else fails has neither. `note` is what else is to be said.
    """

    numbers: tuple[int, ...]
    asks: str
    check: Check
    fixes: Mapping[str, str] | None = None
    note: str = ""
    because: Mapping[str, str] = {}
    standard: str = FSBP

    def settings(self, verdict: Verdict) -> dict[str, str]:
        """The settings that make it pass where this is what it says; none where they would not help with all of it."""
        fixes = [(*name.partition("@"), value) for name, value in (self.fixes or {}).items()]
        helped = {resource for _, _, resource, _ in fixes}
        if not helped.issuperset(verdict.resources or [""]):
            return {}
        return {name: value for name, _, resource, value in fixes if not resource or resource in verdict.resources}

    def accepts(self, verdict: Verdict) -> bool:
        """Whether somebody said of each resource that fails why it may."""
        return bool(verdict.resources) and self.because.keys() >= set(verdict.resources)

    @property
    def remarks(self) -> str:
        """Why a failure is accepted, and what else is to be said."""
        return "; ".join(filter(None, [*dict.fromkeys(self.because.values()), self.note]))


class Service(NamedTuple):
    """A service as Security Hub's user guide has it: the prefix of its controls, and the page that describes them."""

    title: str
    prefix: str
    page: str
    controls: tuple[Control, ...]


def every(*types: str, holds: Callable[[Resource, System], Held]) -> Check:
    """Each resource of these types has to be so; where there is none, there is nothing to judge."""

    def check(system: System) -> Verdict:
        resources = system.of(*types)
        if not resources:
            return Verdict(NOTHING_THERE)
        judged = [(one, holds(one, system)) for one in resources]
        # One that may not be there fails nothing for certain.
        failing = [one.name for one, held in judged if held is False and one.certain]
        if failing:
            return Verdict(FAILS, tuple(failing))
        doubtful = [one.name for one, held in judged if not held]
        if doubtful:
            return Verdict(NOT_KNOWN, tuple(doubtful))
        return Verdict(PASSES)

    return check


def absent(*types: str) -> Check:
    """The control judges resources of these types, and no template has one; one that has is not judged here."""

    def check(system: System) -> Verdict:
        there = [name for name in types if system.declares(name)]
        return Verdict(NOT_KNOWN, tuple(there)) if there else Verdict(NOTHING_THERE)

    return check


def of_the_account(system: System) -> Verdict:
    """A setting of the account, or of the Region in it: no stack decides it."""
    return Verdict(ACCOUNT)


def one_of(value: Any, wanted: Iterable[str], *, absent: Held = False) -> Held:
    """Whether a value is one of some texts; `absent` where nothing is written, and AWS's default decides."""
    if value is ABSENT:
        return absent
    return None if is_unknown(value) else text_of(value) in wanted


def is_true(value: Any, *, absent: Held = False) -> Held:
    """Whether a value is true."""
    return one_of(value, ("true",), absent=absent)


def is_false(value: Any, *, absent: Held = False) -> Held:
    """Whether a value is false."""
    return one_of(value, ("false",), absent=absent)


def all_of(held: Iterable[Held]) -> Held:
    """Whether all hold: one that does not decides, and no further one is looked at; one not known leaves it open."""
    answer: Held = True
    for part in held:
        if part is False:
            return False
        answer = answer if part else None
    return answer


def any_of(held: Iterable[Held]) -> Held:
    """Whether one holds; it decides, and no further one is looked at."""
    answer: Held = False
    for part in held:
        if part:
            return True
        answer = None if part is None else answer
    return answer


def negated(held: Held) -> Held:
    """Whether it is false."""
    return None if held is None else not held


def items(value: Any) -> list[Any] | None:
    """The items of a list; none where nothing is written, None where the list is not known."""
    return [] if value is ABSENT else value if isinstance(value, list) else None


def every_item(value: Any, holds: Callable[[Any], Held]) -> Held:
    """Whether every item of a list is so; none is where there are none."""
    known = items(value)
    return None if known is None else all_of(map(holds, known))


def any_item(value: Any, holds: Callable[[Any], Held]) -> Held:
    """Whether one item of a list is so."""
    known = items(value)
    return None if known is None else any_of(map(holds, known))


def member(value: Any, *names: str) -> Any:
    """The value at a path within a value; ABSENT where it does not go on, the Unknown where that is in the way."""
    for name in names:
        if not isinstance(value, dict):
            return value
        value = value.get(name, ABSENT)
    return value


def keyed(value: Any, key: str, at: str = "Key") -> Any:
    """The Value of an entry among `[{Key: ..., Value: ...}]`; the list itself where it is not known."""
    known = items(value)
    if known is None or any(not isinstance(entry, dict) or is_unknown(entry.get(at)) for entry in known):
        return value
    return next((entry.get("Value", ABSENT) for entry in known if entry.get(at) == key), ABSENT)
