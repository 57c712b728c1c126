"""What is refused before anything is asked of AWS: a bundle that is not what was made, and a wrong use."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.handoff.ops import SHELLS, Ops, seal
from tests.handoff.small import small_bundle


@pytest.fixture
def copy(tmp_path: Path) -> Ops:
    """Somebody with a bundle that may be spoilt, and a CLI that must not be called."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "aws").write_text('#!/bin/sh\necho called >"$HOME/called"\nexit 1\n')
    (programs / "aws").chmod(0o755)
    return Ops(small_bundle(tmp_path / "a bundle"), "http://127.0.0.1:9", programs)


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_a_bundle_as_it_was_made_is_told_with_its_digest(copy: Ops, shell: tuple[str, ...]) -> None:
    told = copy.in_shell(*shell)("verify").ended(0).err
    digest = subprocess.run(["sha256sum", copy.bundle / "SHA256SUMS"], capture_output=True, text=True).stdout.split()[0]
    assert f"SHA256SUMS itself, to hold against what was signed or announced: {digest}" in told
    assert "files are what SHA256SUMS says" in told


@pytest.mark.parametrize("verb", ["verify", "plan", "deploy", "delete", "outputs"])
def test_a_changed_byte_is_refused_before_anything_is_asked(copy: Ops, verb: str) -> None:
    path = copy.bundle / "templates/store.yaml"
    path.write_text(path.read_text().replace("TopicArn", "TopicArm"))
    told = copy(verb, "--env", "dev", "--yes").ended(2).err
    assert "templates/store.yaml: FAILED" in told
    assert not (copy.bundle.parent / "called").exists()


def test_a_file_too_many_one_too_few_and_a_link_are_refused(copy: Ops) -> None:
    extra = copy.bundle / "templates/extra file.yaml"
    extra.write_text("x")
    assert "templates/extra file.yaml" in copy("verify").ended(2).err
    extra.unlink()
    copy("verify").ended(0)
    (copy.bundle / "link").symlink_to("/etc/hosts")
    assert "links" in copy("verify").ended(2).err
    (copy.bundle / "link").unlink()
    (copy.bundle / "config/dev/tags.json").unlink()
    copy("verify").ended(2)
    assert not (copy.bundle.parent / "called").exists()


@pytest.mark.parametrize("line", ["touch called", "A=$(touch called)", "A='x'; touch called", "a='x'", "export A='x'"])
def test_a_configuration_that_is_more_than_names_and_values_is_not_read(copy: Ops, line: str) -> None:
    path = copy.bundle / "config/dev/environment.sh"
    path.write_text(f"{path.read_text()}{line}\n")
    seal(copy.bundle)
    assert "holds more than lines NAME='value'" in copy("plan", "--env", "dev").ended(2).err
    assert not (copy.bundle / "called").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("plan",),
        ("plan", "--env"),
        ("plan", "--env", "../dev"),
        ("plan", "--env", "prod"),
        ("plan", "--env", "dev", "--service", "x"),
        ("plan", "--env", "dev", "--set", "Words"),
        ("plan", "--env", "dev", "--set", "Wo rds=x"),
        ("plan", "--env", "dev", "--set-from-env", "Words=a b"),
        ("plan", "--env", "dev", "--nonsense"),
        ("plan", "--env", "dev", "--config", "/nowhere"),
    ],
    ids=" ".join,
)
def test_a_wrong_use_ends_before_anything_is_asked(copy: Ops, words: tuple[str, ...]) -> None:
    copy(*words).ended(2)
    assert not (copy.bundle.parent / "called").exists()
