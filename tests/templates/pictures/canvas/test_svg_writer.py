"""The file: well formed, the same everywhere, read without seeing, and harmless whatever names it shows."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from templates.pictures.canvas.shapes import Arrow, Box, Frame, Page, Words
from templates.pictures.canvas.svg_writer import MARK, written
from templates.pictures.page import page
from tests.templates.pictures.systems import SVG, drawn, plain, read, system
from tests.templates.resolved import RENDERED

PROJECT = RENDERED.parent
SHAPES = (
    Words(5, 5, "a < b & c", "name", "Layer/One"),
    Frame(Box(0, 0, 50, 50), "card", "Layer", "Layer/One", doubtful=True),
    Arrow(((0, 0), (0, 9)), "way-out", "a to b"),
    Frame(Box(0, 0, 90, 90), "vpc", "Layer"),
)
PAGE = Page(100, 100, "A <title>", "What & who", ("Layer",), SHAPES)


def test_it_is_one_element_a_line_under_the_mark_of_who_wrote_it() -> None:
    lines = written(PAGE).splitlines()
    assert lines[1] == MARK
    assert lines[0].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert [line.split(" ")[0] for line in lines[-5:]] == ["<rect", "<polyline", "<rect", "<text", "</svg>"]


def test_what_it_says_is_escaped() -> None:
    root = ElementTree.fromstring(written(PAGE))
    assert root.findtext(f"{SVG}title") == "A <title>"
    assert root.findtext(f"{SVG}desc") == "What & who"
    assert root.findtext(f"{SVG}text") == "a < b & c"


def test_a_value_cannot_become_markup() -> None:
    evil = '</text><script>alert("x")</script>'
    queue = {"Type": f"AWS::SQS::{evil}", "Properties": {"Name": evil}}
    text = written(page_of(queue))
    assert "<script" not in text
    assert evil.replace("</text>", "") not in text
    ElementTree.fromstring(text)


def page_of(resource: Mapping[str, Any]) -> Page:
    return page(plain({"Queue": resource}, Description='"quoted" & <b>'), '<i>"', "'about' <>")


def test_it_is_an_image_with_a_name_and_a_description() -> None:
    root = drawn(system()).root
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert [element.get("id") for element in root if element.get("id") in named] == ["title", "desc"]


def test_text_is_text_in_fonts_that_every_system_has_and_nothing_is_loaded() -> None:
    text = written(PAGE)
    assert "sans-serif" in text
    assert "url(" not in text.replace("url(#request-tip)", "").replace("url(#way-out-tip)", "")
    assert "href" not in text
    assert "<script" not in text


def test_the_layer_and_the_doubt_of_a_box_are_its_classes() -> None:
    classes = [frame.classes for frame in read(written(PAGE)).frames]
    assert classes == [("paper",), ("vpc", "layer-0"), ("card", "layer-0", "doubtful")]


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_every_process_draws_the_same_bytes(seed: str) -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from templates.rendering.tree import render\n"
        "from cloudformation.environment.environment_file import environment_files\n"
        "draw = render(environment_files(Path('params')), services_in=Path('templates/services'), thorough=False)[3]\n"
        "for name, text in draw().items(): assert (Path('docs') / name).read_text(encoding='utf-8') == text, name\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_every_number_is_whole() -> None:
    root = drawn(system()).root
    numbers = [element.get(name) for element in root for name in ("x", "y", "width", "height")]
    assert all(number.isdecimal() for number in numbers if number is not None)


def test_a_character_that_xml_cannot_hold_leaves_a_picture() -> None:
    page = Page(9, 9, "a\x08b\x00", "tab\tstays", (), (Words(1, 1, "x\ufffey", "name", ""),))
    root = ElementTree.fromstring(written(page))
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}text")) == ("a\ufffdb\ufffd", "x\ufffdy")
