"""What of a tree a service would refuse to delete, by what its templates say: what is protected, or filled at once.

A rollback deletes what an update had made, and a replacement the old resource, both in a cleanup. There CloudFormation
gives up after three attempts (https://repost.aws/knowledge-center/cloudformation-stack-cleanup-stuck), and what it gave
up is of no stack any more (aws-cloudformation/cloudformation-coverage-roadmap#744).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.scalars import text_of
from cloudformation.unknown import Unknown, sources
from deployment.diagnosis.deletion_protection import Refused, foreseen, protectable, protection_of
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values

_BUCKET, _LOAD_BALANCER = "AWS::S3::Bucket", "AWS::ElasticLoadBalancingV2::LoadBalancer"
# Elastic Load Balancing writes a test object as soon as these are switched on ("Enable access logs for your Application
# Load Balancer"): the bucket is never empty then.
_WRITTEN = ("access_logs", "connection_logs", "health_check_logs")


@dataclass(frozen=True)
class Undeletable:
    """The resources of one side whose deletion protection is on, or may be, and the buckets that get logs at once."""

    protected: frozenset[ResourcePath] = frozenset()
    filled: frozenset[ResourcePath] = frozenset()


NOTHING = Undeletable()


def undeletable(side: Values) -> Undeletable:
    """What of a side could not be deleted as it is; what its condition surely leaves out is not there."""
    protected, filled = set[ResourcePath](), set[ResourcePath]()
    for path in side.documents:
        for name, body in side.section(path, "Resources").items():
            kind = str(body.get("Type")) if isinstance(body, Mapping) else ""
            if not protectable(kind) or _is_left_out(side, path, body):
                continue
            properties = side.value(path, body.get("Properties"))
            if _is_protected(path / name, kind, properties):
                protected.add(path / name)
            if kind == _LOAD_BALANCER and isinstance(properties, Mapping):
                filled |= set(_filled(side, properties))
    return Undeletable(frozenset(protected), frozenset(filled))


def _is_left_out(side: Values, path: ResourcePath, body: Mapping[str, Any]) -> bool:
    return "Condition" in body and side.condition(path, str(body["Condition"])) is False


def _is_protected(at: ResourcePath, kind: str, properties: Any) -> bool:
    if isinstance(properties, Unknown) or isinstance(protection_of(kind, properties or {}), Unknown):
        return True
    return foreseen(Refused(at, kind, "", "", ""), properties or {}, {}) is not None


def _filled(side: Values, properties: Mapping[str, Any]) -> Iterator[ResourcePath]:
    rows = properties.get("LoadBalancerAttributes")
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    values = {text_of(row.get("Key")): row.get("Value") for row in listed}
    for logs in _WRITTEN:
        if text_of(values.get(f"{logs}.s3.enabled")).lower() == "false":
            continue
        for source in sources(values.get(f"{logs}.s3.bucket")):
            at = ResourcePath(source.path) / source.name
            if (side.resource(at.parent, at.name) or {}).get("Type") == _BUCKET:
                yield at
