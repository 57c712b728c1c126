"""network: what its parameters change, and what they leave alone."""

from tests.templates.resolved import document, tree


def test_a_range_and_a_zone_arrive_at_their_subnet() -> None:
    network = tree(VpcCidr="10.1.0.0/16", PublicSubnet2Cidr="10.1.2.0/24", AvailabilityZone2="ap-northeast-1d")[
        "network"
    ]
    assert network.properties("Vpc")["CidrBlock"] == "10.1.0.0/16"
    assert network.properties("PublicSubnet2")["CidrBlock"] == "10.1.2.0/24"
    assert network.properties("PublicSubnet2")["AvailabilityZone"] == "ap-northeast-1d"


def test_the_way_out_waits_until_the_gateway_is_attached() -> None:
    assert document("network")["Resources"]["PublicDefaultRoute"]["DependsOn"] == "InternetGatewayAttachment"


def test_zero_days_of_flow_logs_are_no_flow_log() -> None:
    assert not [name for name in tree(FlowLogsRetentionDays="0")["network"].resources if name.startswith("FlowLog")]


def test_a_flow_log_brings_its_group_and_its_role() -> None:
    network = tree(FlowLogsRetentionDays="7")["network"]
    assert [name for name in network.resources if name.startswith("FlowLog")] == [
        "FlowLogGroup",
        "FlowLogRole",
        "FlowLog",
    ]
    assert "KmsKeyId" not in network.properties("FlowLogGroup")


def test_the_flow_log_s_role_writes_to_its_own_group_only() -> None:
    role = tree(FlowLogsRetentionDays="7")["network"].properties("FlowLogRole")
    write, list_groups = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert write["Resource"] == ["network.FlowLogGroup.Arn"]
    assert list_groups["Action"] == ["logs:DescribeLogGroups"]


def test_the_subnets_are_given_as_one_joined_text() -> None:
    assert tree()["network"].outputs["PublicSubnetIds"] == "network.PublicSubnet1,network.PublicSubnet2"
