"""What exists in a stack and below it, whatever CloudFormation lists of stacks that come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployment.aws.clock import Waiting
from deployment.errors import NotFound, Unreachable
from deployment.stack.nested_stacks import LiveStack, live_resources, live_stack
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import STACK_TYPE, START, stack_arn

Rows = list[dict[str, Any]]


def _row(name: str, status: str = "CREATE_COMPLETE", **members: Any) -> dict[str, Any]:
    body = {"LogicalResourceId": name, "ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": f"{name}-1"}
    return body | {"ResourceStatus": status, "LastUpdatedTimestamp": START} | members


def _nested(name: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return _row(name, status, ResourceType=STACK_TYPE, PhysicalResourceId=stack_arn(name))


def _client(unknown: dict[str, int] | None = None, **rows: Rows) -> FakeClient:
    """Stacks by name, and how often each of some is not known; one without rows is gone."""
    left = dict(unknown or {})

    def listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        name = StackName.split("/")[1].replace("-", "_")
        left[name] = left.get(name, 0) - 1
        if name not in rows or left[name] >= 0:
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist")
        return {"StackResourceSummaries": rows[name]}

    return FakeClient("cloudformation", list_stack_resources=listed)


def _live(client: FakeClient, time: FakeTime | None = None, into: Callable[..., bool] = lambda _: True) -> LiveStack:
    return live_stack(client, stack_arn(), Waiting((time or FakeTime()).clock, POLLING), into=into)


def _names(stack: LiveStack) -> list[str]:
    return ["/".join(path) for path, _ in stack.leaves()]


def test_every_stack_is_found_with_its_path_its_arn_and_what_is_in_it_in_the_order_of_the_rows() -> None:
    client = _client(shop_dev=[_nested("App"), _row("Topic"), _nested("Net")], App=[_nested("Deep")], Deep=[], Net=[])
    live = _live(client)
    assert [(stack.path, stack.arn) for stack in live.walk()] == [
        ((), stack_arn()),
        (("App",), stack_arn("App")),
        (("App", "Deep"), stack_arn("Deep")),
        (("Net",), stack_arn("Net")),
    ]
    assert [resource.logical_id for resource in live.resources] == ["App", "Topic", "Net"]
    assert len(client.calls) == 4


def test_what_is_in_a_nested_stack_stands_in_its_place() -> None:
    client = _client(shop_dev=[_nested("App"), _row("Topic")], App=[_row("Role"), _row("Queue")])
    assert _names(_live(client)) == ["App/Role", "App/Queue", "Topic"]


def test_a_nested_stack_that_is_not_known_for_a_moment_is_asked_for_again() -> None:
    time = FakeTime()
    live = _live(_client({"App": 2}, shop_dev=[_nested("App")], App=[_row("Role")]), time)
    assert (_names(live), time.slept) == (["App/Role"], [2.0, 3.0])


def test_a_nested_stack_that_is_gone_holds_nothing_and_is_told_as_gone() -> None:
    live = _live(_client(shop_dev=[_nested("App"), _row("Topic")]))
    assert [(stack.path, stack.gone) for stack in live.walk()] == [((), False), (("App",), True)]
    assert _names(live) == ["Topic"]


def test_a_root_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NotFound):
        _live(_client())


def test_what_was_deleted_is_left_out_with_all_below_it() -> None:
    client = _client(shop_dev=[_nested("Old", "DELETE_COMPLETE"), _row("Gone", "DELETE_COMPLETE"), _row("Topic")])
    assert _names(_live(client)) == ["Topic"]
    assert len(client.calls) == 1


def test_a_nested_stack_that_was_never_created_is_a_resource_as_any_other() -> None:
    never = {name: value for name, value in _nested("App", "CREATE_FAILED").items() if name != "PhysicalResourceId"}
    live = _live(_client(shop_dev=[never]))
    assert [(path, resource.physical_id, resource.nested) for path, resource in live.leaves()] == [(("App",), "", None)]
    assert [stack.path for stack in live.walk()] == [()]


def test_only_what_is_accepted_is_looked_into() -> None:
    client = _client(shop_dev=[_nested("App", "UPDATE_FAILED"), _nested("Net")], App=[_row("Role")], Net=[])
    live = _live(client, into=lambda resource: resource.status.value == "UPDATE_FAILED")
    assert _names(live) == ["App/Role", "Net"]
    assert len(client.calls) == 2


def test_a_walk_may_begin_below_the_root() -> None:
    client = _client(App=[_row("Role")])
    waiting = Waiting(FakeTime().clock, POLLING)
    assert _names(live_stack(client, stack_arn("App"), waiting, ResourcePath(("App",)))) == ["App/Role"]
    assert live_stack(client, stack_arn("Net"), waiting, ResourcePath(("Net",))).gone


def test_the_resources_of_one_stack_come_from_every_page() -> None:
    pages = [
        {"StackResourceSummaries": [_row("A", ResourceStatusReason="because")], "NextToken": "more"},
        {"StackResourceSummaries": [_row("B")]},
    ]
    client = FakeClient("cloudformation", list_stack_resources=pages)
    found = live_resources(client, stack_arn(), Waiting(FakeTime().clock, POLLING))
    assert [(each.logical_id, each.reason) for each in found] == [("A", "because"), ("B", None)]


def test_a_page_without_a_list_is_no_stack_that_holds_nothing() -> None:
    client = FakeClient("cloudformation", list_stack_resources={})
    with pytest.raises(Unreachable, match="AWS omitted StackResourceSummaries"):
        live_resources(client, stack_arn(), Waiting(FakeTime().clock, POLLING))
    empty = FakeClient("cloudformation", list_stack_resources={"StackResourceSummaries": []})
    assert live_resources(empty, stack_arn(), Waiting(FakeTime().clock, POLLING)) == ()
