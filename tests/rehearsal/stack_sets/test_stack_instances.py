"""What can go wrong with one instance of a stack set."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.errors import CloudFormationError
from rehearsal.faults import ResourceFault, Scenario
from tests.rehearsal.play import ACCOUNT, REGION, Play

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


def test_a_failed_delete_leaves_the_instance_inoperable() -> None:
    play = fleet(Scenario((ResourceFault("T", "delete", "in use"),)))
    call(play, "CreateStackInstances")
    result = call(play, "DeleteStackInstances", RetainStacks=False)
    assert result["Status"] == "FAILED"
    [row] = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert row["Status"] == "INOPERABLE"


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
