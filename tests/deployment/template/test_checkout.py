"""What a git ref holds is taken out beside the work tree, and a ref that holds nothing is reported with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.errors import NothingSent
from deployment.template.checkout import checked_out
from tests.deployment.history import commit, committed_project
from tests.deployment.project import APP, write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return committed_project(tmp_path)


def test_a_ref_is_checked_out_as_it_was_committed_and_goes_again(project: Path) -> None:
    with checked_out(project, "main", "--from") as baseline:
        assert (baseline.folder / "rendered/app.yaml").read_text() == APP
        assert (baseline.folder / "params/dev.yaml").read_bytes() == (project / "params/dev.yaml").read_bytes()
        assert not (baseline.folder / "render.py").exists()
    assert not baseline.folder.exists()


@pytest.mark.parametrize("target", ["/etc/hostname", "../../shared/app.yaml"])
def test_a_link_that_leads_out_of_the_ref_is_refused_by_name(project: Path, target: str) -> None:
    (project / "rendered/linked.yaml").symlink_to(target)
    commit(project)
    with (
        pytest.raises(NothingSent, match="a link in it leads out of rendered/ and params/") as caught,
        checked_out(project, "HEAD", "--from"),
    ):
        raise AssertionError
    assert "linked.yaml" in caught.value.findings[0]


def test_a_link_to_another_file_of_the_ref_is_that_file(project: Path) -> None:
    (project / "rendered/linked.yaml").symlink_to("network.yaml")
    commit(project)
    with checked_out(project, "HEAD", "--from") as baseline:
        assert (baseline.folder / "rendered/linked.yaml").read_text() == (project / "rendered/network.yaml").read_text()


def test_a_project_below_the_top_of_its_repository_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "teams" / "shop"
    folder.mkdir(parents=True)
    write_project(folder)
    commit(tmp_path)
    with checked_out(folder, "HEAD", "--from") as baseline:
        assert (baseline.folder / "rendered/root.yaml").is_file()


@pytest.mark.parametrize("ref", ["nowhere", "--output=evil", "-h", ""])
def test_a_ref_that_git_does_not_know_is_told_and_never_an_option(project: Path, ref: str) -> None:
    with pytest.raises(NothingSent, match="git knows no") as caught, checked_out(project, ref, "--from"):
        pass
    assert "git fetch" in (caught.value.remedy or "")
    assert not list(project.rglob("evil"))


def test_a_ref_from_before_there_was_a_tree_is_told(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    commit(tmp_path)
    with pytest.raises(NothingSent, match="HEAD has no rendered/ and params/"), checked_out(tmp_path, "HEAD", "--from"):
        pass


def test_a_folder_without_history_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (folder := tmp_path / "plain").mkdir()
    with pytest.raises(NothingSent, match="is not a git checkout"), checked_out(folder, "main", "--from"):
        pass


def test_a_machine_without_git_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(NothingSent, match="git is not installed"), checked_out(project, "main", "--from"):
        pass
