"""What tasks stand on: the subnets that they run in, and what leads out of these.

A task pulls its image, and sends its logs, through whatever its subnet's table leads to, or through endpoints. Nothing
in a template says that one depends on the other: a service names its subnets, and the rest names the subnets, too.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.resource_types.ways_out import LEADS_OUT, RUNS_IN, SUBNET, TABLE
from cloudformation.unknown import Unknown, canonical, sources, unknowns
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values


@dataclass(frozen=True)
class Leaving:
    """A service that leaves all its subnets in an update: `way` is what its tasks stand on till then.

    `growing` are those of the route that at most get more than they have. Where it is unknown what the route is, it is
    None.
    """

    service: ResourcePath
    subnets: tuple[ResourcePath, ...] = ()
    way: frozenset[ResourcePath] | None = None
    growing: frozenset[ResourcePath] = frozenset()


def leaving(before: Values, after: Values) -> Iterator[Leaving]:
    """Each service of both sides that may leave all the subnets that its tasks run in."""
    graph: _Graph | None = None
    for path in after.documents:
        for name, body in after.section(path, "Resources").items():
            pointer = RUNS_IN.get(str(body.get("Type")) if isinstance(body, Mapping) else "")
            if pointer is None or before.resource(path, name) is None:
                continue
            was, will = (_subnets(side, path, name, pointer) for side in (before, after))
            if canonical(was) == canonical(will) or was in ([], None):
                continue
            stood, stands = _named(before, was), _named(after, will)
            if stood is None or stands is None:
                yield Leaving(path / name, tuple(sorted(stood or ())))
            elif stood and not stood & stands:
                graph = graph or _Graph(before)
                way = graph.way_out(stood)
                growing = frozenset(at for at in way if _only_grows(before, after, at))
                yield Leaving(path / name, tuple(sorted(stood)), way, growing)


def _subnets(side: Values, path: ResourcePath, name: str, pointer: tuple[str, ...]) -> Any:
    value = side.value(path, _body(side, path / name).get("Properties"))
    for part in pointer:
        value = value if isinstance(value, Unknown) else value.get(part) if isinstance(value, Mapping) else None
    return value


def _named(side: Values, value: Any) -> frozenset[ResourcePath] | None:
    """The subnets of the tree that a value names; None where something in it may be any subnet."""
    if any(not unknown.sources for unknown in unknowns(value)):
        return None
    named = {ResourcePath(source.path) / source.name for source in sources(value)}
    if any(_type(side, at) != SUBNET for at in named):
        return None
    return frozenset(named)


def _type(side: Values, at: ResourcePath) -> str:
    return str(_body(side, at).get("Type"))


def _body(side: Values, at: ResourcePath) -> Mapping[str, Any]:
    return side.resource(at.parent, at.name) or {}


def _only_grows(before: Values, after: Values, at: ResourcePath) -> bool:
    """Whether every property of a resource is what it was, or a list with more in it; a Name leads nowhere."""
    was, will = (
        side.value(at.parent, (side.resource(at.parent, at.name) or {}).get("Properties")) for side in (before, after)
    )
    if not (isinstance(was, Mapping) and isinstance(will, Mapping)):
        return False
    return all(_keeps(was.get(name), will.get(name)) for name in {*was, *will} - {"Tags"})


def _keeps(was: Any, will: Any) -> bool:
    if isinstance(was, list) and isinstance(will, list):
        return {canonical(item) for item in was} <= {canonical(item) for item in will}
    return canonical(was) == canonical(will)


class _Graph:
    """Which resource of a side names which, over all nested stacks."""

    def __init__(self, side: Values) -> None:
        self._side = side
        self._names: dict[ResourcePath, frozenset[ResourcePath]] = {}
        for path in side.documents:
            for name, body in side.section(path, "Resources").items():
                properties = side.value(path, body.get("Properties")) if isinstance(body, Mapping) else None
                named = (ResourcePath(source.path) / source.name for source in sources(properties))
                self._names[path / name] = frozenset(named)

    def way_out(self, subnets: frozenset[ResourcePath]) -> frozenset[ResourcePath]:
        """The subnets, what leads out of them, what that leads through, and so on."""
        way: set[ResourcePath] = set()
        waiting = set(subnets)
        while waiting:
            way |= waiting
            through = {named for at in waiting for named in self._names.get(at, ())}
            places = {at for at in waiting if _type(self._side, at) in (SUBNET, TABLE)}
            through |= {at for at, names in self._names.items() if names & places and self._leads_out(at)}
            waiting = through - way
        return frozenset(way)

    def _leads_out(self, at: ResourcePath) -> bool:
        return _type(self._side, at) in LEADS_OUT
