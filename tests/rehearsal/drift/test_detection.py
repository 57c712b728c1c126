"""Drift: what somebody changed by hand, and what is made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.drift.detection import property_differences
from rehearsal.resources.resource_types import ResourceTypes
from rehearsal.scenario.faults import Drift, Scenario
from tests.rehearsal.play import Play

TEMPLATE = {
    "Resources": {
        "A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a", "Tags": [{"Key": "k", "Value": "v"}]}},
        "B": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "b"}},
    }
}


def played(*drifts: Drift) -> Play:
    play = Play(Scenario(drift=drifts))
    play.deploy(TEMPLATE)
    return play


def detected(play: Play, **more: Any) -> dict[str, Any]:
    identifier = play("DetectStackDrift", StackName="demo", **more)["StackDriftDetectionId"]
    play.settle()
    status: dict[str, Any] = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=identifier)
    return status


def rows(play: Play, **more: Any) -> dict[str, dict[str, Any]]:
    found = play("DescribeStackResourceDrifts", StackName="demo", **more)["StackResourceDrifts"]
    return {row["LogicalResourceId"]: row for row in found}


def differences(play: Play, name: str = "A") -> list[dict[str, Any]]:
    detected(play)
    found: list[dict[str, Any]] = rows(play)[name]["PropertyDifferences"]
    return found


def test_what_nobody_touched_is_in_sync() -> None:
    play = played()
    status = detected(play)
    assert (status["DetectionStatus"], status["StackDriftStatus"]) == ("DETECTION_COMPLETE", "IN_SYNC")
    assert status["DriftedStackResourceCount"] == 0
    assert {row["StackResourceDriftStatus"] for row in rows(play).values()} == {"IN_SYNC"}


def test_a_changed_property_is_named_with_both_values() -> None:
    play = played(Drift("A", "DisplayName", "by hand"))
    status = detected(play)
    assert (status["StackDriftStatus"], status["DriftedStackResourceCount"]) == ("DRIFTED", 1)
    row = rows(play)["A"]
    assert row["StackResourceDriftStatus"] == "MODIFIED"
    assert json.loads(row["ExpectedProperties"])["DisplayName"] == "a"
    assert json.loads(row["ActualProperties"])["DisplayName"] == "by hand"
    assert row["PropertyDifferences"] == [
        {
            "PropertyPath": "/DisplayName",
            "ExpectedValue": "a",
            "ActualValue": "by hand",
            "DifferenceType": "NOT_EQUAL",
        }
    ]


def test_a_property_that_is_gone_is_removed() -> None:
    [found] = differences(played(Drift("A", "DisplayName")))
    assert (found["ActualValue"], found["DifferenceType"]) == ("null", "REMOVE")


def test_an_item_that_was_added_to_a_list_is_added() -> None:
    [found] = differences(played(Drift("A", "Tags/1", {"Key": "x", "Value": "y"})))
    assert found == {
        "PropertyPath": "/Tags/1",
        "ExpectedValue": "null",
        "ActualValue": '{"Key":"x","Value":"y"}',
        "DifferenceType": "ADD",
    }


def test_an_item_of_a_list_may_change_or_go() -> None:
    [changed] = differences(played(Drift("A", "Tags/0/Value", "other")))
    assert (changed["PropertyPath"], changed["ActualValue"]) == ("/Tags/0/Value", "other")
    [gone] = differences(played(Drift("A", "Tags/0")))
    assert (gone["PropertyPath"], gone["DifferenceType"]) == ("/Tags/0", "REMOVE")


def test_a_property_that_the_template_does_not_give_is_not_compared() -> None:
    assert differences(played(Drift("B", "KmsMasterKeyId", "key")), "B") == []


def test_a_deleted_resource_is_deleted() -> None:
    play = played(Drift("A", "*"))
    detected(play)
    row = rows(play)["A"]
    assert row["StackResourceDriftStatus"] == "DELETED"
    assert "ActualProperties" not in row


def test_rows_are_filtered_by_status_and_paged() -> None:
    play = played(Drift("A", "DisplayName", "by hand"))
    detected(play)
    assert list(rows(play, StackResourceDriftStatusFilters=["MODIFIED"])) == ["A"]
    first = play("DescribeStackResourceDrifts", StackName="demo", MaxResults=1)
    assert len(first["StackResourceDrifts"]) == 1
    assert list(rows(play, MaxResults=1, NextToken=first["NextToken"])) == ["B"]


def test_a_detection_takes_a_while() -> None:
    play = played()
    identifier = play("DetectStackDrift", StackName="demo")["StackDriftDetectionId"]
    status = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=identifier)
    assert status["DetectionStatus"] == "DETECTION_IN_PROGRESS"
    assert "StackDriftStatus" not in status
    assert rows(play) == {}
    play.settle()


def test_only_the_resources_that_were_named_are_checked() -> None:
    play = played()
    detected(play, LogicalResourceIds=["B"])
    assert list(rows(play)) == ["B"]


def test_stacks_and_resources_show_when_they_were_checked() -> None:
    play = played(Drift("A", "DisplayName", "by hand"))
    assert play.stack()["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    detected(play)
    shown = play.stack()["DriftInformation"]
    assert shown["StackDriftStatus"] == "DRIFTED"
    assert shown["LastCheckTimestamp"] > play.stack()["CreationTime"]
    resource = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert resource["DriftInformation"]["StackResourceDriftStatus"] == "MODIFIED"


def test_nested_stacks_are_not_looked_into() -> None:
    play = Play(Scenario(drift=(Drift("Child/A", "DisplayName", "by hand"),)))
    url = play.put("child.json", TEMPLATE)
    root = {"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    play.deploy(root)
    assert detected(play)["StackDriftStatus"] == "IN_SYNC"
    assert rows(play) == {}


def test_what_cloudformation_writes_again_has_drifted_no_more() -> None:
    play = played(Drift("A", "DisplayName", "by hand"))
    detected(play)
    play.deploy(
        {"Resources": TEMPLATE["Resources"] | {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "n"}}}}
    )
    assert detected(play)["StackDriftStatus"] == "IN_SYNC"


def test_the_order_of_a_list_without_order_is_no_drift() -> None:
    kind = ResourceTypes("ap-northeast-1").get("AWS::SNS::Topic")
    assert kind is not None
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert list(property_differences(kind, {"Tags": tags}, {"Tags": tags[::-1]})) == []


def test_a_detection_goes_on_after_the_process_was_ended(tmp_path: Any) -> None:
    first = Play(state=tmp_path)
    first.deploy(TEMPLATE)
    identifier = first("DetectStackDrift", StackName="demo")["StackDriftDetectionId"]
    assert first.cloud._keeper.store is not None
    first.cloud._keeper.store.close()
    second = Play(state=tmp_path)
    second.settle()
    status = second("DescribeStackDriftDetectionStatus", StackDriftDetectionId=identifier)
    second.cloud.close()
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"


@pytest.mark.parametrize("path", ["Tags/7/Value", "Tags/word", "Missing/Deep"])
def test_a_path_that_leads_nowhere_changes_what_it_can(path: str) -> None:
    play = played(Drift("A", path, "x"))
    assert detected(play)["StackDriftStatus"] == "IN_SYNC"


def test_a_slash_in_a_name_is_no_step_of_the_property_path() -> None:
    kind = ResourceTypes("eu-west-1").get("AWS::SSM::Parameter")
    assert kind is not None
    found = property_differences(kind, {"Tags": {"team/web": "a"}}, {"Tags": {"team/web": "b"}})
    assert [difference["PropertyPath"] for difference in found] == ["/Tags/team~1web"]
