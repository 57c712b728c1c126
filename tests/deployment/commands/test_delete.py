"""What a delete shows, refuses and waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.commands.delete import delete
from deployment.errors import OperationFailed, StackBusy, TerminationProtected
from deployment.run.choices import Choices
from deployment.run.outcome import Declined, Deleted
from deployment.run.telling import Deletion, Question, Told
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import NETWORK, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, event, stack_arn, stack_event, stacks


def _summary(logical_id: str, kind: str = "AWS::X", physical: str = "id-1", status: str = "CREATE_COMPLETE") -> Any:
    return {
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "PhysicalResourceId": physical,
        "ResourceStatus": status,
        "LastUpdatedTimestamp": START,
    }


def _resources(StackName: str, NextToken: str = "") -> dict[str, Any]:  # noqa: N803 - AWS's own names
    if StackName == stack_arn() and not NextToken:
        return {"StackResourceSummaries": [_summary("Network", STACK_TYPE, stack_arn("net"))], "NextToken": "more"}
    if StackName == stack_arn():
        return {"StackResourceSummaries": [_summary("Gone", status="DELETE_COMPLETE")]}
    return {"StackResourceSummaries": [_summary("Vpc", "AWS::EC2::VPC"), _summary("Log", "AWS::Logs::LogGroup")]}


def _client(*stack_answers: dict[str, Any], log: list[dict[str, Any]] | None = None, **answers: Any) -> FakeClient:
    given: dict[str, Any] = {
        "describe_stacks": list(stack_answers),
        "list_stack_resources": _resources,
        "describe_stack_events": {"StackEvents": log or []},
        "get_template": {"TemplateBody": "{}"},
        "delete_stack": {},
    }
    return FakeClient("cloudformation", **{**given, **answers})


_KEPT = NETWORK.replace("Outputs:", "  Log:\n    Type: AWS::Logs::LogGroup\n    DeletionPolicy: Retain\nOutputs:")


def _standing(network: str) -> Callable[..., dict[str, Any]]:
    """The templates that the stacks have: of the layer that one, of the root what does not matter."""
    return lambda StackName, **_: {"TemplateBody": network if StackName == stack_arn("net") else "{}"}  # noqa: N803


_ENDED = [stack_event(9, "DELETE_COMPLETE", token="token-0"), stack_event(5, "DELETE_IN_PROGRESS", token="token-0")]


def test_what_goes_and_what_stays_is_shown_first(tmp_path: Path) -> None:
    told: list[Told] = []
    client = _client(stacks(), get_template=_standing(_KEPT))
    run = fake_run(write_project(tmp_path), client, told=told, approve=lambda _: False)
    declined = delete(run)
    assert isinstance(declined, Declined)
    assert declined.needed == ("shop-dev",)
    vpc = ResourcePath(("Network", "Vpc"))
    assert told == [
        Deletion(
            "shop-dev",
            ((vpc, "AWS::EC2::VPC", "id-1"),),
            ((ResourcePath(("Network", "Log")), "AWS::Logs::LogGroup", "id-1"),),
            ((vpc, "is public-facing: it is deleted, with the network and everything in it"),),
        )
    ]


def test_the_policy_that_counts_is_that_of_the_template_that_stands_not_that_of_the_file(tmp_path: Path) -> None:
    told: list[Told] = []
    run = fake_run(write_project(tmp_path, network=_KEPT), _client(stacks()), told=told, approve=lambda _: False)
    assert isinstance(delete(run), Declined)
    [shown] = [message for message in told if isinstance(message, Deletion)]
    assert [str(path) for path, _ in shown.guards] == ["Network/Vpc", "Network/Log"]
    assert shown.stays == ()


@pytest.mark.parametrize(
    ("type_", "allowed", "insists"),
    [
        ("AWS::SQS::Queue", (), True),
        ("AWS::SQS::Queue", ("shop-dev",), False),
        ("AWS::CloudWatch::Alarm", (), False),
    ],
)
def test_yes_is_enough_only_where_nothing_that_goes_is_guarded(
    tmp_path: Path, type_: str, allowed: tuple[str, ...], insists: bool
) -> None:
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return False

    rows = {"StackResourceSummaries": [_summary("Own", type_)]}
    run = fake_run(write_project(tmp_path), _client(stacks(), list_stack_resources=rows), approve=approve)
    declined = delete(replace(run, choices=Choices(allowed=allowed)))
    assert isinstance(declined, Declined)
    assert declined.needed == (("shop-dev",) if insists else ())
    [question] = asked
    assert (question.typed, question.insists) == ("shop-dev", insists)
    assert ("1 of its 1 resources are guarded" in question.text) == (type_ == "AWS::SQS::Queue")


def test_a_deletion_that_is_under_way_is_followed_without_an_approval_of_its_own(tmp_path: Path) -> None:
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return False

    client = _client(stacks("DELETE_IN_PROGRESS"))
    assert isinstance(delete(fake_run(write_project(tmp_path), client, approve=approve)), Declined)
    assert [question.insists for question in asked] == [False]


@pytest.mark.parametrize("policy", ["", "    DeletionPolicy: Snapshot\n"])
@pytest.mark.parametrize("kind", ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"])
def test_a_database_that_leaves_a_snapshot_goes_all_the_same(tmp_path: Path, kind: str, policy: str) -> None:
    database = NETWORK.replace("Outputs:", f"  Log:\n    Type: {kind}\n{policy}Outputs:")
    told: list[Told] = []
    client = _client(stacks(), get_template=_standing(database))
    run = fake_run(write_project(tmp_path), client, told=told, approve=lambda _: False)
    assert isinstance(delete(run), Declined)
    [shown] = [message for message in told if isinstance(message, Deletion)]
    assert [str(path) for path, _, _ in shown.goes] == ["Network/Vpc", "Network/Log"]
    assert shown.stays == ()


def test_a_deletion_is_followed_to_its_end_by_arn(tmp_path: Path) -> None:
    old = [stack_event(1, "CREATE_COMPLETE", token=None)]
    client = _client(
        stacks(),
        stacks("DELETE_COMPLETE"),
        describe_stack_events=[{"StackEvents": old}, {"StackEvents": [*_ENDED, *old]}],
    )
    deleted = delete(fake_run(write_project(tmp_path), client))
    assert isinstance(deleted, Deleted)
    assert deleted.seconds == 4.0
    assert client.named("delete_stack") == [{"StackName": stack_arn(), "ClientRequestToken": "token-0"}]
    assert all(asked["StackName"] == stack_arn() for asked in client.named("describe_stack_events"))


def test_a_nested_stack_that_is_not_known_for_a_moment_is_shown_all_the_same(tmp_path: Path) -> None:
    unknown = iter([refusal("ValidationError", f"Stack with id {stack_arn('net')} does not exist")] * 2)

    def listed(**arguments: Any) -> dict[str, Any]:
        error = next(unknown, None) if arguments["StackName"] == stack_arn("net") else None
        if error:
            raise error
        return _resources(**arguments)

    told: list[Told] = []
    client = _client(stacks(), list_stack_resources=listed)
    assert isinstance(delete(fake_run(write_project(tmp_path), client, told=told, approve=lambda _: False)), Declined)
    [shown] = [each for each in told if isinstance(each, Deletion)]
    assert [path for path, _, _ in shown.goes] == [("Network", "Vpc"), ("Network", "Log")]


def test_a_stack_under_review_goes_without_events(tmp_path: Path) -> None:
    gone = refusal("ValidationError", f"Stack with id {stack_arn()} does not exist")
    answers = (stacks("REVIEW_IN_PROGRESS"), stacks("DELETE_IN_PROGRESS"), gone)
    client = _client(*answers, list_change_sets={"Summaries": []})
    assert isinstance(delete(fake_run(write_project(tmp_path), client)), Deleted)


def test_a_failed_deletion_names_its_cause(tmp_path: Path) -> None:
    log = [
        stack_event(9, "DELETE_FAILED", token="token-0"),
        event(5, "Bucket", "DELETE_FAILED", reason="The bucket is not empty", token="token-0"),
        stack_event(4, "DELETE_IN_PROGRESS", token="token-0"),
    ]
    client = _client(
        *(stacks(), stacks("DELETE_FAILED")),
        describe_stack_events=[{"StackEvents": []}, {"StackEvents": log}],
        describe_events=[{"OperationEvents": []}],
    )
    with pytest.raises(OperationFailed) as caught:
        delete(fake_run(write_project(tmp_path), client))
    assert caught.value.findings == (
        "Bucket DELETE_FAILED: The bucket is not empty",
        "Bucket: it is not empty: empty it, or leave it behind (recover --retain)",
    )


def test_a_protected_stack_and_a_busy_one_are_refused(tmp_path: Path) -> None:
    project = write_project(tmp_path)
    with pytest.raises(TerminationProtected):
        delete(fake_run(project, _client(stacks(EnableTerminationProtection=True))))
    with pytest.raises(StackBusy, match="UPDATE_IN_PROGRESS"):
        delete(fake_run(project, _client(stacks("UPDATE_IN_PROGRESS"))))
