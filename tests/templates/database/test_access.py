"""Where the database stands, and who reaches it."""

import pytest

from tests.templates.everything import AURORA, DATABASE
from tests.templates.resolved import tree

KINDS = [DATABASE, AURORA]


@pytest.mark.parametrize("values", KINDS)
def test_the_tasks_are_let_in_on_one_port_and_nobody_else(values: dict[str, str]) -> None:
    data = tree(**values)["data"]
    [rule] = data.of_type("AWS::EC2::SecurityGroupIngress")
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 5432, 5432)
    assert rule["SourceSecurityGroupId"] == "app-sg.AppSecurityGroup"
    assert rule["GroupId"] == "data.DatabaseSecurityGroup"
    assert "SecurityGroupIngress" not in data.properties("DatabaseSecurityGroup")


@pytest.mark.parametrize("values", KINDS)
def test_the_database_reaches_nobody(values: dict[str, str]) -> None:
    [egress] = tree(**values)["data"].properties("DatabaseSecurityGroup")["SecurityGroupEgress"]
    assert egress["CidrIp"] == "127.0.0.1/32"


def test_it_stands_in_the_private_subnets_and_has_no_public_address() -> None:
    subnets = ["network.PrivateSubnet1", "network.PrivateSubnet2"]
    for values, groups in ((DATABASE, "VPCSecurityGroups"), (AURORA, "VpcSecurityGroupIds")):
        data = tree(**values)["data"]
        assert data.properties("DatabaseSubnetGroup")["SubnetIds"] == subnets
        databases = [*data.of_type("AWS::RDS::DBInstance"), *data.of_type("AWS::RDS::DBCluster")]
        assert all(one["PubliclyAccessible"] is False for one in data.of_type("AWS::RDS::DBInstance"))
        [holding] = [one for one in databases if "MasterUsername" in one]
        assert holding[groups] == ["data.DatabaseSecurityGroup"]
        assert holding["DBSubnetGroupName"] == "data.DatabaseSubnetGroup"
