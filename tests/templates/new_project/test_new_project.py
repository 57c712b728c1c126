"""`render.py --new`: a whole project in a folder, or nothing."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cloudformation.environment.environment_file import environment_files, read_file
from render import main as render
from tests.own_system import APP_NAME, OWN, PROD, PROJECT, host

# Words that no page has by chance.
SHOP = [
    *("--name", "quayside", "--domain", "quayside.example.net", "--region", "eu-north-1"),
    *("--account", "556677889900", "--zone-id", "Z0QUAYSIDE"),
]
# What a project is made of where a test does not need all of it: render.py renders it.
PARTS = (
    *("cloudformation", "templates", "params", "docs", ".github", ".ci"),
    *("render.py", "pyproject.toml", "Makefile", ".cfnlintrc", "CONTRIBUTING.md", "SECURITY.md"),
)
KIOSK = [
    *("--name", "kiosk", "--domain", "kiosk.example.de", "--region", "eu-central-1", "--branch", "trunk"),
    *("--account", "556677889900,667788990011", "--zone-id", "Z0KIOSK", "--environments", "staging,live"),
]


def listed(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def copied(folder: Path) -> Path:
    """This project without its tests and its other wings, and without a history."""
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        source = PROJECT / name
        _ = shutil.copytree(source, folder / name, ignore=ignored) if source.is_dir() else shutil.copy(source, folder)
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made of the parts of this one, as they lie here."""
    folder = tmp_path_factory.mktemp("new")
    assert render(["--new", str(folder / "made/shop"), *SHOP], copied(folder / "project")) == 0
    return folder / "made/shop"


def test_its_own_render_py_has_nothing_to_change_in_it(shop: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "render.py", "--check"], cwd=shop, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr


def test_its_pages_speak_of_it_and_of_nothing_else(shop: Path) -> None:
    words = {APP_NAME, host("prod"), PROD.stack, str(PROD.parameters["HostedZoneId"].text)}
    for path in listed(shop):
        if path.startswith(("docs/", "params/", "rendered/")) or path.endswith((".md", ".toml", ".cfnlintrc")):
            text = (shop / path).read_text(encoding="utf-8")
            assert [word for word in words if word in text] == [], path
    assert (shop / "README.md").read_text().startswith("# quayside\n")
    for page in ("docs/make-it-yours.md", "CONTRIBUTING.md", "SECURITY.md"):
        text = (shop / page).read_text()
        assert "tests/example" not in text
        assert "here alone" not in text


def test_its_readme_and_the_index_lead_to_every_page(shop: Path) -> None:
    link = re.compile(r"\]\(([^)#]+)")
    led_to = set(link.findall((shop / "README.md").read_text()))
    assert "docs/README.md" in led_to
    led_to |= {f"docs/{path}" for path in link.findall((shop / "docs/README.md").read_text())}
    pages = {path for path in listed(shop) if re.fullmatch(r"(docs/)?[\w.-]+\.md", path)} - {"README.md"}
    assert {"CONTRIBUTING.md", "SECURITY.md", "docs/layers.md"} <= pages
    assert pages - led_to == set()


