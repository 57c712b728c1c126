"""Public packages with templates that their own integration tests deploy on AWS, downloaded by name with npm.

Three families have such templates: AWS Solutions Constructs (`test/*.snapshot/*.template.json`, `integ.*.expected.json`
in version 1), version 1.60.0 of the AWS CDK's construct libraries (`test/integ.*.expected.json`), and cfn-modules
(`*.yml`). What another release took out of its package is not there.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PACKAGES = tuple(Path(__file__).with_name("packages.txt").read_text(encoding="utf-8").split())
_ENDINGS = (".template.json", ".expected.json", ".yml")


class MissingError(Exception):
    """A package that could not be had."""


def download(folder: Path) -> Iterator[str]:
    """Put the templates of every package into the folder that are not there yet; the names of the new ones come back.

    Errors: MissingError without npm, or for a package that npm cannot get; what was downloaded before it stays.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("npm is not installed; it is needed to download the packages")
    for package in PACKAGES:
        target = folder / package.replace("/", "-")
        if not target.is_dir():
            with tempfile.TemporaryDirectory() as where:
                unpack(_packed(npm, package, Path(where)), target)
            yield package


def _packed(npm: str, package: str, where: Path) -> Path:
    command = [npm, "pack", "--silent", package]
    ended = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    archives = list(where.glob("*.tgz"))
    if ended.returncode or not archives:
        raise MissingError(f"{package}: npm cannot download the package: {ended.stderr.strip()}")
    return archives[0]


def unpack(archive: Path, target: Path) -> None:
    """Write the templates of a package's archive into a folder, which is created when all of them are extracted."""
    unfinished = target.with_name(f"{target.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with tarfile.open(archive) as packed:
        for member in packed:
            path = PurePosixPath(member.name)
            held = packed.extractfile(member) if path.name.endswith(_ENDINGS) else None
            if held is not None and ".." not in path.parts:
                file = unfinished / path.relative_to(path.parts[0])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(held.read())
    unfinished.rename(target)
