"""`render.py --bundle`: self-contained, deterministic, and no half of one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from cloudformation.environment.delivery.release_stamp import digest_of, without_stamp
from render import main as render
from templates.bundle.bundle import Bundle, bundle
from templates.bundle.errors import BundleError
from tests.deployment.history import commit
from tests.own_system import PROJECT
from tests.templates.bundle.shop import committed_shop


def _content(made: Bundle) -> dict[str, bytes]:
    return {file.path: file.content for file in made.files}


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def listed(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every file and folder: the digest of what it holds, its mode, its time."""
    told = {}
    for path in sorted(folder.rglob("*")):
        stat = path.stat()
        held = "" if path.is_dir() else sha256(path.read_bytes()).hexdigest()
        told[path.relative_to(folder).as_posix()] = held, stat.st_mode, int(stat.st_mtime)
    return told


def _templates(shop: Path) -> dict[str, Path]:
    """The templates of the system in rendered/, without those that the account's owner makes once."""
    rendered = shop / "rendered"
    beside = (rendered / "ci-role.yaml", *rendered.glob("policies/*.yaml"))
    return {path.relative_to(rendered).as_posix(): path for path in rendered.rglob("*.yaml") if path not in beside}


def test_the_templates_are_the_bytes_of_rendered_and_the_root_has_the_stamp_beside(made: Bundle, shop: Path) -> None:
    content = _content(made)
    rendered = _templates(shop)
    assert {f"templates/{path}" for path in rendered} == {path for path in content if path.startswith("templates/")}
    for path, file in rendered.items():
        text = content[f"templates/{path}"].decode()
        assert without_stamp(text) == file.read_text()
        assert (text == file.read_text()) is (path != "root.yaml")


def test_the_release_is_said_once_and_alike_everywhere(made: Bundle, shop: Path) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=shop, capture_output=True, text=True, check=True).stdout
    content = _content(made)
    manifest = json.loads(content["MANIFEST.json"])
    templates = _templates(shop)
    digest = digest_of({path: file.read_bytes() for path, file in templates.items()})
    assert (manifest["version"], manifest["commit"], manifest["digest"]) == ("1.4.0", head.strip(), digest)
    said = f"VERSION='1.4.0'\nCOMMIT='{head.strip()}'\nDIGEST='{digest}'\n"
    assert content["bin/release.sh"].decode() == said
    for page in ("README.md", "templates/root.yaml"):
        assert {manifest["version"], manifest["commit"], manifest["digest"]} <= set(
            content[page].decode().replace(",", "").replace("`", "").replace('"', "").split()
        )


def test_sha256sum_finds_every_file_as_it_is_and_no_other(made: Bundle, shop: Path, tmp_path: Path) -> None:
    assert render(["--bundle", str(tmp_path / "out"), "--version", "1.4.0"], shop) == 0
    check = ["sha256sum", "-c", "SHA256SUMS", "--strict", "--quiet"]
    assert subprocess.run(check, cwd=tmp_path / "out", capture_output=True, check=True).stdout == b""
    named = {line.split("  ", 1)[1] for line in (tmp_path / "out/SHA256SUMS").read_text().splitlines()}
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert named == files - {"SHA256SUMS"} == {file.path for file in made.files} - {"SHA256SUMS"}
    (tmp_path / "out/templates/ecs.yaml").write_text("Resources: {}\n")
    assert subprocess.run(check, cwd=tmp_path / "out", capture_output=True, check=False).returncode != 0


def test_nothing_in_it_names_this_machine(made: Bundle, shop: Path) -> None:
    for file in made.files:
        assert str(shop).encode() not in file.content, file.path
        assert str(PROJECT).encode() not in file.content, file.path


def test_what_can_be_run_is_executable_and_nothing_else(made: Bundle) -> None:
    assert {file.path for file in made.files if file.mode == 0o755} <= {"bin/deploy.sh"}
    assert {file.mode for file in made.files} <= {0o755, 0o644}


_ELSEWHERE = """\
import datetime, os, runpy, sys, time
os.umask(0o077)
now = float(sys.argv.pop(1))
time.time, time.time_ns = (lambda: now), (lambda: int(now * 1e9))
class Day(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(now, tz)
    today = utcnow = now
datetime.datetime = Day
sys.path.insert(0, sys.argv.pop(1))
from pathlib import Path
from render import main
sys.exit(main(sys.argv[1:], Path.cwd()))
"""


