"""Preferences of operations on stack sets, in accounts that fail and accounts that do not."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic

REGIONS = ["us-east-1", "eu-west-1", REGION]
ACCOUNTS = [f"{number}" * 12 for number in range(1, 7)]


def fleet(*failing: str, region: str | None = None) -> Play:
    """A set whose stacks fail in these accounts, in one region or in all."""
    faults = [ResourceFault("T", "create", "no capacity", account=account, region=region) for account in failing]
    play = Play(Scenario(tuple(faults)))
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(T=topic())))
    return play


def create(play: Play, accounts: list[str], regions: list[str], **preferences: Any) -> list[tuple[str, str, str]]:
    """Account, region and status of every result, by their turns."""
    request = {"Accounts": accounts, "Regions": regions, "OperationPreferences": preferences}
    identifier = play("CreateStackInstances", StackSetName="fleet", **request)["OperationId"]
    play.settle()
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=identifier)["Summaries"]
    return [(row["Account"], row["Region"], row["Status"]) for row in rows]


def ended(play: Play) -> str:
    newest = play("ListStackSetOperations", StackSetName="fleet")["Summaries"][0]
    return str(newest["Status"])


def stacks(play: Play) -> list[Stack]:
    """Every stack of every account, by its beginning."""
    found = [stack for world in play.cloud.world.accounts() for stack in world.state.stacks.values()]
    return sorted(found, key=lambda stack: stack.created)


def most_at_once(play: Play) -> int:
    spans = [(stack.events[0].time, stack.events[-1].time) for stack in stacks(play)]
    return max(sum(begin <= moment < end for begin, end in spans) for moment, _ in spans)


@pytest.mark.parametrize(
    ("preferences", "most"),
    [
        ({}, 1),
        ({"MaxConcurrentCount": 4}, 1),
        ({"MaxConcurrentCount": 4, "FailureToleranceCount": 2}, 3),
        ({"MaxConcurrentCount": 4, "FailureToleranceCount": 5}, 4),
        ({"MaxConcurrentCount": 4, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}, 4),
        ({"MaxConcurrentPercentage": 99, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}, 5),
        ({"MaxConcurrentPercentage": 1, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}, 1),
        ({"MaxConcurrentPercentage": 100, "FailureTolerancePercentage": 20}, 2),
    ],
)
def test_so_many_accounts_of_a_region_are_at_work_at_once(preferences: dict[str, Any], most: int) -> None:
    play = fleet()
    rows = create(play, ACCOUNTS, [REGION], **preferences)
    assert rows == [(account, REGION, "SUCCEEDED") for account in ACCOUNTS]
    assert most_at_once(play) == most


def test_a_strict_operation_has_fewer_accounts_at_work_once_one_has_failed() -> None:
    play = fleet(ACCOUNTS[0])
    create(play, ACCOUNTS, [REGION], MaxConcurrentCount=2, FailureToleranceCount=1)
    assert ended(play) == "SUCCEEDED"
    failed, beside, *later = stacks(play)
    assert beside.events[0].time < failed.events[-1].time
    for before, after in itertools.pairwise(later):
        assert before.events[-1].time < after.events[0].time


def test_a_soft_operation_goes_on_with_as_many() -> None:
    play = fleet(ACCOUNTS[0])
    preferences = {"MaxConcurrentCount": 2, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    create(play, ACCOUNTS, [REGION], FailureToleranceCount=1, **preferences)
    third, fourth = stacks(play)[2:4]
    assert fourth.events[0].time < third.events[-1].time


def test_more_failures_than_are_tolerated_end_the_region_and_those_after_it() -> None:
    play = fleet(*ACCOUNTS[1:3], region="eu-west-1")
    order = ["us-east-1", "eu-west-1", REGION]
    rows = create(play, ACCOUNTS[:4], sorted(order), RegionOrder=order, FailureToleranceCount=1)
    assert [row[1] for row in rows] == [region for region in order for _ in range(4)]
    assert [row[2] for row in rows] == [
        *("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"),
        *("SUCCEEDED", "FAILED", "FAILED", "CANCELLED"),
        *("CANCELLED", "CANCELLED", "CANCELLED", "CANCELLED"),
    ]
    assert ended(play) == "FAILED"
    assert play.at(ACCOUNTS[3], "eu-west-1", "DescribeStacks")["Stacks"] == []


def test_failures_are_counted_in_each_region_by_itself() -> None:
    play = fleet(ACCOUNTS[1])
    rows = create(play, ACCOUNTS[:3], REGIONS, FailureTolerancePercentage=34)
    assert [row[2] for row in rows] == ["SUCCEEDED", "FAILED", "SUCCEEDED"] * 3
    assert ended(play) == "SUCCEEDED"


def test_a_percentage_of_failures_is_rounded_down() -> None:
    play = fleet(ACCOUNTS[0])
    rows = create(play, ACCOUNTS[:3], [REGION], FailureTolerancePercentage=33)
    assert [row[2] for row in rows] == ["FAILED", "CANCELLED", "CANCELLED"]
    assert ended(play) == "FAILED"


def test_one_thing_is_said_in_one_way() -> None:
    play = fleet()
    for count, percentage in (
        ("FailureToleranceCount", "FailureTolerancePercentage"),
        ("MaxConcurrentCount", "MaxConcurrentPercentage"),
    ):
        with pytest.raises(CloudFormationError) as refused:
            create(play, ACCOUNTS, [REGION], **{count: 1, percentage: 1})
        assert refused.value.message == f"You can specify either {count} or {percentage}, but not both"
    assert play("ListStackInstances", StackSetName="fleet")["Summaries"] == []


def test_regions_come_one_after_another_in_the_order_asked_for() -> None:
    play = fleet()
    create(play, [ACCOUNT], REGIONS, RegionOrder=[REGION, "eu-west-1"])
    assert [stack.region for stack in stacks(play)] == [REGION, "eu-west-1", "us-east-1"]
    for before, after in itertools.pairwise(stacks(play)):
        assert before.events[-1].time < after.events[0].time


def test_regions_may_be_worked_on_together() -> None:
    play = fleet()
    create(play, ACCOUNTS[:2], REGIONS, RegionConcurrencyType="PARALLEL")
    assert most_at_once(play) == 3
    first, second = ([stack for stack in stacks(play) if f":{account}:" in stack.id] for account in ACCOUNTS[:2])
    assert max(stack.events[0].time for stack in first) < min(stack.events[-1].time for stack in first)
    assert {stack.region for stack in second} == set(REGIONS)
