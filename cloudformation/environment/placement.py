"""Values that belong to another Region than the environment: Availability Zones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem
from cloudformation.environment.parameter_values import Value
from cloudformation.environment.regions import is_known, is_zone_of, known_regions

_ZONE = "AWS::EC2::AvailabilityZone::Name"


def misplaced(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each zone that is not one of the environment's Region; nothing where the Region itself is not known."""
    if not is_known(environment.region, known_regions()):
        return
    for name, value in values.items():
        if value.declared.type not in (_ZONE, f"List<{_ZONE}>"):
            continue
        for zone in value.members:
            if zone and not is_zone_of(zone, environment.region):
                place = value.place or environment.place_of("parameters")
                shown = "" if value.declared.secret else f": {zone!r}"
                yield Problem(place, f"{name} is no Availability Zone of {environment.region}{shown}")
