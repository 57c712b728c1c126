"""Following a task: problems on the way end nothing, and the person who interrupts decides what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from deployment.aws.clock import Interrupted
from deployment.commands.tasks.task_following import GO_ON, LEAVE, STOP, Followed, follow_task
from deployment.errors import WatchLost
from deployment.run.telling import Choice, Progress, Settled
from tests.deployment.commands.tasks.placed import ARN, STARTED, Scene, a_place, answered, events, shown
from tests.deployment.fake_client import FakeClient, refusal

ABSENT = refusal("ResourceNotFoundException", "The specified log stream does not exist.")
FAULTS = [
    ConnectionClosedError(endpoint_url="https://ecs"),
    refusal("ThrottlingException", "Rate exceeded"),
    refusal("ServerException", "no", 500),
    refusal("ExpiredTokenException", "expired"),
    {"tasks": [], "failures": [{"arn": ARN, "reason": "MISSING"}]},
]
LIFE = answered(shown("PENDING"), shown("RUNNING"), shown("STOPPED", 3))


def followed(scene: Scene) -> tuple[Followed, list[str]]:
    lines: list[str] = []
    return follow_task(scene.run, a_place(), STARTED, lines.append), lines


def said(scene: Scene) -> list[str]:
    return [told.text for told in scene.told if isinstance(told, Progress)]


def test_each_line_is_told_once_and_those_too_that_come_when_it_has_stopped() -> None:
    logs = FakeClient(
        "logs", get_log_events=[ABSENT, events("a"), events(), events("b", token="f/2"), events(token="f/2")]
    )
    scene = Scene(FakeClient("ecs", describe_tasks=LIFE), logs)
    end, lines = followed(scene)
    assert (end.task.exit_code, end.task.seconds, lines, end.last) == (3, 32.0, ["a", "b"], ("a", "b"))
    assert isinstance(scene.told[-1], Settled)
    assert [text.rpartition(" ")[2] for text in said(scene)] == ["PENDING", "RUNNING", "STOPPED"]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_on_the_way_ends_nothing(fault: Any) -> None:
    logs = FakeClient("logs", get_log_events=[events("a"), events()])
    scene = Scene(FakeClient("ecs", describe_tasks=[fault, LIFE[0], fault, fault, *LIFE[1:]]), logs)
    end, lines = followed(scene)
    assert (end.task.exit_code, lines) == (3, ["a"])


@pytest.mark.parametrize("fault", [FAULTS[0], FAULTS[1]])
def test_a_log_that_cannot_be_read_for_a_while_is_read_later(fault: Any) -> None:
    logs = FakeClient("logs", get_log_events=[fault, events("a"), events()])
    end, lines = followed(Scene(FakeClient("ecs", describe_tasks=LIFE), logs))
    assert (end.task.exit_code, lines) == (3, ["a"])


def test_whoever_may_not_read_the_log_is_told_so_once_and_gets_the_exit_code() -> None:
    denied = refusal("AccessDeniedException", "not authorized to perform: logs:GetLogEvents")
    scene = Scene(FakeClient("ecs", describe_tasks=LIFE), FakeClient("logs", get_log_events=denied))
    end, lines = followed(scene)
    assert (end.task.exit_code, lines) == (3, [])
    assert len([text for text in said(scene) if text.startswith("its log cannot be read: ")]) == 1
    assert len(scene.logs.named("get_log_events")) == 1


def test_a_task_of_which_nothing_is_heard_for_ten_minutes_goes_on_unwatched() -> None:
    scene = Scene(FakeClient("ecs", describe_tasks=FAULTS[0]), FakeClient("logs"))
    with pytest.raises(WatchLost, match="continues, but it can no longer be watched") as lost:
        followed(scene)
    assert 600 < scene.time.now < 700
    assert str(lost.value.remedy).endswith("python deploy.py logs migrate --env dev --follow")


def interrupting(scene: Scene, *numbers: int) -> None:
    """A person interrupts in these sleeps."""
    sleep, count = scene.time.sleep, iter(range(100))

    def interrupted(seconds: float) -> None:
        sleep(seconds)
        if next(count) in numbers:
            raise Interrupted

    scene.time.sleep = interrupted  # type: ignore[method-assign]


def choosing(*answers: str) -> Callable[[Choice], str]:
    given = iter(answers)

    def choose(choice: Choice) -> str:
        assert choice.options == (STOP, LEAVE, GO_ON)
        return next(given)

    return choose


def test_whoever_interrupts_can_have_it_stopped_and_sees_its_end() -> None:
    ecs = FakeClient("ecs", describe_tasks=answered(shown("RUNNING"), shown("STOPPED", 143)), stop_task={"task": {}})
    scene = Scene(ecs, FakeClient("logs", get_log_events=ABSENT), choosing(STOP))
    interrupting(scene, 0)
    end = followed(scene)[0]
    assert (end.task.exit_code, end.was_asked_to_stop) == (143, True)
    [asked] = ecs.named("stop_task")
    assert (asked["task"], asked["cluster"]) == (ARN, "shop")


def test_a_task_that_cannot_be_stopped_is_followed_all_the_same() -> None:
    ecs = FakeClient("ecs", describe_tasks=LIFE, stop_task=refusal("AccessDeniedException", "no"))
    scene = Scene(ecs, FakeClient("logs", get_log_events=ABSENT), choosing(STOP, GO_ON))
    interrupting(scene, 0, 1)
    assert followed(scene)[0].task.exit_code == 3
    assert [text for text in said(scene) if text.startswith("the task could not be stopped: ")]


def test_a_task_can_be_left_alone() -> None:
    scene = Scene(FakeClient("ecs", describe_tasks=LIFE), FakeClient("logs", get_log_events=ABSENT), choosing(LEAVE))
    interrupting(scene, 0)
    with pytest.raises(KeyboardInterrupt):
        followed(scene)
    assert scene.ecs.named("stop_task") == []
