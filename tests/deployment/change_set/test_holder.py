"""The owner of a name that is taken is looked up, and if it is unknown, the message says so."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.change_set.holder import Asking, Holder, taken_line, taken_remedy
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stack_body


def row(stack: str, kind: str = "AWS::Logs::LogGroup", physical_id: str = "/shop") -> dict[str, Any]:
    body = {"LogicalResourceId": "Logs", "ResourceType": kind, "PhysicalResourceId": physical_id}
    return body | {"StackId": stack_arn(stack), "Timestamp": START, "ResourceStatus": "CREATE_COMPLETE"}


def nested(name: str) -> dict[str, Any]:
    body = {"LogicalResourceId": name, "ResourceType": STACK_TYPE, "PhysicalResourceId": stack_arn(name)}
    return body | {"ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}


def summary(listed: dict[str, Any]) -> dict[str, Any]:
    """The same resource as ListStackResources has it."""
    kept = {name: value for name, value in listed.items() if name not in ("StackId", "Timestamp")}
    return kept | {"LastUpdatedTimestamp": listed["Timestamp"]}


def others(number: int) -> list[dict[str, Any]]:
    return [row("large", physical_id=f"/other/{number}") for number in range(number)]


def asking(found: Any, root: str | None = "root") -> Asking:
    """An account in which the stack of each name is nested in `root`, if anything is."""

    def described(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        name = StackName.split("/")[1]
        above = {"RootId": stack_arn(root)} if root and name != root else {}
        return {"Stacks": [stack_body("CREATE_COMPLETE", StackId=StackName, StackName=name) | above]}

    def listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        own = {"root": [nested("App")], "large": [summary(one) for one in (*others(150), row("large"))]}
        return {"StackResourceSummaries": own.get(StackName.split("/")[1], [])}

    client = FakeClient(
        "cloudformation", describe_stack_resources=found, describe_stacks=described, list_stack_resources=listed
    )
    return Asking(client, Waiting(FakeTime().clock, POLLING), stack_arn("root"), {"other": "staging"})


def told(found: Any, root: str | None = "root") -> str:
    return taken_line("/shop", asking(found, root).holder("/shop", "AWS::Logs::LogGroup"))


def test_a_layer_of_the_same_stack_is_told_by_its_path_and_the_root_by_its_logical_id() -> None:
    assert told({"StackResources": [row("App")]}) == "/shop: taken by App/Logs of this same stack root"
    assert told({"StackResources": [row("root")]}) == "/shop: taken by Logs of this same stack root"


def test_another_stack_is_told_with_the_one_that_it_is_part_of_and_its_environment() -> None:
    assert (
        told({"StackResources": [row("Deep")]}, "other")
        == "/shop: taken by Logs of stack Deep, which is part of other (environment staging)"
    )
    assert told({"StackResources": [row("lone")]}, None) == "/shop: taken by Logs of stack lone"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (refusal("ValidationError", "Stack for /shop does not exist"), "CloudFormation knows no stack that has it"),
        ({"StackResources": [row("App", "AWS::SNS::Topic")]}, "CloudFormation knows no stack that has it"),
        ({"StackResources": [row("App", physical_id="/shop2")]}, "CloudFormation knows no stack that has it"),
        (
            refusal("AccessDenied", "no", 403),
            "its owner could not be found: AWS refused describe_stack_resources: no (Acc",
        ),
    ],
)
def test_what_is_not_told_is_said_not_to_be_known(found: Any, why: str) -> None:
    assert told(found).startswith(f"/shop: its owner is unknown: {why}")


def test_a_stack_of_more_than_a_hundred_resources_is_asked_for_all_of_them() -> None:
    assert told({"StackResources": others(100)}) == "/shop: taken by Logs of stack large, which is part of root"
    assert told({"StackResources": others(99)}).endswith("CloudFormation knows no stack that has it")


def test_what_can_be_done_depends_on_who_has_it() -> None:
    assert "conflicts with itself" in taken_remedy(Holder("Logs", "App", "root", own="App/Logs"))
    assert taken_remedy(Holder("Logs", "Deep", "other")) == "choose another name here, or in Deep"
    assert taken_remedy("not known").startswith("choose another name, or find the resource that has it")
