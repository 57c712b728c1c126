"""The panel of security groups."""

from typing import Any

from templates.pictures.canvas.shapes import Arrow, Box, Frame, Shape
from templates.pictures.facts.placement import placed
from templates.pictures.facts.resolved_tree import ResolvedTree
from templates.pictures.security_groups import group_panel
from tests.templates.pictures.systems import plain, system


def panel(tree: ResolvedTree) -> list[Shape]:
    return group_panel(tree, placed(tree), 0, 0, 1000)


def cards(shapes: list[Shape]) -> dict[str, Box]:
    return {shape.resource: shape.box for shape in shapes if isinstance(shape, Frame) and shape.resource}


def arrows(shapes: list[Shape]) -> set[str]:
    return {shape.ends for shape in shapes if isinstance(shape, Arrow)}


def group(*sources: str) -> dict[str, Any]:
    rules = [{"IpProtocol": "-1", "SourceSecurityGroupId": {"Ref": source}} for source in sources]
    return {"Type": "AWS::EC2::SecurityGroup", "Properties": {"SecurityGroupIngress": rules}}


def test_each_group_stands_right_of_whom_it_lets_in() -> None:
    shapes = panel(system())
    boxes = cards(shapes)
    assert boxes["0.0.0.0/0"].right < boxes["Alb/AlbSecurityGroup"].left
    assert boxes["Alb/AlbSecurityGroup"].right < boxes["AppSg/AppSecurityGroup"].left
    assert arrows(shapes) == {
        "0.0.0.0/0 to Alb/AlbSecurityGroup",
        "Alb/AlbSecurityGroup to AppSg/AppSecurityGroup",
    }


def test_a_chain_of_many_groups_stays_on_the_page() -> None:
    names = [f"G{number}" for number in range(9)]
    groups = {name: group(*names[number - 1 : number]) for number, name in enumerate(names)}
    boxes = cards(panel(plain(groups)))
    assert set(boxes) == set(names)
    assert max(box.right for box in boxes.values()) <= 1000


def test_groups_that_let_in_each_other_are_drawn() -> None:
    assert set(cards(panel(plain({"A": group("B"), "B": group("A")})))) == {"A", "B"}


def test_a_group_that_lets_in_nobody_is_drawn_without_an_arrow() -> None:
    shapes = panel(plain({"Alone": group()}))
    assert set(cards(shapes)) == {"Alone"}
    assert arrows(shapes) == set()
