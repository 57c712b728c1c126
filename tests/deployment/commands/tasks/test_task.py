"""A task as ECS describes it."""

from __future__ import annotations

import pytest

from deployment.commands.tasks.task import described, task_from
from deployment.errors import Unreachable
from tests.deployment.commands.tasks.placed import ARN, answered, shown
from tests.deployment.fake_client import FakeClient


def test_the_exit_code_is_that_of_the_service_s_container_not_of_a_sidecar() -> None:
    assert task_from(shown("STOPPED", 3), "migrate").exit_code == 3
    assert task_from(shown("STOPPED"), "migrate").exit_code is None
    assert task_from(shown("STOPPED", 0), "migrate").has_stopped


def test_why_containers_never_ran_is_told_of_each() -> None:
    body = shown("STOPPED", stoppedReason="no image", stopCode="TaskFailedToStart")
    body["containers"][1]["reason"] = "CannotPullContainerError"
    task = task_from(body, "migrate")
    assert (task.stop_code, task.stopped_reason) == ("TaskFailedToStart", "no image")
    assert task.container_reasons == ("container migrate: CannotPullContainerError",)


def test_a_task_that_ecs_does_not_know_yet_is_no_answer() -> None:
    missing = {"tasks": [], "failures": [{"arn": ARN, "reason": "MISSING"}]}
    with pytest.raises(Unreachable, match=r"ECS does not know task .* \(MISSING\)"):
        described(FakeClient("ecs", describe_tasks=missing), "shop", ARN, "migrate")
    ecs = FakeClient("ecs", describe_tasks=answered(shown("RUNNING")))
    assert described(ecs, "shop", ARN, "migrate").status == "RUNNING"
