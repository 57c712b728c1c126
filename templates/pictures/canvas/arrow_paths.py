"""Ways for arrows: between two boxes, over no text and no card, beside other arrows rather than on them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from templates.pictures.canvas.shapes import Arrow, Box, Words

_APART, _STEP = 10, 8
_CLEAR, _ASIDE = 5, 40
Points = tuple[tuple[int, int], ...]


def path(
    source: Box, target: Box, obstacles: Sequence[Box], arrows: Iterable[Arrow] = (), *, sideways: bool = False
) -> Points | None:
    """The points of a way from one box to another, None where none is free; by their sides first if `sideways`."""
    lines = [piece for arrow in arrows for piece in arrow.pieces()]
    upright = (source, target, obstacles, lines)
    turned = (source.turned(), target.turned(), [box.turned() for box in obstacles], [line.turned() for line in lines])
    for turn in (sideways, not sideways):
        if found := _either_way(*(turned if turn else upright)):
            return tuple((y, x) for x, y in found) if turn else found
    return None


def _either_way(source: Box, target: Box, obstacles: Sequence[Box], lines: Sequence[Box]) -> Points | None:
    """Down or up, where the one is below the other."""
    if source.bottom <= target.top:
        return _down(source, target, obstacles, lines)
    if target.bottom <= source.top:
        upward = _down(target, source, obstacles, lines)
        return None if upward is None else upward[::-1]
    return None


def _down(upper: Box, lower: Box, obstacles: Sequence[Box], lines: Sequence[Box]) -> Points | None:
    """Straight where the two face each other; else down, across in the space below or above, and down."""
    first, last = max(upper.left, lower.left) + _APART, min(upper.right, lower.right) - _APART
    straight = [((x, upper.bottom), (x, lower.top)) for x in range(first, last + 1, _STEP)]
    ways = sorted(straight, key=lambda way: _cost(way, upper, lower))
    found = next((way for way in ways if _free(way, obstacles, lines)), None)
    return found or _bent(upper, lower, obstacles, lines) or _around(upper, lower, obstacles, lines)


def _bent(upper: Box, lower: Box, obstacles: Sequence[Box], lines: Sequence[Box]) -> Points | None:
    def free(x: int, top: int, low: int) -> bool:
        return _free(((x, top), (x, low)), obstacles, lines)

    lanes = [lane for lane in range(upper.bottom + 10, lower.top - 7, 9) if not _far(lane, upper, lower)]
    ways: list[Points] = []
    for lane in lanes:
        starts = [x for x in _spread(upper, 3 * _STEP) if free(x, upper.bottom, lane)]
        ends = [x for x in _spread(lower, _STEP) if free(x, lane, lower.top)]
        pairs = ((start, end) for start in starts for end in ends if abs(start - end) >= _APART)
        ways += [((start, upper.bottom), (start, lane), (end, lane), (end, lower.top)) for start, end in pairs]
    ways.sort(key=lambda way: _cost(way, upper, lower))
    return next((way for way in ways if _free(way[1:3], obstacles, lines)), None)


def _around(upper: Box, lower: Box, obstacles: Sequence[Box], lines: Sequence[Box]) -> Points | None:
    """Down, aside to where nothing is in the way, down, back, and down: past what lies between the two."""

    def free(*points: tuple[int, int]) -> bool:
        return _free(points, obstacles, lines)

    left, right = min(upper.left, lower.left), max(upper.right, lower.right)
    ways: list[Points] = []
    for high in range(upper.bottom + 10, upper.bottom + 47, 9):
        for low in range(max(high + 9, lower.top - 46), lower.top - 7, 9):
            aside = [x for x in range(left - _ASIDE, right + _ASIDE, _STEP) if free((x, high), (x, low))]
            starts = [x for x in _spread(upper, 3 * _STEP) if free((x, upper.bottom), (x, high))]
            ends = [x for x in _spread(lower, 2 * _STEP) if free((x, low), (x, lower.top))]
            for x in aside:
                first = min(starts, key=lambda start: abs(start - x), default=None)
                last = min(ends, key=lambda end: abs(end - x), default=None)
                if (
                    first is None
                    or last is None
                    or not free((first, high), (x, high))
                    or not free((x, low), (last, low))
                ):
                    continue
                ways.append(((first, upper.bottom), (first, high), (x, high), (x, low), (last, low), (last, lower.top)))
    return min(ways, key=lambda way: (abs(way[0][0] - way[2][0]) + abs(way[2][0] - way[4][0]), way), default=None)


def _far(lane: int, upper: Box, lower: Box) -> bool:
    """Whether a way across is near neither of the two."""
    return upper.bottom + 64 <= lane < lower.top - 64


def _spread(box: Box, step: int) -> range:
    return range(box.left + _APART, box.right - _APART + 1, step)


def _cost(way: Points, upper: Box, lower: Box) -> tuple[int, Points]:
    """Short ones first, near the middles of the two."""
    off = abs(2 * way[0][0] - upper.left - upper.right) + abs(2 * way[-1][0] - lower.left - lower.right) // 4
    return 4 * abs(way[0][0] - way[-1][0]) + off, way


def _free(way: Points, obstacles: Sequence[Box], lines: Sequence[Box]) -> bool:
    for (a, b), (c, d) in pairwise(way):
        piece = Box(min(a, c), min(b, d), max(a, c), max(b, d))
        aside, above = (0, _CLEAR) if b == d else (_CLEAR, 0)
        wide = Box(piece.left - aside, piece.top - above, piece.right + aside, piece.bottom + above)
        if any(wide.meets(box) for box in obstacles) or any(_along(piece, line) for line in lines):
            return False
    return True


def _along(piece: Box, line: Box) -> bool:
    """Whether two pieces run beside each other too closely, rather than across."""
    upright = piece.left == piece.right
    return upright == (line.left == line.right) and piece.grown(_STEP - 1).meets(line.grown(1))


def label(arrow: Arrow, text: str, obstacles: Sequence[Box]) -> Words | None:
    """The words of an arrow beside one of its pieces, the longest first, where nothing else is; None where none is."""
    size = Words(0, 0, text, "label").box
    pieces = sorted(arrow.pieces(), key=lambda piece: piece.left + piece.top - piece.right - piece.bottom)
    for left, top in (place for piece in pieces for place in _places(piece, size)):
        room = Box(left - 2, top - 2, left + size.right + 2, top + size.bottom + 2)
        if not any(room.meets(box) for box in obstacles):
            return Words(left, top, text, "label")
    return None


def _places(piece: Box, size: Box) -> Iterator[tuple[int, int]]:
    if piece.left == piece.right:
        heights = range(piece.top + 2, piece.bottom - size.bottom - 1, 3)
        middle = (piece.top + piece.bottom - size.bottom) // 2
        for top in sorted(heights, key=lambda height: abs(height - middle)):
            yield piece.left + 7, top
            yield piece.left - 7 - size.right, top
    else:
        for left in range(piece.left + 4, piece.right - size.right - 3, 4):
            yield left, piece.top - size.bottom - 3
            yield left, piece.top + 4
