"""Every nested stack is asked itself, on all levels, with two calls each."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.stack.layers import layers
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stack_body


def row(name: str, *, physical: bool = True) -> dict[str, Any]:
    body = {
        "LogicalResourceId": name,
        "ResourceType": STACK_TYPE,
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": START,
    }
    return body | ({"PhysicalResourceId": stack_arn(name)} if physical else {})


def tree(below: dict[str, list[dict[str, Any]]], **statuses: str) -> FakeClient:
    """Stacks with what is nested in them, all well but for some."""

    def describe(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        name = StackName.split("/")[1]
        if statuses.get(name) == "gone":
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist")
        status = statuses.get(name, "CREATE_COMPLETE")
        return {"Stacks": [stack_body(status, StackId=StackName, StackName=name)]}

    def listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        return {"StackResourceSummaries": below.get(StackName.split("/")[1], [])}

    return FakeClient("cloudformation", describe_stacks=describe, list_stack_resources=listed)


def asked(client: FakeClient) -> list[tuple[str, str, bool]]:
    waiting = Waiting(FakeTime().clock, POLLING)
    found = layers(client, stack_arn("root"), waiting)
    return [(str(layer.path), layer.stack.status.value if layer.stack else "none", layer.stuck) for layer in found]


def test_a_layer_two_levels_down_is_stuck_while_all_above_are_well() -> None:
    client = tree({"root": [row("App"), row("Net")], "App": [row("Deep")]}, Deep="UPDATE_ROLLBACK_FAILED")
    assert asked(client) == [
        ("App", "CREATE_COMPLETE", False),
        ("App/Deep", "UPDATE_ROLLBACK_FAILED", True),
        ("Net", "CREATE_COMPLETE", False),
    ]
    assert Counter(name for name, _ in client.calls) == {"describe_stacks": 3, "list_stack_resources": 4}


@pytest.mark.parametrize(
    ("status", "stuck"),
    [
        ("UPDATE_IN_PROGRESS", False),
        ("UPDATE_FAILED", True),
        ("DELETE_FAILED", True),
        ("UPDATE_ROLLBACK_COMPLETE", False),
    ],
)
def test_what_is_at_work_or_takes_an_update_is_not_stuck(status: str, stuck: bool) -> None:
    assert asked(tree({"root": [row("App")]}, App=status)) == [("App", status, stuck)]


def test_what_was_never_created_or_is_gone_has_nothing_to_say() -> None:
    client = tree({"root": [row("New", physical=False) | {"ResourceStatus": "CREATE_FAILED"}, row("Old")]}, Old="gone")
    assert asked(client) == [("New", "none", False), ("Old", "none", False)]


def test_a_tree_that_names_itself_comes_to_an_end() -> None:
    client = tree({"root": [row("App")], "App": [row("App"), row("root")]})
    assert asked(client) == [
        ("App", "CREATE_COMPLETE", False),
        ("App/App", "none", False),
        ("App/root", "none", False),
    ]
