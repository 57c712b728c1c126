"""Drift-aware change sets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import Drift, ResourceFault, Scenario
from tests.rehearsal.play import Play


def template(name: str = "a", other: str = "o") -> dict[str, Any]:
    return {
        "Resources": {
            "A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": name}},
            "B": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": other}},
        }
    }


def played(*drifts: Drift, faults: tuple[ResourceFault, ...] = ()) -> Play:
    play = Play(Scenario(faults, drift=drifts))
    play.deploy(template())
    return play


def reverting(play: Play, body: dict[str, Any], **more: Any) -> str:
    return play.change_set(body, name="revert", DeploymentMode="REVERT_DRIFT", **more)


def executed(play: Play, change_set: str) -> None:
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()


def detected(play: Play) -> str:
    identifier = play("DetectStackDrift", StackName="demo")["StackDriftDetectionId"]
    play.settle()
    status: str = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=identifier)["StackDriftStatus"]
    return status


HAND = Drift("A", "DisplayName", "by hand")


def test_what_was_changed_by_hand_is_changed_back() -> None:
    play = played(HAND)
    change_set = reverting(play, template())
    described = play.described(change_set)
    assert (described["DeploymentMode"], described["StackDriftStatus"]) == ("REVERT_DRIFT", "DRIFTED")
    rows = play.changes(change_set)
    assert list(rows) == ["A"]
    assert rows["A"]["ResourceDriftStatus"] == "MODIFIED"
    assert json.loads(rows["A"]["BeforeContext"])["Properties"]["DisplayName"] == "by hand"
    assert json.loads(rows["A"]["PreviousDeploymentContext"])["Properties"]["DisplayName"] == "a"
    target = rows["A"]["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("by hand", "a")
    assert (target["BeforeValueFrom"], target["AfterValueFrom"]) == ("ACTUAL_STATE", "TEMPLATE")
    assert (target["Drift"]["PreviousValue"], target["Drift"]["ActualValue"]) == ("a", "by hand")
    assert target["Drift"]["DriftDetectionTimestamp"].tzinfo is not None
    executed(play, change_set)
    assert ("A", "UPDATE_COMPLETE") in play.events()
    assert detected(play) == "IN_SYNC"


def test_without_values_the_drift_status_alone_is_shown() -> None:
    play = played(HAND)
    row = play.changes(reverting(play, template()), values=False)["A"]
    assert row["ResourceDriftStatus"] == "MODIFIED"
    assert "BeforeValueFrom" not in row["Details"][0]["Target"]


def test_an_ordinary_change_set_sees_nothing_of_it() -> None:
    play = played(HAND)
    assert play.described(play.change_set(template(), name="ordinary"))["Status"] == "FAILED"


def test_nothing_drifted_and_nothing_new_is_no_change() -> None:
    play = played()
    described = play.described(reverting(play, template()))
    assert (described["Status"], described["StackDriftStatus"]) == ("FAILED", "IN_SYNC")


def test_a_template_that_says_what_is_real_is_only_synchronised() -> None:
    play = played(HAND)
    change_set = reverting(play, template("by hand"))
    row = play.changes(change_set)["A"]
    assert row["Action"] == "SyncWithActual"
    assert "Replacement" not in row
    assert row["Details"][0]["ChangeSource"] == "NoModification"
    assert row["Details"][0]["Target"]["AttributeChangeType"] == "SyncWithActual"
    before = len([event for event in play.events() if event[0] == "A"])
    executed(play, change_set)
    assert len([event for event in play.events() if event[0] == "A"]) == before
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert detected(play) == "IN_SYNC"


def test_a_deleted_resource_is_added_again() -> None:
    play = played(Drift("A", "*"))
    old = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    change_set = reverting(play, template())
    row = play.changes(change_set)["A"]
    assert (row["Action"], row["ResourceDriftStatus"]) == ("Add", "DELETED")
    executed(play, change_set)
    new = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert new["PhysicalResourceId"] != old["PhysicalResourceId"]
    assert new["ResourceStatus"] == "CREATE_COMPLETE"


def test_other_changes_stand_beside_the_drift_as_ever() -> None:
    play = played(HAND)
    rows = play.changes(reverting(play, template(other="new")))
    assert list(rows) == ["A", "B"]
    assert "ResourceDriftStatus" not in rows["B"]


def test_a_roll_back_returns_to_what_was_real() -> None:
    play = played(HAND, faults=(ResourceFault("B", "update"),))
    executed(play, reverting(play, template(other="new")))
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    stack = play.cloud.world.find("demo", "ap-northeast-1")
    assert stack is not None
    assert stack.resources["A"].properties["DisplayName"] == "by hand"


@pytest.mark.parametrize("more", [{"IncludeNestedStacks": True}, {"ChangeSetType": "CREATE"}])
def test_it_is_not_combined_with_what_aws_refuses(more: dict[str, Any]) -> None:
    play = played()
    with pytest.raises(CloudFormationError) as refused:
        reverting(play, template(), **more)
    assert refused.value.message.startswith("DeploymentMode REVERT_DRIFT cannot be combined with ")
