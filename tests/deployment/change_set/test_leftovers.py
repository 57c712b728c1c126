"""Change sets that were never executed are counted over all pages; those that were are the stack's history."""

from __future__ import annotations

from typing import Any

from deployment.aws.clock import Waiting
from deployment.change_set.leftovers import leftovers, remove
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import NO_CHANGES, at, set_arn, stack_arn


def _summary(name: str, status: str, execution: str, **members: Any) -> dict[str, Any]:
    return {
        "ChangeSetId": set_arn(name),
        "ChangeSetName": name,
        "StackId": stack_arn(),
        "StackName": "shop-dev",
        "Status": status,
        "ExecutionStatus": execution,
        "CreationTime": at(7),
        **members,
    }


def test_all_pages_are_read_and_only_what_was_never_executed_is_left_over() -> None:
    pages = [
        {
            "Summaries": [
                _summary("ready", "CREATE_COMPLETE", "AVAILABLE", Description="user/me"),
                _summary("done", "CREATE_COMPLETE", "EXECUTE_COMPLETE"),
                _summary("broken", "CREATE_COMPLETE", "EXECUTE_FAILED"),
            ],
            "NextToken": "more",
        },
        {
            "Summaries": [
                _summary("empty", "FAILED", "UNAVAILABLE", StatusReason=NO_CHANGES),
                _summary("old", "CREATE_COMPLETE", "OBSOLETE"),
            ]
        },
    ]
    client = FakeClient("cloudformation", list_change_sets=pages)
    found = leftovers(client, stack_arn())
    assert [(each.name, each.state, each.executable, each.obsolete) for each in found] == [
        ("ready", "CREATE_COMPLETE, AVAILABLE", True, False),
        ("empty", f"FAILED, UNAVAILABLE: {NO_CHANGES}", False, False),
        ("old", "CREATE_COMPLETE, OBSOLETE", False, True),
    ]
    assert (found[0].maker, found[0].created, found[1].maker) == ("user/me", at(7), None)
    assert [each.get("NextToken") for each in client.named("list_change_sets")] == [None, "more"]


def test_each_is_deleted_by_its_arn_and_waited_for() -> None:
    rows = [_summary(name, "FAILED", "UNAVAILABLE") for name in ("one", "two")]
    gone = refusal("ChangeSetNotFound", "ChangeSet does not exist", 404)
    client = FakeClient(
        "cloudformation", list_change_sets={"Summaries": rows}, delete_change_set={}, describe_change_set=gone
    )
    remove(client, leftovers(client, stack_arn()), Waiting(FakeTime().clock, POLLING))
    assert [each["ChangeSetName"] for each in client.named("delete_change_set")] == [set_arn("one"), set_arn("two")]
    assert [each["ChangeSetName"] for each in client.named("describe_change_set")] == [set_arn("one"), set_arn("two")]
