"""Attributes that other resources give: ranges of a VPC, addresses of an instance, balancers of a target group."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.rehearsal.play import REGION, Play
from tests.rehearsal.properties.filled import joined, played, resource, shown, subnet, vpc
from tests.rehearsal.samples import Json, attribute, ref, template

IMAGE = "ami-0123456789abcdef0"
FIRST: Json = {"Fn::Select": [0, {"Fn::Cidr": [{"Fn::Select": [0, attribute("V", "Ipv6CidrBlocks")]}, 4, 64]}]}
BLOCK = resource("EC2::VPCCidrBlock", VpcId=ref("V"), AmazonProvidedIpv6CidrBlock=True)


def six(**more: Any) -> Json:
    return subnet(1, Ipv6CidrBlock=FIRST, **more) | {"DependsOn": "B"}


def test_a_subnet_takes_its_range_from_that_which_amazon_gave_the_vpc() -> None:
    asked = {"All": {"Fn::Select": [0, attribute("V", "Ipv6CidrBlocks")]}, "Own": joined("S.Ipv6CidrBlocks")}
    found = shown({"V": vpc(), "B": BLOCK, "S": six()}, asked)
    assert re.fullmatch(r"2600:1f..:[0-9a-f]{4}:..00::/56", found["All"])
    assert found["Own"].endswith("::/64")


def test_the_range_stays_the_same_and_goes_with_what_gave_it() -> None:
    play = played()
    body = template({"All": {"Fn::Sub": ["<${L}>", {"L": joined("V.Ipv6CidrBlocks")}]}}, V=vpc(), B=BLOCK, S=six())
    first = play.deploy(body)
    assert "didn't contain changes" in play.described(play.change_set(body, name="again"))["StatusReason"]
    without = template({"All": {"Fn::Sub": ["<${L}>", {"L": joined("V.Ipv6CidrBlocks")}]}}, V=vpc(), S=subnet(1))
    play.deploy(without)
    last = shown({"V": vpc()}, {"All": {"Fn::Sub": ["<${L}>", {"L": joined("V.Ipv6CidrBlocks")}]}}, play)
    assert (first["Outputs"][0]["OutputValue"] != "<>", last["All"]) == (True, "<>")


def test_a_range_that_an_update_brings_is_not_known_in_its_review() -> None:
    play = played()
    play.deploy(template(V=vpc(), S=subnet(1)))
    change_set = play.change_set(template(V=vpc(), B=BLOCK, S=six()), name="second")
    assert play.described(change_set)["Status"] == "CREATE_COMPLETE"
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    assert stack.resources["S"].properties["Ipv6CidrBlock"].endswith("::/64")


def test_a_range_that_is_given_and_a_second_one_of_ipv4_are_added() -> None:
    given = resource("EC2::VPCCidrBlock", VpcId=ref("V"), Ipv6CidrBlock="2001:db8::/56", Ipv6Pool="ipv6pool-ec2-0")
    second = resource("EC2::VPCCidrBlock", VpcId=ref("V"), CidrBlock="10.1.0.0/16")
    asked = {"Six": joined("V.Ipv6CidrBlocks"), "Four": joined("V.CidrBlockAssociations")}
    found = shown({"V": vpc(), "B": given, "C": second}, asked | {"Wait": {"Fn::Sub": "${B}${C}"}})
    assert (found["Six"], len(found["Four"].split(","))) == ("2001:db8::/56", 2)


@pytest.mark.parametrize("by_association", [True, False])
def test_an_elastic_address_is_that_of_its_instance(by_association: bool) -> None:
    address = resource("EC2::EIP", **({} if by_association else {"InstanceId": ref("I")}))
    association = resource("EC2::EIPAssociation", AllocationId=attribute("E", "AllocationId"), InstanceId=ref("I"))
    resources = {"I": resource("EC2::Instance", ImageId=IMAGE), "E": address}
    if by_association:
        resources["A"] = association
    found = shown(resources, {"Ip": "I.PublicIp", "Eip": ref("E")})
    assert found["Ip"] == found["Eip"]


def test_a_target_group_knows_the_balancers_whose_listeners_or_rules_send_to_it() -> None:
    elb = "ElasticLoadBalancingV2"
    forward: Json = {"Type": "forward", "TargetGroupArn": ref("G")}
    fixed: Json = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    listener = {"LoadBalancerArn": ref("L"), "Port": 80, "Protocol": "HTTP"}
    rule = resource(
        f"{elb}::ListenerRule",
        ListenerArn=ref("N"),
        Priority=1,
        Actions=[forward],
        Conditions=[{"Field": "path-pattern"}],
    )
    resources = {
        "V": vpc(),
        "S": subnet(1),
        "L": resource(f"{elb}::LoadBalancer", Subnets=[ref("S")]),
        "G": resource(f"{elb}::TargetGroup", VpcId=ref("V"), Port=80, Protocol="HTTP"),
        "H": resource(f"{elb}::TargetGroup", VpcId=ref("V"), Port=81, Protocol="HTTP"),
    }
    asked = {
        "Of": joined("G.LoadBalancerArns"),
        "L": ref("L"),
        "None": {"Fn::Sub": ["<${X}>", {"X": joined("H.LoadBalancerArns")}]},
    }
    for more in (
        {"N": resource(f"{elb}::Listener", **listener, DefaultActions=[forward])},
        {"N": resource(f"{elb}::Listener", **listener, DefaultActions=[fixed]), "R": rule},
    ):
        found = shown(resources | more, asked, Play())
        assert (found["Of"], found["None"]) == (found["L"], "<>")
