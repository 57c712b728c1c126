"""Each form comes from its own module, and a file is written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployment.report.delivery import in_form, write_whole
from tests.deployment.report.examples import EXAMPLES


@pytest.mark.parametrize(("form", "start"), [("json", "{\n"), ("markdown", "### "), ("html", "<!DOCTYPE html>\n")])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_ending_has_every_form(form: str, start: str, name: str) -> None:
    assert in_form(EXAMPLES[name], form).startswith(start)


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    path.chmod(0o600)
    write_whole(path, "new ±")
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == ("new ±", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "page.html", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "half \ud800")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("page.html", "old")]


def test_a_folder_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "gone/page.html", "x")
