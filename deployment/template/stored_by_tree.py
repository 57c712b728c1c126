"""What a tree stores by resources of its own, and what of it is read back by name: no Ref or GetAtt says so.

An AWS::SSM::Parameter writes what a dynamic reference `{{resolve:ssm:NAME}}` reads, or a parameter of a type
`AWS::SSM::Parameter::Value<...>`, in any stack; a secret is read by `{{resolve:secretsmanager:...}}`. A change set
reads these values before the resource that writes them has its turn. What names a version stays what it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cloudformation.unknown import Source, shown, sources
from deployment.template.resource_path import ResourcePath
from deployment.template.unpinned import PUT_TOGETHER
from deployment.template.values import MOVING, Values

SSM, SECRETS = "ssm", "secretsmanager"
STORED = "{{stored}}"
"""The attribute of a `Source` that is what a resource stores."""
# The types that write, each with its service, the property that names what it writes, and how a name begins that
# CloudFormation makes for it.
_WRITING = {
    "AWS::SSM::Parameter": (SSM, "Name", "CFN-%s-"),
    "AWS::SecretsManager::Secret": (SECRETS, "Name", "%s-"),
    "AWS::SecretsManager::SecretTargetAttachment": (SECRETS, "SecretId", ""),
    "AWS::SecretsManager::RotationSchedule": (SECRETS, "SecretId", ""),
}
WRITING = frozenset(_WRITING)
BESIDE = frozenset(
    ("AllowedPattern", "Description", "KmsKeyId", "Policies", "ReplicaRegions", "ResourcePolicy", "Tags", "Tier")
)
"""The properties of these types that say nothing of the value."""
_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):((?:\$\{[^{}]*\}|[^{}])*)\}\}")
_UNKNOWN = re.compile(r"\$\{[^{}]*\}")
_ANY = "${}"


@dataclass(frozen=True)
class _Writer:
    """A resource that writes under a name; `${...}` in it stands for what is not known. `resources` make the name."""

    at: Source
    service: str
    name: str
    resources: frozenset[Source]


@dataclass(frozen=True)
class StoredByTree:
    """Who writes what is read, over the two sides of a tree; of writers that only macros make, no name is known."""

    before: Values
    after: Values
    unseen: frozenset[Source] = frozenset()

    def writers(self, value: Any, service: str) -> frozenset[Source]:
        """The resources that may write what a value reads of a service, each as a `Source`."""
        read = [*_reads(value, service)] if self._writers or self.unseen else []
        return self._named(service, read, _resources(value)) | self.unseen if read else frozenset()

    def writers_for(self, path: ResourcePath, parameter: str) -> frozenset[Source]:
        """The resources that may write what a parameter of a stored type reads."""
        value = self.after.stored_name(path, parameter)
        name = _name(SSM, shown(value))
        return frozenset() if name is None else self._named(SSM, [name], _resources(value)) | self.unseen

    def _named(self, service: str, names: list[str], resources: frozenset[Source]) -> frozenset[Source]:
        return frozenset(
            writer.at
            for writer in self._writers
            if writer.service == service
            if not resources.isdisjoint(writer.resources) or any(_may_be(name, writer.name) for name in names)
        )

    @cached_property
    def _writers(self) -> tuple[_Writer, ...]:
        return tuple(writer for side in (self.before, self.after) for writer in _of_side(side))


def _of_side(side: Values) -> Iterator[_Writer]:
    for path in side.documents:
        for logical_id in side.section(path, "Resources"):
            body = side.resource(path, logical_id) or {}
            if body.get("Type") not in _WRITING:
                continue
            service, member, generated = _WRITING[str(body["Type"])]
            properties = side.value(path, body.get("Properties") or {})
            given = properties.get(member) if isinstance(properties, dict) else None
            name = f"{generated % logical_id if generated else ''}{_ANY}" if given is None else shown(given)
            itself = Source(path, logical_id, "")
            yield _Writer(
                Source(path, logical_id, STORED),
                service,
                _name(service, name) or _ANY,
                frozenset({itself}) | (_resources(given) if member == "SecretId" else frozenset()),
            )


def _reads(value: Any, service: str) -> Iterator[str]:
    """The names that a value reads; one that only the execution puts together is what is known of it."""
    text = shown(value)
    moving = [source.name for source in sources(value) if source.attribute == MOVING]
    whole = _REFERENCE.findall(" ".join((text, *moving)))
    yield from (known for used, key in whole if used == service and (known := _name(service, key)) is not None)
    begun = service == SSM and PUT_TOGETHER in moving and not any("${" in key for _, key in whole)
    if begun or "{{resolve" in _REFERENCE.sub("", text):
        yield _ANY


def _resources(value: Any) -> frozenset[Source]:
    """The resources whose Ref a value reads."""
    return frozenset(source for source in sources(value) if source.attribute == "")


def _name(service: str, text: str) -> str | None:
    """The name in a reference's key, in one spelling; None where it names a version."""
    if service == SSM:
        name, _, version = text.rpartition(":parameter")[2].partition(":")
        return None if version.isdecimal() else name.lstrip("/")
    parts = text.split(":")
    is_arn = len(parts) > 6 and parts[0] == "arn"
    name, key = (parts[6], parts[7:]) if is_arn else (parts[0], parts[1:])
    if len(key) > 3 and key[3]:
        return None
    return re.sub(r"-[A-Za-z0-9]{6}$", "", name) if is_arn else name


def _may_be(one: str, other: str) -> bool:
    """Whether two names may be one, whatever the unknown parts of them come to."""
    if not (_UNKNOWN.search(one) or _UNKNOWN.search(other)):
        return one == other
    (head, tail), (begin, end) = (_ends(name) for name in (one, other))
    begins = head.startswith(begin) or (begin.startswith(head) and bool(_UNKNOWN.search(one)))
    return begins and (tail.endswith(end) or end.endswith(tail))


def _ends(name: str) -> tuple[str, str]:
    parts = _UNKNOWN.split(name)
    return parts[0], parts[-1]
