"""Following an operation: each event once, oldest first, only this operation's, until the root has settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.statuses import StackStatus
from deployment.aws.clock import Clock, Interrupted
from deployment.aws.retries import UNANSWERED_SECONDS
from deployment.errors import Throttled
from deployment.stack.event_log import EventLog
from deployment.stack.events import Event, Operation
from deployment.stack.following import Listener, follow
from deployment.stack.stack import Stack
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, at, event, stack_arn, stack_event, stacks

_CHILD = "shop-dev-App-1"


def _logs(rounds: list[dict[str, list[dict[str, Any]]]], page: int = 100) -> Callable[..., dict[str, Any]]:
    """Each stack's log as it stands in each round (oldest first here, newest first on the wire)."""
    asked: dict[str, int] = {}

    def describe(StackName: str, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803 - AWS's own names
        name = StackName.split("/")[1]
        if NextToken == "0":
            asked[name] = asked.get(name, 0) + 1
        shown = rounds[min(asked[name], len(rounds)) - 1].get(name)
        if shown is None:
            raise refusal("ValidationError", f"Stack [{StackName}] does not exist")
        start = int(NextToken)
        newest_first = shown[::-1][start : start + page]
        more = {"NextToken": str(start + page)} if start + page < len(shown) else {}
        return {"StackEvents": newest_first, **more}

    return describe


def _followed(
    rounds: list[dict[str, list[dict[str, Any]]]], status: Any = "CREATE_COMPLETE", **options: Any
) -> tuple[Stack, list[Event], FakeTime, FakeClient]:
    heard: list[Event] = []
    time = FakeTime()
    answers = stacks(status) if isinstance(status, str) else status
    hooks = {name: options.pop(name) for name in ("looked", "missed", "interrupted") if name in options}
    describe = options.pop("describe", None) or _logs(rounds, options.pop("page", 100))
    client = FakeClient("cloudformation", describe_stack_events=describe, describe_stacks=answers)
    operation = Operation(stack_arn(), "token", at(0), **options)
    root = follow(client, operation, time.clock, POLLING, Listener(heard.append, **hooks))
    return root, heard, time, client


def _nested(number: int, status: str, physical: str | None = None) -> dict[str, Any]:
    arn = stack_arn(_CHILD) if physical is None else physical
    return event(number, "App", status, physical=arn, kind=STACK_TYPE)


_DONE = [stack_event(1, "CREATE_IN_PROGRESS"), event(2, "Topic", "CREATE_COMPLETE"), stack_event(9, "CREATE_COMPLETE")]


def test_events_are_heard_once_and_oldest_first() -> None:
    root, heard, _, _ = _followed([{"shop-dev": _DONE[:1]}, {"shop-dev": _DONE[:2]}, {"shop-dev": _DONE}])
    assert root.status is StackStatus.CREATE_COMPLETE
    assert [each.id for each in heard] == ["1", "2", "9"]
    assert [each.path for each in heard] == [(), ("Topic",), ()]


def test_pages_are_read_until_what_is_known() -> None:
    _, heard, _, _ = _followed([{"shop-dev": _DONE}], page=1)
    assert [each.id for each in heard] == ["1", "2", "9"]


def test_other_operations_are_not_heard() -> None:
    log = [
        event(-5, "Old", "CREATE_COMPLETE", token=None),
        stack_event(0, "REVIEW_IN_PROGRESS", token=None),
        stack_event(1, "CREATE_IN_PROGRESS"),
        event(2, "Theirs", "CREATE_COMPLETE", token="another"),
        stack_event(9, "CREATE_COMPLETE"),
    ]
    assert [each.id for each in _followed([{"shop-dev": log}])[1]] == ["1", "9"]


def test_events_that_stood_there_before_are_not_heard() -> None:
    log = [stack_event(0, "CREATE_COMPLETE", token=None), *_DONE]
    assert [each.id for each in _followed([{"shop-dev": log}], known=frozenset({"0"}))[1]] == ["1", "2", "9"]


def test_nested_stacks_are_followed_from_the_moment_they_have_an_id() -> None:
    child = [stack_event(3, "CREATE_IN_PROGRESS", stack=_CHILD), event(4, "Group", "CREATE_COMPLETE", stack=_CHILD)]
    root = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS", ""), _nested(3, "CREATE_IN_PROGRESS")]
    end = [*root, _nested(8, "CREATE_COMPLETE"), _DONE[2]]
    rounds = [
        {"shop-dev": root[:2]},
        {"shop-dev": root},
        {"shop-dev": root, _CHILD: child},
        {"shop-dev": end, _CHILD: child},
    ]
    _, heard, _, _ = _followed(rounds)
    assert [("/".join(each.path), each.id) for each in heard] == [
        ("", "1"),
        ("App", "2"),
        ("App", "3"),
        ("App", "3"),
        ("App/Group", "4"),
        ("App", "8"),
        ("", "9"),
    ]
    assert [each.of_stack for each in heard if each.path == ("App",)] == [False, False, True, False]


def test_a_nested_stack_that_is_not_visible_yet_is_no_failure() -> None:
    root = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS"), _DONE[2]]
    assert [each.id for each in _followed([{"shop-dev": root}])[1]] == ["1", "2", "9"]


def test_an_older_event_that_is_read_later_is_still_told_first() -> None:
    begin = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS")]
    late = [event(3, "Group", "CREATE_COMPLETE", stack=_CHILD)]
    rounds = [
        {"shop-dev": [*begin, event(5, "Topic", "CREATE_COMPLETE")], _CHILD: []},
        {"shop-dev": [*begin, event(5, "Topic", "CREATE_COMPLETE"), _DONE[2]], _CHILD: late},
    ]
    assert [each.id for each in _followed(rounds)[1]] == ["1", "2", "3", "5", "9"]


def test_a_nested_completion_is_not_the_end() -> None:
    root = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS"), _nested(4, "CREATE_COMPLETE")]
    child = [stack_event(3, "CREATE_COMPLETE", stack=_CHILD)]
    rounds = [{"shop-dev": root, _CHILD: child}, {"shop-dev": [*root, _DONE[2]], _CHILD: child}]
    _, heard, _, client = _followed(rounds)
    assert heard[-1].id == "9"
    asked = [arguments["StackName"].split("/")[1] for arguments in client.named("describe_stack_events")]
    assert asked.count(_CHILD) == 1  # it said its last word in the first round


def test_a_nested_stack_is_asked_again_when_its_parent_speaks_of_it_again() -> None:
    begun = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS"), _nested(4, "CREATE_COMPLETE")]
    child = [stack_event(3, "CREATE_COMPLETE", stack=_CHILD)]
    rolled = [*begun, stack_event(5, "ROLLBACK_IN_PROGRESS"), _nested(6, "DELETE_IN_PROGRESS")]
    gone = [*child, event(7, "Group", "DELETE_COMPLETE", stack=_CHILD)]
    end = [*rolled, stack_event(9, "ROLLBACK_COMPLETE")]
    rounds = [{"shop-dev": begun, _CHILD: child}, {"shop-dev": rolled, _CHILD: gone}, {"shop-dev": end, _CHILD: gone}]
    root, heard, _, _ = _followed(rounds, "ROLLBACK_COMPLETE")
    assert root.status is StackStatus.ROLLBACK_COMPLETE
    assert ("App", "Group") in [each.path for each in heard]


def test_a_terminal_event_is_believed_only_when_the_stack_says_so_too() -> None:
    stale = [stacks("CREATE_IN_PROGRESS"), stacks("CREATE_COMPLETE")]
    root, _, time, _ = _followed([{"shop-dev": _DONE}], stale)
    assert root.status is StackStatus.CREATE_COMPLETE
    assert len(time.slept) == 1


@pytest.mark.parametrize("before", ["CREATE_COMPLETE", "REVIEW_IN_PROGRESS", "UPDATE_COMPLETE"])
@pytest.mark.parametrize("end", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_status_from_before_the_operation_is_not_its_result(before: str, end: str) -> None:
    log = [stack_event(1, "UPDATE_IN_PROGRESS"), stack_event(9, end)]
    root, _, _, _ = _followed([{"shop-dev": log}], [stacks(before), stacks(before), stacks(end)])
    assert root.status is StackStatus(end)


def test_where_status_and_event_go_on_to_differ_the_event_of_the_operation_counts() -> None:
    log = [stack_event(1, "UPDATE_IN_PROGRESS"), stack_event(9, "UPDATE_ROLLBACK_COMPLETE")]
    root, _, time, _ = _followed([{"shop-dev": log}], "UPDATE_COMPLETE")
    assert root.status is StackStatus.UPDATE_ROLLBACK_COMPLETE
    assert len(time.slept) < 10


def test_the_next_operation_of_somebody_else_does_not_change_the_result() -> None:
    log = [stack_event(1, "UPDATE_IN_PROGRESS"), stack_event(8, "UPDATE_COMPLETE")]
    log.append(stack_event(9, "UPDATE_IN_PROGRESS", token="theirs"))
    root, heard, time, _ = _followed([{"shop-dev": log}], "UPDATE_IN_PROGRESS")
    assert root.status is StackStatus.UPDATE_COMPLETE
    assert [each.id for each in heard] == ["1", "8"]
    assert time.slept == []


def test_what_somebody_else_made_of_the_operation_is_its_result() -> None:
    log = [stack_event(1, "UPDATE_IN_PROGRESS"), stack_event(9, "UPDATE_ROLLBACK_COMPLETE", token="theirs")]
    root, _, _, client = _followed([{"shop-dev": log}], "UPDATE_ROLLBACK_COMPLETE")
    assert root.status is StackStatus.UPDATE_ROLLBACK_COMPLETE
    assert len(client.named("describe_stacks")) == 1


def test_a_nested_stack_that_is_seen_only_at_the_end_is_told_in_full() -> None:
    root = [_DONE[0], _nested(2, "CREATE_IN_PROGRESS"), _DONE[2]]
    child = [event(3, "Group", "CREATE_FAILED", stack=_CHILD)]
    whole = {"shop-dev": root, _CHILD: child}
    unseen = {"shop-dev": root}
    logs, asked = _logs([whole]), [0]

    def describe(**arguments: Any) -> dict[str, Any]:
        asked[0] += _CHILD in arguments["StackName"]
        return (_logs([unseen]) if asked[0] < 4 else logs)(**arguments)

    assert [each.id for each in _followed([], describe=describe)[1]] == ["1", "2", "3", "9"]


def test_polling_slows_down_when_nothing_moves() -> None:
    quiet = {"shop-dev": _DONE[:1]}
    _, _, time, _ = _followed([quiet, quiet, quiet, quiet, {"shop-dev": _DONE}], [stacks("CREATE_COMPLETE")])
    assert time.slept[:4] == [2.0, 3.0, 4.5, 6.75]


def test_when_no_event_comes_any_more_the_stack_is_asked() -> None:
    root, heard, time, _ = _followed([{"shop-dev": _DONE[:1]}], "UPDATE_COMPLETE")
    assert root.status is StackStatus.UPDATE_COMPLETE
    assert [each.id for each in heard] == ["1"]
    assert max(time.slept) == POLLING.most


def test_throttling_slows_the_watching_and_fails_nothing() -> None:
    logs, calls = _logs([{"shop-dev": _DONE}]), [0]

    def throttled(**arguments: Any) -> dict[str, Any]:
        calls[0] += 1
        if calls[0] <= 3:
            raise refusal("Throttling", "Rate exceeded")
        return logs(**arguments)

    _, heard, time, _ = _followed([], describe=throttled)
    assert [each.id for each in heard] == ["1", "2", "9"]
    assert time.slept == sorted(time.slept)


def test_a_long_silence_ends_the_watching() -> None:
    with pytest.raises(Throttled):
        _followed([], describe=refusal("Throttling", "Rate exceeded"))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), st.booleans()), min_size=1, max_size=12), st.data())
