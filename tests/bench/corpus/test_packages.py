"""The templates of a package's archive, and nothing else of it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bench.corpus.packages import MissingError, download, unpack


def test_templates_alone_are_unpacked_and_nothing_outside_of_the_folder(tmp_path: Path) -> None:
    archive = tmp_path / "p.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in (
            "package/test/a.template.json",
            "package/b.expected.json",
            "package/module.yml",
            "package/test/d.yml",
            "package/c.js",
            "package/../x.template.json",
        ):
            member = tarfile.TarInfo(name)
            member.size = 2
            packed.addfile(member, io.BytesIO(b"{}"))
    target = tmp_path / "into" / "p"
    unpack(archive, target)
    files = sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*") if file.is_file())
    names = ["b.expected.json", "module.yml", "test/a.template.json", "test/d.yml"]
    assert files == [*(f"into/p/{name}" for name in names), "p.tgz"]


def test_without_npm_nothing_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="npm is not installed"):
        list(download(tmp_path))
