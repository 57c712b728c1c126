"""An operation under way: what is at work, since when, and what each layer has done."""

from __future__ import annotations

from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath
from deployment.terminal.views.progress import OperationProgress
from tests.deployment.shapes import STACK_TYPE, at, stack_arn


def heard(*events: tuple[int, str, str]) -> OperationProgress:
    """Seconds, path and status; a path without a slash is a layer, an empty one the root."""
    work = OperationProgress("shop-dev")
    for second, path, status in events:
        hear(work, second, path, status)
    return work


def hear(work: OperationProgress, second: int, path: str, status: str) -> float | None:
    parts = ResourcePath(path.split("/")) if path else ResourcePath()
    kind = "AWS::X" if "/" in path else STACK_TYPE
    event = Event(f"{second}{path}{status}", at(second), stack_arn(), parts, kind, "id", status, None, not parts)
    item = work.add(event)
    return None if item is None else item.seconds(at(second))


def test_a_resource_is_at_work_from_its_first_event_to_its_last() -> None:
    work = heard((0, "", "CREATE_IN_PROGRESS"), (1, "App", "CREATE_IN_PROGRESS"), (2, "App/Role", "CREATE_IN_PROGRESS"))
    hear(work, 3, "App/Role", "CREATE_IN_PROGRESS")
    [role] = work.at_work()
    assert (role.name, role.seconds(at(9))) == ("Role", 7)
    assert hear(work, 12, "App/Role", "CREATE_COMPLETE") == 10
    assert work.at_work() == ()


def test_the_longest_at_work_comes_first_and_layers_are_no_resources() -> None:
    work = heard(
        (1, "App", "CREATE_IN_PROGRESS"), (5, "App/Group", "CREATE_IN_PROGRESS"), (4, "App/Role", "CREATE_IN_PROGRESS")
    )
    assert [item.name for item in work.at_work()] == ["Role", "Group"]
    [layer] = work.layers()
    assert (layer.item.name, layer.done, [item.name for item in layer.at_work]) == ("App", 0, ["Role", "Group"])


def test_the_removal_of_what_was_replaced_is_timed_by_itself() -> None:
    work = heard((1, "App/Role", "UPDATE_IN_PROGRESS"), (9, "App/Role", "UPDATE_COMPLETE"))
    assert hear(work, 30, "App/Role", "DELETE_IN_PROGRESS") == 0
    assert hear(work, 34, "App/Role", "DELETE_COMPLETE") == 4


def test_a_rollback_that_only_says_complete_has_taken_no_time_that_is_known() -> None:
    work = heard((1, "App/Role", "UPDATE_IN_PROGRESS"), (9, "App/Role", "UPDATE_COMPLETE"))
    assert hear(work, 200, "App/Role", "UPDATE_COMPLETE") == 0


def test_a_failure_ends_the_time_at_work() -> None:
    work = heard((1, "App/Role", "CREATE_IN_PROGRESS"))
    assert hear(work, 8, "App/Role", "CREATE_FAILED") == 7


def test_the_root_alone_gives_the_status_of_the_whole() -> None:
    work = heard((1, "", "UPDATE_IN_PROGRESS"), (2, "App", "UPDATE_IN_PROGRESS"))
    assert (work.stack, work.status, work.started) == ("shop-dev", "UPDATE_IN_PROGRESS", at(1))
