"""What is listed of the operations on a stack set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import Drift, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic

ELSEWHERE = "210987654321"
GATE = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "FunctionName": "AWSCloudFormationStackSetAccountGate",
        "Role": "arn:aws:iam::210987654321:role/gate",
        "Code": {"ZipFile": "x"},
    },
}


@pytest.fixture
def play() -> Play:
    found = Play()
    found("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(T=topic())))
    return found


def call(play: Play, operation: str, **request: Any) -> dict[str, Any]:
    return play(operation, StackSetName="fleet", **request)


def create(play: Play, accounts: list[str], **more: Any) -> str:
    request = {"Accounts": accounts, "Regions": [REGION]}
    identifier: str = call(play, "CreateStackInstances", **request, **more)["OperationId"]
    return identifier


def results(play: Play, identifier: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call(play, "ListStackSetOperationResults", OperationId=identifier)["Summaries"]
    return rows


def no_gate(account: str) -> dict[str, str]:
    function = f"arn:aws:lambda:{REGION}:{account}:function:AWSCloudFormationStackSetAccountGate"
    return {"Status": "SKIPPED", "StatusReason": f"Function not found: {function}"}


def test_operations_tell_how_they_went(play: Play) -> None:
    identifier = create(play, [ACCOUNT], OperationPreferences={"MaxConcurrentCount": 2})
    play.settle()
    operation = call(play, "DescribeStackSetOperation", OperationId=identifier)["StackSetOperation"]
    assert (operation["Action"], operation["Status"]) == ("CREATE", "SUCCEEDED")
    assert operation["OperationPreferences"] == {"MaxConcurrentCount": 2}
    assert operation["EndTimestamp"] > operation["CreationTimestamp"]
    assert [row["OperationId"] for row in call(play, "ListStackSetOperations")["Summaries"]] == [identifier]
    failed = [{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}]
    assert call(play, "ListStackSetOperationResults", OperationId=identifier, Filters=failed)["Summaries"] == []


def test_a_result_tells_that_its_account_has_no_gate_once_it_has_begun(play: Play) -> None:
    identifier = create(play, [ACCOUNT, ELSEWHERE])
    assert [set(row) for row in results(play, identifier)] == [{"Account", "Region", "Status"}] * 2
    play.settle()
    assert results(play, identifier) == [
        {"Account": account, "Region": REGION, "Status": "SUCCEEDED", "AccountGateResult": no_gate(account)}
        for account in (ACCOUNT, ELSEWHERE)
    ]


def test_nothing_is_said_of_the_gate_of_an_account_that_has_one(play: Play) -> None:
    body = json.dumps({"Resources": {"G": GATE}})
    play.at(ELSEWHERE, REGION, "CreateStack", StackName="gate", TemplateBody=body)
    play.settle()
    identifier = create(play, [ACCOUNT, ELSEWHERE])
    play.settle()
    here, there = results(play, identifier)
    assert here["AccountGateResult"] == no_gate(ACCOUNT)
    assert there == {"Account": ELSEWHERE, "Region": REGION, "Status": "SUCCEEDED"}


@pytest.mark.parametrize("operation", ["DescribeStackSetOperation", "StopStackSetOperation"])
def test_an_operation_that_is_not_there_is_not_found(play: Play, operation: str) -> None:
    with pytest.raises(CloudFormationError) as refused:
        call(play, operation, OperationId="none")
    assert refused.value.code == "OperationNotFoundException"


# Drift


@pytest.fixture
def drifting() -> Play:
    by_hand = (Drift("T", "DisplayName", "by hand", account=ELSEWHERE), Drift("U", "*", account=ELSEWHERE))
    found = Play(Scenario(drift=by_hand))
    body = json.dumps(template(T=topic("first"), U=topic("second"), V=topic("third")))
    found("CreateStackSet", StackSetName="fleet", TemplateBody=body)
    found("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT, ELSEWHERE], Regions=[REGION])
    found.settle()
    return found


def drifts(drifting: Play, operation: str, account: str, **more: Any) -> list[dict[str, Any]]:
    where = {"StackInstanceAccount": account, "StackInstanceRegion": REGION}
    request = {"StackSetName": "fleet", "OperationId": operation, **where, **more}
    rows: list[dict[str, Any]] = drifting("ListStackInstanceResourceDrifts", **request)["Summaries"]
    return rows


def test_the_resources_of_an_instance_tell_how_they_differ(drifting: Play) -> None:
    operation = drifting("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    assert drifts(drifting, operation, ELSEWHERE) == []
    drifting.settle()
    rows = {row["LogicalResourceId"]: row for row in drifts(drifting, operation, ELSEWHERE)}
    statuses = {name: row["StackResourceDriftStatus"] for name, row in rows.items()}
    assert statuses == {"T": "MODIFIED", "U": "DELETED", "V": "IN_SYNC"}
    [difference] = rows["T"]["PropertyDifferences"]
    assert (difference["PropertyPath"], difference["ActualValue"]) == ("/DisplayName", "by hand")
    assert [name for name, row in rows.items() if "PropertyDifferences" in row] == ["T"]
    [instance] = drifting("ListStackInstances", StackSetName="fleet", StackInstanceAccount=ELSEWHERE)["Summaries"]
    assert {row["StackId"] for row in rows.values()} == {instance["StackId"]}
    assert {row["StackResourceDriftStatus"] for row in drifts(drifting, operation, ACCOUNT)} == {"IN_SYNC"}


def test_resources_are_listed_by_their_status_and_in_pages(drifting: Play) -> None:
    operation = drifting("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    drifting.settle()
    chosen = drifts(drifting, operation, ELSEWHERE, StackInstanceResourceDriftStatuses=["DELETED", "MODIFIED"])
    assert [row["LogicalResourceId"] for row in chosen] == ["T", "U"]
    assert len(drifts(drifting, operation, ELSEWHERE, MaxResults=2)) == 2


def test_what_was_found_first_stays_with_its_operation(drifting: Play) -> None:
    first = drifting("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    drifting.settle()
    before = drifts(drifting, first, ELSEWHERE)
    body = json.dumps(template(T=topic("newer"), V=topic("third")))
    drifting("UpdateStackSet", StackSetName="fleet", TemplateBody=body)
    drifting.settle()
    second = drifting("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    drifting.settle()
    assert drifts(drifting, first, ELSEWHERE) == before
    assert {row["StackResourceDriftStatus"] for row in drifts(drifting, second, ELSEWHERE)} == {"IN_SYNC"}


def test_lists_tell_what_the_last_detection_found(drifting: Play) -> None:
    [row] = drifting("ListStackSets")["Summaries"]
    assert (row["DriftStatus"], "LastDriftCheckTimestamp" in row) == ("NOT_CHECKED", False)
    drifting("DetectStackSetDrift", StackSetName="fleet")
    drifting.settle()
    [row] = drifting("ListStackSets")["Summaries"]
    assert (row["DriftStatus"], "LastDriftCheckTimestamp" in row) == ("DRIFTED", True)
    drifted = [{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]
    rows = drifting("ListStackInstances", StackSetName="fleet", Filters=drifted)["Summaries"]
    assert [row["Account"] for row in rows] == [ELSEWHERE]
    where = {"StackInstanceAccount": ACCOUNT, "StackInstanceRegion": REGION}
    described = drifting("DescribeStackInstance", StackSetName="fleet", **where)["StackInstance"]
    assert described["DriftStatus"] == "IN_SYNC"


def test_one_detection_at_a_time(drifting: Play) -> None:
    drifting("DetectStackSetDrift", StackSetName="fleet")
    with pytest.raises(CloudFormationError) as refused:
        drifting("DetectStackSetDrift", StackSetName="fleet")
    assert refused.value.code == "OperationInProgressException"


def test_an_instance_or_an_operation_that_is_not_there_is_not_found(drifting: Play) -> None:
    operation = drifting("DetectStackSetDrift", StackSetName="fleet")["OperationId"]
    for identifier, account, code in (
        (operation, "999999999999", "StackInstanceNotFoundException"),
        ("none", ACCOUNT, "OperationNotFoundException"),
    ):
        with pytest.raises(CloudFormationError) as refused:
            drifts(drifting, identifier, account)
        assert refused.value.code == code
