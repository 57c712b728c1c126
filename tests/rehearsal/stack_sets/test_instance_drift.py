"""What drift detections in the stacks of a stack set come to together."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.scenario.faults import Drift, ResourceFault, Scenario
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import template, topic

ACCOUNTS = [f"{number}" * 12 for number in range(1, 4)]
BUSY, DRIFTED, UNTOUCHED = ACCOUNTS


def fleet(*faults: ResourceFault) -> Play:
    """Three accounts; in one of them somebody changed a topic by hand."""
    play = Play(Scenario(faults, drift=(Drift("T", "DisplayName", "by hand", account=DRIFTED),)))
    body = json.dumps(template(T=topic("first"), U=topic("second")))
    play("CreateStackSet", StackSetName="fleet", TemplateBody=body)
    play("CreateStackInstances", StackSetName="fleet", Accounts=ACCOUNTS, Regions=[REGION])
    play.settle()
    return play


def keep_busy(play: Play) -> None:
    [stack] = play.at(BUSY, REGION, "DescribeStacks")["Stacks"]
    play.at(BUSY, REGION, "DeleteStack", StackName=stack["StackName"])
    play.settle()


def detect(play: Play, **preferences: Any) -> str:
    request = {"StackSetName": "fleet", "OperationPreferences": preferences}
    identifier: str = play("DetectStackSetDrift", **request)["OperationId"]
    return identifier


def details(play: Play, operation: str) -> dict[str, Any]:
    found = play("DescribeStackSetOperation", StackSetName="fleet", OperationId=operation)["StackSetOperation"]
    shown: dict[str, Any] = found["StackSetDriftDetectionDetails"]
    return shown


def counts(shown: dict[str, Any]) -> tuple[int, int, int, int, int]:
    names = ("Total", "Drifted", "InSync", "InProgress", "Failed")
    total, drifted, in_sync, in_progress, failed = (shown[f"{name}StackInstancesCount"] for name in names)
    return total, drifted, in_sync, in_progress, failed


HANGS = ResourceFault("T", "delete", hangs=True, account=BUSY)


def test_one_drifted_instance_makes_the_set_drifted() -> None:
    play = fleet()
    operation = detect(play)
    assert (details(play, operation)["DriftStatus"], counts(details(play, operation))) == (
        "NOT_CHECKED",
        (3, 0, 0, 3, 0),
    )
    play.settle()
    shown = details(play, operation)
    assert (shown["DriftStatus"], shown["DriftDetectionStatus"]) == ("DRIFTED", "COMPLETED")
    assert counts(shown) == (3, 1, 2, 0, 0)
    described = play("DescribeStackSet", StackSetName="fleet")["StackSet"]
    assert described["StackSetDriftDetectionDetails"] == shown
    listed = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert [row["DriftStatus"] for row in listed] == ["IN_SYNC", "DRIFTED", "IN_SYNC"]
    assert shown["LastDriftCheckTimestamp"] == max(row["LastDriftCheckTimestamp"] for row in listed)
    assert {row["Status"] for row in listed} == {"CURRENT"}


def test_what_is_known_grows_from_instance_to_instance() -> None:
    play = fleet()
    operation = detect(play)
    seen = [counts(details(play, operation))]
    while play.cloud.world.agenda.next() is not None:
        play.cloud._take_step()
        now = counts(details(play, operation))
        seen += [now] if now != seen[-1] else []
    assert seen == [(3, 0, 0, 3, 0), (3, 0, 1, 2, 0), (3, 1, 1, 1, 0), (3, 1, 2, 0, 0)]
    assert play("DescribeStackSet", StackSetName="fleet")["StackSet"]["StackSetDriftDetectionDetails"]


def test_an_instance_whose_stack_is_busy_cannot_be_looked_at() -> None:
    play = fleet(HANGS)
    keep_busy(play)
    operation = detect(play, FailureToleranceCount=1)
    play.settle()
    shown = details(play, operation)
    assert (shown["DriftDetectionStatus"], counts(shown)) == ("PARTIAL_SUCCESS", (3, 1, 1, 0, 1))
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=operation)["Summaries"]
    assert [row["Status"] for row in rows] == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert "while it is in DELETE_IN_PROGRESS state" in rows[0]["StatusReason"]
    [instance] = play("ListStackInstances", StackSetName="fleet", StackInstanceAccount=BUSY)["Summaries"]
    assert (instance["Status"], instance["DriftStatus"]) == ("CURRENT", "NOT_CHECKED")


def test_a_failure_that_is_not_tolerated_ends_the_detection() -> None:
    play = fleet(HANGS)
    keep_busy(play)
    operation = detect(play)
    play.settle()
    shown = details(play, operation)
    assert (shown["DriftStatus"], shown["DriftDetectionStatus"]) == ("NOT_CHECKED", "FAILED")


def test_a_stack_that_is_gone_cannot_be_looked_at() -> None:
    play = fleet()
    keep_busy(play)
    operation = detect(play, FailureToleranceCount=1)
    play.settle()
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=operation)["Summaries"]
    assert [row["Status"] for row in rows] == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert rows[0]["StatusReason"].endswith("does not exist")


def test_a_stack_that_its_own_account_updated_is_in_sync() -> None:
    play = fleet()
    [stack] = play.at(UNTOUCHED, REGION, "DescribeStacks")["Stacks"]
    body = json.dumps(template(T=topic("its own")))
    play.at(UNTOUCHED, REGION, "UpdateStack", StackName=stack["StackName"], TemplateBody=body)
    play.settle()
    operation = detect(play)
    play.settle()
    assert counts(details(play, operation)) == (3, 1, 2, 0, 0)


def test_a_detection_may_be_stopped() -> None:
    play = fleet()
    operation = detect(play)
    play.cloud._take_step()
    play("StopStackSetOperation", StackSetName="fleet", OperationId=operation)
    play.settle()
    shown = details(play, operation)
    assert (shown["DriftDetectionStatus"], counts(shown)) == ("STOPPED", (3, 0, 1, 0, 0))
