"""Who reaches whom, from what the templates say."""

from templates.pictures.facts.flows import Flow, depths, merged, permissions, requests, ways_out
from tests.templates.pictures.systems import THREE, plain, system
from tests.templates.test_capabilities import PRIVATE


def test_a_request_comes_through_gateway_and_load_balancer_to_the_service() -> None:
    assert requests(system()) == [
        Flow("internet", "Network/InternetGateway"),
        Flow("Network/InternetGateway", "Alb/LoadBalancer", "tcp 80, tcp 443"),
        Flow("Alb/AliasA", "Alb/LoadBalancer", "alias"),
        Flow("Cert/Certificate", "Alb/LoadBalancer", "TLS"),
        Flow("Alb/LoadBalancer", "Ecs/Service", "HTTP to port 80"),
    ]


def test_an_internal_load_balancer_is_not_reached_from_the_internet() -> None:
    flows = requests(system(**PRIVATE, AlbScheme="internal"))
    assert not any(flow.source == "Network/InternetGateway" for flow in flows)


def test_who_may_come_is_told_where_that_is_not_everybody() -> None:
    flow = requests(system(IngressCidr="203.0.113.0/24", ContainerPort="8080"))
    assert flow[1].label == "tcp 80, tcp 443 from 203.0.113.0/24"
    assert flow[-1].label == "HTTP to port 8080"


def test_each_private_subnet_has_its_way_out() -> None:
    per_zone = ways_out(system(**THREE, NatGatewayMode="per-az"))
    assert [(flow.source, flow.target) for flow in per_zone] == [
        (f"Network/PrivateSubnet{number}", f"Network/NatGateway{number}") for number in (1, 2, 3)
    ]
    one = ways_out(system(**PRIVATE, NatGatewayMode="regional"))
    assert {flow.target for flow in one} == {"Network/RegionalNatGateway"}
    assert ways_out(system(**PRIVATE)) == []


def test_a_group_is_reached_by_those_of_its_rules_but_itself() -> None:
    assert permissions(system()) == [
        Flow("0.0.0.0/0", "Alb/AlbSecurityGroup", "tcp 80, tcp 443"),
        Flow("Alb/AlbSecurityGroup", "AppSg/AppSecurityGroup", "all traffic"),
    ]


def test_rules_in_a_group_and_beside_it_count_alike() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
    groups = {
        "Own": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": [rule]}},
        "Bare": {"Type": "AWS::EC2::SecurityGroup"},
        "Beside": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {**rule, "GroupId": {"Ref": "Bare"}}},
    }
    assert permissions(plain(groups)) == [Flow("10.0.0.0/8", "Own", "tcp 22"), Flow("10.0.0.0/8", "Bare", "tcp 22")]


def test_flows_between_the_same_two_are_one_with_every_label_once() -> None:
    flows = [Flow("a", "b", "x"), Flow("a", "b", "y"), Flow("a", "b", "x"), Flow("b", "a")]
    assert merged(flows) == [Flow("a", "b", "x, y"), Flow("b", "a", "")]


def test_depths_count_steps_and_end_where_flows_go_round() -> None:
    line = [Flow("b", "c"), Flow("a", "b"), Flow("x", "c")]
    assert depths(["a", "b", "c", "d"], line, 9) == {"a": 0, "b": 1, "c": 2, "d": 0}
    assert depths(["a", "b"], [Flow("a", "b"), Flow("b", "a")], 3) == {"a": 3, "b": 3}
