"""Hosted zones of stacks in Route 53; the records of stacks are not put into them."""

from typing import Any

from rehearsal.neighbours.made.played_type import PlayedType, dropped_tags, tag_list
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made


def _make(call: ServiceCalls, made: Made) -> None:
    backend = call.backend("route53")
    before = set(backend.zones)
    networks = made.properties.get("VPCs", ())
    call(
        "route53",
        "CreateHostedZone",
        Name=made.properties.get("Name"),
        CallerReference=made.physical_id,
        HostedZoneConfig={
            "Comment": made.properties.get("HostedZoneConfig", {}).get("Comment", ""),
            "PrivateZone": bool(networks),
        },
        VPC={"VPCRegion": networks[0]["VPCRegion"], "VPCId": networks[0]["VPCId"]} if networks else None,
    )
    for given in set(backend.zones) - before:
        zone = backend.zones[made.physical_id] = backend.zones.pop(given)
        zone.resource_id = made.physical_id


def _settle(call: ServiceCalls, made: Made, before: Made | None) -> None:
    comment = made.properties.get("HostedZoneConfig", {}).get("Comment", "")
    if before and before.properties.get("HostedZoneConfig", {}).get("Comment", "") != comment:
        call("route53", "UpdateHostedZoneComment", Id=made.physical_id, Comment=comment)
    tagged = _as_tagged(made)
    added, dropped = tag_list(tagged), dropped_tags(before and _as_tagged(before), tagged)
    if added or dropped:
        call(
            "route53",
            "ChangeTagsForResource",
            ResourceType="hostedzone",
            ResourceId=made.physical_id,
            AddTags=added or None,
            RemoveTagKeys=dropped or None,
        )


def _as_tagged(made: Made) -> Made:
    """The type calls its tags HostedZoneTags."""
    return Made(*made.key, {"Tags": made.properties.get("HostedZoneTags", ())}, tags=made.tags)


def _remove(call: ServiceCalls, made: Made) -> None:
    backend = call.backend("route53")
    backend.zones.pop(made.physical_id, None)
    backend.resource_tags.pop(made.physical_id, None)


def _find(backend: Any, id: str) -> Any:
    return backend.zones.get(id)


HOSTED_ZONE = PlayedType("route53", _make, _settle, _remove, _find)
