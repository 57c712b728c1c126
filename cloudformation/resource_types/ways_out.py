"""The types that tasks stand on: the subnets that they run in, and what leads out of these."""

SUBNET, TABLE = "AWS::EC2::Subnet", "AWS::EC2::RouteTable"
# Where a type that starts containers names its subnets, below its properties.
RUNS_IN = {
    "AWS::ECS::Service": ("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"),
    "AWS::ECS::TaskSet": ("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"),
}
# What makes a route out of a subnet or a table, and names it.
LEADS_OUT = (
    "AWS::EC2::NetworkAclAssociation",
    "AWS::EC2::Route",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
)
WAY_TYPES = frozenset(
    (
        *LEADS_OUT,
        *(SUBNET, TABLE, "AWS::EC2::EIP", "AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::InternetGateway"),
        *("AWS::EC2::NatGateway", "AWS::EC2::TransitGatewayAttachment", "AWS::EC2::VPCGatewayAttachment"),
    )
)
"""The types that a route out of a subnet consists of, where it is not known which of a tree these are."""
