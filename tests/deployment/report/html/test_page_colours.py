"""The page's colours stand out from their ground, in light, in dark and on paper (WCAG 2.2, 1.4.3: 4.5 to 1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deployment.report.html import page as html
from deployment.report.marks import MARKS

_STYLE = Path(html.__file__).with_name("page.css").read_text(encoding="utf-8")
_KINDS = ("added", "changed", "replaced", "removed", "imported")
_PAIRS = [
    *(("ink", ground) for ground in ("paper", "panel", *(f"{kind}-paper" for kind in _KINDS))),
    *(("soft", ground) for ground in ("paper", "panel", *(f"{kind}-paper" for kind in _KINDS))),
    *((kind, f"{kind}-paper") for kind in _KINDS),
    *((kind, "paper") for kind in (*_KINDS, "link")),
]


def _palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", _STYLE, re.S)
    return {
        name: dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for name, block in zip(("light", "dark", "print"), blocks, strict=True)
    }


def _luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["light", "dark", "print"])
@pytest.mark.parametrize(("front", "ground"), _PAIRS)
def test_text_stands_out_from_its_ground(name: str, front: str, ground: str) -> None:
    palette = _palettes()[name]
    low, high = sorted(_luminance(palette[each]) for each in (front, ground))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_every_mark_has_a_colour() -> None:
    assert [mark.slug for mark in MARKS.values() if f".shape.{mark.slug} path" not in _STYLE] == []
    assert [mark.slug for mark in MARKS.values() if f'.cell[class~="{mark.slug}"] > rect' not in _STYLE] == []
