"""Instances of stack sets."""

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
ELSEWHERE = "210987654321"


@pytest.fixture
def play() -> Play:
    found = Play()
    found("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(TEMPLATE))
    return found


def call(play: Play, operation: str, **request: Any) -> dict[str, Any]:
    return play(operation, StackSetName="fleet", **request)


def create(play: Play, accounts: list[str], regions: list[str], **more: Any) -> str:
    identifier: str = call(play, "CreateStackInstances", Accounts=accounts, Regions=regions, **more)["OperationId"]
    play.settle()
    return identifier


def code(play: Play, operation: str, **request: Any) -> str:
    with pytest.raises(CloudFormationError) as refusal:
        call(play, operation, **request)
    return refusal.value.code


def test_an_instance_has_a_stack_of_its_own(play: Play) -> None:
    create(play, [ACCOUNT], [REGION])
    shown = call(play, "DescribeStackInstance", StackInstanceAccount=ACCOUNT, StackInstanceRegion=REGION)[
        "StackInstance"
    ]
    assert (shown["Status"], shown["StackInstanceStatus"]) == ("CURRENT", {"DetailedStatus": "SUCCEEDED"})
    stack = play.stack(shown["StackId"])
    assert stack["StackName"].startswith("StackSet-fleet-")
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_the_stack_of_an_instance_in_another_account_is_there_alone(play: Play) -> None:
    create(play, [ELSEWHERE], [REGION])
    [row] = call(play, "ListStackInstances")["Summaries"]
    assert (row["Account"], row["Status"]) == (ELSEWHERE, "CURRENT")
    assert f":{REGION}:{ELSEWHERE}:stack/StackSet-fleet-" in row["StackId"]
    assert play("DescribeStacks")["Stacks"] == []
    [stack] = play.at(ELSEWHERE, REGION, "DescribeStacks")["Stacks"]
    assert (stack["StackId"], stack["StackStatus"]) == (row["StackId"], "CREATE_COMPLETE")
    [resource] = play.at(ELSEWHERE, REGION, "DescribeStackResources", StackName=row["StackId"])["StackResources"]
    assert f":sns:{REGION}:{ELSEWHERE}:" in resource["PhysicalResourceId"]


def test_a_stack_that_is_kept_stays_in_its_account(play: Play) -> None:
    create(play, [ELSEWHERE], [REGION])
    call(play, "DeleteStackInstances", Accounts=[ELSEWHERE], Regions=[REGION], RetainStacks=True)
    play.settle()
    assert call(play, "ListStackInstances")["Summaries"] == []
    [stack] = play.at(ELSEWHERE, REGION, "DescribeStacks")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_a_stack_set_is_known_to_the_account_that_administers_it_alone(play: Play) -> None:
    create(play, [ELSEWHERE], [REGION])
    assert play.at(ELSEWHERE, REGION, "ListStackSets")["Summaries"] == []
    body = json.dumps(TEMPLATE)
    play.at(ELSEWHERE, REGION, "CreateStackSet", StackSetName="fleet", TemplateBody=body)
    request = {"StackSetName": "fleet", "Accounts": [ACCOUNT], "Regions": [OTHER]}
    play.at(ELSEWHERE, REGION, "CreateStackInstances", **request)
    play.settle()
    [row] = play.at(ELSEWHERE, REGION, "ListStackInstances", StackSetName="fleet")["Summaries"]
    assert (row["Account"], row["Status"]) == (ACCOUNT, "CURRENT")
    assert [stack["StackId"] for stack in play.at(ACCOUNT, OTHER, "DescribeStacks")["Stacks"]] == [row["StackId"]]


def test_accounts_may_be_named_as_deployment_targets_and_must_be_named(play: Play) -> None:
    call(play, "CreateStackInstances", DeploymentTargets={"Accounts": [ACCOUNT]}, Regions=[REGION])
    play.settle()
    assert len(call(play, "ListStackInstances")["Summaries"]) == 1
    assert code(play, "CreateStackInstances", Regions=[REGION]) == "ValidationError"


def test_overrides_go_before_the_sets_parameters_until_they_are_taken_back(play: Play) -> None:
    own = [{"ParameterKey": "Name", "ParameterValue": "own"}]
    create(play, [ACCOUNT], [REGION], ParameterOverrides=own)
    shown = call(play, "DescribeStackInstance", StackInstanceAccount=ACCOUNT, StackInstanceRegion=REGION)
    assert shown["StackInstance"]["ParameterOverrides"] == own
    [stack] = play("DescribeStacks")["Stacks"]
    assert stack["Parameters"][0]["ParameterValue"] == "own"
    kept = [{"ParameterKey": "Name", "UsePreviousValue": True}]
    for overrides, expected in ((kept, "own"), ([], "a")):
        call(play, "UpdateStackInstances", Accounts=[ACCOUNT], Regions=[REGION], ParameterOverrides=overrides)
        play.settle()
        assert play("DescribeStacks")["Stacks"][0]["Parameters"][0]["ParameterValue"] == expected


def test_an_update_without_overrides_keeps_them(play: Play) -> None:
    own = [{"ParameterKey": "Name", "ParameterValue": "own"}]
    create(play, [ACCOUNT], [REGION], ParameterOverrides=own)
    call(play, "UpdateStackInstances", Accounts=[ACCOUNT], Regions=[REGION])
    play.settle()
    shown = call(play, "DescribeStackInstance", StackInstanceAccount=ACCOUNT, StackInstanceRegion=REGION)
    assert shown["StackInstance"]["ParameterOverrides"] == own


def test_instances_are_listed_by_what_is_asked_for(play: Play) -> None:
    first = create(play, [ACCOUNT, ELSEWHERE], [REGION, OTHER])
    assert len(call(play, "ListStackInstances")["Summaries"]) == 4
    assert len(call(play, "ListStackInstances", StackInstanceAccount=ACCOUNT)["Summaries"]) == 2
    assert len(call(play, "ListStackInstances", StackInstanceRegion=OTHER)["Summaries"]) == 2
    for name, value, count in (
        ("LAST_OPERATION_ID", first, 4),
        ("LAST_OPERATION_ID", "none", 0),
        ("DETAILED_STATUS", "SUCCEEDED", 4),
        ("DRIFT_STATUS", "DRIFTED", 0),
    ):
        assert len(call(play, "ListStackInstances", Filters=[{"Name": name, "Values": value}])["Summaries"]) == count
    page = call(play, "ListStackInstances", MaxResults=3)
    assert len(page["Summaries"]) == 3
    assert len(call(play, "ListStackInstances", MaxResults=3, NextToken=page["NextToken"])["Summaries"]) == 1


def test_instances_are_deleted_with_their_stacks_or_without(play: Play) -> None:
    create(play, [ACCOUNT], [REGION, OTHER])
    call(play, "DeleteStackInstances", Accounts=[ACCOUNT], Regions=[REGION], RetainStacks=False)
    play.settle()
    assert play("DescribeStacks")["Stacks"] == []
    kept = call(play, "ListStackInstances")["Summaries"][0]["StackId"]
    identifier = call(play, "DeleteStackInstances", Accounts=[ACCOUNT], Regions=[OTHER], RetainStacks=True)
    play.settle()
    assert call(play, "ListStackInstances")["Summaries"] == []
    assert play.stack(kept)["StackStatus"] == "CREATE_COMPLETE"
    operation = call(play, "DescribeStackSetOperation", **identifier)["StackSetOperation"]
    assert (operation["Action"], operation["RetainStacks"]) == ("DELETE", True)


def test_what_is_not_there_is_not_found(play: Play) -> None:
    where = {"StackInstanceAccount": ACCOUNT, "StackInstanceRegion": REGION}
    assert code(play, "DescribeStackInstance", **where) == "StackInstanceNotFoundException"
    chosen = {"Accounts": [ACCOUNT], "Regions": [REGION]}
    assert code(play, "UpdateStackInstances", **chosen) == "StackInstanceNotFoundException"
    assert code(play, "DeleteStackInstances", RetainStacks=False, **chosen) == "StackInstanceNotFoundException"


@pytest.mark.parametrize("region", ["mars-east-1", "cn-north-1", "us-gov-west-1"])
def test_there_is_no_instance_in_a_region_that_the_partition_has_not(play: Play, region: str) -> None:
    with pytest.raises(CloudFormationError, match=region):
        call(play, "CreateStackInstances", Accounts=[ACCOUNT], Regions=[REGION, region])
    assert call(play, "ListStackInstances")["Summaries"] == []


def test_an_override_outside_its_constraints_fails_its_instance(play: Play) -> None:
    narrow = {"Type": "String", "Default": "a", "AllowedPattern": "[a-z]+"}
    body = json.dumps(TEMPLATE | {"Parameters": {"Name": narrow}})
    call(play, "UpdateStackSet", TemplateBody=body)
    play.settle()
    create(play, [ACCOUNT], [REGION], ParameterOverrides=[{"ParameterKey": "Name", "ParameterValue": "A1"}])
    [row] = call(play, "ListStackInstances")["Summaries"]
    assert (row["Status"], row["StatusReason"]) == ("OUTDATED", "Parameter 'Name' must match pattern [a-z]+")
