"""The pictures by the name of their file."""

import sys
from pathlib import Path

import pytest

from templates.pictures.canvas.svg_writer import MARK
from templates.rendering.drawn_files import drawn_once
from templates.rendering.tree import render
from tests.templates.rendering.test_tree import ENVIRONMENT

ELSEWHERE = ENVIRONMENT.replace("stack: shop-stg", "stack: shop-other\nrendered: ../shop/rendered")


def test_there_is_one_of_the_system_and_one_of_each_environment_of_these_templates(tmp_path: Path) -> None:
    files = [tmp_path / "other.yaml", tmp_path / "stg.yaml"]
    for file, text in zip(files, (ELSEWHERE, ENVIRONMENT), strict=True):
        file.write_text(text, encoding="utf-8")
    assert list(render(files)[3]()) == ["architecture.svg", "architecture-stg.svg"]


def test_rendering_needs_no_library_that_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "svg", None)
    monkeypatch.delitem(sys.modules, "templates.pictures.canvas.svg_writer", raising=False)
    file = tmp_path / "stg.yaml"
    file.write_text(ENVIRONMENT, encoding="utf-8")
    files, *_, draw = render([file])
    assert files
    with pytest.raises(ModuleNotFoundError) as caught:
        draw()
    assert caught.value.name == "svg"


def test_a_picture_is_known_by_its_name_and_its_mark() -> None:
    assert drawn_once("architecture-dev.svg", f"<svg>\n{MARK}\n")
    assert not drawn_once("architecture-dev.svg", "<svg/>")
    assert not drawn_once("logo.svg", f"<svg>\n{MARK}\n")
    assert not drawn_once("architecture-dev.svg", None)
