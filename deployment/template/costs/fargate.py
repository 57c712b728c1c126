"""What a service on Fargate is charged for by the hour: vCPU and memory of its tasks, and their public addresses.

https://aws.amazon.com/fargate/pricing/: by architecture, 20 GB of storage included. Spot has a price that moves, so it
has none here. Where the number of tasks is scaled, the fewest count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cloudformation.environment.price_table import FARGATE_GB, FARGATE_STORAGE, FARGATE_VCPU
from cloudformation.unknown import ABSENT, Unknown, is_unknown, sources
from deployment.template.costs.charges import Charge, NotKnownError, Resource, number, resources, scalar, short, whole
from deployment.template.costs.networks import addresses
from deployment.template.costs.standing import is_made
from deployment.template.resource_path import ResourcePath

SERVICE, TASK_DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"
SCALABLE_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
OF_SERVICE = ("CapacityProviderStrategy", "LaunchType", "DesiredCount", "NetworkConfiguration", "DeploymentController")
_OF_TASK = ("Cpu", "Memory", "RuntimePlatform", "EphemeralStorage")
_OF_TARGET = ("MinCapacity", "ScheduledActions")
_INCLUDED_STORAGE = 20
_CPU = re.compile(r"([0-9]*\.?[0-9]+)\s*vcpu", re.I)
_MEMORY = re.compile(r"([0-9]*\.?[0-9]+)\s*gb", re.I)
_UNITS = Decimal(1024)
_SPOT = "the price of Fargate Spot varies"


def service(service: Resource) -> Iterator[Charge]:
    """The tasks of a service, at its fewest."""
    definition = _definition(service)
    if service.within("DeploymentController", "Type", default="ECS") == "EXTERNAL":
        raise NotKnownError("its tasks are those of task sets")
    targets = list(_targets(service))
    on_fargate = _on_fargate(service)
    if on_fargate == 0:
        return
    tasks = max(map(_fewest, targets)) if targets else _written(service)
    if on_fargate is not None and tasks > on_fargate:
        raise NotKnownError(_SPOT)
    if definition is None:
        raise NotKnownError("its task definition is not in the templates")
    if tasks:
        what, parts = _task(definition)
        yield Charge(what, parts, tasks, scaled=bool(targets))
        if service.within("NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp") == "ENABLED":
            yield addresses(tasks)


def _on_fargate(service: Resource) -> int | None:
    """How many tasks are on Fargate for sure, at its price: None for all, 0 where none ever is."""
    strategy = service.get("CapacityProviderStrategy")
    if strategy is ABSENT or strategy == []:
        launch = service.text("LaunchType")
        if not launch:
            raise NotKnownError("its capacity providers are those of its cluster")
        return None if launch == "FARGATE" else 0
    if not isinstance(strategy, list) or isinstance(strategy, Unknown):
        raise NotKnownError("CapacityProviderStrategy is not known here")
    used = [_provider(member) for member in strategy]
    names = {name for name, base, weight in used if base or weight}
    if not names:
        raise NotKnownError("none of its capacity providers has a weight")
    if names == {"FARGATE"}:
        return None
    if names.isdisjoint({"FARGATE", "FARGATE_SPOT"}):
        return 0
    base = sum(base for name, base, _ in used if name == "FARGATE")
    if not base:
        raise NotKnownError(_SPOT)
    return base


def _provider(member: Any) -> tuple[str, int, int]:
    if not isinstance(member, dict):
        raise NotKnownError("CapacityProviderStrategy is not known here")
    base, weight = (whole(name, scalar(name, member.get(name, ABSENT), "0")) for name in ("Base", "Weight"))
    return scalar("CapacityProvider", member.get("CapacityProvider", ABSENT)), base, weight


def _written(service: Resource) -> int:
    written = service.text("DesiredCount")
    if not written and service.new:
        return 1  # ECS's default for a service that is new
    if not written:
        raise NotKnownError("its template does not say how many tasks run")
    return whole("DesiredCount", written)


def _targets(service: Resource) -> Iterator[Resource]:
    """What scales the number of the service's tasks, and is made."""
    for at in resources(service.side):
        body = service.side.resource(at.parent, at.name)
        if body is None or body.get("Type") != SCALABLE_TARGET:
            continue
        if (made := is_made(service.side, at)) is False:
            continue
        target = Resource(service.side, at)
        if (scales := _scales(target, service)) is False:
            continue
        if scales is None:
            raise NotKnownError(f"whether {at} scales it is unknown here")
        if made is not True:
            raise NotKnownError(f"whether {at} scales it is unknown here")
        yield service.beside(at, _OF_TARGET)


