"""Drift of stack sets, asked for and read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import Drift, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic

ELSEWHERE = "210987654321"


@pytest.fixture
def play() -> Play:
    by_hand = (Drift("T", "DisplayName", "by hand", account=ELSEWHERE), Drift("U", "*", account=ELSEWHERE))
    play = Play(Scenario(drift=by_hand))
    body = json.dumps(template(T=topic("first"), U=topic("second"), V=topic("third")))
    play("CreateStackSet", StackSetName="fleet", TemplateBody=body)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT, ELSEWHERE], Regions=[REGION])
    play.settle()
    return play


def drifts(play: Play, operation: str, account: str, **more: Any) -> list[dict[str, Any]]:
    where = {"StackInstanceAccount": account, "StackInstanceRegion": REGION}
    request = {"StackSetName": "fleet", "OperationId": operation, **where, **more}
    rows: list[dict[str, Any]] = play("ListStackInstanceResourceDrifts", **request)["Summaries"]
    return rows


def test_the_resources_of_an_instance_tell_how_they_differ(play: Play) -> None:
    operation = play("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    assert drifts(play, operation, ELSEWHERE) == []
    play.settle()
    rows = {row["LogicalResourceId"]: row for row in drifts(play, operation, ELSEWHERE)}
    statuses = {name: row["StackResourceDriftStatus"] for name, row in rows.items()}
    assert statuses == {"T": "MODIFIED", "U": "DELETED", "V": "IN_SYNC"}
    [difference] = rows["T"]["PropertyDifferences"]
    assert (difference["PropertyPath"], difference["ActualValue"]) == ("/DisplayName", "by hand")
    assert [name for name, row in rows.items() if "PropertyDifferences" in row] == ["T"]
    [instance] = play("ListStackInstances", StackSetName="fleet", StackInstanceAccount=ELSEWHERE)["Summaries"]
    assert {row["StackId"] for row in rows.values()} == {instance["StackId"]}
    assert {row["StackResourceDriftStatus"] for row in drifts(play, operation, ACCOUNT)} == {"IN_SYNC"}


def test_resources_are_listed_by_their_status_and_in_pages(play: Play) -> None:
    operation = play("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    play.settle()
    chosen = drifts(play, operation, ELSEWHERE, StackInstanceResourceDriftStatuses=["DELETED", "MODIFIED"])
    assert [row["LogicalResourceId"] for row in chosen] == ["T", "U"]
    assert len(drifts(play, operation, ELSEWHERE, MaxResults=2)) == 2


def test_what_was_found_first_stays_with_its_operation(play: Play) -> None:
    first = play("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    play.settle()
    before = drifts(play, first, ELSEWHERE)
    body = json.dumps(template(T=topic("newer"), V=topic("third")))
    play("UpdateStackSet", StackSetName="fleet", TemplateBody=body)
    play.settle()
    second = play("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    play.settle()
    assert drifts(play, first, ELSEWHERE) == before
    assert {row["StackResourceDriftStatus"] for row in drifts(play, second, ELSEWHERE)} == {"IN_SYNC"}


def test_lists_tell_what_the_last_detection_found(play: Play) -> None:
    [row] = play("ListStackSets")["Summaries"]
    assert (row["DriftStatus"], "LastDriftCheckTimestamp" in row) == ("NOT_CHECKED", False)
    play("DetectStackSetDrift", StackSetName="fleet")
    play.settle()
    [row] = play("ListStackSets")["Summaries"]
    assert (row["DriftStatus"], "LastDriftCheckTimestamp" in row) == ("DRIFTED", True)
    drifted = [{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]
    rows = play("ListStackInstances", StackSetName="fleet", Filters=drifted)["Summaries"]
    assert [row["Account"] for row in rows] == [ELSEWHERE]
    where = {"StackInstanceAccount": ACCOUNT, "StackInstanceRegion": REGION}
    described = play("DescribeStackInstance", StackSetName="fleet", **where)["StackInstance"]
    assert described["DriftStatus"] == "IN_SYNC"


def test_one_detection_at_a_time(play: Play) -> None:
    play("DetectStackSetDrift", StackSetName="fleet")
    with pytest.raises(CloudFormationError) as refused:
        play("DetectStackSetDrift", StackSetName="fleet")
    assert refused.value.code == "OperationInProgressException"


def test_an_instance_or_an_operation_that_is_not_there_is_not_found(play: Play) -> None:
    operation = play("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    for identifier, account, code in (
        (operation, "999999999999", "StackInstanceNotFoundException"),
        ("none", ACCOUNT, "OperationNotFoundException"),
    ):
        with pytest.raises(CloudFormationError) as refused:
            drifts(play, identifier, account)
        assert refused.value.code == code
