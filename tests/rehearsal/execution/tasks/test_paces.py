"""EXPRESS deployments: resources end when they are configured, and a failure is kept unless it is said otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.execution.tasks.paces import EXPRESSED
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic

EXPRESS: dict[str, Any] = {"Mode": "EXPRESS"}
QUEUE = {"Type": "AWS::SQS::Queue"}
FUNCTION = {"ServiceToken": "arn:aws:lambda:ap-northeast-1:123456789012:function:f"}
CUSTOM = {"Type": "Custom::Thing", "Properties": FUNCTION}


def create(play: Play, config: dict[str, Any], **resources: Any) -> dict[str, Any]:
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(**resources)), DeploymentConfig=config)
    play.settle()
    return play.stack()


def update(play: Play, config: dict[str, Any], **resources: Any) -> dict[str, Any]:
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(**resources)), DeploymentConfig=config)
    play.settle()
    return play.stack()


def reasons(play: Play, status: str, stack: str = "demo") -> dict[str, str | None]:
    events = play("DescribeStackEvents", StackName=stack)["StackEvents"]
    return {
        event["LogicalResourceId"]: event.get("ResourceStatusReason")
        for event in events[::-1]
        if event["ResourceStatus"] == status and event["LogicalResourceId"] != "demo"
    }


def seconds(play: Play) -> float:
    events = play("DescribeStackEvents", StackName="demo")["StackEvents"]
    return float((events[0]["Timestamp"] - events[-1]["Timestamp"]).total_seconds())


def test_resources_end_when_they_are_configured_and_say_so() -> None:
    slow, quick = Play(), Play()
    create(slow, {"Mode": "STANDARD"}, Queue=QUEUE, Custom=CUSTOM)
    stack = create(quick, EXPRESS, Queue=QUEUE, Custom=CUSTOM)
    assert (stack["StackStatus"], stack["DeploymentConfig"]) == ("CREATE_COMPLETE", EXPRESS)
    assert reasons(slow, "CREATE_COMPLETE") == {"Queue": None, "Custom": None}
    assert reasons(quick, "CREATE_COMPLETE") == {"Queue": EXPRESSED, "Custom": None}
    assert seconds(quick) < 15 < 30 < seconds(slow)


def test_updates_and_deletions_are_quick_too() -> None:
    play = Play()
    stack = create(play, EXPRESS, A=topic("1"), Queue=QUEUE)["StackId"]
    update(play, EXPRESS, A=topic("2"), Queue=QUEUE)
    assert reasons(play, "UPDATE_COMPLETE") == {"A": EXPRESSED}
    play("DeleteStack", StackName="demo", DeploymentConfig=EXPRESS)
    play.settle()
    assert reasons(play, "DELETE_COMPLETE", stack) == {"A": EXPRESSED, "Queue": EXPRESSED}


def test_what_only_stabilises_does_not_hold_anything_up() -> None:
    play = Play()
    create(play, EXPRESS, Bucket={"Type": "AWS::S3::Bucket"})
    assert all("DetailedStatus" not in event for event in play("DescribeStackEvents", StackName="demo")["StackEvents"])


def test_nested_stacks_are_as_quick_as_their_root() -> None:
    play = Play()
    nested = {"TemplateURL": play.put("child", template(Queue=QUEUE))}
    create(play, EXPRESS, Child={"Type": "AWS::CloudFormation::Stack", "Properties": nested})
    (child,) = [stack for stack in play.cloud.world.state.stacks.values() if stack.parent]
    assert child.resources["Queue"].reason == EXPRESSED
    assert reasons(play, "CREATE_COMPLETE") == {"Child": None}


@pytest.mark.parametrize(
    ("config", "status"),
    [
        (EXPRESS, "CREATE_FAILED"),
        (EXPRESS | {"DisableRollback": True}, "CREATE_FAILED"),
        (EXPRESS | {"DisableRollback": False}, "ROLLBACK_COMPLETE"),
        ({"DisableRollback": True}, "CREATE_FAILED"),
        ({"Mode": "STANDARD"}, "ROLLBACK_COMPLETE"),
    ],
)
@pytest.mark.parametrize("reviewed", [False, True])
def test_a_failure_is_kept_in_express_unless_a_rollback_is_asked_for(
    config: dict[str, Any], status: str, reviewed: bool
) -> None:
    play = Play(Scenario(resources=(ResourceFault("Bad"),)))
    if reviewed:
        made = play.change_set(template(Bad=topic()), DeploymentConfig=config)
        assert play.described(made)["DeploymentConfig"] == config
        play("ExecuteChangeSet", ChangeSetName=made)
        play.settle()
        stack = play.stack()
    else:
        stack = create(play, config, Bad=topic())
    assert (stack["StackStatus"], stack["DisableRollback"]) == (status, status == "CREATE_FAILED")


@pytest.mark.parametrize("more", [{}, {"DisableRollback": True}, {"DisableRollback": False}])
def test_an_ordinary_mode_leaves_it_to_the_execution_whether_a_failure_is_kept(more: dict[str, Any]) -> None:
    """`cdk deploy` names the mode STANDARD in each change set, and with --no-rollback executes with DisableRollback."""
    play = Play(Scenario(resources=(ResourceFault("Bad"),)))
    made = play.change_set(template(Bad=topic()), DeploymentConfig={"Mode": "STANDARD"})
    play("ExecuteChangeSet", ChangeSetName=made, **more)
    play.settle()
    kept = more.get("DisableRollback", False)
    assert play.stack()["StackStatus"] == ("CREATE_FAILED" if kept else "ROLLBACK_COMPLETE")


@pytest.mark.parametrize("config", [EXPRESS, {"DisableRollback": False}, {"Mode": "STANDARD", "DisableRollback": True}])
def test_two_words_on_what_becomes_of_a_failure_are_refused(config: dict[str, Any]) -> None:
    play = Play()
    body = json.dumps(template(A=topic()))
    for more in ({"DisableRollback": True}, {"OnFailure": "DELETE"}):
        with pytest.raises(CloudFormationError, match="together with DisableRollback or OnFailure"):
            play("CreateStack", StackName="demo", TemplateBody=body, DeploymentConfig=config, **more)
    made = {"StackName": "demo", "ChangeSetName": "c", "ChangeSetType": "CREATE", "OnStackFailure": "DELETE"}
    with pytest.raises(CloudFormationError, match="together with OnStackFailure"):
        play("CreateChangeSet", TemplateBody=body, DeploymentConfig=config, **made)
    assert play("ListStacks")["StackSummaries"] == []


def failed_update(play: Play) -> None:
    create(play, EXPRESS, A=topic("1"), Bad=topic("1"))
    assert update(play, EXPRESS, A=topic("2"), Bad=topic("2"))["StackStatus"] == "UPDATE_FAILED"


def failing() -> Play:
    return Play(Scenario(resources=(ResourceFault("Bad", "update", times=1),)))


def test_what_express_left_in_a_failure_goes_on_with_express_alone() -> None:
    play = failing()
    failed_update(play)
    body = json.dumps(template(A=topic("3"), Bad=topic("3")))
    for operation, more in (("UpdateStack", {"DisableRollback": True}), ("CreateChangeSet", {"ChangeSetName": "c"})):
        with pytest.raises(CloudFormationError) as refused:
            play(operation, StackName="demo", TemplateBody=body, **more)
        assert "Follow-up operations must use the same DeploymentConfig (mode=EXPRESS)" in refused.value.message
    with pytest.raises(CloudFormationError) as refused:
        play("RollbackStack", StackName="demo")
    assert refused.value.message.startswith("RollbackStack is not supported for stacks that were last updated using")
    with pytest.raises(CloudFormationError) as refused:
        update(play, EXPRESS | {"DisableRollback": False}, A=topic("3"), Bad=topic("3"))
    assert refused.value.message.startswith("This stack is currently in a non-terminal [UPDATE_FAILED] state.")
    assert update(play, EXPRESS, A=topic("3"), Bad=topic("3"))["StackStatus"] == "UPDATE_COMPLETE"


def test_a_rollback_of_a_kept_failure_may_be_express() -> None:
    play = failing()
    create(play, {}, A=topic("1"), Bad=topic("1"))
    update(play, {"DisableRollback": True}, A=topic("2"), Bad=topic("2"))
    play("RollbackStack", StackName="demo", DeploymentConfig=EXPRESS)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reasons(play, "UPDATE_COMPLETE")["A"] == EXPRESSED


def test_a_replacement_is_refused_where_the_rollback_is_disabled() -> None:
    play = Play()
    create(play, EXPRESS, A=topic(name="one"))
    assert update(play, EXPRESS, A=topic(name="two"))["StackStatus"] == "UPDATE_FAILED"
    assert "Replacement type updates not supported" in (reasons(play, "UPDATE_FAILED")["A"] or "")


@pytest.mark.parametrize("more", [{"DisableRollback": True}, {"OnFailure": "DELETE"}])
def test_the_two_ways_of_saying_what_a_failure_leads_to_exclude_each_other(more: dict[str, Any]) -> None:
    body = json.dumps(template(A=topic()))
    with pytest.raises(CloudFormationError) as refused:
        Play()("CreateStack", StackName="demo", TemplateBody=body, DeploymentConfig=EXPRESS, **more)
    assert refused.value.code == "ValidationError"
    with pytest.raises(CloudFormationError):
        Play().change_set(template(A=topic()), DeploymentConfig=EXPRESS, OnStackFailure="DELETE")
