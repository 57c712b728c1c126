"""What tasks have written, as CloudWatch Logs gives it."""

from __future__ import annotations

from typing import Any

from botocore.validate import validate_parameters

from rehearsal.neighbours.containers.kept_tasks import KeptTasks
from rehearsal.neighbours.containers.task_life import Task
from rehearsal.neighbours.containers.task_logs import TaskLogs
from rehearsal.scenario.task_scenes import PlayedTask
from tests.deployment.fake_client import service_model
from tests.rehearsal.neighbours.containers.clusters import RUN, asked, calls

BEGUN = 1_800_000_000.0
LINES = ("a", "b", "c")


def a_task() -> Task:
    kept = KeptTasks()
    asked(calls(kept, BEGUN, PlayedTask(log=LINES, seconds=40)), "RunTask", **RUN)
    [task] = kept.all().values()
    return task


def told(task: Task, after: float, operation: str, **request: Any) -> dict[str, Any] | None:
    answer = TaskLogs([task], BEGUN + after).answer(operation, {"logGroupName": "migrate-logs", **request})
    if answer is not None:
        validate_parameters(answer, service_model("logs").operation_model(operation).output_shape)
    return answer


def messages(answer: dict[str, Any] | None) -> list[str]:
    assert answer is not None
    return [event["message"] for event in answer["events"]]


def test_a_stream_is_there_once_its_task_runs_and_grows() -> None:
    task = a_task()
    stream = {"logStreamName": f"ecs/migrate/{task.id}", "startFromHead": True}
    assert told(task, 5, "GetLogEvents", **stream) is None
    assert messages(told(task, 17, "GetLogEvents", **stream)) == []
    assert messages(told(task, 27, "GetLogEvents", **stream)) == ["a"]
    assert messages(told(task, 90, "GetLogEvents", **stream)) == ["a", "b", "c"]


def test_pages_go_on_from_their_token_and_end_with_the_same() -> None:
    task = a_task()
    stream = {"logStreamName": f"ecs/migrate/{task.id}", "startFromHead": True}
    first = told(task, 90, "GetLogEvents", **stream, limit=2)
    assert first is not None
    second = told(task, 90, "GetLogEvents", **stream, nextToken=first["nextForwardToken"])
    assert second is not None
    assert (messages(first), messages(second)) == (["a", "b"], ["c"])
    third = told(task, 90, "GetLogEvents", **stream, nextToken=second["nextForwardToken"])
    assert (messages(third), third and third["nextForwardToken"]) == ([], second["nextForwardToken"])
    assert messages(told(task, 90, "GetLogEvents", logStreamName=stream["logStreamName"], limit=1)) == ["c"]


def test_a_group_is_searched_in_pages_and_within_its_times() -> None:
    task = a_task()
    page = told(task, 90, "FilterLogEvents", limit=2)
    assert page is not None
    assert (messages(page), page["nextToken"]) == (["a", "b"], "2")
    assert messages(told(task, 90, "FilterLogEvents", nextToken="2")) == ["c"]
    since = page["events"][1]["timestamp"]
    assert messages(told(task, 90, "FilterLogEvents", startTime=since)) == ["b", "c"]
    assert messages(told(task, 90, "FilterLogEvents", endTime=since)) == ["a"]
    assert len({event["eventId"] for event in page["events"]}) == 2


def test_other_groups_and_patterns_are_left_to_others() -> None:
    assert told(a_task(), 90, "FilterLogEvents", filterPattern="ERROR") is None
    assert told(a_task(), 90, "FilterLogEvents", logGroupName="other") is None
    assert told(a_task(), 90, "DescribeLogStreams") is None
