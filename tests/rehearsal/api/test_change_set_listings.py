"""What is listed of change sets that are nested and executed."""

from __future__ import annotations

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets import stack_change_sets
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play


def root(play: Play, display: str, fresh: str = "child") -> dict[str, object]:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}}
    still = play.put("still.json", {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    moving = play.put(f"{fresh}-{display}.json", {"Resources": {"T": topic}})
    return {
        "Resources": {
            name: {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
            for name, url in (("Still", still), ("Moving", moving))
        }
    }


def review(play: Play, display: str, name: str) -> str:
    return play.change_set(root(play, display), name=name, IncludeNestedStacks=True)


def execute(play: Play, change_set: str) -> None:
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()


def children(play: Play, name: str) -> list[dict[str, object]]:
    detail = play("DescribeStackResource", StackName="demo", LogicalResourceId=name)["StackResourceDetail"]
    found: list[dict[str, object]] = play("ListChangeSets", StackName=detail["PhysicalResourceId"])["Summaries"]
    return found


def test_a_childs_change_set_is_executed_with_its_roots() -> None:
    play = Play()
    first = review(play, "a", "first")
    below = play.changes(first)["Moving"]["ChangeSetId"]
    assert play.described(below)["ExecutionStatus"] == "UNAVAILABLE"
    play("ExecuteChangeSet", ChangeSetName=first)
    assert play.described(below)["ExecutionStatus"] == "EXECUTE_IN_PROGRESS"
    play.settle()
    assert play.described(below)["ExecutionStatus"] == "EXECUTE_COMPLETE"


def test_a_childs_change_set_fails_with_its_roots() -> None:
    play = Play(Scenario((ResourceFault("Moving/T", "create"),)))
    first = review(play, "a", "first")
    below = play.changes(first)["Moving"]["ChangeSetId"]
    execute(play, first)
    assert play.described(below)["ExecutionStatus"] == "EXECUTE_FAILED"


def test_unchanged_children_pile_up_change_sets_that_nothing_deletes(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play()
    execute(play, review(play, "a", "first"))
    for number, display in enumerate("bcd"):
        executed = review(play, display, f"set-{number}")
        execute(play, executed)
    failed = [row for row in children(play, "Still") if row["Status"] == "FAILED"]
    assert [row["ExecutionStatus"] for row in failed] == ["UNAVAILABLE"] * 3
    play("DeleteChangeSet", ChangeSetName=executed)
    assert len([row for row in children(play, "Still") if row["Status"] == "FAILED"]) == 3
    with pytest.raises(CloudFormationError) as refused:
        play("DeleteChangeSet", ChangeSetName=failed[0]["ChangeSetId"])
    assert refused.value.code == "InvalidChangeSetStatus"
    monkeypatch.setattr(stack_change_sets, "MAXIMUM_CHANGE_SETS", 4)
    described = play.described(review(play, "e", "one-too-many"))
    assert described["Status"] == "FAILED"
    assert described["StatusReason"].startswith("ChangeSet limit exceeded for stack arn:")


def test_change_sets_are_listed_a_hundred_a_page() -> None:
    play = Play()
    names = [f"set-{number}" for number in range(101)]
    for name in names:
        play.change_set(root(play, "a"), name=name, ChangeSetType="CREATE")
    first = play("ListChangeSets", StackName="demo")
    rest = play("ListChangeSets", StackName="demo", NextToken=first["NextToken"])
    assert [row["ChangeSetName"] for row in first["Summaries"] + rest["Summaries"]] == names
    assert (len(first["Summaries"]), "NextToken" in rest) == (100, False)


def test_a_child_whose_root_set_is_gone_tells_its_own_status() -> None:
    play = Play()
    first = review(play, "a", "first")
    below = play.changes(first)["Moving"]["ChangeSetId"]
    execute(play, first)
    play("DeleteChangeSet", ChangeSetName=first)
    assert play.described(below)["ExecutionStatus"] == "UNAVAILABLE"
