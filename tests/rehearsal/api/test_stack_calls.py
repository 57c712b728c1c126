"""CreateStack, UpdateStack, DeleteStack, ContinueUpdateRollback: what is accepted and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import nested, template, topic


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


def test_time_policy_protection_and_tags_come_with_the_creation() -> None:
    play = Play()
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})
    create(
        play,
        TimeoutInMinutes=5,
        StackPolicyBody=policy,
        EnableTerminationProtection=True,
        DisableRollback=True,
        Tags=[{"Key": "a", "Value": "b"}],
        NotificationARNs=["arn:aws:sns:eu-west-1:123456789012:t"],
        RoleARN="arn:aws:iam::123456789012:role/deploy",
    )
    play.settle()
    stack = play.stack()
    assert stack["TimeoutInMinutes"] == 5
    assert stack["EnableTerminationProtection"] is True
    assert stack["DisableRollback"] is True
    assert stack["Tags"] == [{"Key": "a", "Value": "b"}]
    assert stack["NotificationARNs"] == ["arn:aws:sns:eu-west-1:123456789012:t"]
    assert stack["RoleARN"] == "arn:aws:iam::123456789012:role/deploy"
    assert play("GetStackPolicy", StackName="demo")["StackPolicyBody"] == policy


def test_a_policy_that_is_none_refuses_the_creation_whole() -> None:
    play = Play()
    with pytest.raises(CloudFormationError, match="Invalid stack policy"):
        create(play, StackPolicyBody="{}")
    assert play("ListStacks")["StackSummaries"] == []


def test_an_update_keeps_tags_it_does_not_name_and_an_empty_list_removes_them() -> None:
    play = Play()
    create(play, Tags=[{"Key": "a", "Value": "b"}])
    play.settle()
    update(play, template(A=topic("2")))
    play.settle()
    assert play.stack()["Tags"] == [{"Key": "a", "Value": "b"}]
    update(play, template(A=topic("3")), Tags=[])
    play.settle()
    assert play.stack()["Tags"] == []


def test_a_policy_during_the_update_holds_for_that_update_alone() -> None:
    play = Play()
    create(play, StackPolicyBody=policy("Deny"))
    play.settle()
    update(play, template(A=topic("2")), StackPolicyDuringUpdateBody=policy("Allow"))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    update(play, template(A=topic("3")))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_an_update_may_bring_the_policy_that_it_obeys() -> None:
    play = Play()
    create(play)
    play.settle()
    update(play, template(A=topic("2")), StackPolicyBody=policy("Deny"))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def policy(effect: str) -> str:
    return json.dumps({"Statement": [{"Effect": effect, "Action": "Update:*", "Principal": "*", "Resource": "*"}]})


def test_a_forced_delete_passes_by_what_refuses_to_go() -> None:
    play = Play(Scenario((ResourceFault("A", "delete", "in use"),)))
    arn = create(play, template(A=topic(), B=topic(after="A")))
    play.settle()
    with pytest.raises(CloudFormationError, match="FORCE_DELETE_STACK can only be specified"):
        play("DeleteStack", StackName="demo", DeletionMode="FORCE_DELETE_STACK")
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "DELETE_FAILED"
    play("DeleteStack", StackName="demo", DeletionMode="FORCE_DELETE_STACK")
    play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert play.events(arn)[-2:] == [("A", "DELETE_SKIPPED"), ("demo", "DELETE_COMPLETE")]


def test_a_forced_delete_is_forced_in_nested_stacks_too() -> None:
    play = Play(Scenario((ResourceFault("C/T", "delete", "in use"),)))
    arn = create(play, template(C=nested(play.put("child.yaml", template(T=topic())))))
    play.settle()
    for more in ({}, {"DeletionMode": "FORCE_DELETE_STACK"}):
        play("DeleteStack", StackName="demo", **more)
        play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"


def looped(names: str, **more: Any) -> dict[str, Any]:
    """A request for a topic of every name, through the language extensions."""
    document = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Names": {"Type": "CommaDelimitedList"}},
        "Resources": {"Fn::ForEach::L": ["X", {"Ref": "Names"}, {"T${X}": topic({"Ref": "X"})}]},
    }
    request = {"StackName": "demo", "TemplateBody": json.dumps(document), "Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
    return request | {"Parameters": [{"ParameterKey": "Names", "ParameterValue": names}]} | more


FAILED = "Transform AWS::LanguageExtensions failed with: OutputKey 'Ta-b' should be alphanumeric"


def test_a_stack_is_created_from_its_processed_template() -> None:
    play = Play()
    with pytest.raises(CloudFormationError) as refused:
        play("CreateStack", **looped("a", Capabilities=[]))
    assert (refused.value.code, refused.value.message) == (
        "InsufficientCapabilitiesException",
        "Requires capabilities : [CAPABILITY_AUTO_EXPAND]",
    )
    play("CreateStack", **looped("a,b"))
    play.settle()
    assert [name for name, status in play.events() if status == "CREATE_COMPLETE"] == ["Ta", "Tb", "demo"]


def test_a_stack_whose_transform_fails_is_rolled_back_without_a_resource() -> None:
    play = Play()
    play("CreateStack", **looped("a-b"))
    play.settle()
    assert play.events() == [
        ("demo", "CREATE_IN_PROGRESS"),
        ("demo", "ROLLBACK_IN_PROGRESS"),
        ("demo", "ROLLBACK_COMPLETE"),
    ]
    assert play.reasons()[-1] == ("demo", "ROLLBACK_IN_PROGRESS", f"{FAILED}. Rollback requested by user.")
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.cloud.world.find("demo", REGION) is None


@pytest.mark.parametrize(("keep", "status"), [(False, "UPDATE_ROLLBACK_COMPLETE"), (True, "UPDATE_FAILED")])
def test_an_update_whose_transform_fails_changes_nothing_and_may_be_repeated(keep: bool, status: str) -> None:
    play = Play()
    play("CreateStack", **looped("a"))
    play.settle()
    play("UpdateStack", **looped("a-b", DisableRollback=keep))
    play.settle()
    assert play.stack()["StackStatus"] == status
    assert FAILED in [reason for _, _, reason in play.reasons()]
    play("UpdateStack", **looped("a,b", DisableRollback=keep))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert {row["LogicalResourceId"] for row in play("DescribeStackResources", StackName="demo")["StackResources"]} == {
        "Ta",
        "Tb",
    }


def test_the_previous_template_is_the_processed_one_with_its_old_values() -> None:
    play = Play()
    play("CreateStack", **looped("a"))
    play.settle()
    request = {key: member for key, member in looped("a,b").items() if key != "TemplateBody"}
    with pytest.raises(CloudFormationError) as refused:
        play("UpdateStack", UsePreviousTemplate=True, **request)
    assert refused.value.message == "No updates are to be performed."
    tags = [{"Key": "k", "Value": "v"}]
    play("UpdateStack", UsePreviousTemplate=True, Tags=tags, **request)
    play.settle()
    assert "ForEach" in play("GetTemplate", StackName="demo", TemplateStage="Original")["TemplateBody"]
