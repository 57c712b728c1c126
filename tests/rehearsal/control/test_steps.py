"""Every step on the agenda is taken by the one whose it is."""

from __future__ import annotations

from typing import Any

from rehearsal.control.steps import take
from rehearsal.state.clock import Due
from tests.rehearsal.play import ACCOUNT, REGION, Play

TOPIC = {"Type": "AWS::SNS::Topic"}
BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "found-bucket"}}
IDENTIFIER = {
    "ResourceType": "AWS::S3::Bucket",
    "LogicalResourceId": "B",
    "ResourceIdentifier": {"BucketName": "found-bucket"},
}


def test_steps_of_stacks_change_sets_detections_imports_and_stack_sets_may_come_in_any_order() -> None:
    play = Play()
    play.deploy({"Resources": {"A": TOPIC}})
    play.deploy({"Resources": {"A": TOPIC}}, stack="second")
    importing = play.change_set(
        {"Resources": {"A": TOPIC, "B": BUCKET}}, name="import", ChangeSetType="IMPORT", ResourcesToImport=[IDENTIFIER]
    )
    play("CreateStackSet", StackSetName="fleet", TemplateBody='{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}')
    detection = play("DetectStackDrift", StackName="second")["StackDriftDetectionId"]
    play("ExecuteChangeSet", ChangeSetName=importing)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT], Regions=[REGION])
    request: dict[str, Any] = {"TemplateBody": '{"Resources": {"C": {"Type": "AWS::SNS::Topic"}}}'}
    planned = play("CreateChangeSet", StackName="third", ChangeSetName="review", ChangeSetType="CREATE", **request)[
        "Id"
    ]
    play("DeleteStack", StackName="second")
    play.settle()
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"
    assert play.described(planned)["Status"] == "CREATE_COMPLETE"
    status = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=detection)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"
    [instance] = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert instance["Status"] == "CURRENT"


def test_a_step_of_a_stack_that_nobody_knows_is_passed_by() -> None:
    play = Play()
    take(play.cloud.world, Due(0.0, 0, "arn:nowhere", "operation"))
    take(play.cloud.world, Due(0.0, 0, "arn:nowhere", "arn:change-set"))
    assert play("DescribeStacks")["Stacks"] == []


def test_a_step_of_an_import_that_is_over_is_passed_by() -> None:
    play = Play()
    play.deploy({"Resources": {"A": TOPIC}})
    body = {"Resources": {"A": TOPIC, "B": BUCKET}}
    importing = play.change_set(body, name="import", ChangeSetType="IMPORT", ResourcesToImport=[IDENTIFIER])
    play("ExecuteChangeSet", ChangeSetName=importing)
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    take(play.cloud.world, Due(0.0, 0, stack.id, "another operation"))
    assert play.stack()["StackStatus"] == "IMPORT_IN_PROGRESS"
    play.settle()
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"


def test_a_step_is_taken_in_the_account_of_its_arn() -> None:
    play = Play()
    body = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
    for account in ("111122223333", ACCOUNT):
        play.at(account, REGION, "CreateStack", StackName="demo", TemplateBody=body)
    due = play.cloud.world.agenda.take()
    assert ":111122223333:" in due.stack_id
    worlds = [play.cloud.world.of(account) for account in ("111122223333", ACCOUNT)]
    before = [len(stack.events) for world in worlds for stack in world.state.stacks.values()]
    take(play.cloud.world, due)
    there, here = (len(stack.events) for world in worlds for stack in world.state.stacks.values())
    assert (there > before[0], here) == (True, before[1])
