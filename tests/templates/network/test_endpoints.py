"""VPC endpoints: what a private task needs to start, and who may ask them."""

from tests.templates.resolved import tree

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}


def test_s3_is_reached_from_every_table() -> None:
    assert tree(VpcEndpointMode="gateway")["network"].properties("S3Endpoint")["RouteTableIds"] == [
        "network.PublicRouteTable"
    ]
    tables = tree(**PRIVATE, VpcEndpointMode="gateway")["network"].properties("S3Endpoint")["RouteTableIds"]
    assert tables == ["network.PublicRouteTable", "network.PrivateRouteTable1", "network.PrivateRouteTable2"]


def test_a_task_starts_with_what_the_interfaces_reach() -> None:
    network = tree(**PRIVATE, VpcEndpointMode="interface")["network"]
    endpoints = network.of_type("AWS::EC2::VPCEndpoint")
    assert [endpoint["ServiceName"].rpartition("ap-northeast-1.")[2] for endpoint in endpoints] == [
        *("s3", "ecr.api", "ecr.dkr", "logs", "ssmmessages")
    ]
    for endpoint in endpoints[1:]:
        assert endpoint["PrivateDnsEnabled"] is True
        assert endpoint["SubnetIds"] == ["network.PrivateSubnet1", "network.PrivateSubnet2"]


def test_only_the_vpc_may_ask_them_and_they_ask_nobody() -> None:
    group = tree(**PRIVATE, VpcEndpointMode="interface")["network"].properties("InterfaceEndpointSecurityGroup")
    assert [(rule["FromPort"], rule["CidrIp"]) for rule in group["SecurityGroupIngress"]] == [
        (443, "network.Vpc.CidrBlock")
    ]
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["127.0.0.1/32"]
