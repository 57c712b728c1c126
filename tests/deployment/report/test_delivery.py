"""Each form comes from its own module, and a file is written as a whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from deployment.report.delivery import in_form, write_page
from tests.deployment.report.examples import EXAMPLES


@pytest.mark.parametrize(("form", "start"), [("json", "{\n"), ("markdown", "### "), ("html", "<!DOCTYPE html>\n")])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_ending_has_every_form(form: str, start: str, name: str) -> None:
    assert in_form(EXAMPLES[name], form).startswith(start)


def test_the_file_that_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target, link, chain = tmp_path / "kept/page.html", tmp_path / "link.html", tmp_path / "chain.html"
    target.write_text("old")
    link.symlink_to("kept/page.html")
    chain.symlink_to(link)
    write_page(chain, "new")
    assert target.read_text() == "new"
    assert (link.is_symlink(), chain.is_symlink()) == (True, True)
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["page.html"]


def test_a_link_that_leads_nowhere_yet_leads_to_the_page_afterwards(tmp_path: Path) -> None:
    link = tmp_path / "link.html"
    link.symlink_to("page.html")
    write_page(link, "new")
    assert (link.is_symlink(), (tmp_path / "page.html").read_text()) == (True, "new")


def test_a_link_that_leads_to_itself_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        write_page(tmp_path / "a", "x")
    assert (tmp_path / "a").is_symlink()


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_is_written_and_stays_a_pipe(tmp_path: Path, linked: bool) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_page(link if linked else pipe, "new ±")
    reader.join()
    assert (told, stat.S_ISFIFO(pipe.stat().st_mode)) == (["new ±"], True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link", "pipe"]


def test_a_device_is_written_and_stays_a_device(tmp_path: Path) -> None:
    node = tmp_path / "nothing"
    try:
        os.mknod(node, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # a node of our own that swallows what it is given
        write_page(node, "x")
    except PermissionError:
        pytest.skip("device nodes cannot be made or opened here")
    assert stat.S_ISCHR(node.lstat().st_mode)
    assert [file.name for file in tmp_path.iterdir()] == ["nothing"]


def test_a_stream_of_this_process_is_written_where_it_has_got_to(tmp_path: Path) -> None:
    log = tmp_path / "log"
    kept = os.dup(1)
    try:
        with log.open("w") as written:
            os.dup2(written.fileno(), 1)
        os.write(1, b"before ")
        write_page(log, "page")
        os.write(1, b" after")
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert log.read_text() == "before page after"
