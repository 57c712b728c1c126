"""How wide a text is at most, whichever sans-serif font shows it.

No font is shipped, so the widths are those of a wide one that many systems fall back to (DejaVu Sans, in thousandths
of its size): what has room in it has room in Helvetica, Arial and their like, which are narrower.
"""

import re
from functools import lru_cache

_FIRST = 32
_REGULAR = (
    *(318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 500, 838, 318, 361, 318, 337),
    *(637, 637, 637, 637, 637, 637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 531),
    *(1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 295, 656, 558, 863, 749, 788),
    *(604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500),
    *(500, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612),
    *(635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637, 337, 637, 838),
)
_BOLD = (
    *(349, 457, 521, 838, 696, 1002, 873, 307, 458, 458, 523, 838, 380, 416, 380, 366),
    *(696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 581),
    *(1000, 774, 763, 734, 831, 684, 684, 821, 837, 373, 373, 775, 638, 996, 837, 851),
    *(733, 851, 771, 721, 683, 813, 774, 1104, 771, 725, 726, 458, 366, 458, 838, 500),
    *(500, 675, 716, 593, 716, 679, 436, 716, 712, 343, 343, 666, 343, 1042, 712, 688),
    *(716, 716, 494, 596, 479, 712, 652, 924, 646, 652, 583, 712, 366, 712, 838),
)
# Any other character: a full square, which also those of East Asia do not exceed.
_WIDEST = 1000


@lru_cache(maxsize=4096)
def width(text: str, size: int, *, bold: bool = False) -> int:
    """The width of a text in a font size, rounded up."""
    table = _BOLD if bold else _REGULAR
    total = sum(table[ord(sign) - _FIRST] if 0 <= ord(sign) - _FIRST < len(table) else _WIDEST for sign in text)
    return -(-total * size // 1000)


def wrapped(text: str, size: int, room: int, *, bold: bool = False) -> list[str]:
    """The text in lines that have room, broken at spaces, and within words that are longer than a line."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if width(joined, size, bold=bold) <= room:
            line = joined
            continue
        if width(word, size, bold=bold) <= room:
            lines.append(line)
            line = word
            continue
        *full, line = _broken(joined, size, room, bold=bold)
        lines += full
    return [*lines, line] if line else lines


def _broken(text: str, size: int, room: int, *, bold: bool) -> list[str]:
    """A text with a long word at its end in pieces that have room: between parts of it where that is near."""
    pieces: list[str] = []
    while width(text, size, bold=bold) > room:
        fits = (count for count in range(len(text) - 1, 1, -1) if width(text[:count], size, bold=bold) <= room)
        most = next(fits, 1)
        parts = (place.end() for place in _PART.finditer(text[: most + 1]) if place.end() <= most)
        good = max(parts, default=0)
        cut = good if good > most // 2 else most
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]


# After a sign that ends a part of a name, or before the capital letter that begins one.
_PART = re.compile(r"[/:@,._ -]|[a-z0-9](?=[A-Z])")
