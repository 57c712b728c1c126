"""The job before a deployment: what came of it decides whether anything is executed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deployment.commands.tasks.before import run_before
from deployment.commands.tasks.task import Task
from deployment.commands.tasks.task_following import Followed
from deployment.errors import TaskFailed
from deployment.run.run import Run
from tests.deployment.commands.tasks.placed import ARN
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run


def ended(folder: Path, followed: Followed) -> Run:
    """The run of a service whose job has come to this end."""
    run = fake_run(write_project(folder), FakeClient("cloudformation"))
    job = replace(run, environment=run.environment._replace(service="migrate"))
    return replace(run.preceded_by(job), first=lambda _: followed)


def test_a_job_that_ended_with_0_lets_the_deployment_go_on(tmp_path: Path) -> None:
    run_before(ended(tmp_path, Followed(Task(ARN, "STOPPED", 0), ())))


def test_a_job_that_a_person_stopped_has_not_done_its_work_although_it_ends_with_0(tmp_path: Path) -> None:
    stopped = Followed(Task(ARN, "STOPPED", 0), ("0042 begun",), was_asked_to_stop=True)
    with pytest.raises(
        TaskFailed, match="job migrate was asked to stop, and ended with exit code 0; nothing"
    ) as raised:
        run_before(ended(tmp_path, stopped))
    assert list(raised.value.findings) == ["log: 0042 begun"]
