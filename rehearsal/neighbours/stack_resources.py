"""The resources of stacks in moto: created on the first call to their service, then kept in the state of the stacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from rehearsal.neighbours.made import PLAYED, types_of
from rehearsal.neighbours.moto_server import MotoServer
from rehearsal.neighbours.service_calls import EVERYWHERE, ServiceCalls
from rehearsal.state.services import Contents, Key, Made

# A message to a topic goes on to the queues that subscribed to it. Elastic Load Balancing has two APIs under one name,
# and moto a name of its own for the second.
_WITH = {"sns": ("sns", "sqs"), "elasticloadbalancing": ("elbv2",)}


@dataclass(frozen=True)
class Step:
    """Something that a stack did to a resource: `release` leaves it behind, and it is nobody's from then on."""

    action: Literal["make", "change", "remove", "release"]
    made: Made
    seed: int = 0


def services_with(service: str) -> tuple[str, ...]:
    """The services whose resources have to be there when one of them is called."""
    return _WITH.get(service, (service,))


class StackResources:
    """What was put into moto for stacks, by type, Region and physical id."""

    def __init__(self, server: MotoServer, account: str) -> None:
        self._server = server
        self._account = account
        self._held: dict[Key, Made] = {}
        self._released: set[Key] = set()
        self._versions: dict[str, int] = {}

    def holds(self, type_name: str, region: str, physical_id: str) -> bool:
        """Whether a resource of that name is there because a stack has it."""
        played = PLAYED[type_name]
        name = played.name(physical_id)
        anywhere = played.service in EVERYWHERE
        return any(
            key[0] == type_name and (anywhere or key[1] == region) and played.name(key[2]) == name for key in self._held
        )

    def known(self, service: str) -> list[Key]:
        """The keys of the resources of stacks in a service."""
        types = types_of(service)
        return [key for key in self._held if key[0] in types]

    def version(self, service: str) -> int:
        """At which version of the stacks a service was brought up to date."""
        return self._versions.get(service, -1)

    def steps(self, service: str, contents: Contents) -> Iterator[Step]:
        """The steps that bring a service to the state of the stacks; none if it is newer."""
        if contents.version <= self.version(service):
            return
        self._versions[service] = contents.version
        types = types_of(service)
        standing = {made.key: made for made in sorted(contents.standing, key=lambda made: types.index(made.type))}
        left = {made.key: made for made in contents.left if made.key not in self._released}
        for key in self.known(service):
            if key not in standing and key not in left:
                yield Step("remove", Made(*key))
        for key, made in left.items():
            if key not in self._held:
                yield Step("make", made)
            yield Step("release", Made(*key))
        for key, made in standing.items():
            if self._held.get(key) != made:
                yield Step("change" if key in self._held else "make", made)

    def take(self, step: Step) -> None:
        """Take one step. A resource that existed before it was in a stack does not change: it was imported."""
        made, played = step.made, PLAYED[step.made.type]
        before = self._held.pop(made.key, None)
        call = ServiceCalls(partial(self._server.answer, seed=step.seed), self._account, made.region)
        if step.action == "make" and played.find(call.backend(played.service), made.physical_id) is None:
            played.make(call, made)
            played.settle(call, made, None)
        elif step.action == "change":
            played.settle(call, made, before)
        elif step.action == "remove":
            played.remove(call, made)
        if step.action in ("make", "change"):
            self._held[made.key] = made
            self._released.discard(made.key)
        elif step.action == "release":
            self._released.add(made.key)
