"""CreateStack, UpdateStack, DeleteStack, ContinueUpdateRollback: what is accepted and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.errors import CloudFormationError
from rehearsal.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value


def create(play: Play, document: dict[str, Any] | None = None, **more: Any) -> str:
    document = document or template(A=topic("1"))
    return str(play("CreateStack", StackName="demo", TemplateBody=json.dumps(document), **more)["StackId"])


def update(play: Play, document: dict[str, Any], **more: Any) -> None:
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(document), **more)


def test_a_stack_is_created_updated_and_deleted_without_change_sets() -> None:
    play = Play()
    arn = create(play)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    update(play, template(A=topic("2")))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"


def test_a_name_in_use_is_refused_by_create_stack() -> None:
    play = Play()
    create(play)
    with pytest.raises(CloudFormationError) as refused:
        create(play)
    assert (refused.value.code, refused.value.message) == ("AlreadyExistsException", "Stack [demo] already exists")


def test_create_stack_over_a_review_keeps_the_arn_and_makes_its_change_sets_obsolete() -> None:
    play = Play()
    review = play.change_set(template(A=topic()))
    arn = play.stack()["StackId"]
    assert create(play) == arn
    play.settle()
    assert play.described(review)["ExecutionStatus"] == "OBSOLETE"
    with pytest.raises(CloudFormationError, match=r"current execution status of \[OBSOLETE\]"):
        play("ExecuteChangeSet", ChangeSetName=review)


def test_update_stack_makes_open_change_sets_obsolete() -> None:
    play = Play()
    play.deploy(template(A=topic("1")))
    review = play.change_set(template(A=topic("2")), name="open")
    update(play, template(A=topic("3")))
    play.settle()
    assert play.described(review)["ExecutionStatus"] == "OBSOLETE"


def test_an_update_without_changes_is_refused() -> None:
    play = Play()
    create(play)
    play.settle()
    with pytest.raises(CloudFormationError, match=r"^ValidationError: No updates are to be performed.$"):
        update(play, template(A=topic("1")))


def test_an_update_of_a_missing_or_reviewed_stack_is_refused() -> None:
    play = Play()
    with pytest.raises(CloudFormationError, match=r"Stack \[demo\] does not exist"):
        update(play, template(A=topic("1")))
    play.change_set(template(A=topic()))
    with pytest.raises(CloudFormationError, match=r"Stack \[demo\] does not exist"):
        update(play, template(A=topic("1")))


def test_an_update_of_a_busy_stack_is_refused_with_its_arn() -> None:
    play = Play()
    arn = create(play)
    with pytest.raises(CloudFormationError) as refused:
        update(play, template(A=topic("2")))
    assert refused.value.message == f"Stack:{arn} is in CREATE_IN_PROGRESS state and can not be updated."


def test_the_previous_template_and_values_serve_an_update() -> None:
    play = Play()
    create(play, template(parameters={"Text": "1", "Other": "1"}, A=topic({"Ref": "Text"}), B=topic({"Ref": "Other"})))
    play.settle()
    play(
        "UpdateStack",
        StackName="demo",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "Text", "ParameterValue": "2"},
            {"ParameterKey": "Other", "UsePreviousValue": True},
        ],
    )
    play.settle()
    shown = {row["ParameterKey"]: row["ParameterValue"] for row in play.stack()["Parameters"]}
    assert shown == {"Text": "2", "Other": "1"}
    assert ("B", "UPDATE_COMPLETE") not in play.events()


def test_a_delete_of_what_does_not_exist_is_done_already() -> None:
    play = Play()
    assert play("DeleteStack", StackName="nobody") == {}
    arn = create(play)
    play.settle()
    play("DeleteStack", StackName="demo")
    assert play("DeleteStack", StackName="demo") == {}
    play.settle()
    assert play("DeleteStack", StackName=arn) == {}


def test_a_reviewed_stack_goes_at_once_and_frees_its_name() -> None:
    play = Play()
    play.change_set(template(A=topic()))
    arn = play.stack()["StackId"]
    play("DeleteStack", StackName="demo")
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert play.deploy(template(A=topic()))["StackId"] != arn


def test_a_stack_in_update_is_not_deleted() -> None:
    play = Play()
    create(play)
    play.settle()
    update(play, template(A=topic("2")))
    with pytest.raises(
        CloudFormationError, match=r"Stack \[demo\] cannot be deleted while in status UPDATE_IN_PROGRESS"
    ):
        play("DeleteStack", StackName="demo")


def test_resources_are_retained_only_after_a_failed_delete() -> None:
    play = Play()
    create(play)
    play.settle()
    with pytest.raises(CloudFormationError, match="DELETE_FAILED"):
        play("DeleteStack", StackName="demo", RetainResources=["A"])


def test_a_rollback_that_is_not_stuck_is_not_continued() -> None:
    play = Play()
    create(play)
    play.settle()
    with pytest.raises(CloudFormationError, match="CREATE_COMPLETE"):
        play("ContinueUpdateRollback", StackName="demo")


def test_a_nested_rollback_is_continued_from_its_root() -> None:
    faults = (ResourceFault("C/B", "update", "refused"), ResourceFault("C/A", "rollback", "stuck"))
    play = Play(Scenario(faults))
    url = play.put("child.yaml", template(A=value("1"), B=value("1", DependsOn="A")))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", template(A=value("2"), B=value("2", DependsOn="A")))
    play.deploy(template(C=nested(url), Z=topic()))
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    with pytest.raises(CloudFormationError, match="root"):
        play("ContinueUpdateRollback", StackName=child.id)
