"""Importing resources that exist into a stack."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets.imports import ADVICE
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play

OWN = {"Own": {"Type": "AWS::SNS::Topic"}}


def bucket(**more: Any) -> dict[str, Any]:
    properties = {"BucketName": "found-bucket"}
    return {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": properties} | more


def template(**entries: Any) -> dict[str, Any]:
    return {"Resources": OWN | (entries or {"Found": bucket()})}


def wanted(**more: Any) -> list[dict[str, Any]]:
    entry = {
        "ResourceType": "AWS::S3::Bucket",
        "LogicalResourceId": "Found",
        "ResourceIdentifier": {"BucketName": "found-bucket"},
    }
    return [entry | more]


def reviewed(play: Play, body: dict[str, Any], resources: Any = None, **more: Any) -> str:
    more["ResourcesToImport"] = wanted() if resources is None else resources
    return play.change_set(body, name="import", ChangeSetType="IMPORT", **more)


def refused(body: dict[str, Any], resources: Any = None, play: Play | None = None, **more: Any) -> str:
    play = play or Play()
    if play.cloud.world.find("demo", "ap-northeast-1") is None:
        play.deploy({"Resources": OWN})
    with pytest.raises(CloudFormationError) as refusal:
        reviewed(play, body, resources, **more)
    assert refusal.value.code == "ValidationError"
    return refusal.value.message


def executed(play: Play, change_set: str) -> None:
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()


def test_an_import_is_a_row_of_its_own_kind() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    change_set = reviewed(play, template())
    described = play.described(change_set)
    assert (described["Status"], described["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    assert described["StatusReason"] == ADVICE
    assert play.changes(change_set, values=False) == {
        "Found": {
            "Action": "Import",
            "LogicalResourceId": "Found",
            "PhysicalResourceId": "found-bucket",
            "ResourceType": "AWS::S3::Bucket",
            "Scope": [],
            "Details": [],
        }
    }
    context = json.loads(play.changes(change_set)["Found"]["AfterContext"])
    assert context == {"Properties": {"BucketName": "found-bucket"}, "DeletionPolicy": "Retain"}


def test_an_import_goes_through_the_statuses_that_aws_shows() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    before = len(play.events())
    change_set = reviewed(play, template())
    executed(play, change_set)
    assert play.events()[before:] == [
        ("demo", "IMPORT_IN_PROGRESS"),
        ("Found", "IMPORT_IN_PROGRESS"),
        ("Found", "IMPORT_COMPLETE"),
        ("Found", "UPDATE_IN_PROGRESS"),
        ("Found", "UPDATE_COMPLETE"),
        ("demo", "IMPORT_COMPLETE"),
    ]
    reasons = [reason for name, _, reason in play.reasons() if name == "Found"]
    assert reasons == [
        "Resource import started.",
        "Resource import completed.",
        "Apply stack-level tags to imported resource if applicable.",
    ]
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"
    assert play.described(change_set)["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_what_was_imported_is_a_resource_like_any_other() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    executed(play, reviewed(play, template()))
    play.deploy(template() | {"Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Found", "Arn"]}}}})
    assert play.stack()["Outputs"][0]["OutputValue"] == "arn:aws:s3:::found-bucket"
    play("DeleteStack", StackName="demo")
    play.settle()
    assert ("Found", "DELETE_SKIPPED") in play.events(play.cloud.world.state.stacks.copy().popitem()[0])


def test_what_was_imported_has_the_policies_that_the_template_gives_it() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    body = template(Found=bucket(UpdatePolicy={"AutoScalingReplacingUpdate": {"WillReplace": True}}))
    executed(play, reviewed(play, body))
    assert play.described(play.change_set(body, name="same"))["Status"] == "FAILED"


def test_a_resource_whose_name_aws_has_given_keeps_it() -> None:
    play = Play()
    vpc = {"Type": "AWS::EC2::VPC", "DeletionPolicy": "Retain", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    resources = [
        {"ResourceType": "AWS::EC2::VPC", "LogicalResourceId": "V", "ResourceIdentifier": {"VpcId": "vpc-0abc"}}
    ]
    play.deploy({"Resources": OWN})
    executed(play, reviewed(play, template(V=vpc), resources))
    play.deploy(template(V=vpc) | {"Outputs": {"Id": {"Value": {"Fn::GetAtt": ["V", "VpcId"]}}}})
    assert play.stack()["Outputs"][0]["OutputValue"] == "vpc-0abc"


def test_a_new_stack_may_begin_with_an_import() -> None:
    play = Play()
    change_set = reviewed(play, {"Resources": {"Found": bucket()}})
    assert play.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    executed(play, change_set)
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"
    assert play.stack()["LastOperations"][0]["OperationType"] == "CREATE_STACK"


def test_a_failed_import_lets_go_of_everything() -> None:
    play = Play(Scenario((ResourceFault("Found", "create", "no such bucket"),)))
    play.deploy({"Resources": OWN})
    change_set = reviewed(play, template())
    executed(play, change_set)
    assert play.stack()["StackStatus"] == "IMPORT_ROLLBACK_COMPLETE"
    assert play.described(change_set)["ExecutionStatus"] == "EXECUTE_FAILED"
    assert ("Found", "IMPORT_FAILED", "no such bucket") in play.reasons()
    names = [row["LogicalResourceId"] for row in play("ListStackResources", StackName="demo")["StackResourceSummaries"]]
    assert names == ["Own"]


def test_something_must_be_named() -> None:
    assert "ResourcesToImport" in refused(template(), [])


def test_what_is_imported_must_say_what_its_deletion_does() -> None:
    unguarded = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "found-bucket"}}
    assert refused(template(Found=unguarded)) == (
        "The following resources to import [Found] must have DeletionPolicy attribute specified in the template."
    )


def test_what_is_imported_must_be_in_the_template_with_its_type() -> None:
    assert "is not in the template" in refused(template(), wanted(LogicalResourceId="Other"))
    assert "is not in the template" in refused(template(), wanted(ResourceType="AWS::SNS::Topic"))


def test_the_identifier_is_that_of_the_type() -> None:
    assert "must be [BucketName], not [Name]" in refused(template(), wanted(ResourceIdentifier={"Name": "x"}))


def test_what_belongs_to_another_stack_is_not_imported() -> None:
    play = Play()
    arn = play.deploy({"Resources": {"B": bucket()}}, stack="other")["StackId"]
    assert refused(template(), play=play) == f"found-bucket already exists in stack {arn}"


def test_nothing_else_may_change() -> None:
    changed = {"Own": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "x"}}, "Found": bucket()}
    assert refused({"Resources": changed}) == (
        "You have modified resources [Own] in your template that are not being imported. "
        "Update, create or delete operations cannot be executed during import operations."
    )


def test_outputs_tags_and_role_stay_as_they_are() -> None:
    start = "As part of the import operation, you cannot modify or add "
    outputs = template() | {"Outputs": {"O": {"Value": "x"}}}
    assert refused(outputs) == start + "[Outputs]"
    tags = [{"Key": "a", "Value": "b"}]
    role = "arn:aws:iam::123456789012:role/deployer"
    assert refused(template(), Tags=tags, RoleARN=role) == start + "[RoleArn, Tags]"


def test_a_new_stack_takes_neither_tags_nor_a_role_with_an_import() -> None:
    more = {"Tags": [{"Key": "a", "Value": "b"}], "RoleARN": "arn:aws:iam::123456789012:role/deployer"}
    with pytest.raises(CloudFormationError) as refusal:
        reviewed(Play(), {"Resources": {"Found": bucket()}}, **more)
    text = "As part of the import operation, you cannot modify or add [RoleArn, Tags]"
    assert (refusal.value.code, refusal.value.message) == ("ValidationError", text)


def network(order: tuple[str, ...]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A network whose parts refer to each other, declared and asked for in that order."""
    vpc = {"Type": "AWS::EC2::VPC", "DeletionPolicy": "Retain", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    inside = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}}
    subnet = {"Type": "AWS::EC2::Subnet", "DeletionPolicy": "Retain", "Properties": inside}
    name = {"Fn::Sub": "${Subnet}-${Vpc.VpcId}"}
    logs = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Retain", "Properties": {"LogGroupName": name}}
    entries = {"Vpc": vpc, "Subnet": subnet, "Logs": logs}
    identifiers = {
        "Vpc": {"VpcId": "vpc-0123456789abcdef0"},
        "Subnet": {"SubnetId": "subnet-0123456789abcdef0"},
        "Logs": {"LogGroupName": "subnet-0123456789abcdef0-vpc-0123456789abcdef0"},
    }
    asked = [
        {"ResourceType": entries[key]["Type"], "LogicalResourceId": key, "ResourceIdentifier": identifiers[key]}
        for key in order
    ]
    return {"Resources": {key: entries[key] for key in order}}, asked


