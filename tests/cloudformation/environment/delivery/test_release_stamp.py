"""The stamp of a release: it goes on and comes off without a trace, and nothing else passes for one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cloudformation.environment.delivery.release_stamp import (
    ASK,
    Stamp,
    StampError,
    digest_of,
    is_version,
    stamped,
    without_stamp,
)
from cloudformation.text import read
from tests.own_system import PROJECT

ROOT = (PROJECT / "rendered/root.yaml").read_text()
STAMP = Stamp("1.4.0", "3f" * 20, "sha256:" + "9c" * 32)
MARKED = stamped(ROOT, STAMP)
_METADATA = f"""\
  Release:
    Version: "{STAMP.version}"
    Commit: "{STAMP.commit}"
    Digest: "{STAMP.digest}"
"""


def test_a_stamp_comes_off_again_without_a_trace() -> None:
    assert MARKED != ROOT
    assert without_stamp(MARKED) == ROOT
    assert without_stamp(ROOT) == ROOT


def test_the_root_says_its_release_and_is_else_the_same_template() -> None:
    said, plain = read(MARKED), read(ROOT)
    assert said["Metadata"].pop("Release") == {
        "Version": STAMP.version,
        "Commit": STAMP.commit,
        "Digest": STAMP.digest,
    }
    assert said == plain
    assert MARKED.splitlines()[1] == f"# Release: version 1.4.0, commit {STAMP.commit}, digest {STAMP.digest}"


def test_sed_takes_the_stamp_off_by_lines() -> None:
    command = ["sed", "-e", "/^# Release: /d", "-e", "/^  Release:$/,/^    Digest: /d"]
    taken = subprocess.run(command, input=MARKED.encode(), capture_output=True, check=True)
    assert taken.stdout.decode() == ROOT


@pytest.mark.parametrize(
    "other",
    [
        MARKED.replace(_METADATA, _METADATA + "    Signer: somebody\n"),
        MARKED.replace(_METADATA, _METADATA.replace('    Digest: "', '    Digest: "x')),
        MARKED.replace(_METADATA, _METADATA.replace('Version: "1.4.0"', 'Version: "1.4.1"')),
        MARKED.replace(_METADATA, ""),
        MARKED.replace(_METADATA, _METADATA.replace('"', "")),
        MARKED.replace(f"{ASK}\n", ""),
        MARKED.replace(f"{ASK}\n", f"{ASK}\n# Release: approved\n"),
        MARKED.replace("version 1.4.0,", "version 1.4.0 (final),"),
        MARKED.replace("Metadata:\n", "Metadata:\n  Other: true\n", 1),
        "\n" + MARKED,
    ],
)
def test_what_is_not_exactly_a_stamp_stays_a_difference(other: str) -> None:
    assert other != MARKED
    assert without_stamp(other) != ROOT


def test_what_stands_beside_a_stamp_in_metadata_stays() -> None:
    beside = MARKED.replace(_METADATA, _METADATA + "  Owner: the platform team\n")
    assert without_stamp(beside) == ROOT.replace("Metadata:\n", "Metadata:\n  Owner: the platform team\n", 1)


@pytest.mark.parametrize(
    "stamp",
    [
        Stamp("1 4", STAMP.commit, STAMP.digest),
        Stamp('1"\n  Other: "', STAMP.commit, STAMP.digest),
        Stamp("", STAMP.commit, STAMP.digest),
        Stamp("x" * 65, STAMP.commit, STAMP.digest),
        Stamp("1.4.0", "main", STAMP.digest),
        Stamp("1.4.0", STAMP.commit, "9c" * 32),
    ],
)
def test_what_could_not_come_off_does_not_go_on(stamp: Stamp) -> None:
    with pytest.raises(StampError):
        stamped(ROOT, stamp)


@pytest.mark.parametrize(
    "root",
    [
        MARKED,
        ROOT.replace("Outputs:\n", "Outputs:\n  Release:\n    Value: one\n\n"),
        ROOT.replace("# Rendered from", "# Written by hand, as"),
        "# Rendered from x by render.py.\nResources:\n  A: {}\n",
    ],
)
def test_a_root_that_takes_no_stamp_is_refused(root: str) -> None:
    with pytest.raises(StampError):
        stamped(root, STAMP)


@pytest.mark.parametrize("commit", ["ab" * 20, "ab" * 32, "ab" * 20 + "-dirty", "unknown"])
def test_a_commit_is_one_of_git_changed_or_not_or_there_is_none(commit: str) -> None:
    assert without_stamp(stamped(ROOT, Stamp("2026.11", commit, STAMP.digest))) == ROOT


def test_a_version_is_one_word_that_every_shell_and_yaml_takes() -> None:
    assert all(map(is_version, ("1.4.0", "2026-11-30", "v2+build.7", "d1ed775b32e9-dirty")))
    assert not any(map(is_version, ("", "-rc", "1 0", "1'0", "1\n", "é", "x" * 65)))


def test_the_digest_is_that_of_what_sha256sum_says(tmp_path: Path) -> None:
    files = {"root.yaml": b"root", "a.yaml": b"a", "services/api.yaml": b"api"}
    for name, body in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    command = "LC_ALL=C; export LC_ALL; sha256sum a.yaml root.yaml services/api.yaml | sha256sum"
    said = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert digest_of(dict(reversed(files.items()))) == f"sha256:{said.split()[0]}"
    assert digest_of({**files, "a.yaml": b"b"}) != digest_of(files)
