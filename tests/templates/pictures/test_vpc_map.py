"""The map of a VPC."""

from templates.pictures.canvas.shapes import Box, Frame, Shape, Words
from templates.pictures.facts.network_facts import vpcs
from templates.pictures.facts.placement import placed
from templates.pictures.facts.resolved_tree import ResolvedTree
from templates.pictures.vpc_map import LEAST_ZONE, room_needed, vpc_map
from tests.templates.pictures.systems import THREE, plain, system


def map_of(tree: ResolvedTree, room: int = 1000) -> list[Shape]:
    return vpc_map(tree, placed(tree), vpcs(tree)[0], 0, 0, room)


def frames(shapes: list[Shape], look: str = "") -> dict[str, Box]:
    return {shape.resource: shape.box for shape in shapes if isinstance(shape, Frame) and look in ("", shape.look)}


def zones(shapes: list[Shape]) -> list[Box]:
    return [shape.box for shape in shapes if isinstance(shape, Frame) and shape.look == "zone"]


def test_each_subnet_lies_in_its_zone_and_the_private_ones_below() -> None:
    shapes = map_of(system(**THREE, NatGatewayMode="per-az"))
    boxes = frames(shapes)
    for number, zone in enumerate(zones(shapes), 1):
        public, private = boxes[f"Network/PublicSubnet{number}"], boxes[f"Network/PrivateSubnet{number}"]
        assert zone.holds(public)
        assert zone.holds(private)
        assert private.top > public.bottom
        assert public.holds(boxes[f"Network/NatGateway{number}"])


def test_what_stands_in_several_subnets_is_a_band_across_them() -> None:
    boxes = frames(map_of(system()))
    service, left, right = boxes["Ecs/Service"], boxes["Network/PublicSubnet1"], boxes["Network/PublicSubnet2"]
    assert left.left < service.left
    assert service.right < right.right
    assert service.meets(left)
    assert service.meets(right)
    assert boxes["Alb/LoadBalancer"].bottom < service.top


def test_several_of_one_type_in_the_same_subnets_share_a_band() -> None:
    shapes = map_of(system(**THREE, VpcEndpointMode="interface"))
    (band,) = (shape.box for shape in shapes if isinstance(shape, Frame) and shape.look == "band")
    inside = [name for name, box in frames(shapes, "card").items() if band.holds(box)]
    assert inside == [f"Network/{name}Endpoint" for name in ("EcrApi", "EcrDkr", "Logs", "SsmMessages")]


def test_the_gateway_stands_on_the_edge_of_the_vpc() -> None:
    boxes = frames(map_of(system()))
    vpc, gateway = boxes["Network/Vpc"], boxes["Network/InternetGateway"]
    assert gateway.top < vpc.top < gateway.bottom


def test_what_only_some_subnets_of_a_tier_have_says_so() -> None:
    shapes = map_of(system(**THREE, VpcEndpointMode="gateway"))
    assert not any("only in" in shape.text for shape in shapes if isinstance(shape, Words))
    network = {
        "V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        **{
            f"S{zone}": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "V"}, "AvailabilityZone": zone}}
            for zone in "abc"
        },
        "Two": {"Type": "A::B::C", "Properties": {"In": [{"Ref": "Sa"}, {"Ref": "Sc"}]}},
    }
    texts = [shape.text for shape in map_of(plain(network)) if isinstance(shape, Words)]
    assert "only in Sa, Sc" in texts


def test_what_stands_in_two_tiers_is_below_the_zones_and_names_its_subnets() -> None:
    network = {
        "V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        **{
            name: {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "V"}, "AvailabilityZone": "a"}}
            for name in ("One", "Two")
        },
        "Both": {"Type": "A::B::C", "Properties": {"In": [{"Ref": "One"}, {"Ref": "Two"}]}},
    }
    shapes = map_of(plain(network))
    assert frames(shapes)["Both"].top > zones(shapes)[0].bottom
    assert any(shape.text == "in One, Two" for shape in shapes if isinstance(shape, Words))


def test_every_zone_has_its_least_width() -> None:
    tree = system(**THREE)
    room = room_needed(vpcs(tree)[0])
    assert all(zone.right - zone.left >= LEAST_ZONE - 20 for zone in zones(map_of(tree, room)))


def test_a_vpc_without_subnets_has_an_edge_and_a_name() -> None:
    shapes = map_of(plain({"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}))
    assert list(frames(shapes)) == ["V"]
