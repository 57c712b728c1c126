"""Where each resource is drawn: inside another, in subnets, in a VPC, among the security groups, or with its layer.

What a resource refers to says it; names of this system say nothing. A type of which nothing is known here finds its
place by the subnets or the VPC that it refers to, else in the box of its layer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from templates.pictures.facts.resolved_tree import ResolvedTree, Resource

# Kinds that have no box of their own, and what shows them instead.
NOT_DRAWN = {
    "AWS::EC2::VPCGatewayAttachment": "the gateway stands on the edge of its VPC",
    "AWS::EC2::RouteTable": "each subnet says where its default routes lead",
    "AWS::EC2::Route": "each subnet says where its default routes lead",
    "AWS::EC2::SubnetRouteTableAssociation": "each subnet says where its default routes lead",
    "AWS::EC2::VPCCidrBlock": "the VPC says its ranges",
    "AWS::EC2::SubnetCidrBlock": "the subnet says its ranges",
    "AWS::ECS::ClusterCapacityProviderAssociations": "the cluster says its capacity providers",
    "AWS::S3::BucketPolicy": "a part of its bucket",
    "AWS::RDS::DBParameterGroup": "a part of its database",
    "AWS::RDS::DBClusterParameterGroup": "a part of its database",
}
# A kind that is drawn inside the one that this property of it refers to.
_INSIDE = {
    "AWS::ElasticLoadBalancingV2::Listener": ("LoadBalancerArn", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("ListenerArn", "AWS::ElasticLoadBalancingV2::Listener"),
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": ("ListenerArn", "AWS::ElasticLoadBalancingV2::Listener"),
    "AWS::WAFv2::WebACLAssociation": ("ResourceArn", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    "AWS::ApplicationAutoScaling::ScalableTarget": ("ResourceId", "AWS::ECS::Service"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("ScalingTargetId", "AWS::ApplicationAutoScaling::ScalableTarget"),
    "AWS::EC2::SecurityGroupIngress": ("GroupId", "AWS::EC2::SecurityGroup"),
    "AWS::EC2::SecurityGroupEgress": ("GroupId", "AWS::EC2::SecurityGroup"),
    "AWS::RDS::DBCluster": ("DBSubnetGroupName", "AWS::RDS::DBSubnetGroup"),
    "AWS::RDS::DBInstance": ("DBClusterIdentifier", "AWS::RDS::DBCluster"),
}
# And where it refers to no such one, inside the one that this property refers to.
_ELSE_INSIDE = {"AWS::RDS::DBInstance": ("DBSubnetGroupName", "AWS::RDS::DBSubnetGroup")}
# A kind that is drawn inside the one of this type whose property refers to it.
_PART_OF = {
    "AWS::ECS::TaskDefinition": ("AWS::ECS::Service", "TaskDefinition"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("AWS::ECS::Service", "LoadBalancers"),
    "AWS::EC2::EIP": ("AWS::EC2::NatGateway", "AllocationId"),
}
_AT_THE_DOOR = ("AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup", "AWS::CertificateManager::Certificate")
GROUP = "AWS::EC2::SecurityGroup"
_SUBNET, _VPC, _GATEWAY = "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::EC2::InternetGateway"


@dataclass(frozen=True)
class Placement:
    """Every resource in one place: those that have one by the path or paths of what they are in."""

    inside: Mapping[str, list[Resource]] = field(default_factory=dict)
    in_subnets: Mapping[tuple[str, ...], list[Resource]] = field(default_factory=dict)
    in_vpc: Mapping[str, list[Resource]] = field(default_factory=dict)
    gateways: Mapping[str, list[Resource]] = field(default_factory=dict)
    at_the_door: list[Resource] = field(default_factory=list)
    groups: list[Resource] = field(default_factory=list)
    with_layer: list[Resource] = field(default_factory=list)
    not_drawn: list[Resource] = field(default_factory=list)


def placed(tree: ResolvedTree) -> Placement:
    """The place of every resource but VPCs and subnets, which are the map itself."""
    inside, in_subnets, in_vpc, gateways = {}, {}, {}, {}  # type: ignore[var-annotated]
    place = Placement(inside, in_subnets, in_vpc, gateways)
    for resource in tree.resources.values():
        referred = tree.referred(resource.properties)
        subnets = tuple(other.path for other in referred if other.type == _SUBNET)
        vpc = next((other.path for other in referred if other.type == _VPC), None)
        if _is_map(tree, resource):
            continue
        if resource.type in NOT_DRAWN:
            place.not_drawn.append(resource)
        elif holder := holder_of(tree, resource):
            inside.setdefault(holder.path, []).append(resource)
        elif resource.type == _GATEWAY and (home := next(_vpcs_of(tree, resource), None)):
            gateways.setdefault(home.path, []).append(resource)
        elif resource.type in _AT_THE_DOOR:
            place.at_the_door.append(resource)
        elif resource.type == GROUP:
            place.groups.append(resource)
        elif subnets:
            in_subnets.setdefault(subnets, []).append(resource)
        elif vpc:
            in_vpc.setdefault(vpc, []).append(resource)
        else:
            place.with_layer.append(resource)
    return place


def _is_map(tree: ResolvedTree, resource: Resource) -> bool:
    """Whether it is a VPC, or a subnet of one; a subnet of somebody else's VPC has no map to lie on."""
    of_vpc = any(other.type == _VPC for other in tree.referred(resource.properties.get("VpcId")))
    return resource.type == _VPC or (resource.type == _SUBNET and of_vpc)


def holder_of(tree: ResolvedTree, resource: Resource) -> Resource | None:
    """What a resource is drawn inside of."""
    if resource.type in _INSIDE:
        ways = [_INSIDE[resource.type], *filter(None, [_ELSE_INSIDE.get(resource.type)])]
        referred = ((kind, tree.referred(resource.properties.get(key))) for key, kind in ways)
        return next((other for kind, others in referred for other in others if other.type == kind), None)
    kind, key = _PART_OF.get(resource.type, ("", ""))
    users = (user for user in tree.users[resource.path] if user.type == kind)
    return next((user for user in users if resource in tree.referred(user.properties.get(key))), None)


def outermost(tree: ResolvedTree, resource: Resource) -> Resource:
    """What a resource is drawn in, or itself."""
    holder = holder_of(tree, resource)
    return resource if holder is None else outermost(tree, holder)


def _vpcs_of(tree: ResolvedTree, gateway: Resource) -> Iterator[Resource]:
    for user in tree.users[gateway.path]:
        if user.type == "AWS::EC2::VPCGatewayAttachment":
            yield from (other for other in tree.referred(user.properties) if other.type == _VPC)