def test_policies_exports_picture_and_lint_follow_its_environments(shop: Path) -> None:
    assert (shop / ".cfnlintrc").read_text().count("  - eu-north-1\n") == 1
    policy = (shop / "rendered/policies/prod-deployer.json").read_text()
    assert "arn:*:cloudformation:eu-north-1:556677889900:stack/quayside-prod/*" in policy
    assert "hostedzone/Z0QUAYSIDE" in policy
    assert set(re.findall(r"\b[0-9]{12}\b", policy)) == {"556677889900"}
    assert (
        "| DomainName | `dev.quayside.example.net` | `quayside.example.net` |"
        in (shop / "docs/environments.md").read_text()
    )
    assert "| | dev | prod |" in (shop / "docs/environments.md").read_text()
    assert "quayside.example.net" in (shop / "docs/architecture-prod.svg").read_text()
    assert 'name = "quayside"' in (shop / "pyproject.toml").read_text()


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose environments are called otherwise, are in an account each, and whose branch is."""
    folder = tmp_path_factory.mktemp("new")
    assert render(["--new", str(folder / "kiosk"), *KIOSK], copied(folder / "project")) == 0
    return folder / "kiosk"


def test_its_environments_are_those_that_were_named_each_in_its_account(kiosk: Path) -> None:
    accounts = {file.stem: read_file(file).environment.account for file in environment_files(kiosk / "params")}
    assert accounts == {"staging": "556677889900", "live": "667788990011"}
    assert "EnvironmentClass: prod" in (kiosk / "params/live.yaml").read_text()
    policies = {path.name for path in (kiosk / "rendered/policies").iterdir()}
    assert {"staging-deployer.json", "live-service-role.yaml"} <= policies


def test_its_pipeline_deploys_its_environments_from_its_branch(kiosk: Path) -> None:
    assert {path.name for path in (kiosk / ".ci").iterdir()} == {path.name for path in (PROJECT / ".ci").iterdir()}
    assert all(os.access(path, os.X_OK) for path in (kiosk / ".ci").iterdir() if not path.suffix)
    workflows = kiosk / ".github/workflows"
    deploy = yaml.load((workflows / "deploy.yml").read_text(), yaml.BaseLoader)
    assert list(deploy["jobs"]) == ["staging", "staging-services", "live", "live-services"]
    assert deploy["on"]["push"]["branches"] == ["trunk"]
    assert yaml.load((workflows / "ci.yml").read_text(), yaml.BaseLoader)["on"]["push"]["branches"] == ["trunk"]
    page = (kiosk / "docs/ci.md").read_text()
    assert "| `live` | the deploying branch alone | those who may deploy" in page
    assert ".ci/plan staging platform" in page
    assert "repos/OWNER/NAME/environments/live/deployment-branch-policies -f name=trunk" in page
    role = yaml.load((kiosk / "rendered/ci-role.yaml").read_text(), yaml.BaseLoader)
    assert {"InAccount556677889900", "InAccount667788990011"} <= set(role["Conditions"])


def test_its_pages_and_its_makefile_name_no_environment_that_it_has_not(kiosk: Path) -> None:
    pages = [path for path in (kiosk / "docs").rglob("*.md") if path.parent.name != "decisions"]
    named = re.compile(
        r"(?:--env|ENV \?=|params/|policies/|\.ci/\w+|^ +environment:|resource_group:) ?(\w+)(?!\w*:)", re.MULTILINE
    )
    others = {"dev", "prod", *OWN} - {"staging", "live", "qa"}
    for page in (*pages, kiosk / "README.md", kiosk / "Makefile"):
        assert set(named.findall(page.read_text())) & others == set(), page
    assert "ENV ?= staging" in (kiosk / "Makefile").read_text()
    assert "--from trunk" in (kiosk / "README.md").read_text()


@pytest.mark.slow
def test_a_project_made_of_one_whose_environments_are_called_otherwise_is_the_same(kiosk: Path, tmp_path: Path) -> None:
    blog = ["--name", "blog", "--domain", "b.example.org", "--region", "us-west-2", "--account", "333333333333"]
    assert render(["--new", str(tmp_path / "one"), *blog], copied(tmp_path / "project")) == 0
    subprocess.run([sys.executable, "render.py", "--new", str(tmp_path / "two"), *blog], cwd=kiosk, check=True)
    assert listed(tmp_path / "one") == listed(tmp_path / "two")
    for path in sorted(listed(tmp_path / "one")):
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_what_is_true_of_this_system_alone_stays_here(shop: Path) -> None:
    files = listed(shop)
    assert [path for path in files if path.startswith(("docs/screens", "tests/example"))] == []
    assert {"docs/architecture.svg", "docs/architecture-dev.svg", "rendered/root.yaml", "params/prices.yaml"} <= files


@pytest.mark.slow
def test_a_project_made_of_a_made_one_is_the_same(shop: Path, tmp_path: Path) -> None:
    blog = ["--name", "blog", "--domain", "b.example.org", "--region", "us-west-2", "--account", "333333333333"]
    assert render(["--new", str(tmp_path / "one"), *blog], copied(tmp_path / "project")) == 0
    subprocess.run([sys.executable, "render.py", "--new", str(tmp_path / "two"), *blog], cwd=shop, check=True)
    assert listed(tmp_path / "one") == listed(tmp_path / "two")
    for path in sorted(listed(tmp_path / "one")):
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *options: str, project: Path = PROJECT) -> str:
    """What is said; nothing may have been written, beside the folder either."""
    around = folder.parent.parent
    before = sorted(around.rglob("*"))
    assert render(["--new", str(folder), *(options or SHOP)], project) == 2
    assert sorted(around.rglob("*")) == before
    said = capsys.readouterr().err
    assert said.endswith("render.py: nothing was written\n")
    return said


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/.hidden").write_text("mine")
    assert "is not empty" in refused(tmp_path / "there", capsys)
    assert "is not a folder" in refused(tmp_path / "there/.hidden", capsys)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert "is not a folder" in refused(tmp_path / "link", capsys)


def test_a_folder_within_the_project_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert render(["--new", str(PROJECT / "shop"), *SHOP]) == 2
    assert "is inside this project" in capsys.readouterr().err
    assert not (PROJECT / "shop").exists()


def test_bad_options_are_told_together_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(tmp_path / "x/y", capsys, "--name", "Shop", "--region", "eu-centrl-1")
    assert [line.partition(":")[0] for line in said.splitlines()[:2]] == ["--name", "--region"]


def test_without_a_terminal_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("shop\n"))
    assert "--name is missing: the name of the system" in refused(tmp_path / "shop", capsys, "--region", "eu-west-1")


def test_a_project_that_does_not_render_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = copied(tmp_path / "project")
    layer = project / "templates/layers/app_sg.py"
    layer.write_text(layer.read_text() + "\nraise SystemExit('broken layer')\n")
    (tmp_path / "beside").mkdir()
    assert "cannot be rendered:\nbroken layer" in refused(tmp_path / "beside/shop", capsys, *SHOP, project=project)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert "file/shop cannot be created" in refused(tmp_path / "file/shop", capsys)


@pytest.mark.parametrize("options", [["--name", "shop"], ["--new", "x", "--check"], ["--new", "x", "--out", "y"]])
def test_options_that_do_not_go_together_are_refused(options: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        render(options, tmp_path)
    assert ended.value.code == 2
