"""What tasks stand on, over all layers of a tree, and which service leaves it."""

from __future__ import annotations

import pytest

from cloudformation.text import read
from deployment.template.resource_path import ROOT
from deployment.template.values import Values
from deployment.template.ways_out import Leaving, leaving
from tests.templates.resolved import REQUIRED, document

_PSEUDO = {"AWS::AccountId": "1", "AWS::Region": "ap-northeast-1", "AWS::Partition": "aws", "AWS::URLSuffix": "x"}
_RANGES = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
_PRIVATE = {**_RANGES, "NatGatewayMode": "single", "VpcEndpointMode": "gateway", "TaskSubnetTier": "private"}
_NETWORK = ROOT / "Network"


def system(**values: str) -> Values:
    """This project's own tree with these values."""
    documents = {ROOT: document("root")}
    for name, body in document("root")["Resources"].items():
        documents[ROOT / name] = document(body["Properties"]["TemplateURL"].removesuffix(".yaml"))
    defaults = {name: str(body.get("Default", "")) for name, body in document("root")["Parameters"].items()}
    return Values(documents, {**defaults, **REQUIRED, **values}, _PSEUDO)


def left(before: Values, after: Values) -> Leaving:
    [service] = leaving(before, after)
    return service


def test_the_way_out_of_private_tasks_is_all_that_they_reach_their_image_through() -> None:
    service = left(system(**_PRIVATE), system())
    assert service.service == ROOT / "Ecs" / "Service"
    assert service.subnets == (_NETWORK / "PrivateSubnet1", _NETWORK / "PrivateSubnet2")
    assert service.way is not None
    named = {at.name for at in service.way}
    assert named >= {"PrivateSubnet1RouteTableAssociation", "PrivateRouteTable2", "PrivateDefaultRoute2", "NatGateway1"}
    assert named >= {"NatEip1", "PublicSubnet1", "PublicDefaultRoute", "InternetGateway", "S3Endpoint"}
    assert not named & {"FlowLogGroup", "AlbSecurityGroup"}


@pytest.mark.parametrize(
    ("way", "through"),
    [
        ({"NatGatewayMode": "regional"}, "RegionalNatGateway"),
        ({"VpcEndpointMode": "interface"}, "EcrDkrEndpoint"),
        ({"VpcEndpointMode": "interface"}, "InterfaceEndpointSecurityGroup"),
    ],
)
def test_every_way_out_is_found(way: dict[str, str], through: str) -> None:
    service = left(system(**_RANGES, **way, TaskSubnetTier="private"), system())
    assert service.way is not None
    assert _NETWORK / through in service.way


def test_an_endpoint_that_gets_a_table_grows_and_one_that_loses_one_does_not() -> None:
    endpoint = _NETWORK / "S3Endpoint"
    there = left(system(VpcEndpointMode="gateway"), system(**_PRIVATE))
    back = left(system(**_PRIVATE), system(VpcEndpointMode="gateway"))
    for service in (there, back):
        assert service.way is not None
        assert endpoint in service.way
    assert endpoint in there.growing
    assert endpoint not in back.growing


def test_a_service_that_stays_in_one_of_its_subnets_leaves_nothing() -> None:
    third = {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"}
    assert list(leaving(system(**third), system())) == []
    assert list(leaving(system(**_PRIVATE), system(**_PRIVATE))) == []


_SERVICE = """
Parameters:
  Given: {Type: CommaDelimitedList}
Conditions:
  Own: !Equals [!Join ['', !Ref Given], '']
Resources:
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1}}
  Maker: {Type: Custom::Network, Properties: {ServiceToken: x}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: %s}}
"""


def one(subnets: str, given: str = "") -> Values:
    return Values({ROOT: read(_SERVICE % subnets)}, {"Given": given}, _PSEUDO)


def test_subnets_that_something_else_tells_may_be_any() -> None:
    was, will = one("[!Ref Subnet]"), one("!GetAtt Maker.Subnets")
    for before, after in ((was, will), (will, was)):
        service = left(before, after)
        assert (service.service, service.way) == (ROOT / "Service", None)


def test_subnets_of_elsewhere_stand_on_nothing_of_the_tree() -> None:
    assert list(leaving(one("!Ref Given", "subnet-1"), one("!Ref Given", "subnet-2"))) == []
    assert list(leaving(one("!Ref Given", "subnet-1"), one("[!Ref Subnet]"))) == []


def test_a_service_without_subnets_of_its_own_leaves_none() -> None:
    assert list(leaving(one("!Ref AWS::NoValue"), one("[!Ref Subnet]"))) == []


def test_a_service_that_is_new_leaves_nothing() -> None:
    assert list(leaving(Values({ROOT: {}}, {}, _PSEUDO), one("[!Ref Subnet]"))) == []
