"""Deleted stacks are looked up for a while; what is kept of them has bounds."""

from __future__ import annotations

import json

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.state import forgetting
from rehearsal.state.forgetting import forget_deleted
from rehearsal.state.world import REMEMBERED_SECONDS
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic


def deleted(play: Play, name: str, body: str = json.dumps(template(A=topic()))) -> str:
    arn = str(play("CreateStack", StackName=name, TemplateBody=body)["StackId"])
    play.settle()
    play("DeleteStack", StackName=name)
    play.settle()
    return arn


def test_of_very_many_deleted_stacks_the_last_ones_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_DELETED", 3)
    play = Play()
    arns = [deleted(play, f"s{number}") for number in range(5)]
    play.deploy(template(A=topic()), stack="stays")
    forget_deleted(play.cloud.world)
    for arn in arns[:2]:
        with pytest.raises(CloudFormationError, match="does not exist"):
            play("DescribeStacks", StackName=arn)
    assert [play.stack(arn)["StackStatus"] for arn in arns[2:]] == ["DELETE_COMPLETE"] * 3
    assert play.stack("stays")["StackStatus"] == "CREATE_COMPLETE"
    assert not any(stack in arns[:2] for stack in play.cloud.world._names.values())


def test_so_are_so_many_events_of_them_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play()
    arns = [deleted(play, f"s{number}") for number in range(3)]
    one = len(play.cloud.world.state.stacks[arns[2]].events)
    monkeypatch.setattr(forgetting, "MOST_EVENTS", 2 * one)
    forget_deleted(play.cloud.world)
    assert list(play.cloud.world.state.stacks) == arns[1:]


def test_after_ninety_days_a_deleted_stack_is_forgotten_with_what_drift_was_found_in_it() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    play("DetectStackDrift", StackName="demo")
    play.settle()
    play("DeleteStack", StackName="demo")
    play.settle()
    forget_deleted(play.cloud.world)
    assert len(play.cloud.world.state.stacks) == 1
    play.cloud.world.clock.offset += REMEMBERED_SECONDS + 60
    forget_deleted(play.cloud.world)
    assert play.cloud.world.state.stacks == {}
    assert play.cloud.world.state.detections == {}


def test_a_name_that_was_left_behind_is_taken_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_DELETED", 0)
    play = Play()
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "left-behind"}}
    arn = deleted(play, "left", json.dumps({"Resources": {"B": bucket}}))
    forget_deleted(play.cloud.world)
    with pytest.raises(CloudFormationError, match="does not exist"):
        play("DescribeStackEvents", StackName=arn)
    assert all(row["StackId"] != arn for row in play("ListStacks")["StackSummaries"])
    play("CreateStack", StackName="again", TemplateBody=json.dumps({"Resources": {"B": bucket}}))
    play.settle()
    assert any("already exists" in reason for _, _, reason in play.reasons("again"))


def test_calls_forget_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_DELETED", 5)
    play = Play()
    for number in range(60):
        deleted(play, f"s{number}")
    assert len(play.cloud.world.state.stacks) < 5 + 50
