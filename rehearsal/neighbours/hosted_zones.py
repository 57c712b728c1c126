"""The hosted zones that the environments of params/ expect to be there before anything is deployed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cloudformation.environment.environment_file import environment_files


@dataclass(frozen=True)
class HostedZone:
    """A public hosted zone that is there from the start."""

    id: str
    name: str


def zones_in(folder: Path, report: Callable[[str], object]) -> tuple[HostedZone, ...]:
    """A zone for each HostedZoneId of the environment files; `report` is called for files that cannot be read.

    A zone that several environments share has the shortest of the names that they ask for.
    """
    names: dict[str, str] = {}
    for file in environment_files(folder):
        try:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            # deploy.py refuses such a file when it is asked to deploy it; another environment can be rehearsed.
            report(f"{file}: skipped because its hosted zones cannot be read: {error}")
            continue
        for zone in _zone(document):
            names[zone.id] = min(names.get(zone.id, zone.name), zone.name, key=len)
    return tuple(HostedZone(id, name) for id, name in names.items())


def _zone(document: Any) -> list[HostedZone]:
    parameters = document.get("parameters") if isinstance(document, Mapping) else None
    if not isinstance(parameters, Mapping):
        return []
    id, domain = parameters.get("HostedZoneId"), parameters.get("DomainName")
    name = document.get("hosted_zone") or (_parent(domain) if isinstance(domain, str) else None)
    return [HostedZone(id, str(name))] if isinstance(id, str) and id and name else []


def _parent(domain: str) -> str:
    """The domain without its first label; a domain of two labels is a zone of its own."""
    parent = domain.rstrip(".").partition(".")[2]
    return parent if "." in parent else domain
