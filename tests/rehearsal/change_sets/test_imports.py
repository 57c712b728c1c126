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


def test_only_an_import_names_resources_to_import() -> None:
    play = Play()
    play.deploy({"Resources": OWN})
    with pytest.raises(CloudFormationError) as refusal:
        play.change_set(template(), name="update", ResourcesToImport=wanted())
    assert refusal.value.code == "ValidationError"


def existing(play: Play, *names: str) -> None:
    """Buckets of those names that somebody made by hand."""
    play.services.made_by_hand.update(("AWS::S3::Bucket", name) for name in names)


def statuses(play: Play, logical_id: str) -> list[str]:
    events = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    return [event["ResourceStatus"] for event in events[::-1] if event["LogicalResourceId"] == logical_id]


def test_what_exists_under_the_name_of_a_new_resource_is_imported_beside_other_changes() -> None:
    play = Play()
    existing(play, "found-bucket")
    body = template(Found=bucket(), Other={"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Found"}}})
    made = play.change_set(body, ImportExistingResources=True)
    assert play.described(made)["ImportExistingResources"] is True
    rows = play.changes(made)
    assert {name: row["Action"] for name, row in rows.items()} == {"Own": "Add", "Found": "Import", "Other": "Add"}
    assert (rows["Found"]["PhysicalResourceId"], rows["Found"]["Replacement"]) == ("found-bucket", "True")
    play("ExecuteChangeSet", ChangeSetName=made)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    done = ["IMPORT_IN_PROGRESS", "IMPORT_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert statuses(play, "Found") == done
    stack = play.cloud.world.state.stacks[play.stack()["StackId"]]
    assert stack.resources["Found"].physical_id == "found-bucket"
    assert stack.resources["Other"].properties["DisplayName"] == "found-bucket"
    assert play.described(play.change_set(body, name="same"))["Status"] == "FAILED"


def test_what_does_not_exist_or_has_no_literal_name_is_created() -> None:
    play = Play()
    existing(play, "found-bucket")
    named = bucket(Properties={"BucketName": {"Fn::Sub": "found-bucket"}})
    fresh = bucket(Properties={"BucketName": "fresh-bucket"})
    made = play.change_set(template(Fresh=fresh), ImportExistingResources=True)
    assert play.changes(made)["Fresh"]["Action"] == "Add"
    refused = play.change_set(template(Found=named), stack="named", ImportExistingResources=True)
    assert "ResourceExistenceCheck" in play.described(refused)["StatusReason"]


def test_what_another_stack_has_is_not_imported() -> None:
    play = Play()
    play.deploy(template(), stack="owner")
    made = play.change_set(template(), ImportExistingResources=True)
    assert "ResourceExistenceCheck" in play.described(made)["StatusReason"]


def test_what_a_stack_left_behind_is_imported_again() -> None:
    play = Play()
    play.deploy(template(), stack="owner")
    play("DeleteStack", StackName="owner")
    play.settle()
    stack = play.deploy(template(), ImportExistingResources=True)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert statuses(play, "Found")[0] == "IMPORT_IN_PROGRESS"


@pytest.mark.parametrize("more", [{}, {"DeletionPolicy": "Delete"}])
def test_what_is_imported_so_is_to_be_retained(more: dict[str, Any]) -> None:
    play = Play()
    existing(play, "found-bucket")
    entry = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "found-bucket"}} | more
    shown = play.described(play.change_set(template(Found=entry), ImportExistingResources=True))
    assert shown["Status"] == "FAILED"
    assert "'Retain' or 'RetainExceptOnCreate'" in shown["StatusReason"]
    assert shown["StatusReason"].endswith("The affected resources are Found ({BucketName=found-bucket})")


@pytest.mark.parametrize("before", [False, True])
def test_a_rollback_lets_go_of_what_was_imported_so(before: bool) -> None:
    play = Play(Scenario(resources=(ResourceFault("Bad"),)))
    existing(play, "found-bucket")
    if before:
        play.deploy({"Resources": OWN})
    bad = {"Type": "AWS::SNS::Topic", "DependsOn": "Found"}
    entry = bucket(DeletionPolicy="RetainExceptOnCreate")
    stack = play.deploy(template(Found=entry, Bad=bad), ImportExistingResources=True)
    assert stack["StackStatus"] == ("UPDATE_ROLLBACK_COMPLETE" if before else "ROLLBACK_COMPLETE")
    assert statuses(play, "Found")[-1] == "DELETE_SKIPPED"


def test_nested_stacks_import_what_exists_too() -> None:
    play = Play()
    existing(play, "found-bucket")
    url = play.put("child", {"Resources": {"Found": bucket()}})
    nest = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    stack = play.deploy(template(Child=nest), ImportExistingResources=True, IncludeNestedStacks=True)
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    children = [held for held in play.cloud.world.state.stacks.values() if held.parent]
    assert [(held.resources["Found"].status, held.resources["Found"].physical_id) for held in children] == [
        ("UPDATE_COMPLETE", "found-bucket")
    ]


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
