"""Resource types for tests: those that the registry knows in one region, and made-up ones."""

from __future__ import annotations

from rehearsal.resources.resource_types import ResourceType, ResourceTypes

TOKYO = ResourceTypes("ap-northeast-1")


def known(name: str) -> ResourceType:
    found = TOKYO.get(name)
    assert found is not None
    return found


def made(**schema: object) -> ResourceType:
    return ResourceType("My::Own::Type", schema)
