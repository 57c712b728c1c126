"""The arrows of a picture between what is drawn already, and the words beside them."""

from collections.abc import Iterable, Mapping, Sequence

from templates.pictures.canvas.arrow_paths import label, path
from templates.pictures.canvas.shapes import Arrow, Box, Frame, Shape, Words, texts
from templates.pictures.facts.flows import INTERNET, Flow

_CARDS = ("card", "band", "outside")
# What there is of paper beside everything.
_MARGIN, _FAR = 20, 100_000


def arrows(
    shapes: Sequence[Shape], flows: Iterable[tuple[str, Sequence[Flow]]], *, sideways: bool = False
) -> list[Shape]:
    """The arrows that have a way, by look, and then their words; what a card says of them is said in any case."""
    found: list[Arrow] = []
    for look, of_look in flows:
        for (source, target), same in _pairs(ends(shapes), of_look).items():
            way = path(source, target, obstacles(shapes, (source, target)), found, sideways=sideways)
            if way is not None:
                words = ", ".join(dict.fromkeys(flow.label for flow in same if flow.label))
                names = " and ".join(f"{flow.source} to {flow.target}" for flow in same)
                found.append(Arrow(way, look, names, words))
    return [*found, *_labels([*shapes, *found], found)]


def _pairs(boxes: Mapping[str, Box], flows: Iterable[Flow]) -> dict[tuple[Box, Box], list[Flow]]:
    """What leads from one box to another is one arrow, whatever it is of in them."""
    pairs: dict[tuple[Box, Box], list[Flow]] = {}
    for flow in flows:
        if flow.source in boxes and flow.target in boxes:
            pairs.setdefault((boxes[flow.source], boxes[flow.target]), []).append(flow)
    return pairs


def _labels(shapes: Sequence[Shape], arrows: Sequence[Arrow]) -> list[Shape]:
    """The words of arrows, each on a ground of its own: it may have to lie over the edge of a zone or a subnet."""
    words: list[Shape] = []
    edges = _edges(shapes)
    for arrow in arrows:
        taken = _taken([*shapes, *words])
        beside = label(arrow, arrow.words, [*taken, *edges]) or label(arrow, arrow.words, taken)
        if arrow.words and beside:
            words += [Frame(beside.box.grown(1), "backing"), beside]
    return words


def ends(shapes: Iterable[Shape]) -> dict[str, Box]:
    """Where arrows begin and end, by path: the frame of a resource, or the card with a line of it."""
    boxes: dict[str, Box] = {}
    card = Box(0, 0, 0, 0)
    for shape in shapes:
        if isinstance(shape, Frame):
            card = shape.box
            boxes.setdefault(INTERNET if shape.look == "outside" else shape.resource, card)
        elif isinstance(shape, Words) and shape.resource:
            boxes.setdefault(shape.resource, card)
    return boxes


def obstacles(shapes: Sequence[Shape], passing: Iterable[Box]) -> list[Box]:
    """What an arrow between two boxes must not touch: words and cards other than the two, and what lies in them."""
    passing = list(passing)
    cards = [shape.box for shape in shapes if isinstance(shape, Frame) and shape.look in _CARDS]
    boxes = [*cards, *texts(shapes), *_beyond(shapes)]
    return [box for box in boxes if not any(box == one or (one in cards and one.holds(box)) for one in passing)]


def _beyond(shapes: Iterable[Shape]) -> list[Box]:
    """What is left and right of the page."""
    frames = [shape.box for shape in shapes if isinstance(shape, Frame)]
    left, right = min(box.left for box in frames) - _MARGIN, max(box.right for box in frames) + _MARGIN
    return [Box(left - _FAR, -_FAR, left, _FAR), Box(right, -_FAR, right + _FAR, _FAR)]


def _taken(shapes: Sequence[Shape]) -> list[Box]:
    """Where the words of an arrow cannot be: on words, cards and arrows, and beyond the page."""
    boxes = _beyond(shapes)
    for shape in shapes:
        if isinstance(shape, Arrow):
            boxes += [piece.grown(1) for piece in shape.pieces()]
        elif isinstance(shape, Words) or shape.look in (*_CARDS, "range"):
            boxes.append(shape.box)
    return boxes


def _edges(shapes: Iterable[Shape]) -> list[Box]:
    """The edges of what contains cards."""
    boxes: list[Box] = []
    for box in (shape.box for shape in shapes if isinstance(shape, Frame) and shape.look not in _CARDS):
        boxes += [
            Box(box.left, box.top - 1, box.right, box.top + 1),
            Box(box.left, box.bottom - 1, box.right, box.bottom + 1),
            Box(box.left - 1, box.top, box.left + 1, box.bottom),
            Box(box.right - 1, box.top, box.right + 1, box.bottom),
        ]
    return boxes
