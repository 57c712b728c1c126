"""What a picture is made of before it is written as SVG: frames, words and arrows, in whole pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from templates.pictures.canvas.font import width

# Size and weight of each look of words.
LOOKS = {
    "title": (20, True),
    "head": (14, True),
    "name": (13, True),
    "type": (11, False),
    "line": (12, False),
    "strong": (12, True),
    "note": (11, False),
    "label": (11, False),
}


@dataclass(frozen=True)
class Box:
    """A rectangle by its edges."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, other: Box) -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def grown(self, by: int) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def turned(self) -> Box:
        """The box with its axes exchanged."""
        return Box(self.top, self.left, self.bottom, self.right)


@dataclass(frozen=True)
class Frame:
    """A box that is drawn; `look` is `card` or one of the containers, `resource` the path of what it shows."""

    box: Box
    look: str
    layer: str = ""
    resource: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Words:
    """One line of text; `top` is the top of its line, `resource` the path of what it alone shows."""

    left: int
    top: int
    text: str
    look: str
    resource: str = ""

    @property
    def box(self) -> Box:
        size, bold = LOOKS[self.look]
        return Box(self.left, self.top, self.left + width(self.text, size, bold=bold), self.top + size + 4)

    @property
    def baseline(self) -> int:
        return self.top + LOOKS[self.look][0]


@dataclass(frozen=True)
class Arrow:
    """A line of horizontal and vertical pieces, whose tip is its last point; `ends` names what it joins."""

    points: tuple[tuple[int, int], ...]
    look: str = "request"
    ends: str = ""
    words: str = ""

    def pieces(self) -> list[Box]:
        pairs = zip(self.points, self.points[1:], strict=False)
        return [Box(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairs]


Shape: TypeAlias = Frame | Words | Arrow


@dataclass(frozen=True)
class Page:
    """A picture ready to be written: its size, what it is called and says in words, and its shapes, lowest first."""

    width: int
    height: int
    title: str
    description: str
    layers: tuple[str, ...]
    shapes: tuple[Shape, ...]


def bottom(shapes: Iterable[Shape]) -> int:
    """The lowest edge of frames and words."""
    return max(shape.box.bottom for shape in shapes if not isinstance(shape, Arrow))


def texts(shapes: Iterable[Shape]) -> list[Box]:
    return [shape.box for shape in shapes if isinstance(shape, Words)]
