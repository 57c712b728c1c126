"""The events of one operation as they are read: whose they are, where they stand, and when they are reported."""

from __future__ import annotations

from typing import Any

from cloudformation.statuses import StackStatus
from deployment.stack.event_log import EventLog
from deployment.stack.events import Operation
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.shapes import STACK_TYPE, at, event, stack_arn, stack_event

_CHILD = stack_arn("child")


class _Logs:
    """What each stack's log holds now, oldest first; a stack without one does not exist."""

    def __init__(self, **logs: list[dict[str, Any]]) -> None:
        self.logs = logs
        self.client = FakeClient("cloudformation", describe_stack_events=self._describe)

    def _describe(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        name = StackName.split("/")[1].replace("-", "_")
        if name not in self.logs:
            raise refusal("ValidationError", f"Stack [{StackName}] does not exist")
        return {"StackEvents": self.logs[name][::-1]}

    def asked(self) -> list[str]:
        found = [arguments["StackName"].split("/")[1] for _, arguments in self.client.calls]
        self.client.calls.clear()
        return found


def _log(logs: _Logs, **more: Any) -> EventLog:
    return EventLog(logs.client, Operation(stack_arn(), "token", at(0), **more))


def _nested(number: int, status: str, physical: str = _CHILD) -> dict[str, Any]:
    return event(number, "App", status, physical=physical, kind=STACK_TYPE)


_BEGUN = stack_event(1, "UPDATE_IN_PROGRESS")


def test_a_resource_is_told_with_its_path_from_the_root() -> None:
    logs = _Logs(
        shop_dev=[_BEGUN, _nested(2, "UPDATE_IN_PROGRESS")],
        child=[stack_event(3, "UPDATE_IN_PROGRESS", stack="child"), event(4, "Role", "UPDATE_COMPLETE", stack="child")],
    )
    log = _log(logs)
    assert log.read() == 4
    assert [(each.path, each.of_stack) for each in log.take(everything=True)] == [
        ((), True),
        (("App",), False),
        (("App",), True),
        (("App", "Role"), False),
    ]
    assert log.take(everything=True) == []


def test_the_root_s_own_status_is_known_and_no_nested_stack_s_is_taken_for_it() -> None:
    logs = _Logs(
        shop_dev=[_BEGUN, _nested(2, "UPDATE_IN_PROGRESS")], child=[stack_event(3, "UPDATE_COMPLETE", stack="child")]
    )
    log = _log(logs)
    assert log.root_status is None
    log.read()
    assert log.root_status is StackStatus.UPDATE_IN_PROGRESS


def test_a_nested_stack_that_has_settled_is_asked_again_only_when_its_parent_takes_it_up() -> None:
    done = stack_event(3, "UPDATE_COMPLETE", stack="child")
    logs = _Logs(shop_dev=[_BEGUN, _nested(2, "UPDATE_IN_PROGRESS")], child=[done])
    log = _log(logs)
    log.read()
    assert logs.asked() == ["shop-dev", "child"]
    log.read()
    assert logs.asked() == ["shop-dev"]
    logs.logs["shop_dev"].append(_nested(5, "UPDATE_ROLLBACK_IN_PROGRESS"))
    logs.logs["child"].append(stack_event(6, "UPDATE_ROLLBACK_IN_PROGRESS", stack="child"))
    log.read()
    assert logs.asked() == ["shop-dev", "child"]


def test_a_nested_stack_without_an_id_or_that_is_not_there_yet_is_waited_for() -> None:
    logs = _Logs(shop_dev=[_BEGUN, _nested(2, "CREATE_IN_PROGRESS", "")])
    log = _log(logs)
    assert log.read() == 2
    assert logs.asked() == ["shop-dev"]
    logs.logs["shop_dev"].append(_nested(3, "CREATE_IN_PROGRESS"))
    assert log.read() == 1
    logs.logs["child"] = [event(4, "Role", "CREATE_IN_PROGRESS", stack="child")]
    assert log.read() == 1


def test_nothing_is_told_before_what_may_still_come_from_a_stack_that_was_not_asked() -> None:
    logs = _Logs(
        shop_dev=[_BEGUN, _nested(2, "UPDATE_IN_PROGRESS"), event(9, "Topic", "UPDATE_COMPLETE")],
        child=[event(4, "Role", "UPDATE_COMPLETE", stack="child")],
    )
    log = _log(logs)
    log.read(1)
    assert log.take() == []
    log.read(1)
    assert [each.id for each in log.take()] == ["1", "2"]
    log.read()
    assert [each.id for each in log.take()] == ["4", "9"]


def test_events_of_one_moment_keep_the_order_of_their_stack() -> None:
    same = [event(number, f"R{number}", "UPDATE_COMPLETE", seconds=5) for number in (3, 1, 2)]
    log = _log(_Logs(shop_dev=[_BEGUN, *same]))
    log.read()
    assert [each.id for each in log.take(everything=True)] == ["1", "3", "1", "2"]


def test_another_request_s_events_are_not_ours_until_they_are_accepted() -> None:
    logs = _Logs(shop_dev=[_BEGUN, event(2, "A", "UPDATE_COMPLETE", token="theirs")])
    log = _log(logs)
    assert log.read() == 1
    log.accept("cancel")
    logs.logs["shop_dev"].append(event(3, "B", "UPDATE_COMPLETE", token="cancel"))
    logs.logs["shop_dev"].append(event(4, "C", "UPDATE_COMPLETE", token=None))
    assert log.read() == 2
    also = _log(logs, also=frozenset({"theirs"}))
    also.accept("cancel")
    assert also.read() == 4


def test_the_review_that_made_the_stack_is_no_part_of_the_operation() -> None:
    log = _log(_Logs(shop_dev=[stack_event(1, "REVIEW_IN_PROGRESS", token=None), stack_event(2, "CREATE_IN_PROGRESS")]))
    assert log.read() == 1


def test_only_a_failure_keeps_the_properties_that_were_sent() -> None:
    rows = [event(2, "A", "CREATE_IN_PROGRESS"), event(3, "A", "CREATE_FAILED")]
    log = _log(_Logs(shop_dev=[_BEGUN, *({**each, "ResourceProperties": '{"a":1}'} for each in rows)]))
    log.read()
    assert [each.properties for each in log.take(everything=True)] == [None, None, '{"a":1}']


def _told(log: EventLog) -> list[str]:
    return [told.id for told in log.take()]


def test_what_is_later_than_a_nested_stack_that_cannot_be_found_waits_for_four_rounds() -> None:
    log = _log(_Logs(shop_dev=[_BEGUN, _nested(2, "CREATE_IN_PROGRESS"), event(5, "Topic", "CREATE_COMPLETE")]))
    told = []
    for _ in range(4):
        log.read()
        told.append(_told(log))
    assert told == [[], ["1", "2"], [], ["5"]]
    assert log.unseen


def test_what_two_stacks_tell_that_are_asked_side_by_side_is_no_word_of_either_about_the_other() -> None:
    """The one that answered with nothing may have had its say before the other one's event, and not yet reported it."""
    other = stack_arn("other")
    begun = [_BEGUN, _nested(2, "UPDATE_IN_PROGRESS")]
    begun.append(event(3, "Data", "UPDATE_IN_PROGRESS", physical=other, kind=STACK_TYPE))
    logs = _Logs(shop_dev=begun, child=[event(10, "Role", "UPDATE_COMPLETE", stack="child")], other=[])
    log = _log(logs)
    log.read()
    log.read(1)
    assert _told(log) == ["1", "2", "3"]
    log.read(2)
    assert _told(log) == []
    logs.logs["other"].append(event(7, "Table", "UPDATE_COMPLETE", stack="other"))
    log.read()
    assert _told(log) == ["7", "10"]


def test_what_came_before_a_nested_stack_is_taken_up_again_is_told_although_it_was_not_asked_yet() -> None:
    done = stack_event(3, "UPDATE_COMPLETE", stack="child")
    logs = _Logs(shop_dev=[_BEGUN, _nested(2, "UPDATE_IN_PROGRESS")], child=[done])
    log = _log(logs)
    log.read()
    log.read()
    assert _told(log) == ["1", "2", "3"]
    logs.logs["shop_dev"] += [event(5, "Topic", "UPDATE_COMPLETE"), _nested(6, "UPDATE_ROLLBACK_IN_PROGRESS")]
    logs.logs["shop_dev"].append(event(8, "Topic", "UPDATE_IN_PROGRESS"))
    log.read(1)
    log.read(1)
    assert _told(log) == ["5", "6"]
    log.read()
    assert _told(log) == ["8"]
