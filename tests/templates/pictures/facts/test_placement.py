"""Where each resource is drawn."""

from itertools import chain

from templates.pictures.facts.placement import NOT_DRAWN, holder_of, outermost, placed
from tests.templates.pictures.systems import WHOLE, plain, system


def test_every_resource_has_one_place() -> None:
    resolved = system(**WHOLE["everything"])
    place = placed(resolved)
    several = (place.inside, place.in_subnets, place.in_vpc, place.gateways)
    lists = [*chain.from_iterable(mapping.values() for mapping in several), place.at_the_door, place.groups]
    lists += [place.with_layer, place.not_drawn]
    paths = [resource.path for resources in lists for resource in resources]
    on_the_map = {resource.path for resource in resolved.of_type("AWS::EC2::VPC", "AWS::EC2::Subnet")}
    assert len(paths) == len(set(paths))
    assert {*paths, *on_the_map} == set(resolved.resources)


def test_the_parts_of_a_service_are_drawn_in_it_whoever_refers_to_whom() -> None:
    resolved = system(AutoScaling="true")
    inside = {resource.path for resource in placed(resolved).inside["Ecs/Service"]}
    assert inside == {"Ecs/TaskDefinition", "Ecs/TargetGroup", "Ecs/ScalableTarget"}
    assert outermost(resolved, resolved.resources["Ecs/CpuPolicy"]).path == "Ecs/Service"
    assert outermost(resolved, resolved.resources["Ecs/ListenerRule"]).path == "Alb/LoadBalancer"


def test_a_part_of_what_is_not_of_this_tree_stands_for_itself() -> None:
    rule = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"ListenerArn": "arn:aws:x"}}
    resolved = plain({"Rule": rule})
    assert holder_of(resolved, resolved.resources["Rule"]) is None
    assert [resource.path for resource in placed(resolved).with_layer] == ["Rule"]


def test_what_stands_in_several_subnets_and_in_one_is_told_apart() -> None:
    place = placed(system(**WHOLE["three zones, a gateway in each"]))
    assert [resource.path for resource in place.in_subnets["Network/PublicSubnet3",]] == ["Network/NatGateway3"]
    tasks = tuple(f"Network/PrivateSubnet{number}" for number in (1, 2, 3))
    assert [resource.path for resource in place.in_subnets[tasks]] == ["Ecs/Service"]


def test_a_kind_that_is_not_drawn_says_what_shows_it() -> None:
    assert all(reason and not reason.endswith(".") for reason in NOT_DRAWN.values())
    assert {resource.type for resource in placed(system()).not_drawn} <= set(NOT_DRAWN)


def test_a_subnet_of_somebody_elses_vpc_stands_with_its_layer() -> None:
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}}
    assert [resource.path for resource in placed(plain({"Own": subnet})).with_layer] == ["Own"]