def _scales(target: Resource, service: Resource) -> bool | None:
    """Whether a target is of the service: it reads it, or names it as `service/CLUSTER/NAME`; None where it may be."""
    space, named = target.get("ServiceNamespace"), target.get("ResourceId")
    if not is_unknown(space) and target.text("ServiceNamespace") != "ecs":
        return False
    read = {ResourcePath(source.path) / source.name for source in sources(named)}
    services = {at for at in read if _type_of(service, at) == SERVICE}
    if services:
        return None if is_unknown(space) else service.at in services
    # The cluster may be a resource yet, and the name be written.
    name = (named.text if isinstance(named, Unknown) else str(named)).rpartition("/")[2]
    own = service.get("ServiceName")
    if own is ABSENT and not is_unknown(named):
        return False  # CloudFormation makes its name up
    if "${" in name or isinstance(own, Unknown) or own is ABSENT or (is_unknown(named) and "/" not in str(named)):
        return None
    return None if is_unknown(space) and name == str(own) else name == str(own)


def _type_of(service: Resource, at: ResourcePath) -> object:
    return (service.side.resource(at.parent, at.name) or {}).get("Type")


def _fewest(target: Resource) -> int:
    if target.get("ScheduledActions") not in (ABSENT, []):
        raise NotKnownError("how many tasks run depends on a schedule")
    return whole("MinCapacity", target.text("MinCapacity"))


def _definition(service: Resource) -> Resource | None:
    """The task definition of a service, where a template has it: a new revision of it may cost the same."""
    read = sources(service.side.value(service.at.parent, service.written("TaskDefinition")))
    for at in [ResourcePath(source.path) / source.name for source in read] if len(read) == 1 else ():
        body = service.side.resource(at.parent, at.name) or {}
        if body.get("Type") == TASK_DEFINITION and is_made(service.side, at) is True:
            return service.beside(at, _OF_TASK)
    service.note("TaskDefinition")
    return None


def _task(definition: Resource) -> tuple[str, tuple[tuple[str, Decimal], ...]]:
    """A task in words, and what is paid for it."""
    if definition.within("RuntimePlatform", "OperatingSystemFamily", default="LINUX") != "LINUX":
        raise NotKnownError("params/prices.yaml has no price of tasks on Windows")
    architecture = definition.within("RuntimePlatform", "CpuArchitecture", default="X86_64")
    if architecture not in FARGATE_VCPU:
        raise NotKnownError(f"params/prices.yaml has no price of tasks on {architecture}")
    cpu, memory = _size("Cpu", definition, _CPU), _size("Memory", definition, _MEMORY)
    storage = number("SizeInGiB", definition.within("EphemeralStorage", "SizeInGiB", default="0"))
    more = max(storage - _INCLUDED_STORAGE, Decimal(0))
    parts = [(FARGATE_VCPU[architecture], cpu), (FARGATE_GB[architecture], memory)]
    parts += [(FARGATE_STORAGE, more)] if more else []
    with_storage = f", {short(storage)} GB of storage" if more else ""
    words = f"Fargate task ({short(cpu)} vCPU, {short(memory)} GB, {architecture}{with_storage})"
    return words, tuple(parts)


def _size(name: str, definition: Resource, words: re.Pattern[str]) -> Decimal:
    """vCPU or GB of a task: `256` units or MiB are a quarter of one, `.25 vCPU` too."""
    text = definition.text(name)
    if match := words.fullmatch(text.strip()):
        return Decimal(match[1])
    return number(name, text) / _UNITS
