"""What another ref holds is deployed first, so that the rest of the run shows the difference."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deployment.aws.clock import Clock, Polling
from deployment.aws.session import Endpoint, Session
from deployment.commands.deploy import plan
from deployment.errors import RehearsalFailed
from deployment.run.choices import Choices
from deployment.run.outcome import Planned
from deployment.run.run import Context
from deployment.run.telling import Progress, Question, Told
from deployment.stack.invocation import Invocation
from deployment.template.checkout import checked_out
from deployment.template.environments import read_environment
from deployment.terminal.preview import bring, environment_of
from tests.deployment.history import commit, committed_project
from tests.deployment.project import ACCOUNT
from tests.deployment.rehearsed import Player, rehearsal


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com") as endpoint:
        yield endpoint


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return committed_project(tmp_path)


def context(told: list[Told]) -> Context:
    def never(question: Question) -> bool:
        raise AssertionError(question)

    return Context(
        clock=Clock(time.monotonic, lambda _: None),
        polling=Polling(0.0, 0.0),
        token=lambda: str(uuid.uuid4()),
        tell=told.append,
        approve=never,
        invocation=Invocation(("--env", "dev")),
        choices=Choices(preflight=True),
    )


def connecting(url: str) -> Callable[[str], Session]:
    return lambda region: Session(region, Endpoint(url, "test", "test"))


def test_what_follows_is_compared_with_the_ref(project: Path, url: str) -> None:
    told: list[Told] = []
    with checked_out(project, "main", "--from") as baseline:
        bring(baseline, read_environment(baseline.folder / "params", "dev"), context(told), connecting(url))
    [said] = told
    assert isinstance(said, Progress)
    assert said.text.startswith("main is deployed to the local CloudFormation")
    with closing(Player(project, url)) as player:
        planned = plan(player.run())
    assert isinstance(planned, Planned)
    assert planned.reviewed
    assert [(change.path, change.kind.value) for change in planned.reviewed.review.resources] == [
        (("App", "Group"), "replaced")
    ]


def test_a_ref_that_cannot_be_deployed_is_told_with_its_cause(project: Path, url: str) -> None:
    (project / "rendered/app.yaml").write_text("Resources: []\n")
    commit(project)
    with checked_out(project, "main", "--from") as baseline, pytest.raises(RehearsalFailed) as caught:
        bring(baseline, read_environment(baseline.folder / "params", "dev"), context([]), connecting(url))
    assert caught.value.happened.startswith("main could not be deployed to the local CloudFormation: ")
    assert "rendered/app.yaml" in caught.value.findings[0]


def test_an_environment_that_the_ref_has_not_is_all_new(project: Path) -> None:
    told: list[Told] = []
    (project / "params/dev.yaml").rename(project / "params/stage.yaml")
    with checked_out(project, "main", "--from") as baseline:
        assert environment_of(baseline, read_environment(project / "params", "stage"), told.append) is None
    assert told == [Progress("main has no params/stage.yaml: everything is new")]


def test_an_environment_of_another_account_is_all_new(project: Path) -> None:
    told: list[Told] = []
    params = project / "params/dev.yaml"
    params.write_text(params.read_text().replace(ACCOUNT, "444455556666"))
    with checked_out(project, "main", "--from") as baseline:
        assert environment_of(baseline, read_environment(project / "params", "dev"), told.append) is None
    assert told == [Progress(f"main is for account {ACCOUNT}: in 444455556666 everything is new")]


def test_an_environment_file_that_was_wrong_is_told_as_the_refs(project: Path) -> None:
    now = read_environment(project / "params", "dev")
    (project / "params/dev.yaml").write_text("stack: x\n")
    commit(project)
    with (
        checked_out(project, "main", "--from") as baseline,
        pytest.raises(RehearsalFailed, match="main could not be deployed"),
    ):
        environment_of(baseline, now, lambda _: None)


def test_the_environment_is_the_refs_own(project: Path) -> None:
    now = read_environment(project / "params", "dev")
    params = project / "params/dev.yaml"
    params.write_text(params.read_text().replace("DesiredCount: 2", "DesiredCount: 5"))
    commit(project)
    with checked_out(project, "HEAD~1", "--from") as baseline:
        then = environment_of(baseline, now, lambda _: None)
    assert then
    assert then.parameters["DesiredCount"].text == "2"
