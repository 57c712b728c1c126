"""A card: one resource with what is drawn inside it; how a card is laid out in a given width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from templates.pictures.canvas.font import width, wrapped
from templates.pictures.canvas.shapes import LOOKS, Box, Frame, Shape, Words, bottom
from templates.pictures.facts.captions import caption, title
from templates.pictures.facts.placement import Placement
from templates.pictures.facts.resolved_tree import ResolvedTree, Resource

PAD, GAP = 10, 12
_LEAST = 200
# What is a line of the card that it is drawn inside, rather than a card of its own.
_LINES = (
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::EIP",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
)


@dataclass(frozen=True)
class Line:
    """A line of a card; `resource` is the path of a resource that this line alone shows."""

    text: str
    resource: str = ""
    look: str = "line"


@dataclass(frozen=True)
class Card:
    """What is drawn as one box; `resource` is empty if it shows several, or something that is not a resource."""

    name: str
    kind: str
    layer: str
    lines: tuple[Line, ...] = ()
    cards: tuple[Card, ...] = ()
    resource: str = ""
    doubtful: bool = False
    look: str = "card"


def card_of(tree: ResolvedTree, place: Placement, resource: Resource) -> Card:
    """The card of a resource, with all that is drawn inside it."""
    held = place.inside.get(resource.path, [])
    lines = [Line(text, look=_look(resource, number)) for number, text in enumerate(caption(tree, resource))]
    lines += [line_of(tree, entry) for entry in held if entry.type in _LINES]
    cards = tuple(card_of(tree, place, entry) for entry in held if entry.type not in _LINES)
    kind = title(resource.type) + (f", if {resource.condition}" if resource.condition else "")
    doubtful = bool(resource.condition)
    return Card(resource.path, kind, resource.layer, tuple(lines), cards, resource.path, doubtful)


def _look(resource: Resource, number: int) -> str:
    """How many tasks there are, and on what, is what most look for."""
    return "strong" if resource.type == "AWS::ECS::Service" and number == 0 else "line"


def line_of(tree: ResolvedTree, resource: Resource) -> Line:
    """A resource as a line: its logical id, and what there is to say."""
    says = "; ".join(caption(tree, resource)) or title(resource.type)
    doubt = f", if {resource.condition}" if resource.condition else ""
    return Line(f"{resource.path.rpartition('/')[2]}: {says}{doubt}", resource.path)


def drawn(card: Card, left: int, top: int, room: int, least: int = 0) -> list[Shape]:
    """The card `room` wide and at least `least` high, its frame first."""
    inner, x, y = room - 2 * PAD, left + PAD, top + PAD - 2
    shapes: list[Shape] = list(_heading(card, x, y, inner))
    for line in card.lines:
        shapes += paragraph(line.text, line.look, x, _below(shapes, y, 1), inner, line.resource)
    if card.cards:
        shapes += in_columns(card.cards, x, _below(shapes, y, 6), inner)
    box = Box(left, top, left + room, max(top + least, _below(shapes, y, PAD - 2)))
    return [Frame(box, card.look, card.layer, card.resource, card.doubtful), *shapes]


def _below(shapes: Sequence[Shape], start: int, gap: int) -> int:
    return bottom(shapes) + gap if shapes else start


def _heading(card: Card, x: int, y: int, room: int) -> list[Shape]:
    """Path and type, in one line where both have room."""
    size, bold = LOOKS["name"]
    name = paragraph(card.name, "name", x, y, room)
    beside = x + width(card.name, size, bold=bold) + 8
    fits = len(name) == 1 and beside + width(card.kind, LOOKS["type"][0]) <= x + room
    if fits or not name:
        return [*name, *paragraph(card.kind, "type", beside if name else x, y + 2, room)]
    return [*name, *paragraph(card.kind, "type", x, bottom(name), room)]


def paragraph(text: str, look: str, left: int, top: int, room: int, resource: str = "") -> list[Shape]:
    """A text in as many lines as it needs; the first one has its resource."""
    size, bold = LOOKS[look]
    lines = wrapped(text, size, room, bold=bold)
    return [
        Words(left, top + number * (size + 4), line, look, resource if number == 0 else "")
        for number, line in enumerate(lines)
    ]


def in_columns(cards: Iterable[Card], left: int, top: int, room: int, least: int = _LEAST) -> list[Shape]:
    """Cards of one width side by side, as many in a row as have room; those of a row have one height."""
    cards = list(cards)
    count = max(1, min(len(cards), (room + GAP) // (least + GAP)))
    across = (room - (count - 1) * GAP) // count
    shapes: list[Shape] = []
    for start in range(0, len(cards), count):
        row = cards[start : start + count]
        y = _below(shapes, top, GAP)
        high = max(height(card, across) for card in row)
        for number, card in enumerate(row):
            shapes += drawn(card, left + number * (across + GAP), y, across, high)
    return shapes


def height(card: Card, room: int) -> int:
    frame = drawn(card, 0, 0, room)[0]
    assert isinstance(frame, Frame)
    return frame.box.bottom


def with_line(card: Card, text: str) -> Card:
    return replace(card, lines=(*card.lines, Line(text)))