def test_whatever_the_rounds_show_every_event_is_heard_once_in_order(
    moments: list[tuple[int, bool]], data: st.DataObject
) -> None:
    root = [_DONE[0], _nested(1, "CREATE_IN_PROGRESS", None)]
    root[1]["EventId"] = "nested"
    ordered = sorted(moments)
    root += [event(100 + n, "Topic", "CREATE_COMPLETE", seconds=at_) for n, (at_, own) in enumerate(ordered) if own]
    child = [
        event(200 + n, "Group", "CREATE_COMPLETE", stack=_CHILD, seconds=at_)
        for n, (at_, own) in enumerate(ordered)
        if not own
    ]
    cuts = sorted(data.draw(st.lists(st.integers(1, 8), max_size=4)))

    def until(log: list[dict[str, Any]], second: int) -> list[dict[str, Any]]:
        return [each for each in log if each["Timestamp"] <= at(second)]

    rounds = [{"shop-dev": until(root, cut), _CHILD: until(child, cut)} for cut in cuts]
    rounds.append({"shop-dev": [*root, _DONE[2]], _CHILD: child})
    heard = _followed(rounds)[1]
    assert sorted(each.id for each in heard) == sorted(each["EventId"] for each in [*root, *child, _DONE[2]])
    assert [each.at for each in heard] == sorted(each.at for each in heard)


