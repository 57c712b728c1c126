"""The picture has room for everything: nothing overlaps, nothing stands outside of its layer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from deployment.report.architecture import Block, Part
from deployment.report.html.layout import CELL_HEIGHT, CELL_WIDTH, NARROW, WIDTH, Box, Cell, cells, laid_out
from deployment.report.marks import MARKS
from deployment.review.review import Kind
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.report.examples import SYSTEM

Rectangle = tuple[float, float, float, float]
_TYPES = ["AWS::EC2::Subnet", "AWS::ECS::Service", "AWS::EC2::VPC", "Custom::X"]


@st.composite
def blocks(draw: st.DrawFn, path: ResourcePath = ROOT) -> Block:
    """Any tree of layers, up to three deep."""
    kinds = draw(st.lists(st.sampled_from(_TYPES), max_size=20))
    names = [f"L{number}" for number in range(draw(st.integers(0, 4 if len(path) < 2 else 0)))]
    steps = sorted(draw(st.lists(st.integers(1, 3), min_size=len(names), max_size=len(names))))
    below = [draw(blocks(ResourcePath((*path, name)))) for name in names]
    placed = tuple(Block(each.path, step, (), each.parts, each.blocks) for each, step in zip(below, steps, strict=True))
    return Block(
        path, 1, (), tuple(Part(ResourcePath((*path, f"R{n}")), kind, None) for n, kind in enumerate(kinds)), placed
    )


def _boxes(box: Box) -> Iterator[Box]:
    yield box
    for each in box.boxes:
        yield from _boxes(each)


def _of_box(box: Box) -> Rectangle:
    return box.x, box.y, box.x + box.width, box.y + box.height


def _of_cell(cell: Cell) -> Rectangle:
    return cell.x, cell.y, cell.x + cell.width, cell.y + CELL_HEIGHT


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] - 0.01 and other[0] < one[2] - 0.01 and one[1] < other[3] and other[1] < one[3]


def _within(inner: Rectangle, outer: Rectangle) -> bool:
    return all((inner[0] >= outer[0], inner[1] >= outer[1], inner[2] <= outer[2] + 0.01, inner[3] <= outer[3] + 0.01))


@given(blocks(), st.sampled_from([WIDTH, NARROW]))
def test_nothing_overlaps_and_everything_stands_in_its_layer(block: Block, width: float) -> None:
    root = laid_out(block, {}, (), width)
    assert root.width == width
    for box in _boxes(root):
        inside = [*map(_of_cell, box.cells), *map(_of_box, box.boxes)]
        assert all(_within(each, _of_box(box)) for each in inside)
        assert not [pair for pair in combinations(inside, 2) if _overlap(*pair)]


@given(blocks())
def test_every_resource_is_drawn_once(block: Block) -> None:
    drawn = [part for box in _boxes(laid_out(block, {}, ())) for cell in box.cells for part in cell.parts]
    assert sorted(drawn, key=repr) == sorted((part for each in block.walk() for part in each.parts), key=repr)


def test_later_steps_stand_below_and_one_arrow_leads_to_each() -> None:
    root = laid_out(SYSTEM, {}, ())
    network, app = root.boxes
    assert app.y > network.y + network.height
    assert len(root.arrows) == 1
    assert root.width == WIDTH


def test_layers_of_one_step_stand_side_by_side_and_are_as_high() -> None:
    big = tuple(Part(ResourcePath(("A", f"R{number}")), f"AWS::X::T{number}", None) for number in range(9))
    root = Block(
        ROOT, 1, (), (), (Block(ResourcePath(("A",)), 1, (), big, ()), Block(ResourcePath(("B",)), 1, (), (), ()))
    )
    left, right = laid_out(root, {}, ()).boxes
    assert (left.y, left.height) == (right.y, right.height)
    assert left.width > right.width >= CELL_WIDTH


def test_unchanged_resources_of_one_type_share_a_cell_and_marked_ones_do_not() -> None:
    parts = tuple(Part(ResourcePath((name,)), "AWS::EC2::Subnet", None) for name in "ABC")
    block = Block(ROOT, 1, (), (*parts, Part(ResourcePath(("Z",)), "AWS::EC2::VPC", None)), ())
    gone = (
        Part(ResourcePath(("Old",)), "AWS::SNS::Topic", None),
        Part(ResourcePath(("Elsewhere", "Old")), "AWS::SNS::Topic", None),
    )
    mark, removed = MARKS[Kind.CHANGED], MARKS[Kind.REMOVED]
    found = cells(block, {ResourcePath(("B",)): mark, ResourcePath(("Old",)): removed}, gone)
    assert [("".join(part.path[-1] for part in cell.parts), cell.mark) for cell in found] == [
        ("AC", None),
        ("B", mark),
        ("Z", None),
        ("Old", removed),
    ]
