"""What the tasks of a service have written, over all streams, reported as it is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from deployment.commands.tasks.service_log import service_log
from deployment.run.telling import LogLine, Progress
from tests.deployment.commands.tasks.placed import BEGUN, Scene, a_run
from tests.deployment.fake_client import FakeClient, refusal

START = int(BEGUN.timestamp() * 1000)
LOST = ConnectionClosedError(endpoint_url="https://logs")


def event(number: int, text: str, seconds: float = 0) -> dict[str, Any]:
    stream = "ecs/migrate/0123456789abcdef"
    return {"eventId": f"{number}", "timestamp": START + int(seconds * 1000), "message": text, "logStreamName": stream}


def a_page(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"events": list(found), **more}


class EndedError(Exception):
    """Somebody ends a following that has no end of its own."""


@contextmanager
def ending_after(scene: Scene, sleeps: int) -> Iterator[None]:
    sleep, left = scene.time.sleep, iter(range(sleeps))

    def slept(seconds: float) -> None:
        sleep(seconds)
        if next(left, None) is None:
            raise EndedError

    scene.time.sleep = slept  # type: ignore[method-assign]
    with pytest.raises(EndedError):
        yield


def a_scene(*pages: Any) -> Scene:
    return Scene(FakeClient("ecs"), FakeClient("logs", filter_log_events=list(pages)))


def lines(scene: Scene) -> list[str]:
    return [told.text for told in scene.told if isinstance(told, LogLine)]


def test_all_pages_since_a_time_are_told_with_their_time_and_task() -> None:
    scene = a_scene(a_page(event(1, "a\nb"), nextToken="2"), a_page(event(2, "c", 1.5)))
    ended = service_log(a_run(scene, since=300.0))
    assert (ended.lines, ended.log_group, ended.service) == (3, "migrate-logs", "migrate")
    assert lines(scene) == [
        "2026-11-30T12:00:00.000+00:00  migrate/01234567  a",
        "2026-11-30T12:00:00.000+00:00  migrate/01234567  b",
        "2026-11-30T12:00:01.500+00:00  migrate/01234567  c",
    ]
    first, second = scene.logs.named("filter_log_events")
    assert (first["startTime"], first["logGroupName"], second["nextToken"]) == (START, "migrate-logs", "2")


def test_following_tells_each_event_once_and_goes_back_for_what_is_found_late() -> None:
    late = a_page(event(1, "a"), event(3, "late", 30), event(2, "b", 60))
    scene = a_scene(a_page(event(1, "a")), a_page(event(1, "a"), event(2, "b", 60)), late)
    with ending_after(scene, 3):
        service_log(a_run(scene, since=300.0, follow=True))
    assert [line.rpartition("  ")[2] for line in lines(scene)] == ["a", "b", "late"]


@pytest.mark.parametrize("fault", [LOST, refusal("ThrottlingException", "no"), refusal("ExpiredTokenException", "no")])
def test_following_goes_on_where_an_answer_is_missing(fault: Exception) -> None:
    scene = a_scene(a_page(event(1, "a")), fault, fault, a_page(event(2, "b", 1)))
    with ending_after(scene, 4):
        service_log(a_run(scene, follow=True))
    assert [line.rpartition("  ")[2] for line in lines(scene)] == ["a", "b"]
    assert len([told for told in scene.told if isinstance(told, Progress)]) == 1


def test_following_ends_where_nothing_is_heard_for_ten_minutes() -> None:
    scene = a_scene(a_page(), LOST)
    with pytest.raises(Exception, match="no answer"):
        service_log(a_run(scene, follow=True))
    assert 600 < scene.time.now < 700
