"""docs/ci.md: what it says of the workflow is so, and the shell of its other recipes plays as the workflow's does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cloudformation.environment.environment_file import environment_files
from tests.deployment.history import commit, git
from tests.deployment.project import write_project
from tests.deployment.runner import PROJECT, Runner, check_out
from tests.deployment.standing import Standing
from tests.documents.transcripts import blocks_of
from tests.quick_python import quick_python
from tests.templates.resolved import document

PAGE = (PROJECT / "docs/ci.md").read_text(encoding="utf-8")


def recipes() -> list[dict[str, Any]]:
    """GitLab's, and those of the two projects of CodeBuild."""
    return [yaml.safe_load(block.text) for block in blocks_of("docs/ci.md") if block.language == "yaml"]


def gitlab() -> tuple[list[str], list[str]]:
    """The scripts of the plan and of the deployment."""
    pipeline = recipes()[0]
    return pipeline["plan-dev"]["script"], [*pipeline["deploy-dev"]["script"], *pipeline["deploy-dev"]["after_script"]]


def codebuild() -> tuple[list[str], list[str]]:
    plan, deploy = (recipe["phases"] for recipe in recipes()[1:])
    return plan["build"]["commands"], [*deploy["build"]["commands"], *deploy["post_build"]["commands"]]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with quick_python(tmp_path_factory.mktemp("python"), PROJECT) as program:
        yield program


@pytest.fixture
def runner(stage: Standing, python: Path, tmp_path: Path) -> Runner:
    folder = tmp_path / "checkout"
    folder.mkdir()
    return Runner(check_out(write_project(folder), python), stage.url())


def cloned(checkout: Path) -> dict[str, str]:
    """A remote of the checkout, as a runner of GitLab has it, and what GitLab's variables say of the commit."""
    commit(checkout)
    git(checkout, "clone", "--quiet", "--bare", ".", "../remote.git")
    git(checkout, "remote", "add", "origin", "../remote.git")
    own = git(checkout, "rev-parse", "HEAD")
    return {"GITHUB_REPOSITORY": "", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": own}


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({}, 0, ""),
        ({"CI_COMMIT_SHA": "f" * 40}, 2, "::error title=not the newest commit::main is at "),
        ({"CI_COMMIT_BRANCH": "gone"}, 2, ""),
        ({"CI_COMMIT_BRANCH": ""}, 1, "neither GitHub nor GitLab says which branch this is"),
    ],
)
def test_in_gitlab_the_remote_says_which_commit_is_the_newest(
    tmp_path: Path, given: dict[str, str], code: int, said: str
) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    project = check_out(write_project(folder))
    ended, log = Runner(project, "http://127.0.0.1:1").script(".ci/newest", cloned(project) | given)
    assert (ended, said in log) == (code, True), log


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [gitlab, codebuild])
def test_a_recipe_plans_and_deploys(runner: Runner, recipe: Any) -> None:
    code, log = runner.script(".venv/bin/python deploy.py --env dev --yes plan", {})  # makes the bucket
    assert code == 0, log
    plan, deploy = recipe()
    ended = {"CI_JOB_STATUS": "success", "CODEBUILD_BUILD_SUCCEEDING": "1", "GITHUB_ACTIONS": ""}
    ended |= cloned(runner.checkout)
    code, log = runner.script("\n".join([*plan, 'echo "changes: ${CHANGES:-}"']), ended)
    assert code == 0, log
    assert "### shop-dev: a deployment would create it" in log
    assert (runner.checkout / "plans.tsv").read_text().startswith("platform\tarn:aws:")
    if recipe is codebuild:
        assert "changes: yes" in log
    code, log = runner.script("\n".join(deploy), ended)
    assert code == 0, log
    code, log = runner.script("\n".join([*plan, 'echo "changes: ${CHANGES:-}"']), ended)
    assert (code, (runner.checkout / "plans.tsv").read_text()) == (0, ""), log
    if recipe is codebuild:
        assert "changes: no" in log


def test_the_roles_that_the_page_names_are_outputs_of_the_template() -> None:
    named = set(re.findall(r"`(\w+RoleArn)`", PAGE))
    assert named == set(document("ci-role")["Outputs"])


def test_the_jobs_that_the_page_names_are_those_of_the_workflow() -> None:
    jobs = yaml.safe_load((PROJECT / ".github/workflows/deploy-environment.yml").read_text(encoding="utf-8"))["jobs"]
    rows = re.findall(r"^\| `(\w+)` \| `([\w-]+)` \|", PAGE, re.MULTILINE)
    assert rows == [
        (name, job["environment"].replace("${{ inputs.environment }}", rows[1][1])) for name, job in jobs.items()
    ]
    assert rows[1][1] in {file.stem for file in environment_files(PROJECT / "params")}