def test_what_was_read_before_a_failing_answer_is_not_lost() -> None:
    logs = _logs([{"shop-dev": [_DONE[0], _nested(2, "CREATE_IN_PROGRESS")], _CHILD: []}])
    end = _logs([{"shop-dev": [_DONE[0], _nested(2, "CREATE_IN_PROGRESS"), _DONE[2]], _CHILD: []}])
    failing = iter([True])

    def describe(**arguments: Any) -> dict[str, Any]:
        if _CHILD in arguments["StackName"] and next(failing, False):
            raise refusal("ServiceUnavailable", "Service is unavailable. Please try again.", 503)
        return (end if time_passed else logs)(**arguments)

    time_passed: list[bool] = []
    _, heard, _, _ = _followed([], describe=describe, looked=lambda _: time_passed.append(True))
    assert [each.id for each in heard] == ["1", "2", "9"]


@pytest.mark.parametrize(
    "failure",
    [
        refusal("Throttling", "Rate exceeded"),
        refusal("InternalFailure", "The request processing has failed", 500),
        refusal("ExpiredToken", "The security token included in the request is expired", 403),
    ],
)
def test_trouble_on_the_way_is_told_and_survived(failure: Exception) -> None:
    logs, missed = _logs([{"shop-dev": _DONE}]), list[Exception]()

    def describe(**arguments: Any) -> dict[str, Any]:
        if not missed:
            raise failure
        return logs(**arguments)

    root, heard, _, _ = _followed([], describe=describe, missed=missed.append)
    assert root.status is StackStatus.CREATE_COMPLETE
    assert [each.id for each in heard] == ["1", "2", "9"]
    assert len(missed) == 1


