"""The layers below the maps."""

from templates.pictures.canvas.shapes import Box, Frame, Shape, Words
from templates.pictures.facts.placement import placed
from templates.pictures.facts.resolved_tree import ResolvedTree
from templates.pictures.layers import counted, layer_boxes
from tests.templates.pictures.systems import plain, system


def boxes(tree: ResolvedTree, *, with_absent: bool = False) -> list[Shape]:
    return layer_boxes(tree, placed(tree), 0, 0, 1000, with_absent=with_absent)


def layers(shapes: list[Shape]) -> dict[str, Box]:
    return {shape.layer: shape.box for shape in shapes if isinstance(shape, Frame) and shape.look == "layer"}


def cards(shapes: list[Shape]) -> list[Frame]:
    return [shape for shape in shapes if isinstance(shape, Frame) and shape.look == "card"]


def words(shapes: list[Shape]) -> str:
    return " ".join(shape.text for shape in shapes if isinstance(shape, Words))


def test_every_layer_has_a_box_those_with_something_to_show_first() -> None:
    shapes = boxes(system())
    shown = {shape.resource.partition("/")[0] for shape in cards(shapes)}
    names = list(layers(shapes))
    assert set(names) == set(system().layers)
    assert [name in shown for name in names] == sorted((name in shown for name in names), reverse=True)
    assert "Ecs" in shown
    assert not {"Network", "Cert", "Alb"} & shown
    assert "its 9 resources are above" in words(shapes)
    assert "its resource is above" in words(shapes)


def test_what_has_no_place_on_a_map_stands_in_the_box_of_its_layer() -> None:
    shapes = boxes(system())
    boxes_of, of_ecs = layers(shapes), set()
    for card in cards(shapes):
        layer = card.resource.partition("/")[0]
        assert boxes_of[layer].holds(card.box)
        of_ecs |= {card.resource} if layer == "Ecs" else set()
    assert of_ecs == {"Ecs/Cluster", "Ecs/ExecutionRole", "Ecs/LogGroup", "Ecs/TaskRole"}


def test_what_parameters_can_add_is_counted_by_kind_without_what_is_never_drawn() -> None:
    text = words(boxes(system(), with_absent=True))
    assert "5 EC2::VPCEndpoint (VpcEndpointMode)" in text
    assert "RouteTable" not in text


def test_root_has_a_box_where_it_has_resources() -> None:
    shapes = boxes(plain({"Queue": {"Type": "AWS::SQS::Queue"}}, Description="Jobs."))
    assert list(layers(shapes)) == ["root"]
    assert words(shapes).startswith("layer root Jobs.")


def test_what_stands_in_subnets_of_somebody_else_stands_here() -> None:
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1"}}
    one = {"Type": "AWS::EFS::MountTarget", "Properties": {"SubnetId": {"Ref": "Theirs"}}}
    resources = {shape.resource for shape in boxes(plain({"Theirs": subnet, "One": one})) if isinstance(shape, Frame)}
    assert resources >= {"Theirs", "One"}


def test_kinds_are_counted_where_there_is_more_than_one() -> None:
    assert counted({"EC2::EIP": 1, "EC2::Route": 3}) == "EC2::EIP, 3 EC2::Route"
