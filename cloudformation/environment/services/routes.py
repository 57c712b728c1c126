"""Which requests reach which service: the rules of one listener, compared with each other.

How a request is decided on, cloudformation/environment/keys/routing/ says, for these rules as for those that stand.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.keys.expected_routes import ExpectedRoute
from cloudformation.environment.keys.routing import conditions as asked
from cloudformation.environment.keys.routing.conditions import Condition
from cloudformation.environment.keys.routing.http_request import Request
from cloudformation.environment.keys.routing.listeners import decided
from cloudformation.environment.parameter_values import Value

PRIORITY, PATHS, HOSTS = "ListenerRulePriority", "ListenerRulePaths", "ListenerRuleHosts"
CATCH_ALL = 50000
EVERYTHING = "/*"
MOST_RULES = 100
"""Rules of a load balancer (adjustable), and its target groups (not adjustable)."""
# Which priorities a rule has by what it asks for: the narrower, the earlier.
BANDS = {
    (True, True): (100, 999, "host and path"),
    (True, False): (1000, 9999, "host alone"),
    (False, True): (10000, 49999, "path alone"),
    (False, False): (CATCH_ALL, CATCH_ALL, "every request"),
}


@dataclass(frozen=True)
class Route:
    """One rule: which service it leads to, its priority, its patterns, and where each was written."""

    service: str
    priority: int
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    places: Mapping[str, Place]

    @property
    def narrow(self) -> tuple[bool, bool]:
        """Whether it asks for hosts, and whether for paths."""
        return bool(self.hosts), self.paths != (EVERYTHING,)

    @property
    def shown(self) -> str:
        """The rule for people."""
        hosts = ",".join(self.hosts)
        return f"{hosts}{' ' if hosts else ''}{','.join(self.paths)}"

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What it asks of a request."""
        paths = Condition(asked.PATHS, self.paths)
        return (paths, Condition(asked.HOSTS, self.hosts)) if self.hosts else (paths,)

    def covers(self, other: "Route") -> bool:
        """Whether every request that meets the other's conditions meets its own, as far as patterns show."""
        hosts = not self.hosts or (bool(other.hosts) and _all_covered(_lower(self.hosts), _lower(other.hosts)))
        return hosts and _all_covered(self.paths, other.paths)


def route(service: str, values: Mapping[str, Value], fallback: Place) -> Route | None:
    """The rule that these values make; None where they make none, or one that their own constraints refuse."""
    texts = {name: values[name].text for name in (PRIORITY, PATHS, HOSTS) if name in values}
    if not texts.get(PRIORITY, "").isdecimal():
        return None
    places = {name: values[name].place or fallback for name in texts}
    return Route(
        service, int(texts[PRIORITY]), _members(texts.get(HOSTS, "")), _members(texts.get(PATHS, EVERYTHING)), places
    )


def taken(routes: Sequence[Route], request: Request) -> tuple[Route | None, tuple[Route, ...]]:
    """The rule that decides on a request, or None where the listener's default action does; and those before it that
    may decide, as far as that is known."""
    told = decided(routes, request)
    may = tuple(route for route, met in told if met is None)
    return next((route for route, met in told if met), None), may


def unexpected(routes: Sequence[Route], expected: Iterable[ExpectedRoute], names: Sequence[str]) -> Iterator[Problem]:
    """Each request that another service would answer than is expected, or none, or that finds no certificate.

    `names` are those of the certificate; nothing is said of them where none is known.
    """
    for one in expected:
        deciding, may = taken(routes, one.request)
        if names and not any(_is_name_of(one.host, name) for name in names):
            yield Problem(one.place, f"routes: {one.host} is no name of the certificate: {', '.join(names)}")
        elif may:
            yield Problem(
                one.place,
                f"routes: {one.url} may be answered by {may[0].service}: whether its rule for {may[0].shown} takes an "
                "escaped path, or one with dots, Elastic Load Balancing does not say",
            )
        elif deciding is None:
            yield Problem(one.place, f"routes: {one.url} would be answered with 503: no rule takes it")
        elif deciding.service != one.service:
            yield Problem(
                one.place,
                f"routes: {one.url} would be answered by {deciding.service}, not by {one.service}: the rule for "
                f"{deciding.shown} has priority {deciding.priority} ({deciding.places[PRIORITY]})",
            )


def _is_name_of(host: str, name: str) -> bool:
    """Whether a name of a certificate is that of a host; a wildcard stands for one label (RFC 6125)."""
    label, _, rest = host.lower().partition(".")
    return name.lower() == host.lower() or (name.startswith("*.") and bool(label) and rest == name[2:].lower())


def collisions(routes: Sequence[Route]) -> Iterator[Problem]:
    """Each two rules that cannot both be, or of which one would never be reached; each rule out of its place."""
    in_order = sorted(routes, key=_priority)
    for first, second in combinations(in_order, 2):
        yield from _collision(first, second)
    for one in in_order:
        yield from _out_of_band(one)
    if len(routes) > MOST_RULES:
        last = in_order[MOST_RULES]
        yield Problem(
            last.places[PRIORITY],
            f"{last.service}: there are {len(routes)} rules; a load balancer takes {MOST_RULES}, and as many target "
            "groups",
        )


def _collision(first: Route, second: Route) -> Iterator[Problem]:
    if first.priority == second.priority:
        yield Problem(
            second.places[PRIORITY],
            f"{PRIORITY} {second.priority} of {second.service} is that of {first.service} "
            f"({first.places[PRIORITY]}) already",
        )
    if first.covers(second):
        same = second.covers(first)
        says = "answers the same requests as" if same else "never gets a request:"
        by = f"{first.service} ({first.places[PRIORITY]})"
        detail = by if same else f"{by} takes {first.shown} before it, at priority {first.priority}"
        yield Problem(_where(second), f"{second.service} {says} {detail}")


def _out_of_band(one: Route) -> Iterator[Problem]:
    low, high, asks = BANDS[one.narrow]
    if not low <= one.priority <= high:
        wanted = str(low) if low == high else f"from {low} to {high}"
        yield Problem(
            one.places[PRIORITY],
            f"{PRIORITY} {one.priority} of {one.service}: a rule for {asks} has a priority {wanted}, so that the "
            "narrower one is asked first",
        )


def _where(one: Route) -> Place:
    return one.places.get(HOSTS if one.hosts else PATHS, one.places[PRIORITY])


def _priority(one: Route) -> int:
    return one.priority


def _members(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _lower(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _all_covered(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    return all(any(_covers(one, other) for one in wide) for other in narrow)


@lru_cache(maxsize=65536)
def _covers(wide: str, narrow: str) -> bool:
    """Whether every text that the pattern `narrow` matches is matched by `wide`; wildcards stand for themselves."""
    if not wide or not narrow:
        return wide.strip("*") == narrow
    if wide[0] == "*":
        return _covers(wide[1:], narrow) or _covers(wide, narrow[1:])
    same = wide[0] == narrow[0] or (wide[0] == "?" and narrow[0] != "*")
    return same and _covers(wide[1:], narrow[1:])