def test_an_interrupt_comes_when_all_that_was_read_is_told_and_the_following_goes_on() -> None:
    rounds = [{"shop-dev": _DONE[:1]}, {"shop-dev": _DONE[:2]}, {"shop-dev": _DONE}]
    heard, time, asked = list[str](), FakeTime(), list[list[str]]()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 2:
            raise Interrupted

    client = FakeClient(
        "cloudformation", describe_stack_events=_logs(rounds), describe_stacks=stacks("CREATE_COMPLETE")
    )
    listener = Listener(lambda event: heard.append(event.id), interrupted=lambda _: asked.append(list(heard)))
    operation = Operation(stack_arn(), "token", at(0))
    follow(client, operation, Clock(time.clock.monotonic, sleep), POLLING, listener)
    assert heard == ["1", "2", "9"]
    assert asked == [["1"]]


def test_events_of_a_request_that_was_accepted_are_heard_too() -> None:
    theirs = stack_event(3, "UPDATE_ROLLBACK_IN_PROGRESS", token="cancel")
    end = stack_event(9, "UPDATE_ROLLBACK_COMPLETE", token="cancel")
    begun = stack_event(1, "UPDATE_IN_PROGRESS")
    rounds = [{"shop-dev": [begun]}, {"shop-dev": [begun, theirs]}, {"shop-dev": [begun, theirs, end]}]
    heard, time = list[str](), FakeTime()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if len(time.slept) == 1:
            raise Interrupted

    client = FakeClient(
        "cloudformation", describe_stack_events=_logs(rounds), describe_stacks=stacks("UPDATE_ROLLBACK_COMPLETE")
    )
    listener = Listener(lambda event: heard.append(event.id), interrupted=lambda log: log.accept("cancel"))
    operation = Operation(stack_arn(), "token", at(0))
    follow(client, operation, Clock(time.clock.monotonic, sleep), POLLING, listener)
    assert heard == ["1", "3", "9"]


