"""A service that does not come to work."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.service import explain
from tests.deployment.diagnosis.causes.failures import UNSTABLE, failed

SERVICE: dict[str, Any] = {
    "runningCount": 0,
    "desiredCount": 2,
    "events": [{"message": f"(service app) event {number}"} for number in range(5)],
}
EXITED: dict[str, Any] = {
    "stopCode": "EssentialContainerExited",
    "stoppedReason": "Essential container in task exited",
    "containers": [{"name": "web", "exitCode": 1}, {"name": "side", "exitCode": 0}],
}
NOT_STARTED: dict[str, Any] = {
    "stopCode": "TaskFailedToStart",
    "stoppedReason": "CannotPullContainerError: image not found",
    "containers": [{"name": "web", "reason": "CannotPullContainerError: pull image manifest has been retried"}],
}


def test_events_stopped_tasks_and_last_words_are_told_each_once() -> None:
    evidence = Evidence(service=SERVICE, tasks=(EXITED, EXITED), logs=(("web", ("starting", "no database")),))
    found = explain(failed(UNSTABLE, "AWS::ECS::Service"), evidence)
    assert found
    assert found.facts == (
        "tasks: 0 of 2 running",
        "service event: (service app) event 0",
        "service event: (service app) event 1",
        "service event: (service app) event 2",
        "task stopped: Essential container in task exited",
        "container web: exit code 1",
        "log web: starting",
        "log web: no database",
    )
    assert "its log says why" in found.remedy


@pytest.mark.parametrize(
    ("task", "remedy"),
    [
        (NOT_STARTED, "keeps the tasks from starting"),
        ({"stopCode": "ServiceSchedulerInitiated"}, "health check"),
        ({}, "stopped tasks in the ECS console"),
    ],
)
def test_the_remedy_follows_the_stop_code(task: dict[str, Any], remedy: str) -> None:
    found = explain(failed("no", "AWS::ECS::Service"), Evidence(tasks=(task,)))
    assert found
    assert remedy in found.remedy


def test_a_container_that_never_started_says_why() -> None:
    found = explain(failed(UNSTABLE, "AWS::ECS::Service"), Evidence(tasks=(NOT_STARTED,)))
    assert found
    assert "container web: did not start, CannotPullContainerError: pull image manifest has been retried" in found.facts


def test_another_failure_of_a_service_is_not_one_of_its_tasks() -> None:
    assert explain(failed("The service is not wanted", "AWS::ECS::Service"), Evidence(service=SERVICE)) is None
    assert explain(failed(UNSTABLE, "AWS::EC2::VPC"), Evidence()) is None
