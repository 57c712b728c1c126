"""Where everything in the picture is: nested stacks in build order, their resources as cells, in SVG units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil
from typing import TypeAlias

from deployment.report.architecture import Block, Part, service_and_noun
from deployment.report.marks import Mark
from deployment.template.resource_path import ResourcePath

WIDTH = 984.0
NARROW = 388.0  # two cells in a nested stack below the root, in a window of 420 pixels at their own size
CELL_WIDTH, CELL_HEIGHT, GAP = 166.0, 58.0, 8.0
PADDING, TITLE, ARROW = 12.0, 40.0, 26.0
_TALLEST = 3  # rows of cells, of a nested stack that shares its row with others


@dataclass(frozen=True)
class Cell:
    """One resource, or several unchanged ones of one type; `width` is what its layer has for each."""

    service: str
    noun: str
    parts: tuple[Part, ...]
    mark: Mark | None
    x: float = 0.0
    y: float = 0.0
    width: float = CELL_WIDTH


@dataclass(frozen=True)
class Box:
    """A nested stack with its cells and the boxes of those below it; `arrows` are gaps between steps."""

    block: Block
    x: float
    y: float
    width: float
    height: float
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[float, float], ...]


Content: TypeAlias = Callable[[Block], tuple[Cell, ...]]
"""The cells of a nested stack."""


def laid_out(block: Block, marks: Mapping[ResourcePath, Mark], gone: Sequence[Part], width: float = WIDTH) -> Box:
    """The whole picture; `gone` are resources that the templates do not have any more."""
    return _box(block, lambda layer: cells(layer, marks, gone), 0.0, 0.0, width)


def cells(block: Block, marks: Mapping[ResourcePath, Mark], gone: Sequence[Part]) -> tuple[Cell, ...]:
    """The resources of one nested stack, service by service: marked ones by themselves, the others one cell a type."""
    own = [*block.parts, *(part for part in gone if part.path.parent == block.path)]
    grouped: dict[tuple[str, str, ResourcePath | None], list[Part]] = {}
    for part in own:
        alone = part.path if part.path in marks else None
        grouped.setdefault((*service_and_noun(part.type), alone), []).append(part)
    order = list(dict.fromkeys(service for service, _, _ in grouped))
    cells_of = [
        Cell(service, noun, tuple(parts), marks.get(alone) if alone else None)
        for (service, noun, alone), parts in grouped.items()
    ]
    return tuple(sorted(cells_of, key=lambda cell: order.index(cell.service)))


def _box(block: Block, content: Content, x: float, y: float, width: float) -> Box:
    columns, top = _columns(width), y + TITLE
    pitch = (width - 2 * PADDING + GAP) / columns
    placed: list[Cell] = []
    for number, cell in enumerate(content(block)):
        row, column = divmod(number, columns)
        at = (x + PADDING + column * pitch, top + row * (CELL_HEIGHT + GAP))
        placed.append(replace(cell, x=at[0], y=at[1], width=pitch - GAP))
    bottom = placed[-1].y + CELL_HEIGHT if placed else top
    boxes, arrows, bottom = _steps(block, content, (x + PADDING, bottom, width - 2 * PADDING))
    return Box(block, x, y, width, bottom + PADDING - y, tuple(placed), boxes, arrows)


def _steps(
    block: Block, content: Content, room: tuple[float, float, float]
) -> tuple[tuple[Box, ...], tuple[tuple[float, float], ...], float]:
    """The nested stacks below a box, one row a step; gives them, the arrows between steps, and where they end."""
    x, y, width = room
    boxes: list[Box] = []
    arrows: list[tuple[float, float]] = []
    for number, (_, same) in enumerate(groupby(block.blocks, key=lambda below: below.step)):
        y += ARROW if number else GAP * bool(block.parts)
        if number:
            arrows.append((x + width / 2, y - ARROW))
        for row in _rows_of(list(same), content, width):
            drawn = _side_by_side(row, content, (x, y, width))
            boxes += drawn
            y = drawn[0].y + drawn[0].height + GAP
        y -= GAP
    return tuple(boxes), tuple(arrows), y


def _rows_of(blocks: list[Block], content: Content, width: float) -> Iterator[list[Block]]:
    """Small nested stacks side by side, as many as have room without growing tall; a big one for itself."""
    row: list[Block] = []
    left = width
    for block in blocks:
        columns = ceil(_need(block, content) / _TALLEST) or 1
        wanted = min(width, _width(columns))
        if row and wanted > left:
            yield row
            row, left = [], width
        row.append(block)
        left -= wanted + GAP
    if row:
        yield row


def _need(block: Block, content: Content) -> int:
    """How many cells a nested stack has, with all below it."""
    return sum(len(content(layer)) for layer in block.walk())


def _side_by_side(blocks: list[Block], content: Content, room: tuple[float, float, float]) -> list[Box]:
    x, y, width = room
    boxes: list[Box] = []
    for block, share in zip(blocks, _shares(blocks, content, width), strict=True):
        boxes.append(_box(block, content, x, y, share))
        x += share + GAP
    height = max(box.height for box in boxes)
    return [replace(box, height=height) for box in boxes]


def _shares(blocks: list[Block], content: Content, width: float) -> list[float]:
    """Widths in whole columns, one more where that makes the tallest nested stack shorter; the last takes the rest."""
    needs = [_need(block, content) for block in blocks]
    spare = width - GAP * (len(blocks) - 1)
    columns = [1] * len(blocks)
    while sum(_width(count) for count in columns) + CELL_WIDTH + GAP <= spare:
        tallest = max(range(len(blocks)), key=lambda at: ceil(needs[at] / columns[at]))
        columns[tallest] += 1
    widths = [_width(count) for count in columns]
    rest = (spare - sum(widths)) / len(widths)
    return [width + rest for width in widths]


def _width(columns: int) -> float:
    return columns * (CELL_WIDTH + GAP) - GAP + 2 * PADDING


def _columns(width: float) -> int:
    return max(1, int((width - 2 * PADDING + GAP) // (CELL_WIDTH + GAP)))
