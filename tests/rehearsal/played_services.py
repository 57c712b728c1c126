"""The services around CloudFormation as a test wants them: what they hold is what it puts in."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.state.s3_object import S3Object
from rehearsal.state.services import ServiceError, Services


@dataclass
class PlayedServices(Services):
    """`secrets` by `NAME`, `NAME:STAGE` or `NAME::VERSION`; zones by region; `alarms` by ARN and region."""

    objects: dict[S3Object, bytes] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    alarms: set[tuple[str, str]] = field(default_factory=set)
    zone_names: dict[str, list[str]] = field(default_factory=dict)
    made_by_hand: set[tuple[str, str]] = field(default_factory=set)
    deleted_by_hand: set[tuple[str, str]] = field(default_factory=set)
    filled: set[tuple[str, str]] = field(default_factory=set)
    closed_roles: set[str] = field(default_factory=set)

    def fetch(self, wanted: S3Object) -> bytes:
        if wanted in self.objects:
            return self.objects[wanted]
        if any(kept.bucket == wanted.bucket for kept in self.objects):
            raise ServiceError("NoSuchKey", "The specified key does not exist.")
        return super().fetch(wanted)

    def parameter(self, name: str, region: str) -> str | None:
        return self.parameters[name] if name in self.parameters else super().parameter(name, region)

    def secret(self, name: str, stage: str, version: str, region: str) -> str:
        found = self.secrets.get(f"{name}:{stage}:{version}".rstrip(":"))
        return super().secret(name, stage, version, region) if found is None else found

    def alarm(self, arn: str, region: str) -> bool:
        return (arn, region) in self.alarms

    def zones(self, region: str) -> list[str]:
        return self.zone_names.get(region, [])

    def stands(self, type_name: str, name: str, region: str) -> bool:
        return (type_name, name) in self.made_by_hand

    def lost(self, type_name: str, name: str, region: str) -> bool:
        return (type_name, name) in self.deleted_by_hand

    def holds(self, type_name: str, name: str, region: str) -> bool:
        return (type_name, name) in self.filled

    def assumable(self, role: str) -> bool:
        return role not in self.closed_roles