def test_a_round_asks_the_root_and_those_that_were_not_asked_longest() -> None:
    names = [f"shop-dev-N{number}-1" for number in range(7)]
    begun = [_DONE[0]] + [
        event(10 + n, f"N{n}", "CREATE_IN_PROGRESS", physical=stack_arn(name), kind=STACK_TYPE, seconds=2)
        for n, name in enumerate(names)
    ]
    begun.append(event(30, "Topic", "CREATE_COMPLETE", seconds=5))
    log = {"shop-dev": begun, **{name: [] for name in names}}
    client = FakeClient("cloudformation", describe_stack_events=_logs([log]))
    events = EventLog(client, Operation(stack_arn(), "token", at(0)))
    rounds, taken = [], []
    for _ in range(4):
        client.calls.clear()
        events.read(3)
        taken.append([each.id for each in events.take()])
        rounds.append([arguments["StackName"].split("/")[1] for _, arguments in client.calls])
    assert all(each[0] == "shop-dev" and len(each) == 3 for each in rounds)
    assert sorted(name for each in rounds[:3] for name in each[1:]) == sorted(names[:6])
    assert names[6] in rounds[3]
    assert "30" not in taken[2]  # one that was not asked may still report something older
    assert taken[3] == ["30"]


def _quiet_then_throttled(quiet: float) -> Callable[..., dict[str, Any]]:
    """A log in which nothing moves for some seconds; then one answer is throttled, and the next reports the end."""
    begun, end = _logs([{"shop-dev": _DONE[:1]}]), _logs([{"shop-dev": _DONE}])
    state = {"time": 0.0, "throttled": 0}

    def describe(**arguments: Any) -> dict[str, Any]:
        state["time"] += 10.0  # the longest wait between two rounds
        if state["time"] < quiet:
            return begun(**arguments)
        state["throttled"] += 1
        if state["throttled"] == 1:
            raise refusal("Throttling", "Rate exceeded")
        return end(**arguments)

    return describe


def test_every_answer_renews_the_patience_with_those_that_do_not_come() -> None:
    working = [stacks("CREATE_IN_PROGRESS")] * 80 + [stacks("CREATE_COMPLETE")]
    missed = list[Exception]()
    root, heard, time, _ = _followed([], working, describe=_quiet_then_throttled(750), missed=missed.append)
    assert root.status is StackStatus.CREATE_COMPLETE
    assert [told.id for told in heard] == ["1", "2", "9"]
    assert len(missed) == 1
    assert time.now > UNANSWERED_SECONDS


def test_a_failing_answer_slows_the_watching_by_two_steps() -> None:
    answers = iter([refusal("Throttling", "Rate exceeded")] * 2)
    logs = _logs([{"shop-dev": _DONE}])

    def describe(**arguments: Any) -> dict[str, Any]:
        if failing := next(answers, None):
            raise failing
        return logs(**arguments)

    _, _, time, _ = _followed([], describe=describe)
    assert time.slept == [2.25, 5.0625]  # from half of the first wait, times 1.5 twice
