"""Resource types as the CloudFormation registry knows them, one region at a time.

What a type's schema decides: which attributes Fn::GetAtt may ask for, which properties are create-only
(`replacement` decides by them), what is no change at all, and what is not a property of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from cloudformation.template.update_behaviors import CONDITIONAL
from rehearsal.resources.made_up.return_values import REF, arn_services, forms_of
from rehearsal.resources.resource_attributes import answers, attribute_names
from rehearsal.resources.resource_findings import Finding, IsUnknown, findings
from rehearsal.resources.resource_schema import Schema, at, read_schema, region_index, steps
from rehearsal.resources.resource_values import same

CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"
# Services whose actions the handlers of others need too.
_HELPING = {"cloudformation", "cloudwatch", "ec2", "events", "iam", "kms", "logs", "s3", "secretsmanager", "sts"}
# The template reference says "Update requires: Replacement" where the registry schema is silent.
ALSO_CREATE_ONLY = {"AWS::Route53::RecordSet": (("Name",),)}


@dataclass(frozen=True, eq=False)
class ResourceType:
    """One type: its name as the template writes it, and its registry schema."""

    name: str
    schema: Schema = field(repr=False)

    @property
    def properties(self) -> Mapping[str, Any]:
        """Top-level property name -> schema node."""
        nodes: Mapping[str, Any] = self.schema.get("properties", {})
        return nodes

    @cached_property
    def primary_identifier(self) -> tuple[str, ...]:
        """Pointers without `/properties`: ("VpcId",), ("Device/DeviceName",)."""
        return tuple("/".join(steps(pointer)) for pointer in self.schema.get("primaryIdentifier", ()))

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The parts of the primary identifier that only AWS writes."""
        return tuple(pointer for pointer in self.primary_identifier if tuple(pointer.split("/")) in self.read_only)

    @cached_property
    def published(self) -> Mapping[str, str]:
        """The published forms of Ref and of attributes."""
        return forms_of(self.name, self.drawn, self.properties)

    @cached_property
    def identified_beside(self) -> tuple[str, ...]:
        """The properties that identify a resource beside its physical id, which is only one part of the identifier."""
        ref = self.published.get(REF, "")
        compound = len(self.primary_identifier) > 1 and ref
        return tuple(one for one in self.primary_identifier if compound and f"{{{one}}}" not in ref)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What Fn::GetAtt may ask for by a fixed name, in dotted form."""
        return attribute_names(self.name, self.schema)

    def supports_attribute(self, attribute: str) -> bool:
        """Whether Fn::GetAtt may ask for it, `Outputs.X` of a stack and custom resources included."""
        return answers(self.name, self.attributes, attribute)

    @cached_property
    def read_only(self) -> tuple[tuple[str, ...], ...]:
        """Paths that only AWS writes."""
        return _paths(self.schema, "readOnlyProperties")

    @cached_property
    def supports_update(self) -> bool:
        """False where the registry has handlers but none for update: every change replaces the resource."""
        handlers = self.schema.get("handlers")
        return not handlers or "update" in handlers

    @cached_property
    def service(self) -> str:
        """The service that its ARNs name: `firehose`, `es`, `kafka`.

        By the actions that make it and by the ARNs that are published of types like it; otherwise it is the type's
        second word.
        """
        group = self.name.rpartition("::")[0]
        named = group.rpartition("::")[2].lower()
        handlers = self.schema.get("handlers", {})
        actions = [action for verb in ("create", "delete") for action in handlers.get(verb, {}).get("permissions", ())]
        counted = Counter(action.partition(":")[0].lower() for action in actions)
        if named in counted:
            return named
        own = {name: count for name, count in counted.items() if name not in _HELPING}
        return arn_services().get(group) or max(own, key=lambda name: own[name], default=named)

    @property
    def deletes_before_creating(self) -> bool:
        """Whether a replacement removes the old resource first (`replacementStrategy`)."""
        return self.schema.get("replacementStrategy") == "delete_then_create"

    @property
    def tag_property(self) -> str | None:
        """Name of the property that stack tags reach; None where the type cannot be tagged."""
        tagging = self.schema.get("tagging", {})
        if not tagging.get("taggable", self.schema.get("taggable", True)):
            return None
        declared = tagging.get("tagProperty", "/properties/Tags")
        name = steps(declared)[0]
        return name if name in self.properties else None

    @cached_property
    def create_only(self) -> tuple[tuple[str, ...], ...]:
        """Paths whose change replaces the resource."""
        return _paths(self.schema, "createOnlyProperties") + ALSO_CREATE_ONLY.get(self.name, ())

    @cached_property
    def conditionally_create_only(self) -> tuple[tuple[str, ...], ...]:
        """Paths whose change replaces the resource under conditions, by the schema or by the specification alone."""
        beside = sorted(CONDITIONAL.get(self.name, ()))
        return _paths(self.schema, "conditionalCreateOnlyProperties") + tuple((name,) for name in beside)

    def same(self, path: Sequence[str], before: Any, after: Any, *, live: bool = False) -> bool:
        """Whether a change set sees no change: 80 and "80", true and "true" are one; a list's order counts.

        `live` compares as drift detection does: lists that have no order without.
        """
        return same(self.schema, path, before, after, live=live)

    def findings(self, properties: Mapping[str, Any], is_unknown: IsUnknown) -> tuple[Finding, ...]:
        """Every violation of the schema; `is_unknown` decides if a value is unknown until execution."""
        return findings(self.schema, properties, is_unknown)

    def forms_at(self, path: Sequence[str]) -> tuple[Schema, ...]:
        """The schema's forms for the value at a property path."""
        return at(self.schema, path)


class ResourceTypes:
    """The types that a region knows; each schema is read when first asked for."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._index = region_index(region)
        self._known: dict[str, ResourceType] = {}
        self._lock = Lock()

    def get(self, type_name: str) -> ResourceType | None:
        """The type, or None where AWS does not know it in this region."""
        known = self._known.get(type_name)
        if known is not None:
            return known
        file = self._index.get(CUSTOM_RESOURCE if type_name.startswith("Custom::") else type_name)
        if file is None:
            return None
        with self._lock:
            return self._known.setdefault(type_name, ResourceType(type_name, read_schema(file)))


def _paths(schema: Schema, key: str) -> tuple[tuple[str, ...], ...]:
    return tuple(steps(pointer) for pointer in schema.get(key, ()))
