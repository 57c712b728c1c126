"""The folder of a bundle: whole or not at all, and never in the place of something else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from templates.bundle.errors import BundleError
from templates.bundle.files import BundleFile, text_file
from templates.bundle.folder import refuse_folder, write_folder
from templates.bundle.manifest import checksums

_TIME = 1_700_000_000


def _files(text: str = "one", *more: str) -> list[BundleFile]:
    files = [text_file("a/b.txt", text), text_file("run.sh", text, executable=True), *(text_file(p, p) for p in more)]
    listed = ", ".join(f'"{file.path}": 0' for file in files)
    files.append(text_file("MANIFEST.json", f'{{"bundle": 1, "files": {{{listed}}}}}'))
    return [*files, checksums(files)]


def _held(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_files_have_their_modes_and_the_time_whatever_is_masked(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_folder(tmp_path / "new/out", _files(), _TIME)
    finally:
        os.umask(before)
    told = {path.name: path.stat() for path in (tmp_path / "new/out").rglob("*")} | {
        "out": (tmp_path / "new/out").stat()
    }
    assert {int(status.st_mtime) for status in told.values()} == {_TIME}
    assert {name for name, status in told.items() if stat.S_IMODE(status.st_mode) == 0o755} == {"out", "a", "run.sh"}
    assert stat.S_IMODE(told["b.txt"].st_mode) == 0o644


def test_an_earlier_bundle_is_replaced_whole(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", _files("one", "old.txt"), _TIME)
    refuse_folder(tmp_path / "out")
    write_folder(tmp_path / "out", _files("two", "new.txt"), _TIME)
    held = _held(tmp_path / "out")
    assert held["a/b.txt"] == "two"
    assert ("new.txt" in held, "old.txt" in held) == (True, False)
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing is left beside it"


def test_what_was_published_from_it_stays(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", _files(), _TIME)
    (tmp_path / "out/published").mkdir()
    (tmp_path / "out/published/root.yaml").write_text("root")
    refuse_folder(tmp_path / "out")
    write_folder(tmp_path / "out", _files("two"), _TIME)
    assert _held(tmp_path / "out")["published/root.yaml"] == "root"


def test_an_empty_folder_and_none_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refuse_folder(tmp_path / "empty")
    refuse_folder(tmp_path / "absent")


def test_a_link_to_a_folder_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_folder(tmp_path / "link", _files(), _TIME)
    assert (tmp_path / "link").is_symlink()
    assert "a/b.txt" in _held(tmp_path / "real")


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (
            lambda out: (out / "notes.txt").write_text("mine"),
            "contains files that are not part of the bundle: notes.txt",
        ),
        (lambda out: (out / "a/link").symlink_to("b.txt"), "contains files that are not part of the bundle: a/link"),
        (
            lambda out: (out / ".git").mkdir() or (out / ".git/HEAD").write_text(""),
            "files that are not part of the bundle: .git/HEAD",
        ),
        (lambda out: (out / "MANIFEST.json").unlink(), "is not empty and is not a bundle"),
        (lambda out: (out / "MANIFEST.json").write_text("{}"), "is not empty and is not a bundle"),
        (lambda out: (out / "MANIFEST.json").write_text('{"bundle": true}'), "is not empty and is not a bundle"),
        (lambda out: (out / "MANIFEST.json").write_bytes(b"\xff"), "is not empty and is not a bundle"),
    ],
)
def test_what_is_somebody_elses_is_refused(tmp_path: Path, put: object, said: str) -> None:
    write_folder(tmp_path / "out", _files(), _TIME)
    assert callable(put)
    put(tmp_path / "out")
    with pytest.raises(BundleError, match=said):
        refuse_folder(tmp_path / "out")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("file", "dangling"):
        with pytest.raises(BundleError, match="is not a folder"):
            refuse_folder(tmp_path / name)


def test_where_writing_fails_the_earlier_bundle_stands_as_it_was(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", _files("one"), _TIME)
    before = _held(tmp_path / "out")
    with pytest.raises(OSError, match="too long"):
        write_folder(tmp_path / "out", [*_files("two"), text_file("x" * 300, "")], _TIME)
    assert _held(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
