"""A folder becomes the same bytes wherever and whenever it is read."""

import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from deployment.artifacts.archive import content_of
from deployment.errors import NothingSent


def _folder(at: Path) -> Path:
    (at / "lib").mkdir(parents=True)
    (at / "run.sh").write_text("exit 0\n")
    (at / "run.sh").chmod(0o755)
    (at / "lib/a.py").write_text("A = 1\n")
    return at


def _entries(body: bytes) -> dict[str, tuple[bytes, int]]:
    with ZipFile(io.BytesIO(body)) as archive:
        return {entry.filename: (archive.read(entry), entry.external_attr >> 16) for entry in archive.infolist()}


def test_a_folder_is_an_archive_with_its_files_below_it(tmp_path: Path) -> None:
    body, suffix = content_of(_folder(tmp_path / "src"), archived=False)
    assert suffix == ".zip"
    assert _entries(body) == {"lib/a.py": (b"A = 1\n", 0o100644), "run.sh": (b"exit 0\n", 0o100755)}


def test_the_same_content_is_the_same_bytes_whenever_it_was_written(tmp_path: Path) -> None:
    one, other = _folder(tmp_path / "one"), _folder(tmp_path / "other")
    os.utime(other / "run.sh", (1, 1))
    assert content_of(one, archived=True) == content_of(other, archived=True)
    (other / "lib/a.py").write_text("A = 2\n")
    assert content_of(one, archived=True) != content_of(other, archived=True)


def test_links_are_followed_but_none_goes_round_in_a_circle(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "src")
    (tmp_path / "shared.py").write_text("S = 1\n")
    (folder / "shared.py").symlink_to(tmp_path / "shared.py")
    (folder / "lib/up").symlink_to(folder)
    assert set(_entries(content_of(folder, archived=True)[0])) == {"lib/a.py", "run.sh", "shared.py"}


def test_a_single_file_is_archived_only_where_the_property_wants_an_archive(tmp_path: Path) -> None:
    file = tmp_path / "job.py"
    file.write_text("print()\n")
    assert content_of(file, archived=False) == (b"print()\n", ".py")
    body, suffix = content_of(file, archived=True)
    assert (suffix, list(_entries(body))) == (".zip", ["job.py"])
    made = tmp_path / "made.zip"
    made.write_bytes(body)
    assert content_of(made, archived=True) == (body, ".zip")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/gone.py").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NothingSent, match="src cannot be read"):
        content_of(tmp_path / "src", archived=True)


def test_what_s3_does_not_take_at_once_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "big.bin").open("wb") as big:
        big.truncate(5 * 1024**3 + 1)
    with pytest.raises(
        NothingSent, match=r"big\.bin has 5,368,709,121 bytes; S3 accepts at most 5,368,709,120 in one request"
    ):
        content_of(tmp_path / "big.bin", archived=False)
