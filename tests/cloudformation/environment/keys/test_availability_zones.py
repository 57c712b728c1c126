"""The zones that Fn::GetAZs gives."""

from __future__ import annotations

from cloudformation.environment.keys.availability_zones import zones_of_region


def test_zones_are_those_that_moto_has_too() -> None:
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    known = {region: [zone.name for zone in zones] for region, zones in RegionsAndZonesBackend.zones.items()}
    assert {region: zones_of_region(region) for region in known} == known


def test_a_region_that_does_not_exist_has_none() -> None:
    assert zones_of_region("mars-north-1") == []
