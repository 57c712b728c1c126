"""A run is put together in the order of what can be known earliest: files, then freshness, then clients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cloudformation.environment.environment_file import Environment
from deployment.artifacts.freshness import FreshnessCheck
from deployment.aws.clock import Waiting
from deployment.aws.session import Endpoint, Session
from deployment.errors import FileProblems, StaleRendered
from deployment.run.choices import Choices
from deployment.run.run import Context, begin
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.template import Template
from tests.deployment.fake_client import POLLING, FakeTime
from tests.deployment.project import ENVIRONMENT, STALE, write_project


def context() -> Context:
    return Context(
        clock=FakeTime().clock,
        polling=POLLING,
        token=lambda: "token",
        tell=lambda _: None,
        approve=lambda _: True,
        invocation=Invocation(("--env", "dev")),
    )


def connect(region: str) -> Session:
    return Session(region, Endpoint("http://127.0.0.1:9", "a", "b"))


def environment(project: Path) -> Environment:
    return read_environment(project / "params", "dev")


def test_a_run_is_made_of_the_files_and_of_what_it_is_given(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    carried: list[Template] = []
    given = replace(context(), choices=Choices(preflight=True))
    run = begin(project / "rendered", environment(project), given, connect, template_read=carried.append)
    assert carried == [run.root]
    assert run.parameters["DesiredCount"] == "2"
    assert run.session.cloudformation.meta.endpoint_url == "http://127.0.0.1:9"
    assert run.waiting == Waiting(given.clock, POLLING)
    assert (run.token(), run.invocation.again(), run.choices.preflight) == ("token", "python deploy.py --env dev", True)
    run.session.close()


def test_bad_files_are_told_before_an_endpoint_is_asked_for(tmp_path: Path) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("DesiredCount", "DesiredCont"))
    asked: list[str] = []

    def noted(region: str) -> Session:
        asked.append(region)
        return connect(region)

    with pytest.raises(FileProblems):
        begin(project / "rendered", environment(project), context(), noted)
    assert asked == []


@pytest.mark.parametrize("written", ["DesiredCount", "DesiredCont"])
def test_a_stale_tree_is_told_whether_or_not_its_consequences_are(tmp_path: Path, written: str) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("DesiredCount", written), render=STALE)
    check = FreshnessCheck(project)
    with pytest.raises(StaleRendered):
        begin(project / "rendered", environment(project), context(), connect, freshness=check)
    check.end()
