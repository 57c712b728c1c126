"""What can go wrong with one instance of a stack set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state import world as world_module
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic

TEMPLATE = {
    "Parameters": {"Size": {"Type": "Number", "Default": 1}},
    "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Size"}}}},
}


def fleet(scenario: Scenario | None = None) -> Play:
    play = Play(scenario)
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(TEMPLATE))
    return play


def call(play: Play, operation: str, **more: Any) -> dict[str, Any]:
    request = {"StackSetName": "fleet", "Accounts": [ACCOUNT], "Regions": [REGION]} | more
    identifier = play(operation, **request)["OperationId"]
    play.settle()
    found = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=identifier)["Summaries"]
    result: dict[str, Any] = found[0]
    return result


def stack(play: Play) -> Any:
    return next(iter(play.cloud.world.state.stacks.values()))


def statuses(play: Play) -> tuple[str, str]:
    """Status and detailed status of the only instance."""
    [row] = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    return row["Status"], row["StackInstanceStatus"]["DetailedStatus"]


def test_values_that_do_not_fit_fail_the_instance() -> None:
    wrong = [{"ParameterKey": "Size", "ParameterValue": "big"}]
    result = call(fleet(), "CreateStackInstances", ParameterOverrides=wrong)
    assert (result["Status"], result["StatusReason"]) == ("FAILED", "Parameter 'Size' must be a number.")


def test_a_stack_that_is_busy_fails_the_instance() -> None:
    play = fleet(Scenario((ResourceFault("T", "delete", hangs=True),)))
    call(play, "CreateStackInstances")
    found = stack(play)
    play("DeleteStack", StackName=found.name)
    play.settle()
    other = [{"ParameterKey": "Size", "ParameterValue": "2"}]
    result = call(play, "UpdateStackInstances", ParameterOverrides=other)
    assert result["StatusReason"] == f"Stack:{found.id} is in DELETE_IN_PROGRESS state and can not be updated."
    result = call(play, "DeleteStackInstances", RetainStacks=False)
    assert result["StatusReason"] == f"Stack [{found.name}] cannot be deleted while in status DELETE_IN_PROGRESS"


def test_a_failed_update_names_what_failed() -> None:
    play = fleet(Scenario((ResourceFault("T", "update", "no capacity"),)))
    call(play, "CreateStackInstances")
    other = [{"ParameterKey": "Size", "ParameterValue": "2"}]
    result = call(play, "UpdateStackInstances", ParameterOverrides=other)
    assert result["StatusReason"] == (
        "ResourceLogicalId:T, ResourceType:AWS::SNS::Topic, ResourceStatusReason:no capacity."
    )


def test_a_failed_delete_leaves_the_instance_inoperable_until_its_stack_is_let_go() -> None:
    play = fleet(Scenario((ResourceFault("T", "delete", "in use"),)))
    call(play, "CreateStackInstances")
    result = call(play, "DeleteStackInstances", RetainStacks=False)
    assert result["Status"] == "FAILED"
    assert statuses(play) == ("INOPERABLE", "INOPERABLE")
    values = [{"ParameterKey": "Size", "ParameterValue": "2"}]
    update = play("UpdateStackSet", StackSetName="fleet", UsePreviousTemplate=True, Parameters=values)["OperationId"]
    play.settle()
    assert play("ListStackSetOperationResults", StackSetName="fleet", OperationId=update)["Summaries"] == []
    assert statuses(play) == ("INOPERABLE", "INOPERABLE")
    assert call(play, "DeleteStackInstances", RetainStacks=True)["Status"] == "SUCCEEDED"
    assert play("ListStackInstances", StackSetName="fleet")["Summaries"] == []


def test_a_stack_that_is_gone_already_is_deleted() -> None:
    play = fleet()
    call(play, "CreateStackInstances")
    play("DeleteStack", StackName=stack(play).name)
    play.settle()
    assert call(play, "DeleteStackInstances", RetainStacks=False)["Status"] == "SUCCEEDED"


def test_a_stack_that_is_gone_is_made_anew() -> None:
    play = fleet()
    call(play, "CreateStackInstances")
    play("DeleteStack", StackName=stack(play).name)
    play.settle()
    assert call(play, "CreateStackInstances")["Status"] == "SUCCEEDED"
    assert [found.status for found in play.cloud.world.state.stacks.values()] == ["DELETE_COMPLETE", "CREATE_COMPLETE"]


def test_an_instance_has_what_the_transform_makes_of_the_sets_template() -> None:
    looped = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a"}},
        "Resources": {"Fn::ForEach::L": ["X", {"Ref": "Names"}, {"T${X}": {"Type": "AWS::SNS::Topic"}}]},
    }
    play = Play()
    request = {"StackSetName": "fleet", "TemplateBody": json.dumps(looped)}
    with pytest.raises(CloudFormationError) as refused:
        play("CreateStackSet", **request)
    assert refused.value.message == "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
    play("CreateStackSet", Capabilities=["CAPABILITY_AUTO_EXPAND"], **request)
    more = [{"ParameterKey": "Names", "ParameterValue": "a,b"}]
    assert call(play, "CreateStackInstances", ParameterOverrides=more)["Status"] == "SUCCEEDED"
    assert set(stack(play).resources) == {"Ta", "Tb"}


ELSEWHERE = "210987654321"
LOGS = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "same-everywhere"}}
THERE: dict[str, Any] = {"Accounts": [ELSEWHERE]}


def theirs(play: Play) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = play.at(ELSEWHERE, REGION, "DescribeStacks")["Stacks"]
    return found


def test_the_set_does_not_see_that_the_user_of_an_account_deleted_its_stack() -> None:
    play = fleet()
    call(play, "CreateStackInstances", **THERE)
    [stack] = theirs(play)
    play.at(ELSEWHERE, REGION, "DeleteStack", StackName=stack["StackName"])
    play.settle()
    assert theirs(play) == []
    assert statuses(play) == ("CURRENT", "SUCCEEDED")
    assert call(play, "UpdateStackInstances", **THERE)["Status"] == "SUCCEEDED"
    [anew] = theirs(play)
    assert anew["StackId"] != stack["StackId"]
    [row] = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert row["StackId"] == anew["StackId"]


def test_what_the_user_of_an_account_changed_is_undone_by_the_next_operation_alone() -> None:
    play = fleet()
    call(play, "CreateStackInstances", **THERE)
    [stack] = theirs(play)
    own = json.dumps(template(T=topic("own"), U=topic()))
    play.at(ELSEWHERE, REGION, "UpdateStack", StackName=stack["StackName"], TemplateBody=own)
    play.settle()
    assert statuses(play) == ("CURRENT", "SUCCEEDED")
    assert call(play, "UpdateStackInstances", **THERE)["Status"] == "SUCCEEDED"
    shown = play.at(ELSEWHERE, REGION, "DescribeStackResources", StackName=stack["StackId"])["StackResources"]
    assert {row["LogicalResourceId"]: row["ResourceStatus"] for row in shown} == {
        "T": "UPDATE_COMPLETE",
        "U": "DELETE_COMPLETE",
    }


def test_a_stack_with_which_the_user_of_an_account_is_busy_fails_its_instance_alone() -> None:
    fault = ResourceFault("T", "update", hangs=True, account=ELSEWHERE)
    play = fleet(Scenario((fault,)))
    both = {"Accounts": [ACCOUNT, ELSEWHERE], "OperationPreferences": {"FailureToleranceCount": 1}}
    call(play, "CreateStackInstances", **both)
    [busy] = theirs(play)
    body = json.dumps(template(T=topic("own")))
    play.at(ELSEWHERE, REGION, "UpdateStack", StackName=busy["StackName"], TemplateBody=body)
    play.settle()
    values = [{"ParameterKey": "Size", "ParameterValue": "2"}]
    update = {"StackSetName": "fleet", "UsePreviousTemplate": True, "Parameters": values}
    identifier = play("UpdateStackSet", OperationPreferences={"FailureToleranceCount": 1}, **update)["OperationId"]
    play.settle()
    rows = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=identifier)["Summaries"]
    assert [(row["Account"], row["Status"], row.get("StatusReason")) for row in rows] == [
        (ACCOUNT, "SUCCEEDED", None),
        (ELSEWHERE, "FAILED", f"Stack:{busy['StackId']} is in UPDATE_IN_PROGRESS state and can not be updated."),
    ]
    listed = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert [row["Status"] for row in listed] == ["CURRENT", "OUTDATED"]


def test_a_stack_that_is_deleted_while_the_set_creates_it_has_failed() -> None:
    play = fleet()
    request = {"StackSetName": "fleet", "Regions": [REGION], **THERE}
    identifier = play("CreateStackInstances", **request)["OperationId"]
    play.cloud._take_step()
    [stack] = theirs(play)
    play.at(ELSEWHERE, REGION, "DeleteStack", StackName=stack["StackName"])
    play.settle()
    [row] = play("ListStackSetOperationResults", StackSetName="fleet", OperationId=identifier)["Summaries"]
    assert row["Status"] == "FAILED"
    assert statuses(play) == ("OUTDATED", "FAILED")


def test_names_exports_and_the_id_of_the_account_are_those_of_the_instances_account() -> None:
    named = {
        "Resources": {"L": LOGS},
        "Outputs": {"O": {"Value": {"Ref": "AWS::AccountId"}, "Export": {"Name": "same-everywhere"}}},
    }
    play = Play()
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(named))
    request = {"StackSetName": "fleet", "Accounts": [ACCOUNT, ELSEWHERE], "Regions": [REGION]}
    play("CreateStackInstances", **request)
    play.settle()
    for account in (ACCOUNT, ELSEWHERE):
        [export] = play.at(account, REGION, "ListExports")["Exports"]
        assert (export["Name"], export["Value"]) == ("same-everywhere", account)
        body = json.dumps(template(L=LOGS))
        play.at(account, REGION, "CreateStack", StackName="second", TemplateBody=body)
        play.settle()
        [second] = play.at(account, REGION, "DescribeStacks", StackName="second")["Stacks"]
        assert second["StackStatus"] == "ROLLBACK_COMPLETE"


def test_a_region_of_an_account_that_is_full_fails_its_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world_module, "MAXIMUM_STACKS", 1)
    play = fleet()
    play.at(ELSEWHERE, REGION, "CreateStack", StackName="own", TemplateBody=json.dumps(template(T=topic())))
    play.settle()
    assert call(play, "CreateStackInstances", **THERE)["StatusReason"] == "Limit for stack has been exceeded"
    assert call(play, "CreateStackInstances")["Status"] == "SUCCEEDED"
