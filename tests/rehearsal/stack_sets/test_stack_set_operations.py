"""Operations on stack sets: order, tolerance, one at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play

TEMPLATE = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
REGIONS = ["us-east-1", "eu-west-1", REGION]
ACCOUNTS = ["111122223333", "222233334444", ACCOUNT]


def fleet(scenario: Scenario | None = None, state: Path | None = None, **more: Any) -> Play:
    play = Play(scenario, state)
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(TEMPLATE), **more)
    return play


def create(play: Play, accounts: list[str], regions: list[str], **preferences: Any) -> str:
    request = {"Accounts": accounts, "Regions": regions, "OperationPreferences": preferences}
    identifier: str = play("CreateStackInstances", StackSetName="fleet", **request)["OperationId"]
    return identifier


def results(play: Play, operation: str) -> dict[tuple[str, str], str]:
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=operation)["Summaries"]
    return {(row["Account"], row["Region"]): row["Status"] for row in rows}


def status(play: Play, operation: str) -> str:
    found = play("DescribeStackSetOperation", StackSetName="fleet", OperationId=operation)["StackSetOperation"]
    return str(found["Status"])


def failing(times: int | None = None) -> Scenario:
    return Scenario((ResourceFault("T", "create", "no capacity", times),))


def test_every_account_and_region_has_its_turn() -> None:
    play = fleet()
    operation = create(play, ACCOUNTS, REGIONS)
    assert status(play, operation) == "RUNNING"
    assert set(results(play, operation).values()) == {"PENDING"}
    play.settle()
    assert status(play, operation) == "SUCCEEDED"
    assert list(results(play, operation).values()) == ["SUCCEEDED"] * 9


def test_a_failure_beyond_the_tolerance_cancels_the_rest() -> None:
    play = fleet(failing())
    operation = create(play, [ACCOUNT], REGIONS)
    play.settle()
    assert status(play, operation) == "FAILED"
    assert list(results(play, operation).values()) == ["FAILED", "CANCELLED", "CANCELLED"]
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=operation)["Summaries"]
    assert rows[0]["StatusReason"] == (
        "ResourceLogicalId:T, ResourceType:AWS::SNS::Topic, ResourceStatusReason:no capacity."
    )
    assert rows[1]["StatusReason"] == "Cancelled since failure tolerance has exceeded"
    instance = play("ListStackInstances", StackSetName="fleet")["Summaries"][0]
    assert (instance["Status"], instance["StackInstanceStatus"]["DetailedStatus"]) == ("OUTDATED", "FAILED")


def test_what_failed_is_made_anew_by_the_next_operation() -> None:
    play = fleet(failing(times=1))
    create(play, [ACCOUNT], [REGION])
    play.settle()
    second = create(play, [ACCOUNT], [REGION])
    play.settle()
    assert status(play, second) == "SUCCEEDED"
    statuses = {stack.status for stack in play.cloud.world.state.stacks.values()}
    assert statuses == {"ROLLBACK_COMPLETE", "CREATE_COMPLETE"}


def test_what_is_current_is_left_alone() -> None:
    play = fleet()
    create(play, [ACCOUNT], [REGION])
    play.settle()
    events = len(next(iter(play.cloud.world.state.stacks.values())).events)
    second = create(play, [ACCOUNT], [REGION], ConcurrencyMode="SOFT_FAILURE_TOLERANCE", MaxConcurrentCount=5)
    play.settle()
    assert status(play, second) == "SUCCEEDED"
    assert len(next(iter(play.cloud.world.state.stacks.values())).events) == events


def test_one_operation_at_a_time() -> None:
    play = fleet()
    create(play, [ACCOUNT], [REGION])
    with pytest.raises(CloudFormationError) as refused:
        create(play, [ACCOUNT], ["us-east-1"])
    assert (refused.value.code, refused.value.status) == ("OperationInProgressException", 409)
    play.settle()


def test_an_operation_id_is_used_once() -> None:
    play = fleet()
    request = {"StackSetName": "fleet", "Accounts": [ACCOUNT], "Regions": [REGION], "OperationId": "mine"}
    assert play("CreateStackInstances", **request) == {"OperationId": "mine"}
    play.settle()
    with pytest.raises(CloudFormationError) as refused:
        play("CreateStackInstances", **request)
    assert refused.value.code == "OperationIdAlreadyExistsException"


def test_with_managed_execution_operations_queue() -> None:
    play = fleet(ManagedExecution={"Active": True})
    first = create(play, [ACCOUNT], [REGION])
    second = create(play, [ACCOUNT], ["us-east-1"])
    assert (status(play, first), status(play, second)) == ("RUNNING", "QUEUED")
    play.settle()
    assert (status(play, first), status(play, second)) == ("SUCCEEDED", "SUCCEEDED")


def test_a_queued_operation_passes_by_what_is_gone() -> None:
    play = fleet(ManagedExecution={"Active": True})
    create(play, [ACCOUNT], [REGION])
    play.settle()
    chosen = {"StackSetName": "fleet", "Accounts": [ACCOUNT], "Regions": [REGION]}
    play("DeleteStackInstances", RetainStacks=False, **chosen)
    second = play("UpdateStackInstances", **chosen)["OperationId"]
    play.settle()
    assert list(results(play, second).values()) == ["CANCELLED"]


def test_a_stopped_operation_begins_nothing_new() -> None:
    play = fleet()
    operation = create(play, [ACCOUNT], REGIONS)
    play.cloud._take_step()
    play("StopStackSetOperation", StackSetName="fleet", OperationId=operation)
    assert status(play, operation) == "STOPPING"
    play.settle()
    assert status(play, operation) == "STOPPED"
    assert list(results(play, operation).values()) == ["SUCCEEDED", "CANCELLED", "CANCELLED"]
    with pytest.raises(CloudFormationError) as refused:
        play("StopStackSetOperation", StackSetName="fleet", OperationId=operation)
    assert refused.value.code == "InvalidOperationException"


def test_a_queued_operation_is_stopped_at_once() -> None:
    play = fleet(ManagedExecution={"Active": True})
    create(play, [ACCOUNT], [REGION])
    queued = create(play, [ACCOUNT], ["us-east-1"])
    play("StopStackSetOperation", StackSetName="fleet", OperationId=queued)
    assert status(play, queued) == "STOPPED"
    play.settle()


def test_a_stack_that_hangs_leaves_its_operation_running_and_time_standing() -> None:
    play = fleet(Scenario((ResourceFault("T", "create", hangs=True),)))
    operation = create(play, [ACCOUNT], [REGION])
    play.settle()
    assert status(play, operation) == "RUNNING"


def test_an_operation_goes_on_after_the_process_was_ended(tmp_path: Path) -> None:
    first = fleet(state=tmp_path)
    operation = create(first, [ACCOUNT], REGIONS)
    first.cloud._take_step()
    assert first.cloud._keeper.store is not None
    first.cloud._keeper.store.save(first.cloud.world.state)
    first.cloud._keeper.store.close()
    second = Play(state=tmp_path)
    second.settle()
    assert status(second, operation) == "SUCCEEDED"
    second.cloud.close()
