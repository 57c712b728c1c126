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
    assert f"SHA256SUMS itself, to compare with what was signed or announced: {digest}" in told
    assert "files match SHA256SUMS" in told


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


@pytest.mark.parametrize("name", ["bin/lib/common.sh", "bin/lib/awk/json.awk", "bin/guards.tsv", "bin/release.sh"])
@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_nothing_of_a_spoilt_program_is_run(copy: Ops, name: str, shell: tuple[str, ...]) -> None:
    path = copy.bundle / name
    path.write_text('touch "$HOME/called"\n' + path.read_text())
    assert f"{name}: FAILED" in copy.in_shell(*shell)("verify").ended(2).err
    assert not (copy.bundle.parent / "called").exists()
    path.unlink()
    assert f"{name}: FAILED open or read" in copy.in_shell("dash")("verify").ended(2).err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0", ""),
        ("0", "g"),
        ("  bin/", " bin/"),
        ("  bin/", "  "),
        ("\n", "\n\n"),
        ("\n", "\r\n"),
        ("  bin/lib/", "\n  bin/lib/"),
    ],
)
def test_a_byte_of_the_list_of_checksums_is_refused(copy: Ops, before: str, after: str) -> None:
    """sha256sum passes over a line that is not of its form, with nothing but a warning."""
    path = copy.bundle / "SHA256SUMS"
    text = path.read_text()
    at = text.index("  bin/lib/common.sh") - 64
    at = at if before == "\n" else text.index(before, at)
    at = text.rindex("\n", 0, at) if before == "\n" else at
    path.write_bytes((text[:at] + after + text[at + len(before) :]).encode())
    common = copy.bundle / "bin/lib/common.sh"
    common.write_text('touch "$HOME/called"\n' + common.read_text())
    copy("verify").ended(2)
    assert not (copy.bundle.parent / "called").exists()


def test_a_line_that_is_missing_from_the_list_is_a_file_too_many(copy: Ops) -> None:
    path = copy.bundle / "SHA256SUMS"
    lines = path.read_text().splitlines(keepends=True)
    for name in ("bin/lib/follow.sh", "templates/store.yaml", "config/dev/parameters.json", "bin/deploy.sh"):
        path.write_text("".join(line for line in lines if not line.endswith(f"  {name}\n")))
        assert name in copy("plan", "--env", "dev").ended(2).err
    path.write_text("")
    assert "not complete" in copy("plan", "--env", "dev").ended(2).err
    assert not (copy.bundle.parent / "called").exists()


@pytest.mark.parametrize("name", ["PATH", "IFS", "NOTES", "YES", "ALLOW", "LIB", "BUNDLE", "AWS_PROFILE", "AGAIN"])
def test_a_configuration_of_ones_own_sets_nothing_but_what_an_environment_has(copy: Ops, name: str) -> None:
    own = copy.bundle.parent / "own"
    own.mkdir()
    for file in (copy.bundle / "config/dev").iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    (own / "environment.sh").write_text((own / "environment.sh").read_text() + f"{name}='x'\n")
    told = copy("plan", "--env", "dev", "--config", str(own)).ended(2).err
    assert f"has names that are no settings of an environment: {name}" in told
    assert not (copy.bundle.parent / "called").exists()


@pytest.mark.parametrize("line", ["touch called", "A=$(touch called)", "A='x'; touch called", "a='x'", "export A='x'"])
def test_a_configuration_that_is_more_than_names_and_values_is_not_read(copy: Ops, line: str) -> None:
    path = copy.bundle / "config/dev/environment.sh"
    path.write_text(f"{path.read_text()}{line}\n")
    seal(copy.bundle)
    assert "may contain only lines NAME='value'" in copy("plan", "--env", "dev").ended(2).err
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