@pytest.mark.parametrize("order", list(permutations(("Vpc", "Subnet", "Logs"))))
def test_resources_that_are_imported_together_may_refer_to_each_other_in_any_order(order: tuple[str, ...]) -> None:
    play = Play()
    body, asked = network(order)
    change_set = reviewed(play, body, asked)
    context = json.loads(play.changes(change_set)["Subnet"]["AfterContext"])
    assert context["Properties"] == {"VpcId": "vpc-0123456789abcdef0", "CidrBlock": "10.0.0.0/16"}
    assert list(play.changes(change_set)) == ["Logs", "Subnet", "Vpc"]
    executed(play, change_set)
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"
    resources = play.cloud.world.state.stacks[play.stack()["StackId"]].resources
    assert resources["Logs"].properties["LogGroupName"] == "subnet-0123456789abcdef0-vpc-0123456789abcdef0"
    assert resources["Subnet"].depends == ["Vpc"]
    assert play.described(play.change_set(body, name="same"))["Status"] == "FAILED"


def test_only_an_import_imports() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    for more in ({"ResourcesToImport": wanted()}, {"ImportExistingResources": True}):
        with pytest.raises(CloudFormationError) as refusal:
            play.change_set(template(), name="update", **more)
        assert refusal.value.code == "ValidationError"


def test_what_is_imported_has_the_part_of_its_identifier_that_ref_is_as_its_id() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    stage = {"Type": "AWS::ApiGateway::Stage", "DeletionPolicy": "Retain"}
    found = template(Found=stage | {"Properties": {"RestApiId": "abcde12345", "StageName": "prod"}})
    identifier = {"RestApiId": "abcde12345", "StageName": "prod"}
    entries = wanted(ResourceType="AWS::ApiGateway::Stage", ResourceIdentifier=identifier)
    executed(play, reviewed(play, found, entries))
    (row,) = play("DescribeStackResources", StackName="demo", LogicalResourceId="Found")["StackResources"]
    assert row["PhysicalResourceId"] == "prod"
