"""What the listeners of a load balancer do with a request: the rule that decides, and where its action leads.

Rules are asked in the order of their priorities, the lowest first, and the default one last; the first whose
conditions are all met decides. A rule for which that is unknown may be the one, so that then nothing is decided.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from cloudformation.environment.keys.routing.conditions import Condition, Met, all_met
from cloudformation.environment.keys.routing.http_request import Request

FORWARD, REDIRECT, FIXED = "forward", "redirect", "fixed-response"


class Rule(Protocol):
    """What decides on a request: its place, and what it asks for."""

    @property
    def priority(self) -> int: ...

    @property
    def conditions(self) -> tuple[Condition, ...]: ...


AnyRule = TypeVar("AnyRule", bound=Rule)


def decided(rules: Iterable[AnyRule], request: Request) -> list[tuple[AnyRule, Met]]:
    """The rules that are asked, in their order, each with whether it is met: the last is the first that is.

    Where the last is not met, no rule is.
    """
    asked: list[tuple[AnyRule, Met]] = []
    for rule in sorted(rules, key=lambda rule: rule.priority):
        asked.append((rule, all_met(condition.met(request) for condition in rule.conditions)))
        if asked[-1][1]:
            break
    return asked


@dataclass(frozen=True)
class Target:
    """A target group that requests are forwarded to, and its share of them."""

    arn: str
    weight: int = 1


@dataclass(frozen=True)
class Action:
    """What is done at last with a request, and the actions `first` that may stop it (a sign-in).

    `redirect` has the parts of a redirect's URL, where they are given; `status` is that of a redirect or of a response.
    """

    type: str
    targets: tuple[Target, ...] = ()
    redirect: tuple[tuple[str, str], ...] = ()
    status: str = ""
    first: tuple[str, ...] = ()


DEFAULT = 1_000_000
"""The place of a listener's default rule: behind all others."""


@dataclass(frozen=True)
class ListenerRule:
    """A rule as it stands."""

    arn: str
    priority: int
    conditions: tuple[Condition, ...]
    action: Action
    rewrites: bool = False
    """Whether it changes the host or the path of what it forwards."""


@dataclass(frozen=True)
class Listener:
    """A port of a load balancer, with all its rules."""

    arn: str
    protocol: str
    port: int
    rules: tuple[ListenerRule, ...]

    @property
    def shown(self) -> str:
        """The listener for people."""
        return f"{self.protocol} {self.port}"


def listening(listeners: Sequence[Listener], request: Request) -> Listener | None:
    """The listener that gets a request; None where nothing listens on its port, or in another protocol."""
    return next((one for one in listeners if one.port == request.port and one.protocol.lower() == request.scheme), None)


_KEPT = {"protocol": "#{protocol}", "host": "#{host}", "port": "#{port}", "path": "/#{path}", "query": "#{query}"}


def location(action: Action, request: Request) -> str:
    """Where a redirect leads: what it does not say stays as it was (API_RedirectActionConfig)."""
    had = {
        "protocol": request.scheme.upper(),
        "host": request.host,
        "port": str(request.port),
        "path": request.path.removeprefix("/"),
        "query": request.query,
    }
    parts = _KEPT | dict(action.redirect)
    for name, text in parts.items():
        for word, value in had.items():
            text = text.replace(f"#{{{word}}}", value)
        parts[name] = text
    query = f"?{parts['query']}" if parts["query"] else ""
    return f"{parts['protocol'].lower()}://{parts['host']}:{parts['port']}{parts['path']}{query}"
