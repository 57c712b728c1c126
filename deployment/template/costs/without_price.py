"""Types that are paid by the hour, and that params/prices.yaml has no price of: a change of one is said, not counted.

Else a NAT gateway that makes room for an instance would be shown as money saved. Each with what its price depends on.
"""

from collections.abc import Iterator, Mapping

from deployment.template.costs.charges import Charge, NotKnownError, Resource

_NODES = ("NumCacheNodes", "NumCacheClusters", "NumNodeGroups", "ReplicasPerNodeGroup", "CacheNodeType")
WITHOUT_PRICE: Mapping[str, tuple[str, ...]] = {
    "AWS::AmazonMQ::Broker": ("HostInstanceType", "DeploymentMode"),
    "AWS::AutoScaling::AutoScalingGroup": ("MinSize", "DesiredCapacity", "LaunchTemplate", "MixedInstancesPolicy"),
    "AWS::DAX::Cluster": ("NodeType", "ReplicationFactor"),
    "AWS::DMS::ReplicationInstance": ("ReplicationInstanceClass", "MultiAZ"),
    "AWS::DirectoryService::MicrosoftAD": ("Edition",),
    "AWS::DocDB::DBInstance": ("DBInstanceClass",),
    "AWS::EC2::ClientVpnTargetNetworkAssociation": (),
    "AWS::EC2::EC2Fleet": ("TargetCapacitySpecification",),
    "AWS::EC2::Host": ("InstanceType", "InstanceFamily"),
    "AWS::EC2::Instance": ("InstanceType", "Tenancy", "LaunchTemplate"),
    "AWS::EC2::SpotFleet": ("SpotFleetRequestConfigData",),
    "AWS::EC2::TransitGatewayAttachment": (),
    "AWS::EC2::TransitGatewayVpcAttachment": (),
    "AWS::EC2::VPNConnection": (),
    "AWS::EKS::Cluster": ("UpgradePolicy", "Version"),
    "AWS::EKS::Nodegroup": ("InstanceTypes", "ScalingConfig", "CapacityType"),
    "AWS::ElastiCache::CacheCluster": _NODES,
    "AWS::ElastiCache::ReplicationGroup": _NODES,
    "AWS::ElastiCache::ServerlessCache": (),
    "AWS::ElasticLoadBalancing::LoadBalancer": (),
    "AWS::FSx::FileSystem": ("StorageCapacity", "WindowsConfiguration", "OntapConfiguration", "LustreConfiguration"),
    "AWS::GlobalAccelerator::Accelerator": ("Enabled",),
    "AWS::Kinesis::Stream": ("ShardCount", "StreamModeDetails"),
    "AWS::MSK::Cluster": ("BrokerNodeGroupInfo", "NumberOfBrokerNodes"),
    "AWS::MemoryDB::Cluster": ("NodeType", "NumShards", "NumReplicasPerShard"),
    "AWS::Neptune::DBInstance": ("DBInstanceClass",),
    "AWS::NetworkFirewall::Firewall": ("SubnetMappings",),
    "AWS::OpenSearchService::Domain": ("ClusterConfig",),
    "AWS::RDS::DBProxy": ("VpcSubnetIds",),
    "AWS::Redshift::Cluster": ("NodeType", "NumberOfNodes"),
    "AWS::Route53Resolver::ResolverEndpoint": ("IpAddresses",),
    "AWS::SageMaker::Endpoint": ("EndpointConfigName",),
}


def without_price(resource: Resource) -> Iterator[Charge]:
    """Nothing that could be counted."""
    raise NotKnownError("it is paid by the hour, and params/prices.yaml has no price of its type")
    yield
