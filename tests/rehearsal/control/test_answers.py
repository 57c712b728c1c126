"""Answers that mislead because a scenario asks for it, and what stays true about them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ApiFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value


def play(operation: str, fault: str, after: int = 0, times: int | None = None) -> Play:
    return Play(Scenario(api=(ApiFault(operation, fault, after, times),)))


def status(play: Play, name: str = "demo") -> str:
    return str(play("DescribeStacks", StackName=name)["Stacks"][0]["StackStatus"])


def test_after_an_execution_the_status_may_still_be_that_of_the_review() -> None:
    cloud = play("DescribeStacks", "stale", times=2)
    cloud("ExecuteChangeSet", ChangeSetName=cloud.change_set(template(A=topic())))
    first = cloud.stack()
    assert (first["StackStatus"], first["StackStatusReason"]) == ("REVIEW_IN_PROGRESS", "User Initiated")
    cloud.settle()
    assert status(cloud) == "REVIEW_IN_PROGRESS"
    assert status(cloud) == "CREATE_COMPLETE"


def test_a_stale_status_of_an_update_is_that_of_the_deployment_before() -> None:
    cloud = play("DescribeStacks", "stale", after=1, times=1)
    cloud.deploy(template(A=topic("1")))  # looks at the stack once
    cloud("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic("2"))))
    stale = cloud.stack()
    assert stale["StackStatus"] == "CREATE_COMPLETE"
    assert "StackStatusReason" not in stale
    cloud.settle()
    assert status(cloud) == "UPDATE_COMPLETE"


def test_a_stack_at_its_beginning_has_no_earlier_status_to_be_stale_with() -> None:
    cloud = play("DescribeStacks", "stale", times=1)
    cloud.change_set(template(A=topic()))
    assert status(cloud) == "REVIEW_IN_PROGRESS"
    cloud("ExecuteChangeSet", ChangeSetName="review", StackName="demo")
    cloud.settle()
    assert status(cloud) == "REVIEW_IN_PROGRESS"  # the fault is spent here
    assert status(cloud) == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("DescribeStacks", "Stack with id {} does not exist"),
        ("DescribeStackEvents", "Stack [{}] does not exist"),
    ],
)
def test_a_new_nested_stack_may_not_be_known_for_a_moment(operation: str, text: str) -> None:
    cloud = play(operation, "unseen", times=2)
    cloud("CreateStack", StackName="demo", TemplateBody=json.dumps(parent(cloud)))
    cloud.settle()
    cloud(operation, StackName="demo")
    (child,) = [found.id for found in cloud.cloud.world.state.stacks.values() if found.parent]
    for _ in range(2):
        with pytest.raises(CloudFormationError) as refused:
            cloud(operation, StackName=child)
        assert (refused.value.code, refused.value.message) == ("ValidationError", text.format(child))
    assert cloud(operation, StackName=child)


def parent(cloud: Play) -> dict[str, Any]:
    return template(C=nested(cloud.put("child.yaml", template(T=topic()))))


@pytest.mark.parametrize(
    ("operation", "key", "request_"),
    [
        ("DescribeStackEvents", "StackEvents", {"StackName": "demo"}),
        ("ListStackResources", "StackResourceSummaries", {"StackName": "demo"}),
        ("DescribeChangeSet", "Changes", {"StackName": "demo", "ChangeSetName": "next"}),
        (
            "DescribeChangeSet",
            "Changes",
            {"StackName": "demo", "ChangeSetName": "next", "IncludePropertyValues": True},
        ),
        ("ListStacks", "StackSummaries", {}),
    ],
)
def test_small_pages_hold_together_what_one_page_held(operation: str, key: str, request_: dict[str, Any]) -> None:
    cloud = play(operation, "pages:2")
    resources = {f"R{number}": value("1") for number in range(5)}
    cloud.deploy(template(**resources))
    cloud.deploy(template(A=topic()), "second")
    cloud.deploy(template(A=topic()), "third")
    cloud.change_set(template(**{name: value("2") for name in resources}), "next")
    cloud.cloud.world.scenario, small = Scenario(), cloud.cloud.world.scenario
    whole = cloud(operation, **request_)[key]
    cloud.cloud.world.scenario = small
    pages = [cloud(operation, **request_)]
    while "NextToken" in pages[-1]:
        pages.append(cloud(operation, **request_, NextToken=pages[-1]["NextToken"]))
    assert [row for page in pages for row in page[key]] == whole
    assert len(whole) > 2
    assert {len(page[key]) for page in pages[:-1]} == {2}
    assert 1 <= len(pages[-1][key]) <= 2


@pytest.mark.parametrize("values", [False, True])
def test_a_small_page_is_followed_by_the_rest_in_a_large_one(values: bool) -> None:
    cloud = play("DescribeChangeSet", "pages:2", times=1)
    made = cloud.change_set(template(**{f"R{number}": value("1") for number in range(5)}))
    first = cloud.described(made, values=values)
    rest = cloud("DescribeChangeSet", ChangeSetName=made, IncludePropertyValues=values, NextToken=first["NextToken"])
    names = [row["ResourceChange"]["LogicalResourceId"] for page in (first, rest) for row in page["Changes"]]
    assert names == [f"R{number}" for number in range(5)]
    assert "NextToken" not in rest


def test_a_description_with_values_may_lack_a_row_and_says_so() -> None:
    cloud = play("DescribeChangeSet", "incomplete")
    made = cloud.change_set(template(A=topic(), B=topic()))
    plain, valued = cloud.described(made, values=False), cloud.described(made)
    assert [row["ResourceChange"]["LogicalResourceId"] for row in plain["Changes"]] == ["A", "B"]
    assert [row["ResourceChange"]["LogicalResourceId"] for row in valued["Changes"]] == ["A"]
    assert "StatusReason" not in plain
    assert valued["StatusReason"] == (
        "[WARN] --include-property-values option can return incomplete ChangeSet data because: "
        "Logical Id: B, failed property validation"
    )
    assert valued["Status"] == plain["Status"] == "CREATE_COMPLETE"
    cloud("ExecuteChangeSet", ChangeSetName=made)
    cloud.settle()
    assert sorted(name for name, found in cloud.events() if found == "CREATE_COMPLETE") == ["A", "B", "demo"]


def test_a_description_without_rows_has_none_to_lack() -> None:
    cloud = play("DescribeChangeSet", "incomplete")
    cloud.deploy(template(A=topic()))
    described = cloud.described(cloud.change_set(template(A=topic()), "same"))
    assert described["Status"] == "FAILED"
    assert described["StatusReason"].startswith("The submitted information didn't contain changes.")
