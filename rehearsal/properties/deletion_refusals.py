"""Resources that cannot be deleted: those whose deletion protection is on, and those that are not empty.

The first is known by the property or attribute that protects, whatever the type: schemas call it DeletionProtection,
DeletionProtectionEnabled, DeleteProtection, DeletionProtected, DisableApiTermination or TerminationProtectionEnabled; a
load balancer has it among its attributes. What is switched off by hand is off: a scenario's `drift` can say so.

Each service has its own words. Those of load balancers (aws-cloudformation/rain#187), databases
(hashicorp/terraform-provider-aws#26233), clusters (Aurora user guide, "Deletion protection"), tables
(nubo-db/dynoxide#46), user pools (localstack/localstack#11947) and instances (rebuy-de/aws-nuke#279) are known, and of
resources that are not empty those of buckets (aws/aws-cdk#21776) and repositories (brentley/appmeshworkshop#31). All
others, of log groups, EKS clusters and firewalls too, have the words of a load balancer: theirs were found nowhere.
"""

from collections.abc import Mapping
from typing import Any

from cloudformation.scalars import is_true, text_of
from rehearsal.properties.handler_answers import refused_by_service
from rehearsal.properties.live_properties import live_properties
from rehearsal.state.stacks import Stack, StackResource
from rehearsal.state.world import World

_PROTECTING = (
    *("DeletionProtection", "DeletionProtectionEnabled", "DeleteProtection", "DeletionProtected"),
    *("DisableApiTermination", "TerminationProtectionEnabled"),
)
_ON = ("true", "active", "enabled", "prevent-all-deletion")
_ATTRIBUTES, _ATTRIBUTE = "LoadBalancerAttributes", "deletion_protection.enabled"
_OF_CLUSTER = "Cannot delete protected Cluster, please disable deletion protection and try again."
_OF_TABLE = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)
_PROTECTED = {
    "AWS::RDS::DBInstance": "Cannot delete protected DB Instance, please disable deletion protection and try again.",
    "AWS::RDS::DBCluster": _OF_CLUSTER,
    "AWS::Neptune::DBCluster": _OF_CLUSTER,
    "AWS::DocDB::DBCluster": _OF_CLUSTER,
    "AWS::DynamoDB::Table": _OF_TABLE,
    "AWS::DynamoDB::GlobalTable": _OF_TABLE,
    "AWS::Cognito::UserPool": (
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first."
    ),
    "AWS::EC2::Instance": (
        "The instance '{id}' may not be terminated. "
        "Modify its 'disableApiTermination' instance attribute and try again."
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "Load balancer '{id}' cannot be deleted because deletion protection is enabled"
    ),
}
_BUCKET, _REPOSITORY = "AWS::S3::Bucket", "AWS::ECR::Repository"
# "If the cluster state is creating, failed, or deleting, you can delete the cluster even if deletion protection is
# turned on": https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html
_PROTECTED_WHEN_MADE = "AWS::EKS::Cluster"


def refused_deletion(world: World, stack: Stack, resource: StackResource) -> str | None:
    """The reason with which a resource's service does not delete it, or None."""
    properties = live_properties(world, stack, resource)
    if properties is None:  # somebody deleted it
        return None
    if is_protected(resource.type, properties):
        if resource.type == _PROTECTED_WHEN_MADE and resource.reason is not None:
            return None
        kind = resource.type.rpartition("::")[2]
        general = f"{kind} '{{id}}' cannot be deleted because deletion protection is enabled"
        message = _PROTECTED.get(resource.type, general).format(id=resource.physical_id)
        return refused_by_service(world, resource.type, message)
    return _holding(world, stack, resource, properties)


def is_protected(type_name: str, properties: Mapping[str, Any]) -> bool:
    """Whether the properties of a resource protect it; of an instance in a cluster the cluster decides."""
    if type_name == "AWS::RDS::DBInstance" and properties.get("DBClusterIdentifier"):
        return False
    values = [properties.get(name) for name in _PROTECTING]
    values += [row.get("Value") for row in _rows(properties.get(_ATTRIBUTES)) if row.get("Key") == _ATTRIBUTE]
    values += [row.get(name) for row in _rows(properties.get("Replicas")) for name in _PROTECTING]
    values = [value.get("Mode") if isinstance(value, Mapping) else value for value in values]
    return any(text_of(value).lower() in _ON for value in values if value is not None)


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _holding(world: World, stack: Stack, resource: StackResource, properties: Mapping[str, Any]) -> str | None:
    if resource.type == _BUCKET and (resource.contents or _has_contents(world, stack, resource)):
        versioned = _mapping(properties.get("VersioningConfiguration")).get("Status")
        more = ". You must delete all versions in the bucket." if versioned else ""
        return (
            f"The bucket you tried to delete is not empty{more} (Service: Amazon S3; Status Code: 409; "
            f"Error Code: BucketNotEmpty; Request ID: {world.token(16).upper()}; "
            f"S3 Extended Request ID: {world.token(76)}; Proxy: null)"
        )
    emptied = resource.type != _REPOSITORY or is_true(properties.get("EmptyOnDelete"))
    if emptied or not _has_contents(world, stack, resource):
        return None
    message = (
        f"The repository with name '{resource.physical_id}' in registry with id '{world.state.account}' "
        "cannot be deleted because it still contains images"
    )
    return refused_by_service(world, resource.type, message, "GeneralServiceException")


def _has_contents(world: World, stack: Stack, resource: StackResource) -> bool:
    return world.services.holds(resource.type, resource.physical_id, stack.region)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
