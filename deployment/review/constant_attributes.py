"""What stays as it is while a resource is updated in place: the name that CloudFormation and others know it by.

`Ref` gives the physical id, and another physical id is a replacement (user guide, "Update behaviors of stack
resources"). Of attributes, that holds of ARNs and ids that are the resource's own. It never holds of a custom
resource: its function is free to answer another id or another value with every update.
"""

import re
from collections.abc import Iterable

from deployment.review.review import WillChange

_OWN = re.compile(r"(?P<noun>\w*)(Arn|Id|FullName)$")
_CUSTOM = ("AWS::CloudFormation::CustomResource", "Custom::")
# Names that a service gives once, besides ids and ARNs, by the return values of each type's page.
_GIVEN_ONCE = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("CanonicalHostedZoneID", "DNSName", "LoadBalancerName"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("TargetGroupName",),
    "AWS::ElasticLoadBalancing::LoadBalancer": ("CanonicalHostedZoneNameID", "DNSName"),
    "AWS::EC2::EIP": ("AllocationId",),  # a part of its identifier
    "AWS::EC2::VPC": ("DefaultNetworkAcl", "DefaultSecurityGroup"),
    "AWS::ECS::Service": ("Name",),
    # Of the identifier, which is create-only; the port has a property of its own.
    "AWS::RDS::DBCluster": ("Endpoint.Address", "ReadEndpoint.Address"),
    "AWS::RDS::DBInstance": ("Endpoint.Address",),
    "AWS::S3::Bucket": ("DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName", "QueueUrl"),
    "AWS::CloudFront::Distribution": ("DomainName",),
}
# What stays as long as none of these properties changes: RDS keeps one secret while it manages the password.
_OF_SECRET = frozenset(("ManageMasterUserPassword", "MasterUserPassword", "MasterUserSecret"))
_SETTLED_BY = {
    (f"AWS::RDS::{noun}", attribute): properties
    for noun in ("DBCluster", "DBInstance")
    for attribute, properties in (("MasterUserSecret.SecretArn", _OF_SECRET), ("Endpoint.Port", frozenset(("Port",))))
}
# Ids and ARNs of something else, which a template may change in place.
_OF_SOMETHING_ELSE = {
    ("AWS::CertificateManager::Certificate", "Id"),
    ("AWS::CloudFormation::HookDefaultVersion", "VersionId"),
    ("AWS::CloudFormation::ResourceDefaultVersion", "VersionId"),
    ("AWS::EC2::VPCEndpointConnectionNotification", "ConnectionNotificationArn"),
    ("AWS::ECS::PrimaryTaskSet", "TaskSetId"),
    ("AWS::Route53Profiles::ProfileAssociation", "Arn"),
    ("AWS::SSM::MaintenanceWindowTask", "TaskArn"),
    ("AWS::SecurityHub::SecurityControl", "SecurityControlArn"),
    ("AWS::ServiceCatalog::CloudFormationProvisionedProduct", "ProductId"),
    ("AWS::SystemsManagerSAP::Application", "ApplicationId"),
}


def is_constant(kind: str, attribute: str | None, changed: Iterable[str | None] | None = None) -> bool:
    """Whether Ref (None or '') or an attribute of a type stays what it is while the resource is updated in place.

    `changed` has the names of the properties that change, where they are known.
    """
    settled = _SETTLED_BY.get((kind, attribute or ""))
    if settled is not None:
        return changed is not None and settled.isdisjoint(changed)
    if kind.startswith(_CUSTOM) or not kind.startswith("AWS::") or (kind, attribute) in _OF_SOMETHING_ELSE:
        return False
    if not attribute:
        return True
    own = _OWN.match(attribute)
    noun = own["noun"] if own else None
    is_own = noun is not None and kind.rpartition("::")[2].lower().endswith(noun.lower())
    return is_own or attribute in _GIVEN_ONCE.get(kind, ())


def made_anew(kind: str, attribute: str | None) -> WillChange:
    """Whether an attribute is another one where a resource takes another's place; one may repeat a property."""
    return WillChange.YES if is_constant(kind, attribute) else WillChange.MAY
