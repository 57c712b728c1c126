"""Who answers a request, and why: what each listener on its way does, with the rules that were evaluated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cloudformation.environment.keys.routing.conditions import Met
from cloudformation.environment.keys.routing.http_request import Request, request_of
from cloudformation.environment.keys.routing.listeners import (
    DEFAULT,
    FIXED,
    FORWARD,
    REDIRECT,
    Action,
    Listener,
    ListenerRule,
    decided,
    listening,
    location,
)

NOWHERE, UNDECIDED = "nowhere", "undecided"
_MOST_REDIRECTS = 10


@dataclass(frozen=True)
class AskedCondition:
    """A condition, whether the request meets it (None: unknown), and what the request has there."""

    condition: str
    met: Met
    has: str


@dataclass(frozen=True)
class AskedRule:
    """A rule that was asked: its priority (None: the default one), and where it leads."""

    priority: int | None
    arn: str
    met: Met
    leads_to: str
    conditions: tuple[AskedCondition, ...] = ()

    @property
    def shown(self) -> str:
        """The rule for people."""
        if self.priority is None:
            return "the default action"
        asks = "; ".join(asked.condition for asked in self.conditions)
        return f"rule {self.priority} ({asks})" if asks else f"rule {self.priority}"


@dataclass(frozen=True)
class Step:
    """What one listener does with a request.

    `does` is forward, redirect, fixed-response, nowhere or undecided (or an action that is not known here); `services`
    are those that get it, `rule` the one that decides, `before` those that were asked first, and `notes` what else is
    to be known.
    """

    url: str
    listener: str | None
    does: str
    leads_to: str
    services: tuple[str, ...] = ()
    rule: AskedRule | None = None
    before: tuple[AskedRule, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether it is known who gets the request."""
        return self.does in (FORWARD, FIXED, REDIRECT, NOWHERE)


@dataclass(frozen=True)
class Answer:
    """A request with all steps on its way; `difference` says how it ends otherwise than is expected, or not known."""

    url: str
    method: str
    steps: tuple[Step, ...]
    expected: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def ends(self) -> str:
        """Who answers, in a word or two: a service, or with what no service does."""
        last = self.steps[-1]
        told = {NOWHERE: "nobody", UNDECIDED: UNDECIDED}.get(last.does, last.leads_to)
        return ",".join(last.services) or told

    @property
    def difference(self) -> str | None:
        """What is not as it should be; None where nothing is."""
        last = self.steps[-1]
        if not last.decided:
            return f"who answers is not decided: {last.leads_to}"
        if self.expected is None or (last.does == FORWARD and last.services == (self.expected,)):
            return None
        by = f" ({last.rule.shown})" if last.rule else ""
        verb = "is answered by" if last.services else "ends with"
        return f"{verb} {self.ends}, not by {self.expected}{by}"


def steps(listeners: Sequence[Listener], request: Request, owner: Callable[[str], str]) -> tuple[Step, ...]:
    """What becomes of a request, as its client follows redirects to the same host; `owner` names a target group's."""
    made: list[Step] = []
    known = {(request.method, request.url)}
    while True:
        made.append(_step(listeners, request, owner))
        if made[-1].does != REDIRECT:
            return tuple(made)
        try:
            further = request.sent_to(made[-1].leads_to.partition(" ")[2])
        except ValueError:
            return tuple(made)
        if further.method != request.method:
            note = f"a client makes a {further.method} of the {request.method} then"
            made[-1] = replace(made[-1], notes=(*made[-1].notes, note))
        if further.host != request.host:
            return tuple(made)
        if (further.method, further.url) in known or len(made) > _MOST_REDIRECTS:
            leads = f"{made[-1].leads_to}, and so on without an end"
            return (*made[:-1], replace(made[-1], does=NOWHERE, leads_to=leads))
        known.add((further.method, further.url))
        request = further


def _step(listeners: Sequence[Listener], request: Request, owner: Callable[[str], str]) -> Step:
    listener = listening(listeners, request)
    if listener is None:
        there = ", ".join(one.shown for one in listeners) or "nothing"
        return Step(request.url, None, NOWHERE, f"no {request.scheme.upper()} listener on {request.port}: {there}")
    asked = decided(listener.rules, request)
    told = [_asked(rule, met, request, owner) for rule, met in asked]
    may = [one for one in told if one.met is None]
    if may or not told or not told[-1].met:
        leads = f"{may[0].leads_to} by {may[0].shown}, else {told[-1].leads_to}" if may else "it has no default rule"
        return Step(request.url, listener.shown, UNDECIDED, leads, before=tuple(told))
    rule = asked[-1][0]
    notes = (*(f"after {first}" for first in rule.action.first), *_rewrites(rule))
    last, before = told[-1], tuple(told[:-1])
    services = tuple(dict.fromkeys(owner(target.arn) for target in rule.action.targets))
    leads = _leads(rule.action, request, owner)
    return Step(request.url, listener.shown, rule.action.type, leads, services, last, before, notes)


def _rewrites(rule: ListenerRule) -> Iterator[str]:
    if rule.rewrites:
        yield "the target gets another host or path: the rule rewrites it"


def _asked(rule: ListenerRule, met: Met, request: Request, owner: Callable[[str], str]) -> AskedRule:
    conditions = tuple(
        AskedCondition(condition.shown, condition.met(request), condition.unmet_by(request))
        for condition in rule.conditions
    )
    priority = None if rule.priority == DEFAULT else rule.priority
    return AskedRule(priority, rule.arn, met, _leads(rule.action, request, owner), conditions)


def _leads(action: Action, request: Request, owner: Callable[[str], str]) -> str:
    if action.type == REDIRECT:
        return f"{action.status} {_plain(location(action, request))}"
    if action.type == FIXED:
        return action.status
    if action.type != FORWARD:
        return f"an action {action.type}, which is not known here"
    shares: dict[str, int] = {}
    for target in action.targets:
        shares[owner(target.arn)] = shares.get(owner(target.arn), 0) + target.weight
    total = sum(shares.values())
    if len(shares) < 2 or not total:
        return ", ".join(shares) or "no target group"
    return ", ".join(f"{name} {weight * 100 / total:.3g} %" for name, weight in shares.items())


def _plain(url: str) -> str:
    """A URL without the port that its scheme has anyway."""
    try:
        return request_of(url).url
    except ValueError:
        return url