def _made_elsewhere(shop: Path, out: Path, python: str, number: int) -> subprocess.CompletedProcess[str]:
    """A bundle of the project at another place, on another day, in another language, under another mask."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    zones, languages = ("UTC", "Pacific/Kiritimati", "America/St_Johns"), ("C", "C.UTF-8", "POSIX")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(out.parent),
        "PYTHONPATH": packages,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": str(number),
        "TZ": zones[number % 3],
        "LC_ALL": languages[number % 3],
    }
    day = str(1_600_000_000 + number * 86_400_000)
    return subprocess.run(
        [python, "-c", _ELSEWHERE, day, str(PROJECT), "--bundle", str(out), "--version", "1.4.0"],
        cwd=shop,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_bundle_is_the_same_on_another_day_elsewhere_by_another_python(shop: Path, tmp_path: Path) -> None:
    assert render(["--bundle", str(tmp_path / "here"), "--version", "1.4.0"], shop) == 0
    moved = tmp_path / "another place"
    shutil.copytree(shop, moved)
    made = listed(tmp_path / "here")
    versions = sorted(Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"))
    for number, python in enumerate([sys.executable, *map(str, versions)], 1):
        out = tmp_path / f"elsewhere{number}" / "bundle"
        done = _made_elsewhere(moved, out, python, number)
        assert done.returncode == 0, done.stderr
        assert listed(out) == made, python


@pytest.mark.slow
def test_source_date_epoch_is_the_time_of_every_file_and_of_nothing_in_them(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(["--bundle", str(tmp_path / "commit")], shop)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    render(["--bundle", str(tmp_path / "epoch")], shop)
    before, after = listed(tmp_path / "commit"), listed(tmp_path / "epoch")
    assert {path: told[:2] for path, told in before.items()} == {path: told[:2] for path, told in after.items()}
    assert {told[2] for told in after.values()} == {1_700_000_000}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert render(["--bundle", str(tmp_path / "none")], shop) == 2
    assert not (tmp_path / "none").exists()


def test_without_a_version_the_release_is_called_as_its_commit(shop: Path) -> None:
    made = bundle(shop)
    assert made.stamp.version == made.source.commit[:12]


@pytest.mark.parametrize(
    "change",
    [
        lambda shop: _append(shop / "params/dev.yaml", "# a remark\n"),
        lambda shop: (shop / "params/notes.txt").write_text("mine"),
        lambda shop: (shop / "render.py").unlink(),
    ],
)
def test_what_no_commit_holds_is_marked_and_has_no_version(tmp_path: Path, change: object) -> None:
    shop = committed_shop(tmp_path / "shop")
    assert callable(change)
    change(shop)
    made = bundle(shop)
    assert made.stamp.commit.endswith("-dirty")
    assert made.stamp.version.endswith("-dirty")
    assert any("no commit has exactly" in warning for warning in made.warnings)
    with pytest.raises(BundleError, match="no commit has exactly these files"):
        bundle(shop, "1.4.0")


def test_a_project_without_a_history_has_no_version(tmp_path: Path) -> None:
    shop = committed_shop(tmp_path / "shop")
    shutil.rmtree(shop / ".git")
    assert bundle(shop).stamp.commit == "unknown"
    with pytest.raises(BundleError, match="no commit has exactly these files"):
        bundle(shop, "1.4.0")


def test_a_tree_that_is_not_fresh_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = committed_shop(tmp_path / "shop")
    _append(shop / "rendered/ecs.yaml", "# by hand\n")
    commit(shop)
    assert render(["--bundle", str(tmp_path / "out")], shop) == 2
    assert (
        "rendered/ is stale: 1 files differ from what the templates render, ecs.yaml first" in capsys.readouterr().err
    )
    assert not (tmp_path / "out").exists()


def test_an_environment_that_deploy_would_refuse_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = committed_shop(tmp_path / "shop")
    params = shop / "params/dev.yaml"
    params.write_text(params.read_text().replace("  MinTasks: 1\n", "  MinTasks: 3\n"))
    assert render(["--bundle", str(tmp_path / "out")], shop) == 2
    assert "MinTasks" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("version", ["", "1 4", "-1", "1'4", "x" * 65])
def test_a_version_that_could_not_be_written_everywhere_is_refused(shop: Path, tmp_path: Path, version: str) -> None:
    assert render([f"--version={version}", "--bundle", str(tmp_path / "out")], shop) == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["--version", "1"], ["--since", "main"], ["--bundle", "x", "--check"]])
def test_options_that_contradict_each_other_are_refused(options: list[str], shop: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        render(options, shop)
    assert ended.value.code == 2


def test_the_manifest_knows_every_file(made: Bundle) -> None:
    content = _content(made)
    manifest = json.loads(content["MANIFEST.json"])
    assert manifest["bundle"] == 1
    told = {path: (body["sha256"], body["size"], body["mode"]) for path, body in manifest["files"].items()}
    assert told == {
        file.path: (sha256(file.content).hexdigest(), len(file.content), f"{file.mode:04o}")
        for file in made.files
        if file.path not in ("MANIFEST.json", "SHA256SUMS")
    }
    assert list(told) == sorted(told)
