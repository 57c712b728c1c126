"""Stack sets themselves: made, shown, changed, deleted, refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import ACCOUNT, REGION, Play

TEMPLATE = {
    "Parameters": {"Name": {"Type": "String", "Default": "a"}},
    "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Name"}}}},
}
OTHER = "eu-west-1"


def made(play: Play, **more: Any) -> str:
    request = {"TemplateBody": json.dumps(TEMPLATE)} | more
    identifier: str = play("CreateStackSet", StackSetName="fleet", **request)["StackSetId"]
    return identifier


def refused(play: Play, operation: str, **request: Any) -> tuple[str, str, int]:
    with pytest.raises(CloudFormationError) as refusal:
        play(operation, **request)
    return refusal.value.code, refusal.value.message, refusal.value.status


def described(play: Play) -> dict[str, Any]:
    found: dict[str, Any] = play("DescribeStackSet", StackSetName="fleet")["StackSet"]
    return found


def test_a_stack_set_is_found_by_name_id_and_arn() -> None:
    play = Play()
    identifier = made(play, Description="everywhere", Tags=[{"Key": "a", "Value": "b"}])
    shown = described(play)
    assert shown["StackSetId"] == identifier
    assert shown["StackSetARN"] == f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stackset/{identifier}"
    assert (shown["Status"], shown["PermissionModel"]) == ("ACTIVE", "SELF_MANAGED")
    assert shown["Description"] == "everywhere"
    assert shown["Tags"] == [{"Key": "a", "Value": "b"}]
    assert shown["AdministrationRoleARN"].endswith(":role/AWSCloudFormationStackSetAdministrationRole")
    for name in (identifier, shown["StackSetARN"]):
        assert play("DescribeStackSet", StackSetName=name)["StackSet"] == shown


def test_a_stack_set_that_is_not_there_is_not_found() -> None:
    assert refused(Play(), "DescribeStackSet", StackSetName="none") == (
        "StackSetNotFoundException",
        "StackSet none not found",
        404,
    )


def test_a_name_is_used_once() -> None:
    play = Play()
    made(play)
    code, _, status = refused(play, "CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(TEMPLATE))
    assert (code, status) == ("NameAlreadyExistsException", 409)


def test_a_template_is_checked_at_once() -> None:
    play = Play()
    assert refused(play, "CreateStackSet", StackSetName="fleet", TemplateBody="{}")[0] == "ValidationError"
    assert refused(play, "CreateStackSet", StackSetName="fleet")[1] == (
        "Either Template URL or Template Body must be specified."
    )
    assert refused(play, "DescribeStackSet", StackSetName="fleet")[0] == "StackSetNotFoundException"


def test_a_set_has_one_template_from_one_place() -> None:
    twice = {"TemplateBody": json.dumps(TEMPLATE), "TemplateURL": "https://templates.s3.amazonaws.com/fleet"}
    code, text, _ = refused(Play(), "CreateStackSet", StackSetName="fleet", **twice)
    assert (code, text) == ("ValidationError", "Either Template URL or Template Body must be specified.")


def test_a_template_may_come_from_s3() -> None:
    play = Play()
    play("CreateStackSet", StackSetName="fleet", TemplateURL=play.put("fleet.json", TEMPLATE))
    assert json.loads(described(play)["TemplateBody"]) == TEMPLATE


def test_organizations_are_not_simulated() -> None:
    play = Play()
    body = json.dumps(TEMPLATE)
    _, text, _ = refused(
        play, "CreateStackSet", StackSetName="fleet", TemplateBody=body, PermissionModel="SERVICE_MANAGED"
    )
    assert "is not simulated" in text
    made(play)
    units = {"OrganizationalUnitIds": ["ou-1"]}
    _, text, _ = refused(play, "CreateStackInstances", StackSetName="fleet", Regions=[REGION], DeploymentTargets=units)
    assert text == "DeploymentTargets OrganizationalUnitIds is not simulated by the rehearsal"


def test_deleted_sets_are_listed_by_their_status_and_free_their_name() -> None:
    play = Play()
    made(play, Description="old")
    play("DeleteStackSet", StackSetName="fleet")
    made(play)
    statuses = [row["Status"] for row in play("ListStackSets")["Summaries"]]
    assert statuses == ["DELETED", "ACTIVE"]
    assert len(play("ListStackSets", Status="ACTIVE")["Summaries"]) == 1
    assert play("DeleteStackSet", StackSetName="none") == {}


def test_only_an_empty_set_is_deleted() -> None:
    play = Play()
    made(play)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT], Regions=[REGION])
    assert refused(play, "DeleteStackSet", StackSetName="fleet")[0] == "OperationInProgressException"
    play.settle()
    assert refused(play, "DeleteStackSet", StackSetName="fleet")[0] == "StackSetNotEmptyException"


def test_an_update_reaches_every_instance() -> None:
    play = Play()
    made(play)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT], Regions=[REGION, OTHER])
    play.settle()
    assert described(play)["Regions"] == [REGION, OTHER]
    request = {"UsePreviousTemplate": True, "Parameters": [{"ParameterKey": "Name", "ParameterValue": "b"}]}
    play("UpdateStackSet", StackSetName="fleet", **request)
    assert {row["Status"] for row in play("ListStackInstances", StackSetName="fleet")["Summaries"]} == {"OUTDATED"}
    play.settle()
    assert {row["Status"] for row in play("ListStackInstances", StackSetName="fleet")["Summaries"]} == {"CURRENT"}
    [stack] = play("DescribeStacks")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "b"}]
    assert described(play)["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "b"}]


def test_an_update_of_some_regions_leaves_the_others_outdated() -> None:
    play = Play()
    made(play)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT], Regions=[REGION, OTHER])
    play.settle()
    values = [{"ParameterKey": "Name", "UsePreviousValue": True}]
    chosen = {"Accounts": [ACCOUNT], "Regions": [OTHER]}
    play("UpdateStackSet", StackSetName="fleet", UsePreviousTemplate=True, Parameters=values, **chosen)
    play.settle()
    listed = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    rows = {row["Region"]: (row["Status"], row["StackInstanceStatus"]["DetailedStatus"]) for row in listed}
    assert rows == {REGION: ("OUTDATED", "PENDING"), OTHER: ("CURRENT", "SUCCEEDED")}


def test_a_refused_update_changes_nothing() -> None:
    play = Play()
    made(play)
    assert refused(play, "UpdateStackSet", StackSetName="fleet", TemplateBody="{}")[0] == "ValidationError"
    play.settle()
    assert json.loads(described(play)["TemplateBody"]) == TEMPLATE
    assert play("ListStackSetOperations", StackSetName="fleet")["Summaries"] == []
