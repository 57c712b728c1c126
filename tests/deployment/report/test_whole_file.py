"""A file is written as a whole or not at all, and nothing stands beside it afterwards."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deployment.report import whole_file
from deployment.report.whole_file import replace_whole


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    path.chmod(0o600)
    replace_whole(path, "new ±")
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == ("new ±", 0o600)
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        replace_whole(tmp_path / "page.html", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        replace_whole(path, "half \ud800")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("page.html", "old")]


def test_a_folder_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_whole(tmp_path / "gone/page.html", "x")


def test_a_process_that_is_killed_while_it_writes_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    script = """
import os, signal, sys
from pathlib import Path
from deployment.report.whole_file import replace_whole
os.fchmod = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # what is written is not at its place yet
replace_whole(Path(sys.argv[1]), "new")
"""
    ended = subprocess.run([sys.executable, "-c", script, str(path)], cwd=Path.cwd(), check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("page.html", "old")]


def test_where_a_file_system_has_no_files_without_a_name_one_with_a_name_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    opened = os.open

    def refusing(name: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if whole_file._UNNAMED and flags & whole_file._UNNAMED == whole_file._UNNAMED:
            raise OSError(errno.EOPNOTSUPP, "not here")
        return opened(name, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refusing)
    replace_whole(path, "new")
    with pytest.raises(UnicodeEncodeError):
        replace_whole(path, "half \ud800")
    monkeypatch.undo()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("page.html", "new")]
