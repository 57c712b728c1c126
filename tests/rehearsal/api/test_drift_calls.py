"""What the drift operations refuse."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import Drift, Scenario
from tests.rehearsal.play import Play

TEMPLATE = {
    "Resources": {
        "A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a"}},
        "H": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    }
}


def refused(play: Play, operation: str, **request: Any) -> str:
    with pytest.raises(CloudFormationError) as refusal:
        play(operation, **request)
    return refusal.value.message


def test_one_resource_is_compared_at_once() -> None:
    play = Play(Scenario(drift=(Drift("A", "DisplayName", "by hand"),)))
    play.deploy(TEMPLATE)
    row = play("DetectStackResourceDrift", StackName="demo", LogicalResourceId="A")["StackResourceDrift"]
    assert row["StackResourceDriftStatus"] == "MODIFIED"
    assert row["PhysicalResourceId"].startswith("arn:aws:sns:")


def test_a_resource_that_is_not_there_is_refused() -> None:
    play = Play()
    play.deploy(TEMPLATE)
    text = "Resource X does not exist for stack demo"
    assert refused(play, "DetectStackResourceDrift", StackName="demo", LogicalResourceId="X") == text
    assert refused(play, "DetectStackDrift", StackName="demo", LogicalResourceIds=["X"]) == text


def test_a_nested_stack_has_no_drift_of_its_own() -> None:
    play = Play()
    url = play.put("child.json", TEMPLATE)
    play.deploy({"Resources": {"C": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}})
    assert refused(play, "DetectStackResourceDrift", StackName="demo", LogicalResourceId="C") == (
        "Resource type AWS::CloudFormation::Stack does not support drift detection"
    )


def test_a_stack_in_review_is_refused() -> None:
    play = Play()
    play.change_set(TEMPLATE)
    arn = play.stack()["StackId"]
    assert refused(play, "DetectStackDrift", StackName="demo") == (
        f"Drift detection cannot be performed on stack [{arn}] while it is in REVIEW_IN_PROGRESS state"
    )


def test_one_detection_at_a_time() -> None:
    play = Play()
    arn = play.deploy(TEMPLATE)["StackId"]
    play("DetectStackDrift", StackName="demo")
    assert refused(play, "DetectStackDrift", StackName="demo") == (
        f"Drift detection is already in progress for stack [{arn}]"
    )
    play.settle()


def test_a_detection_that_is_not_known_is_refused() -> None:
    assert "none" in refused(Play(), "DescribeStackDriftDetectionStatus", StackDriftDetectionId="none")


def test_a_stack_that_is_not_there_is_refused() -> None:
    assert refused(Play(), "DescribeStackResourceDrifts", StackName="none") == "Stack [none] does not exist"
