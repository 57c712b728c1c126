"""review/: the pictures, and with --since what a deployment would change, the same each time."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from render import main as render
from templates.bundle.bundle import Bundle, bundle
from templates.bundle.errors import BundleError
from templates.bundle.review import pictures
from tests.deployment.history import commit
from tests.own_system import PROJECT, write_params
from tests.templates.bundle.test_bundle import listed

_WHOLE = ("cloudformation", "deployment", "rehearsal", "templates", "params", "rendered", "render.py", "deploy.py")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project, without its tests, on its second commit: dev's tasks get another size, prod has come since."""
    folder = tmp_path_factory.mktemp("whole") / "project"
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for name in _WHOLE:
        source = PROJECT / name
        _ = shutil.copytree(source, folder / name, ignore=ignored) if source.is_dir() else shutil.copy(source, folder)
    shutil.rmtree(folder / "params")
    write_params(folder)
    (folder / ".gitignore").write_text("__pycache__/\n")
    prod = (folder / "params/prod.yaml").read_text()
    (folder / "params/prod.yaml").unlink()
    assert render([], folder) == 0
    commit(folder)
    params = folder / "params/dev.yaml"
    params.write_text(
        params.read_text().replace("parameters:\n", "parameters:\n  TaskCpu: 1024\n  TaskMemory: 2048\n", 1)
    )
    (folder / "params/prod.yaml").write_text(prod)
    assert render([], folder) == 0
    commit(folder)
    return folder


def test_the_pictures_are_those_of_docs(made: Bundle) -> None:
    drawn = {file.path: file.content for file in made.files if file.path.startswith("review/")}
    assert set(drawn) == {f"review/architecture{name}.svg" for name in ("", "-dev", "-prod")}
    assert drawn["review/architecture.svg"] == (PROJECT / "docs/architecture.svg").read_bytes()


def test_without_the_library_that_draws_it_is_said_what_to_install() -> None:
    def draw() -> dict[str, str]:
        raise ModuleNotFoundError("No module named 'svg'", name="svg")

    with pytest.raises(BundleError, match="install requirements"):
        pictures(draw)


@pytest.mark.slow
def test_what_changes_since_a_commit_is_told_as_a_page_and_as_markdown_alike_each_time(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, other in (("one", {"COLUMNS": "40", "TZ": "UTC"}), ("two", {"COLUMNS": "200", "TZ": "Asia/Tokyo"})):
        for variable, value in other.items():
            monkeypatch.setenv(variable, value)
        options = ["--bundle", str(tmp_path / name / "bundle"), "--version", "2.0.0", "--since", "HEAD~1"]
        assert render(options, whole) == 0
    assert listed(tmp_path / "one/bundle") == listed(tmp_path / "two/bundle")
    dev, prod = ((tmp_path / f"one/bundle/review/{name}.md").read_text() for name in ("dev", "prod"))
    assert "TaskDefinition" in dev
    assert re.search(r"- 256\n\+ 1024\n", dev), dev
    assert "create" in prod.splitlines()[0], "prod has come since"
    page = (tmp_path / "one/bundle/review/dev.html").read_text()
    assert "TaskDefinition" in page
    assert "<html" in page
    manifest = (tmp_path / "one/bundle/MANIFEST.json").read_text()
    assert '"reviewed_since": "' in manifest
    assert not (whole / ".rehearsal").exists(), "the rehearsal of the maker of the bundle is left alone"


def test_a_ref_that_git_does_not_know_is_refused(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ref in ("no-such-branch", "--all", "HEAD~99"):
        assert render(["--bundle", str(tmp_path / "out"), f"--since={ref}"], shop) == 2
        assert f"--since: git does not find '{ref}' in this repository" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_reviewed_ends_with_what_deploy_said(shop: Path) -> None:
    assert not (shop / "deploy.py").exists()
    with pytest.raises(BundleError, match=r"(?s)--since: dev cannot be reviewed.*deploy\.py"):
        bundle(shop, ref="HEAD")
