"""Change sets that were never executed are counted over all pages; those that were are the stack's history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cloudformation.limits import CHANGE_SETS
from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.leftovers import keeping, leftovers, remove, warning
from deployment.change_set.lifecycle import await_change_set
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import (
    NO_CHANGES,
    STACK_TYPE,
    START,
    at,
    change_set,
    nested_row,
    row,
    set_arn,
    stack_arn,
    stack_body,
)


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


def _tree(*bodies: dict[str, Any]) -> ChangeSet:
    by_arn = {body["ChangeSetId"]: body for body in bodies}
    client = FakeClient("cloudformation", describe_change_set=lambda **asked: by_arn[asked["ChangeSetName"]])
    return await_change_set(client, bodies[0]["ChangeSetId"], Waiting(FakeTime().clock, POLLING))


def test_a_layer_that_root_does_not_list_keeps_a_failed_set_where_one_was_made_for_it() -> None:
    tree = _tree(
        change_set("root", nested_row("App"), nested_row("Net")),
        change_set("App", row("Topic")),
        change_set("Net", status="FAILED", reason=NO_CHANGES),
    )

    def listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        resource = {"ResourceType": STACK_TYPE, "ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}
        names = ("App", "Net", "Late", "Old", "Done") if StackName == tree.stack_arn else ()
        rows = [resource | {"LogicalResourceId": name, "PhysicalResourceId": stack_arn(name)} for name in names]
        return {"StackResourceSummaries": rows}

    def described(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        name = StackName.split("/")[1]
        return {"Stacks": [stack_body("CREATE_COMPLETE", StackId=StackName, StackName=name)]}

    summaries = {
        "Late": _summary("late", "FAILED", "UNAVAILABLE", CreationTime=tree.created),
        "Old": _summary("old", "FAILED", "UNAVAILABLE", CreationTime=tree.created - timedelta(seconds=1)),
        "Done": _summary("done", "CREATE_COMPLETE", "AVAILABLE", CreationTime=tree.created),
    }
    client = FakeClient(
        "cloudformation",
        list_stack_resources=listed,
        describe_stacks=described,
        list_change_sets=lambda StackName: {"Summaries": [summaries[StackName.split("/")[1]]]},  # noqa: N803
    )
    kept = keeping(client, tree, Waiting(FakeTime().clock, POLLING))
    assert kept == {ResourcePath(("Net",)): tree.children["Net"].stack_arn, ResourcePath(("Late",)): stack_arn("Late")}


def test_from_half_of_what_a_stack_may_have_on_it_is_warned_of() -> None:
    layer = ResourcePath(("App",))
    assert warning(layer, CHANGE_SETS // 2 - 1) is None
    assert f"App has {CHANGE_SETS // 2:,} change sets" in (warning(layer, CHANGE_SETS // 2) or "")


@pytest.mark.parametrize("gone", ["describe_stacks", "list_change_sets"])
def test_a_layer_that_went_while_it_was_asked_about_keeps_nothing(gone: str) -> None:
    tree = _tree(change_set("root", row("Topic")))
    late = {"LogicalResourceId": "Late", "PhysicalResourceId": stack_arn("Late"), "ResourceType": STACK_TYPE}
    rows = [late | {"ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}]
    answers: dict[str, Any] = {
        "list_stack_resources": lambda StackName: {  # noqa: N803 - AWS's own name
            "StackResourceSummaries": rows if StackName == tree.stack_arn else []
        },
        "describe_stacks": {"Stacks": [stack_body("CREATE_COMPLETE", StackId=stack_arn("Late"), StackName="Late")]},
        "list_change_sets": {"Summaries": [_summary("late", "FAILED", "UNAVAILABLE", CreationTime=tree.created)]},
    }
    assert keeping(FakeClient("cloudformation", **answers), tree, Waiting(FakeTime().clock, POLLING))
    answers[gone] = refusal("ValidationError", f"Stack with id {stack_arn('Late')} does not exist")
    assert keeping(FakeClient("cloudformation", **answers), tree, Waiting(FakeTime().clock, POLLING)) == {}
