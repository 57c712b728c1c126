"""The committed pictures in a browser: what its own fonts make of every text. Needs chromium."""

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from templates.pictures.canvas.font import width
from templates.pictures.canvas.shapes import LOOKS
from tests.templates.resolved import RENDERED

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        # Where a check runs unattended, what is missing is a failure.
        CHROMIUM is None and not os.environ.get("CI"),
        reason="chromium is not installed: make browser",
    ),
]
PICTURES = sorted((RENDERED.parent / "docs").glob("architecture*.svg"))
_MEASURE = """
const box = element => { const b = element.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; };
const texts = [...document.querySelectorAll("text")].map(text =>
  ({ text: text.textContent, look: text.getAttribute("class"), box: box(text), fill: getComputedStyle(text).fill }));
const seen = document.createElement("pre");
seen.id = "seen";
seen.textContent = JSON.stringify({ texts, paper: getComputedStyle(document.querySelector(".paper")).fill });
document.body.append(seen);
"""


def seen(picture: Path, folder: Path, scheme: int) -> dict[str, Any]:
    """What a browser makes of it; `scheme` 0 prefers dark, 1 light."""
    page = folder / "page.html"
    page.write_text(f"<body>{picture.read_text(encoding='utf-8')}<script>{_MEASURE}</script>", encoding="utf-8")
    assert CHROMIUM, "chromium is not installed: make browser"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command = [CHROMIUM, *flags, f"--blink-settings=preferredColorScheme={scheme}", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    found = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.DOTALL)
    assert found
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_no_text_is_wider_than_the_room_that_was_left_for_it_nor_over_another(picture: Path, tmp_path: Path) -> None:
    texts = seen(picture, tmp_path, 1)["texts"]
    assert len(texts) > 50
    for entry in texts:
        size, bold = LOOKS[entry["look"]]
        assert entry["box"][2] - entry["box"][0] <= width(entry["text"], size, bold=bold) + 1, entry["text"]
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            # Lines stand closer than the tallest letters of a font could reach: what has no letters is no overlap.
            across = min(one["box"][2], other["box"][2]) - max(one["box"][0], other["box"][0])
            down = min(one["box"][3], other["box"][3]) - max(one["box"][1], other["box"][1])
            assert across <= 0 or down <= 2, (one["text"], other["text"])


def test_who_prefers_dark_gets_dark_paper_and_light_words(tmp_path: Path) -> None:
    light, dark = (seen(PICTURES[0], tmp_path, scheme) for scheme in (1, 0))
    assert light["paper"] == "rgb(255, 255, 255)"
    assert dark["paper"] == "rgb(17, 18, 23)"
    assert {entry["fill"] for entry in light["texts"]}.isdisjoint(entry["fill"] for entry in dark["texts"])
