"""How long CloudFormation takes for a resource, in simulated seconds.

The figures are plausible, not measured: they order the events as a person who deploys knows them, long
stabilisers last. What CloudFormation itself adds around a resource is the execution's own affair.
"""

from typing import Literal

Action = Literal["create", "update", "delete"]
DEFAULT = (3.0, 3.0, 3.0)

# Type -> seconds to create, to update in place, to delete; what is not here takes DEFAULT, as log groups do.
SECONDS: dict[str, tuple[float, float, float]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": (6, 4, 4),
    "AWS::AutoScaling::AutoScalingGroup": (75, 60, 150),
    "AWS::CertificateManager::Certificate": (150, 5, 12),
    "AWS::CloudFormation::Stack": (5, 5, 5),
    "AWS::CloudFormation::WaitCondition": (60, 3, 3),
    "AWS::CloudFront::Distribution": (240, 180, 300),
    "AWS::CloudWatch::Alarm": (8, 8, 8),
    "AWS::CodeDeploy::DeploymentGroup": (4, 4, 4),
    "AWS::DynamoDB::Table": (32, 15, 18),
    "AWS::EC2::EIP": (15, 10, 12),
    "AWS::EC2::FlowLog": (5, 5, 5),
    "AWS::EC2::Instance": (35, 30, 45),
    "AWS::EC2::InternetGateway": (15, 5, 4),
    "AWS::EC2::LaunchTemplate": (4, 4, 4),
    "AWS::EC2::NatGateway": (95, 10, 75),
    "AWS::EC2::Route": (4, 4, 4),
    "AWS::EC2::RouteTable": (10, 5, 3),
    "AWS::EC2::SecurityGroup": (6, 4, 4),
    "AWS::EC2::SecurityGroupEgress": (2, 2, 2),
    "AWS::EC2::SecurityGroupIngress": (2, 2, 2),
    "AWS::EC2::Subnet": (7, 5, 3),
    "AWS::EC2::SubnetRouteTableAssociation": (4, 4, 4),
    "AWS::EC2::VPC": (12, 6, 4),
    "AWS::EC2::VPCEndpoint": (45, 30, 40),
    "AWS::EC2::VPCGatewayAttachment": (5, 5, 5),
    "AWS::ECR::Repository": (4, 4, 4),
    "AWS::ECS::CapacityProvider": (5, 5, 20),
    "AWS::ECS::Cluster": (8, 6, 5),
    "AWS::ECS::ClusterCapacityProviderAssociations": (6, 6, 6),
    "AWS::ECS::Service": (140, 160, 75),
    "AWS::EFS::FileSystem": (8, 6, 6),
    "AWS::EFS::MountTarget": (85, 10, 60),
    "AWS::EKS::Cluster": (540, 300, 240),
    "AWS::ElastiCache::ReplicationGroup": (420, 300, 300),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (120, 12, 15),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (14, 5, 5),
    # "Typically 15-30 minutes", most updates as long, deletion "several minutes":
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/configuration-samples.html
    "AWS::Elasticsearch::Domain": (1080, 1080, 600),
    "AWS::Events::Rule": (35, 35, 8),
    "AWS::IAM::InstanceProfile": (125, 5, 4),
    "AWS::IAM::ManagedPolicy": (14, 10, 8),
    "AWS::IAM::Policy": (14, 10, 6),
    "AWS::IAM::Role": (15, 12, 10),
    "AWS::KMS::Alias": (4, 4, 4),
    "AWS::KMS::Key": (30, 20, 20),
    "AWS::Lambda::Function": (7, 10, 5),
    "AWS::OpenSearchService::Domain": (1080, 1080, 600),
    "AWS::RDS::DBCluster": (300, 180, 240),
    # RDS asks for five minutes before a cluster uses a group (aws-cloudformation-resource-providers-rds#292).
    "AWS::RDS::DBClusterParameterGroup": (305, 305, 4),
    "AWS::RDS::DBInstance": (420, 240, 300),
    "AWS::RDS::DBParameterGroup": (15, 15, 4),
    "AWS::RDS::DBSubnetGroup": (5, 5, 4),
    "AWS::Route53::HostedZone": (38, 10, 35),
    "AWS::Route53::RecordSet": (35, 35, 35),
    "AWS::Route53::RecordSetGroup": (35, 35, 35),
    "AWS::S3::Bucket": (15, 12, 1.4),
    "AWS::SNS::Topic": (4, 4, 4),
    "AWS::SQS::Queue": (32, 8, 35),
    "AWS::SecretsManager::Secret": (4, 4, 4),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": (45, 10, 45),
    "AWS::WAFv2::WebACL": (6, 6, 6),
    "AWS::WAFv2::WebACLAssociation": (12, 12, 6),
}

# (Type, action) -> the share of its time after which its log shows the extra event "Eventual consistency check
# initiated" with DetailedStatus CONFIGURATION_COMPLETE. Only types in whose logs that event has been seen.
CONFIGURED_AFTER: dict[tuple[str, Action], float] = {
    ("AWS::AutoScaling::AutoScalingGroup", "create"): 0.2,
    ("AWS::EC2::NatGateway", "create"): 0.1,
    ("AWS::ECS::Service", "update"): 0.97,  # since September 2026, right before UPDATE_COMPLETE
    ("AWS::ElasticBeanstalk::Application", "create"): 0.3,
    ("AWS::Lambda::Function", "create"): 0.3,
    ("AWS::S3::Bucket", "create"): 0.65,
}


def duration_seconds(type_name: str, action: Action) -> float:
    """Simulated seconds from the resource's first event of the action to its last one."""
    create, update, delete = SECONDS.get(type_name, DEFAULT)
    return float({"create": create, "update": update, "delete": delete}[action])


def configured_seconds(type_name: str, action: Action) -> float | None:
    """Simulated seconds until CONFIGURATION_COMPLETE, where dependants start; None where the log has no such event."""
    share = CONFIGURED_AFTER.get((type_name, action))
    return None if share is None else share * duration_seconds(type_name, action)
