"""The recovery from each state, step by step: questions, calls, and messages when it fails again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.commands.recover import recover
from deployment.errors import (
    OperationFailed,
    StackBusy,
    StackStuck,
    TerminationProtected,
    UnknownAllowance,
    UnknownPath,
    Unreachable,
)
from deployment.run.choices import Choices
from deployment.run.outcome import Absent, Declined, Recovered
from deployment.run.run import Run
from deployment.run.telling import Deletion, Progress, Question, Told
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import FOLLOW_IT, STACK_TYPE, START, event, set_arn, stack_arn, stack_event, stacks

_GONE = refusal("ValidationError", "Stack with id x does not exist")


def _client(*stack_answers: Any, log: list[dict[str, Any]] | None = None, **answers: Any) -> FakeClient:
    """The stack as it is from question to question; `log` are the events once something was begun."""
    given: dict[str, Any] = {
        "describe_stacks": list(stack_answers),
        "list_stack_resources": {"StackResourceSummaries": []},
        "describe_stack_events": [{"StackEvents": []}, {"StackEvents": log or []}],
        "describe_events": {"OperationEvents": []},
        "list_change_sets": {"Summaries": []},
        "get_template": {"TemplateBody": "{}"},
        **{name: {} for name in ("delete_stack", "rollback_stack", "continue_update_rollback", "delete_change_set")},
    }
    return FakeClient("cloudformation", **{**given, **answers})


def _run(
    tmp_path: Path,
    client: FakeClient,
    *,
    told: list[Told] | None = None,
    approve: Callable[[Question], bool] = lambda _: True,
    **choices: Any,
) -> Run:
    run = fake_run(write_project(tmp_path), client, told=told, approve=approve)
    return replace(run, choices=Choices(**choices))


def _row(logical_id: str, status: str, kind: str = "AWS::X") -> dict[str, Any]:
    physical = stack_arn(logical_id) if kind == STACK_TYPE else f"{logical_id}-1"
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "PhysicalResourceId": physical,
        "ResourceStatus": status,
        "ResourceStatusReason": "because",
        "LastUpdatedTimestamp": START,
    }


def _nested(status: str) -> Any:
    """App is stuck on Role, the root on App and on Log."""

    def rows(**given: str) -> dict[str, Any]:
        if given["StackName"] == stack_arn():
            return {"StackResourceSummaries": [_row("App", status, STACK_TYPE), _row("Log", status)]}
        return {"StackResourceSummaries": [_row("Role", status)]}

    return rows


def _ended(status: str) -> list[dict[str, Any]]:
    return [
        stack_event(9, status, token="token-0"),
        stack_event(4, "UPDATE_ROLLBACK_IN_PROGRESS", token="token-0"),
    ]


def test_where_there_is_no_stack_nothing_is_done(tmp_path: Path) -> None:
    assert recover(_run(tmp_path, _client(_GONE, get_template=_GONE))) == Absent("shop-dev")


def test_a_stack_that_is_said_not_to_be_there_and_has_a_template_is_not_taken_for_gone(tmp_path: Path) -> None:
    with pytest.raises(
        Unreachable, match="DescribeStacks reports that stack shop-dev does not exist, and GetTemplate returns"
    ):
        recover(_run(tmp_path, _client(_GONE, get_template={"TemplateBody": "Resources: {}"})))


def _nobody_is_asked(question: Question) -> bool:
    raise AssertionError(question)


def test_nothing_is_to_be_recovered_where_nothing_is_stuck(tmp_path: Path) -> None:
    run = _run(tmp_path, _client(stacks()), approve=_nobody_is_asked)
    assert recover(run) == Recovered("shop-dev", "CREATE_COMPLETE", ())


def test_a_continued_roll_back_skips_by_stack_name_what_was_named_by_path(tmp_path: Path) -> None:
    told: list[Told] = []
    stuck, back = stacks("UPDATE_ROLLBACK_FAILED"), stacks("UPDATE_ROLLBACK_COMPLETE")
    client = _client(
        *(stuck, stacks("UPDATE_ROLLBACK_FAILED", StackId=stack_arn("App")), back),
        log=_ended("UPDATE_ROLLBACK_COMPLETE"),
        list_stack_resources=_nested("UPDATE_FAILED"),
    )
    outcome = recover(_run(tmp_path, client, told=told, skip=("App/Role", "Log")))
    step = "continued the rollback without App/Role, Log"
    assert outcome == Recovered("shop-dev", "UPDATE_ROLLBACK_COMPLETE", (step,))
    assert client.named("continue_update_rollback") == [
        {"StackName": stack_arn(), "ClientRequestToken": "token-0", "ResourcesToSkip": ["App.Role", "Log"]}
    ]
    assert [each.text for each in told if isinstance(each, Progress)][1:] == [
        "  left: App/Role  AWS::X  because",
        "  left: Log  AWS::X  because",
    ]


def test_without_a_name_nothing_is_skipped(tmp_path: Path) -> None:
    client = _client(
        *(stacks("UPDATE_ROLLBACK_FAILED"), stacks("UPDATE_ROLLBACK_COMPLETE")), log=_ended("UPDATE_ROLLBACK_COMPLETE")
    )
    recover(_run(tmp_path, client))
    [sent] = client.named("continue_update_rollback")
    assert "ResourcesToSkip" not in sent


def test_a_roll_back_that_fails_again_names_the_command_that_goes_round_it(tmp_path: Path) -> None:
    log = [
        stack_event(9, "UPDATE_ROLLBACK_FAILED", token="token-0"),
        event(5, "Log", "UPDATE_FAILED", reason="no", token="token-0"),
        stack_event(4, "UPDATE_ROLLBACK_IN_PROGRESS", token="token-0"),
    ]
    client = _client(
        stacks("UPDATE_ROLLBACK_FAILED"),
        log=log,
        list_stack_resources={"StackResourceSummaries": [_row("Log", "UPDATE_FAILED")]},
    )
    with pytest.raises(OperationFailed) as caught:
        recover(_run(tmp_path, client))
    assert caught.value.findings == (
        "Log UPDATE_FAILED: no",
        "to skip it: python deploy.py recover --skip Log --env dev",
    )
    assert caught.value.remedy == "fix it, then: python deploy.py recover --env dev"


def test_a_failed_update_is_rolled_back_not_continued(tmp_path: Path) -> None:
    client = _client(
        *(stacks("UPDATE_FAILED"), stacks("UPDATE_ROLLBACK_COMPLETE")), log=_ended("UPDATE_ROLLBACK_COMPLETE")
    )
    outcome = recover(_run(tmp_path, client))
    assert outcome == Recovered("shop-dev", "UPDATE_ROLLBACK_COMPLETE", ("rolled back the failed update",))
    assert client.named("rollback_stack") == [{"StackName": stack_arn(), "ClientRequestToken": "token-0"}]
    assert client.named("continue_update_rollback") == []


_DELETED = [stack_event(9, "DELETE_COMPLETE", token="token-0"), stack_event(4, "DELETE_IN_PROGRESS", token="token-0")]


def test_what_is_retained_in_a_layer_is_left_by_its_own_stack_before_the_root_is_deleted(tmp_path: Path) -> None:
    layer = stack_arn("App")
    client = _client(
        stacks("DELETE_FAILED"),
        stacks("DELETE_FAILED", StackId=layer),
        stacks("DELETE_IN_PROGRESS", StackId=layer),
        stacks("DELETE_COMPLETE", StackId=layer),
        stacks("DELETE_COMPLETE"),
        log=_DELETED,
        list_stack_resources=_nested("DELETE_FAILED"),
    )
    outcome = recover(_run(tmp_path, client, retain=("Log", "App/Role")))
    assert outcome == Recovered("shop-dev", None, ("deleted the stack",))
    assert client.named("delete_stack") == [
        {"StackName": layer, "RetainResources": ["Role"]},
        {"StackName": stack_arn(), "ClientRequestToken": "token-0", "RetainResources": ["Log"]},
    ]


@pytest.mark.parametrize(
    ("status", "row", "typed", "insists"),
    [
        ("ROLLBACK_COMPLETE", None, None, False),
        ("ROLLBACK_COMPLETE", "AWS::SQS::Queue", "shop-dev", True),
        ("ROLLBACK_FAILED", None, "shop-dev", False),
        ("ROLLBACK_FAILED", "AWS::CloudWatch::Alarm", "shop-dev", False),
        ("ROLLBACK_FAILED", "AWS::SQS::Queue", "shop-dev", True),
        ("CREATE_FAILED", "AWS::SQS::Queue", "shop-dev", True),
        ("DELETE_FAILED", "AWS::SQS::Queue", "shop-dev", True),
        ("DELETE_FAILED", "AWS::CloudWatch::Alarm", "shop-dev", False),
    ],
)
@pytest.mark.parametrize("allowed", [(), ("shop-dev",)], ids=["not allowed", "allowed"])
def test_a_stack_that_holds_something_guarded_is_deleted_only_by_typing_or_allowing_its_name(
    tmp_path: Path, status: str, row: str | None, typed: str | None, insists: bool, allowed: tuple[str, ...]
) -> None:
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return False

    rows = {"StackResourceSummaries": [_row("Own", "CREATE_COMPLETE", row)] if row else []}
    client = _client(stacks(status), list_stack_resources=rows)
    declined = recover(_run(tmp_path, client, approve=approve, allowed=allowed))
    assert isinstance(declined, Declined)
    needed = insists and not allowed
    assert declined.needed == (("shop-dev",) if needed else ())
    [question] = asked
    assert question.text.startswith("Delete stack shop-dev ")
    assert ("1 of its 1 resources are guarded" in question.text) == insists
    assert (question.typed, question.insists) == (typed, needed)
    assert client.named("delete_stack") == []


def test_what_is_left_behind_by_name_is_not_among_what_goes(tmp_path: Path) -> None:
    told: list[Told] = []
    layer = stacks("DELETE_FAILED", StackId=stack_arn("App"))
    client = _client(stacks("DELETE_FAILED"), layer, list_stack_resources=_nested("DELETE_FAILED"))
    run = _run(tmp_path, client, told=told, approve=lambda _: False, retain=("App/Role",))
    assert isinstance(recover(run), Declined)
    [deletion] = [message for message in told if isinstance(message, Deletion)]
    assert [str(path) for path, _, _ in deletion.goes] == ["Log"]
    assert [str(path) for path, _ in deletion.guards] == ["Log"]


def test_another_name_than_the_stacks_is_never_allowed(tmp_path: Path) -> None:
    with pytest.raises(UnknownAllowance):
        recover(_run(tmp_path, _client(stacks("ROLLBACK_FAILED")), approve=_nobody_is_asked, allowed=("App",)))


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"])
def test_a_protected_stack_is_not_deleted_and_the_command_that_ends_the_protection_is_named(
    tmp_path: Path, status: str
) -> None:
    client = _client(stacks(status, EnableTerminationProtection=True))
    with pytest.raises(TerminationProtected) as caught:
        recover(_run(tmp_path, client))
    assert (caught.value.remedy or "").endswith(
        "--no-enable-termination-protection --stack-name shop-dev --region eu-west-1"
    )
    assert client.named("delete_stack") == []


def test_an_empty_stack_under_review_goes_with_its_change_sets(tmp_path: Path) -> None:
    summary = {
        "ChangeSetId": set_arn("theirs"),
        "ChangeSetName": "theirs",
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "CreationTime": START,
        "Description": "user/them",
    }
    told: list[Told] = []
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return True

    client = _client(
        *(stacks("REVIEW_IN_PROGRESS"), stacks("DELETE_IN_PROGRESS"), _GONE),
        list_change_sets={"Summaries": [summary]},
        describe_change_set=refusal("ChangeSetNotFound", "gone", 404),
    )
    outcome = recover(_run(tmp_path, client, told=told, approve=approve))
    assert isinstance(outcome, Recovered)
    assert outcome.status is None
    assert [(each.text, each.insists) for each in asked] == [
        ("Delete 1 change set of stack shop-dev?", True),  # somebody may be about to execute it
        ("Delete the empty stack shop-dev?", False),
    ]
    [line] = [each.text for each in told if isinstance(each, Progress) and "left behind" in each.text]
    assert line.endswith("theirs, CREATE_COMPLETE, AVAILABLE, made 2026-01-02T03:04:05+00:00 by user/them")
    assert [each["ChangeSetName"] for each in client.named("delete_change_set")] == [set_arn("theirs")]
    assert [each["StackName"] for each in client.named("delete_stack")] == [stack_arn()]


def test_what_is_at_work_is_named_with_who_began_it_unless_it_is_to_be_waited_for(tmp_path: Path) -> None:
    begun = {"StackEvents": [event(5, "A", "UPDATE_IN_PROGRESS"), stack_event(4, "UPDATE_IN_PROGRESS", token="theirs")]}
    client = _client(stacks("UPDATE_IN_PROGRESS"), describe_stack_events=begun)
    with pytest.raises(StackBusy) as caught:
        recover(_run(tmp_path, client))
    assert ": an operation that somebody with token theirs started at " in caught.value.happened
    assert caught.value.remedy == FOLLOW_IT


def test_after_waiting_the_state_that_came_is_walked_out_of(tmp_path: Path) -> None:
    busy = stacks("UPDATE_ROLLBACK_IN_PROGRESS")
    client = _client(*(busy, busy, busy, busy, stacks("UPDATE_ROLLBACK_COMPLETE")))
    run = _run(tmp_path, client, wait=True)
    assert recover(run) == Recovered(
        "shop-dev", "UPDATE_ROLLBACK_COMPLETE", ("waited until it was UPDATE_ROLLBACK_COMPLETE",)
    )
    assert run.waiting.clock.monotonic() == 5.0


def test_an_import_that_could_not_be_taken_back_is_told_as_what_nothing_here_mends(tmp_path: Path) -> None:
    with pytest.raises(StackStuck) as caught:
        recover(_run(tmp_path, _client(stacks("IMPORT_ROLLBACK_FAILED"))))
    assert (caught.value.remedy or "").endswith("python deploy.py status --env dev")


@pytest.mark.parametrize(
    ("status", "choice"), [("UPDATE_ROLLBACK_FAILED", {"skip": ("X",)}), ("DELETE_FAILED", {"retain": ("X",)})]
)
def test_a_path_that_is_not_stuck_is_refused_before_anything_is_asked(
    tmp_path: Path, status: str, choice: dict[str, Any]
) -> None:
    with pytest.raises(UnknownPath):
        recover(_run(tmp_path, _client(stacks(status)), approve=_nobody_is_asked, **choice))
