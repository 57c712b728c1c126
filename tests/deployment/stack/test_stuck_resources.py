"""What a rollback or a deletion got stuck on is named by its path, in whichever layer it is."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import StackStatus
from deployment.aws.clock import Waiting
from deployment.errors import UnknownPath
from deployment.stack.stack import Stack, stack_from
from deployment.stack.stuck_resources import StuckResource, named, stuck_resources
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stack_body, stacks

_WAITING = Waiting(FakeTime().clock, POLLING)


def _row(logical_id: str, status: str, kind: str = "AWS::X", reason: str | None = "because") -> dict[str, Any]:
    body = {
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "PhysicalResourceId": stack_arn(logical_id) if kind == STACK_TYPE else f"{logical_id}-1",
        "ResourceStatus": status,
        "LastUpdatedTimestamp": START,
    }
    return body | ({"ResourceStatusReason": reason} if reason else {})


def _client(rows: dict[str, list[dict[str, Any]]], states: dict[str, str]) -> FakeClient:
    """Stacks by name: what exists in them, and the states of the nested ones."""

    def described(**given: str) -> dict[str, Any]:
        name = given["StackName"].split("/")[1]
        if name not in states:
            raise refusal("ValidationError", f"Stack with id {name} does not exist")
        return stacks(states[name], StackId=given["StackName"])

    return FakeClient(
        "cloudformation",
        list_stack_resources=lambda **given: {"StackResourceSummaries": rows[given["StackName"].split("/")[1]]},
        describe_stacks=described,
    )


def _root(status: StackStatus) -> Stack:
    return stack_from(stack_body(status.value))


ROLLBACK = StackStatus.UPDATE_ROLLBACK_FAILED


def test_the_leaves_of_a_stuck_roll_back_are_named_through_every_layer() -> None:
    rows = {
        "shop-dev": [_row("App", "UPDATE_FAILED", STACK_TYPE), _row("Net", "UPDATE_COMPLETE", STACK_TYPE)],
        "App": [
            _row("Deep", "UPDATE_FAILED", STACK_TYPE),
            _row("Role", "UPDATE_FAILED"),
            _row("Fine", "UPDATE_COMPLETE"),
        ],
        "Deep": [_row("Queue", "UPDATE_FAILED", reason=None)],
    }
    client = _client(rows, {"App": ROLLBACK.value, "Deep": ROLLBACK.value})
    found = stuck_resources(client, _root(ROLLBACK), ROLLBACK, _WAITING)
    assert [(each.name, each.reason) for each in found] == [
        ("App/Deep/Queue", "no reason was given"),
        ("App/Role", "because"),
    ]
    assert [each.skipped_as(stack_arn()) for each in found] == ["Deep.Queue", "App.Role"]


def test_a_resource_of_the_root_is_skipped_by_its_logical_id_alone() -> None:
    found = stuck_resources(
        _client({"shop-dev": [_row("Role", "UPDATE_FAILED")]}, {}), _root(ROLLBACK), ROLLBACK, _WAITING
    )
    assert [each.skipped_as(stack_arn()) for each in found] == ["Role"]


@pytest.mark.parametrize("state", ["UPDATE_ROLLBACK_COMPLETE", "DELETE_COMPLETE", None])
def test_a_layer_that_is_not_stuck_itself_is_what_its_parent_is_stuck_on(state: str | None) -> None:
    """A nested stack may stand in ResourcesToSkip itself once it is deleted (API, ContinueUpdateRollback)."""
    rows = {"shop-dev": [_row("App", "UPDATE_FAILED", STACK_TYPE)], "App": [_row("Role", "UPDATE_FAILED")]}
    found = stuck_resources(_client(rows, {"App": state} if state else {}), _root(ROLLBACK), ROLLBACK, _WAITING)
    assert [(each.name, each.stack) for each in found] == [("App", stack_arn())]


def test_a_deletion_is_stuck_on_what_could_not_be_deleted() -> None:
    rows = {
        "shop-dev": [_row("App", "DELETE_FAILED", STACK_TYPE), _row("Old", "UPDATE_FAILED")],
        "App": [_row("Bucket", "DELETE_FAILED", reason="it is not empty"), _row("Role", "DELETE_COMPLETE")],
    }
    found = stuck_resources(
        _client(rows, {"App": "DELETE_FAILED"}), _root(StackStatus.DELETE_FAILED), StackStatus.DELETE_FAILED, _WAITING
    )
    assert [(each.name, each.reason, each.stack) for each in found] == [
        ("App/Bucket", "it is not empty", stack_arn("App"))
    ]


_STUCK = [
    StuckResource(ResourcePath(("App", "Role")), "AWS::X", "r", "s"),
    StuckResource(ResourcePath(("Log",)), "AWS::X", "r", "s"),
]


def test_what_is_named_is_taken_once_in_the_order_in_which_it_was_named() -> None:
    assert [each.name for each in named(["Log", "App/Role", "Log"], _STUCK, "--skip")] == ["Log", "App/Role"]
    assert named([], _STUCK, "--skip") == []


def test_a_path_that_is_not_stuck_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownPath) as caught:
        named(["Role", "Log"], _STUCK, "--skip")
    assert "--skip Role" in caught.value.happened
    assert caught.value.remedy == "name one of: App/Role, Log"
