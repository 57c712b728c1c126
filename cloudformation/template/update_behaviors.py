"""What a change of a property does to its resource: what schemas say, and what is said beside them.

Known to be updated without a replacement is only what a schema says so of: a type that it has an update handler for,
and a property that it declares and that is neither create-only nor so under conditions, as a whole or in any part.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html

Some schemas are silent where AWS's published specification says that a change replaces the resource under conditions
(`UpdateType: Conditional` in specification.json 117.0.0 of npm's @aws-cdk/cfnspec 2.72.1, `causesReplacement: maybe` in
@aws-cdk/aws-service-spec 0.1.216; both were compared with all schemas). Of two kinds of domain and one of cache it is
the resource's UpdatePolicy that decides, as the page on that attribute says.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cloudformation.template.schemas import schema_of

# What both specifications call conditional, but for Lake Formation's, which is newer than the first.
CONDITIONAL: Mapping[str, frozenset[str]] = {
    "AWS::CodeCommit::Repository": frozenset(("Triggers",)),
    "AWS::EMR::Cluster": frozenset(("Instances",)),
    "AWS::ElastiCache::CacheCluster": frozenset(("AZMode", "NumCacheNodes", "PreferredAvailabilityZone")),
    "AWS::ElastiCache::ReplicationGroup": frozenset(("NodeGroupConfiguration", "NumNodeGroups")),
    "AWS::Elasticsearch::Domain": frozenset(
        (
            *("AdvancedSecurityOptions", "ElasticsearchVersion", "EncryptionAtRestOptions"),
            "NodeToNodeEncryptionOptions",
        )
    ),
    "AWS::LakeFormation::Resource": frozenset(("UseServiceLinkedRole",)),
    # By the page of the property: without the update policy EnableVersionUpgrade "updating ... results in replacement".
    "AWS::OpenSearchService::Domain": frozenset(("EngineVersion",)),
    "AWS::RDS::DBInstance": frozenset(("StorageType",)),
}
# Type -> the update policy that, where it is true, keeps these of its properties from replacing the resource.
_SPARING: Mapping[str, tuple[str, frozenset[str]]] = {
    "AWS::ElastiCache::ReplicationGroup": (
        "UseOnlineResharding",
        frozenset(("NodeGroupConfiguration", "NumNodeGroups")),
    ),
    "AWS::Elasticsearch::Domain": ("EnableVersionUpgrade", frozenset(("ElasticsearchVersion",))),
    "AWS::OpenSearchService::Domain": ("EnableVersionUpgrade", frozenset(("EngineVersion",))),
}
# Type -> the properties whose change in place may do as much as a replacement, as its update policy decides; None: any.
DECIDED_BY_POLICY: Mapping[str, frozenset[str] | None] = {
    "AWS::AutoScaling::AutoScalingGroup": frozenset(
        (
            *("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy"),
            *("PlacementGroup", "VPCZoneIdentifier"),
        )
    ),
    "AWS::AppStream::Fleet": None,
}
_PREFIX = "/properties/"
_REPLACING = ("createOnlyProperties", "conditionalCreateOnlyProperties", "readOnlyProperties")


def is_updated_in_place(type_name: str, path: Sequence[str]) -> bool:
    """Whether a change at a path below Properties surely replaces nothing; False where that is not known."""
    schema = schema_of(type_name)
    if path and path[0] in CONDITIONAL.get(type_name, ()):
        return False
    if schema is None or not path or path[0] not in schema.get("properties", {}):
        return False
    pointers = (pointer for name in _REPLACING for pointer in schema.get(name, ()))
    return "update" in schema.get("handlers", {}) and not any(_touches(_steps(pointer), path) for pointer in pointers)


def sparing_policy(type_name: str, name: str) -> str | None:
    """The update policy without which a change of a property replaces its resource; None where none decides."""
    policy, properties = _SPARING.get(type_name, ("", frozenset()))
    return policy if name in properties else None


def _steps(pointer: str) -> list[str]:
    return [step for step in str(pointer).removeprefix(_PREFIX).split("/") if step != "*"]


def _touches(steps: Sequence[str], path: Iterable[str]) -> bool:
    """Whether one is the other or lies under it; the items of lists have no number in a schema."""
    return all(step == part for step, part in zip(steps, (part for part in path if not part.isdecimal()), strict=False))
