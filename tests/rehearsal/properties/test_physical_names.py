"""Names that are taken: by another resource, by the one that is to go, by one that was left behind."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.rehearsal.play import ACCOUNT, Play
from tests.rehearsal.samples import template, topic


def create(play: Play, document: dict[str, Any], stack: str = "demo") -> dict[str, Any]:
    play("CreateStack", StackName=stack, TemplateBody=json.dumps(document))
    play.settle()
    return play.stack(stack)


def logs(name: str, **members: Any) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}, **members}


def record(kind: str) -> dict[str, Any]:
    properties = {"HostedZoneId": "Z123", "Name": "a.example.com", "Type": kind, "TTL": "60", "ResourceRecords": ["x"]}
    return {"Type": "AWS::Route53::RecordSet", "Properties": properties}


def test_a_name_that_another_stack_has_is_refused_with_that_stacks_arn() -> None:
    play = Play()
    owner = create(play, template(A=logs("/demo")), "owner")["StackId"]
    create(play, template(A=logs("/demo")), "rival")
    assert ("A", "CREATE_FAILED", f"/demo already exists in stack {owner}") in play.reasons("rival")
    assert play.stack("rival")["StackStatus"] == "ROLLBACK_COMPLETE"


def test_the_refused_one_has_no_physical_id_and_the_owners_stays() -> None:
    play = Play()
    create(play, template(A=logs("/demo")), "owner")
    create(play, template(A=logs("/demo")), "rival")
    failed = [row for row in play("DescribeStackEvents", StackName="rival")["StackEvents"] if "A" in row["EventId"][:2]]
    assert {row["PhysicalResourceId"] for row in failed} == {""}
    assert ("A", "DELETE_IN_PROGRESS") not in play.events("rival")


def test_a_renamed_logical_id_with_the_same_name_collides_with_the_one_to_be_removed() -> None:
    play = Play()
    arn = create(play, template(Old=topic(name="one")))["StackId"]
    stack = play.deploy(template(New=topic(name="one")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("New", "CREATE_FAILED", f"one already exists in stack {arn}") in play.reasons()
    assert play.cloud.world.state.stacks[arn].resources["Old"].exists


def test_a_name_is_free_when_its_resource_is_gone() -> None:
    play = Play()
    create(play, template(A=logs("/demo")), "owner")
    play("DeleteStack", StackName="owner")
    play.settle()
    assert create(play, template(A=logs("/demo")), "heir")["StackStatus"] == "CREATE_COMPLETE"


def test_a_name_that_a_replacement_gave_up_is_free_only_after_the_cleanup() -> None:
    play = Play()
    create(play, template(A=topic(name="one")))
    play.deploy(template(A=topic(name="two")))
    assert create(play, template(A=topic(name="one")), "heir")["StackStatus"] == "CREATE_COMPLETE"


def test_a_retained_resource_keeps_its_name_though_no_stack_has_it() -> None:
    play = Play()
    create(play, template(A=logs("/demo", DeletionPolicy="Retain")), "owner")
    play("DeleteStack", StackName="owner")
    play.settle()
    create(play, template(A=logs("/demo")), "heir")
    (reason,) = [row[2] for row in play.reasons("heir") if row[:2] == ("A", "CREATE_FAILED")]
    assert re.fullmatch(
        r'Resource handler returned message: "Resource of type \'AWS::Logs::LogGroup\' with identifier '
        r"'\{\"/properties/LogGroupName\":\"/demo\"\}' already exists\.\" "
        r"\(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: AlreadyExists\)",
        reason,
    )


def test_a_replacement_that_keeps_its_given_name_is_refused() -> None:
    play = Play()
    queue = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "one.fifo", "FifoTopic": True}}
    create(play, template(A=queue))
    changed = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "one.fifo"}}
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=changed)))
    play.settle()
    reason = (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename one.fifo and update the stack again."
    )
    assert ("A", "UPDATE_FAILED", reason) in play.reasons()


def test_records_of_one_name_and_several_types_stand_side_by_side() -> None:
    play = Play()
    assert create(play, template(A=record("A"), B=record("AAAA")))["StackStatus"] == "CREATE_COMPLETE"
    assert create(play, template(A=record("A")), "rival")["StackStatus"] == "ROLLBACK_COMPLETE"


def test_task_definitions_of_one_family_are_revisions_not_rivals() -> None:
    play = Play()
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Family": "web"}}
    assert create(play, template(A=task, B=task))["StackStatus"] == "CREATE_COMPLETE"


def test_a_name_that_was_taken_by_hand_is_refused_as_what_no_stack_has() -> None:
    play = Play()
    play.services.made_by_hand.add(("AWS::Logs::LogGroup", "/demo"))
    assert create(play, template(A=logs("/demo"), B=logs("/other")))["StackStatus"] == "ROLLBACK_COMPLETE"
    (reason,) = [row[2] for row in play.reasons() if row[:2] == ("A", "CREATE_FAILED")]
    assert reason.startswith(
        "Resource handler returned message: \"Resource of type 'AWS::Logs::LogGroup' with identifier "
        '\'{"/properties/LogGroupName":"/demo"}\' already exists." (RequestToken: '
    )
    assert reason.endswith(", HandlerErrorCode: AlreadyExists)")


def test_what_a_stack_has_is_told_before_what_was_made_by_hand() -> None:
    play = Play()
    owner = create(play, template(A=logs("/demo")), "owner")["StackId"]
    play.services.made_by_hand.add(("AWS::Logs::LogGroup", "/demo"))
    create(play, template(A=logs("/demo")), "rival")
    assert ("A", "CREATE_FAILED", f"/demo already exists in stack {owner}") in play.reasons("rival")


@pytest.mark.parametrize(
    ("resource", "name", "free"),
    [
        (logs("/demo"), "/demo", True),
        ({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "demo-bucket"}}, "demo-bucket", False),
        ({"Type": "AWS::IAM::Role", "Properties": {"RoleName": "demo", "AssumeRolePolicyDocument": {}}}, "demo", False),
    ],
)
def test_a_name_is_that_of_one_region_but_for_buckets_and_iam(resource: dict[str, Any], name: str, free: bool) -> None:
    play = Play()
    capable = {"Capabilities": ["CAPABILITY_NAMED_IAM"], "TemplateBody": json.dumps(template(A=resource))}
    owner = play("CreateStack", StackName="demo", **capable)["StackId"]
    play.settle()
    there = play.at(ACCOUNT, "eu-west-1", "CreateStack", StackName="demo", **capable)["StackId"]
    play.settle()
    rows = play.at(ACCOUNT, "eu-west-1", "DescribeStackEvents", StackName=there)["StackEvents"]
    refused = [row["ResourceStatusReason"] for row in rows if row["ResourceStatus"] == "CREATE_FAILED"]
    assert refused == ([] if free else [f"{name} already exists in stack {owner}"])


def stages(*apis: str) -> dict[str, Any]:
    """A stage `prod` of each API, by its logical id."""
    kind = "AWS::ApiGateway::Stage"
    return template(
        **{f"S{api}": {"Type": kind, "Properties": {"RestApiId": api, "StageName": "prod"}} for api in apis}
    )


def test_two_parents_may_have_a_part_of_one_name_each() -> None:
    play = Play()
    assert create(play, stages("a", "b"))["StackStatus"] == "CREATE_COMPLETE"
    stack = create(play, stages("b"), "rival")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("prod already exists in stack" in (reason or "") for *_, reason in play.reasons("rival"))


def test_a_part_may_move_to_another_parent_and_keep_its_name() -> None:
    play = Play()
    play.deploy(template(S=stages("a")["Resources"]["Sa"]))
    assert play.deploy(template(S=stages("b")["Resources"]["Sb"]))["StackStatus"] == "UPDATE_COMPLETE"
