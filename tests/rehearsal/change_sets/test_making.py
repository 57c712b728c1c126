"""The life of change sets, with those of nested stacks."""

from __future__ import annotations

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.change_sets.making import NO_CHANGES
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.change_sets.trees import TOPIC, execute, nested, review, statuses, topics
from tests.rehearsal.play import REGION, Play


def test_a_change_set_is_pending_before_it_is_planned() -> None:
    play = Play()
    answer = play(
        "CreateChangeSet",
        StackName="demo",
        ChangeSetName="review",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}',
    )
    assert set(answer) == {"Id", "StackId"}
    assert statuses(play, answer["Id"]) == ("CREATE_PENDING", "UNAVAILABLE", None)
    play.settle()
    assert statuses(play, answer["Id"]) == ("CREATE_COMPLETE", "AVAILABLE", None)


def test_execution_moves_the_execution_status_alone() -> None:
    play = Play()
    change_set = play.change_set(topics(A="a"))
    play("ExecuteChangeSet", ChangeSetName=change_set)
    assert statuses(play, change_set) == ("CREATE_COMPLETE", "EXECUTE_IN_PROGRESS", None)
    play.settle()
    assert statuses(play, change_set) == ("CREATE_COMPLETE", "EXECUTE_COMPLETE", None)


def test_a_change_set_without_changes_fails() -> None:
    play = Play()
    play.deploy(topics(A="a"))
    change_set = play.change_set(topics(A="a"), name="again")
    assert statuses(play, change_set) == ("FAILED", "UNAVAILABLE", NO_CHANGES)
    assert NO_CHANGES == (
        "The submitted information didn't contain changes. Submit different information to create a change set."
    )
    assert play.described(change_set)["Changes"] == []


def test_a_first_change_set_may_create_nothing() -> None:
    play = Play()
    template = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"A": {"Type": TOPIC, "Condition": "Never"}},
    }
    change_set = play.change_set(template)
    assert statuses(play, change_set) == ("CREATE_COMPLETE", "AVAILABLE", None)
    assert play.described(change_set)["Changes"] == []
    execute(play, change_set)
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_executing_one_deletes_the_others_of_the_stack() -> None:
    play = Play()
    play.deploy(topics(A="a"))
    other = play.change_set(topics(A="b"), name="other")
    chosen = play.change_set(topics(A="c"), name="chosen")
    execute(play, chosen)
    with pytest.raises(CloudFormationError) as refused:
        play.described(other)
    assert refused.value.code == "ChangeSetNotFound"


def test_an_executed_change_set_stays_readable_after_its_stack_is_deleted() -> None:
    play = Play()
    change_set = play.change_set(topics(A="a"))
    execute(play, change_set)
    play("DeleteStack", StackName="demo")
    play.settle()
    assert statuses(play, change_set)[:2] == ("CREATE_COMPLETE", "EXECUTE_COMPLETE")


def test_a_failed_execution_is_told_by_the_execution_status() -> None:
    play = Play(Scenario((ResourceFault("A", "update"),)))
    play.deploy(topics(A="a"))
    change_set = play.change_set(topics(A="b"), name="second")
    execute(play, change_set)
    assert statuses(play, change_set)[1] == "EXECUTE_FAILED"


def test_a_plain_change_set_is_deleted_at_once() -> None:
    play = Play()
    change_set = play.change_set(topics(A="a"))
    play("DeleteChangeSet", ChangeSetName=change_set)
    assert play("ListChangeSets", StackName="demo")["Summaries"] == []
    assert play.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_a_nested_tree_is_deleted_step_by_step_with_the_stacks_made_for_it() -> None:
    play = Play()
    root = review(play, nested(play))
    prepared = [play.described(row["ChangeSetId"])["StackId"] for row in play.changes(root).values()]
    play("DeleteChangeSet", ChangeSetName=root)
    assert statuses(play, root)[0] == "DELETE_PENDING"
    play.cloud._take_step()
    assert statuses(play, root)[0] == "DELETE_IN_PROGRESS"
    play.settle()
    assert play("ListChangeSets", StackName="demo")["Summaries"] == []
    assert {play.stack(identifier)["StackStatus"] for identifier in prepared} == {"DELETE_COMPLETE"}
    assert play.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_a_stack_in_review_takes_its_change_sets_with_it_and_the_stacks_made_for_them() -> None:
    play = Play()
    root = review(play, nested(play))
    prepared = [play.described(row["ChangeSetId"])["StackId"] for row in play.changes(root).values()]
    play("DeleteStack", StackName="demo")
    play.settle()
    assert {play.stack(identifier)["StackStatus"] for identifier in prepared} == {"DELETE_COMPLETE"}
    with pytest.raises(CloudFormationError) as refused:
        play("ExecuteChangeSet", ChangeSetName=root)
    assert refused.value.code == "ChangeSetNotFound"


def test_a_change_set_that_is_deleted_while_it_waits_to_be_planned_is_passed_by() -> None:
    play = Play()
    body = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
    request = {"StackName": "demo", "ChangeSetName": "review", "ChangeSetType": "CREATE", "TemplateBody": body}
    play("CreateChangeSet", **request)
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.cloud.world.find("demo", REGION) is None


def test_a_change_set_of_a_stack_that_is_being_deleted_is_not_executed() -> None:
    play = Play()
    play.deploy(topics(A="a"))
    change_set = play.change_set(topics(A="b"), name="second")
    play("DeleteStack", StackName="demo")
    with pytest.raises(CloudFormationError) as refused:
        play("ExecuteChangeSet", ChangeSetName=change_set)
    assert refused.value.message.endswith("is in DELETE_IN_PROGRESS state and can not be updated.")
    play.settle()
