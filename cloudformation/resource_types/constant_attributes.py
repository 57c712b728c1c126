"""Attributes that stay, or do not, while their resource is updated in place, where the name alone does not say so.

An ARN or an id that is the resource's own stays (user guide, "Update behaviors of stack resources").
"""

from collections.abc import Mapping

# Names that a service gives once, besides ids and ARNs, by the return values of each type's page.
GIVEN_ONCE: Mapping[str, tuple[str, ...]] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("CanonicalHostedZoneID", "DNSName", "LoadBalancerName"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("TargetGroupName",),
    "AWS::ElasticLoadBalancing::LoadBalancer": ("CanonicalHostedZoneNameID", "DNSName"),
    "AWS::EC2::EIP": ("AllocationId",),  # a part of its identifier
    "AWS::EC2::VPC": ("DefaultNetworkAcl", "DefaultSecurityGroup"),
    "AWS::ECS::Service": ("Name",),
    "AWS::S3::Bucket": ("DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName", "QueueUrl"),
    "AWS::CloudFront::Distribution": ("DomainName",),
}
# Ids and ARNs of something else, which a template may change in place.
OF_SOMETHING_ELSE = frozenset(
    {
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
)
