"""The lines of a stream: all pages, each line once."""

from __future__ import annotations

from deployment.commands.tasks.task_log import TaskLog
from tests.deployment.commands.tasks.placed import events
from tests.deployment.fake_client import FakeClient


def a_log(*answers: object) -> tuple[TaskLog, FakeClient]:
    logs = FakeClient("logs", get_log_events=list(answers))
    return TaskLog(logs, "group", "ecs/migrate/1", lambda _: None), logs


def test_pages_are_read_until_a_token_comes_again() -> None:
    log, logs = a_log(events("a", token="f/1"), events("b", "c", token="f/2"), events(token="f/2"))
    assert log.read() == ["a", "b", "c"]
    assert log.read() == []
    asked = [asked.get("nextToken") for asked in logs.named("get_log_events")]
    assert asked == [None, "f/1", "f/2", "f/2"]
    assert all(asked["startFromHead"] for asked in logs.named("get_log_events"))


def test_an_event_of_several_lines_is_several_and_an_empty_one_is_one() -> None:
    assert a_log(events("a\nb\r\nc", "\n"), events())[0].read() == ["a", "b", "c", ""]


def test_the_last_ten_lines_are_kept() -> None:
    log = a_log(events(*map(str, range(25))), events())[0]
    log.read()
    assert list(log.last) == [str(number) for number in range(15, 25)]
