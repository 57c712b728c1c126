"""What is told of the operations on a stack set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
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
