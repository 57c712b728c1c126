"""What status reads of a stack that has nothing yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from deployment.commands.status import status
from deployment.run.choices import Choices
from deployment.run.outcome import Absent, Deleted, Followed, LayerStatus, Shown
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, event, stack_arn, stack_event, stacks


def test_a_stack_under_review_has_nothing_to_ask_for(tmp_path: Path) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert [name for name, _ in client.calls] == ["describe_stacks"]


def test_no_stack_is_an_answer(tmp_path: Path) -> None:
    gone = refusal("ValidationError", "Stack with id shop-dev does not exist")
    client = FakeClient("cloudformation", describe_stacks=gone, get_template=gone)
    assert isinstance(status(fake_run(write_project(tmp_path), client)), Absent)


def _left_on(stack: str) -> Any:
    """ListChangeSets, where one stack has a failed change set, another is gone and the rest have none."""
    row = {"ChangeSetId": "arn", "ChangeSetName": "n", "Status": "FAILED", "ExecutionStatus": "UNAVAILABLE"}

    def listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        if StackName == stack_arn("App"):
            raise refusal("ValidationError", "Stack [App] does not exist")
        return {"Summaries": [{**row, "CreationTime": START}] if StackName == stack else []}

    return listed


def test_the_layers_are_those_that_stand(tmp_path: Path) -> None:
    def row(name: str, status: str, kind: str = STACK_TYPE) -> dict[str, Any]:
        body = {"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status}
        return {**body, "PhysicalResourceId": stack_arn(name), "LastUpdatedTimestamp": START}

    rows = [
        row("Network", "CREATE_COMPLETE"),
        row("Old", "DELETE_COMPLETE"),
        row("Topic", "CREATE_COMPLETE", "AWS::X"),
        row("App", "UPDATE_FAILED") | {"ResourceStatusReason": "because"},
    ]
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks(),
        list_stack_resources={"StackResourceSummaries": rows},
        get_template={"TemplateBody": "Resources: {}"},
        list_change_sets=_left_on(stack_arn("Network")),
    )
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert shown.layers == (
        LayerStatus(ResourcePath(("Network",)), "CREATE_COMPLETE", None, 1),
        LayerStatus(ResourcePath(("App",)), "UPDATE_FAILED", "because"),
    )


def test_the_layers_below_a_layer_are_counted_where_a_file_or_nobody_knows_of_them(tmp_path: Path) -> None:
    def rows(*names: str) -> dict[str, Any]:
        body = {"ResourceType": STACK_TYPE, "ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}
        below = [{**body, "LogicalResourceId": name, "PhysicalResourceId": stack_arn(name)} for name in names]
        return {"StackResourceSummaries": below}

    standing = {stack_arn(): rows("App", "Foreign"), stack_arn("Foreign"): rows("Inner"), stack_arn("Inner"): rows()}
    client = FakeClient(
        "cloudformation",
        describe_stacks=lambda StackName: stacks(StackId=StackName) if ":" in StackName else stacks(),  # noqa: N803
        list_stack_resources=lambda StackName: standing.get(StackName, rows()),  # noqa: N803
        get_template={"TemplateBody": "Resources: {}"},
        list_change_sets=_left_on(stack_arn("Inner")),
    )
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert {str(layer.path): layer.change_sets for layer in shown.layers} == {
        "App": 0,
        "Foreign": 0,
        "Foreign/Inner": 1,
    }


_FOLLOW = Choices(follow=True)


def test_a_deletion_that_is_followed_ends_as_one(tmp_path: Path) -> None:
    log = [
        stack_event(3, "DELETE_COMPLETE"),
        event(2, "Topic", "DELETE_COMPLETE"),
        stack_event(1, "DELETE_IN_PROGRESS"),
    ]
    client = FakeClient(
        "cloudformation",
        describe_stacks=[stacks("DELETE_IN_PROGRESS"), stacks("DELETE_COMPLETE")],
        describe_stack_events={"StackEvents": log},
    )
    outcome = status(replace(fake_run(write_project(tmp_path), client), choices=_FOLLOW))
    assert outcome == Deleted("shop-dev", stack_arn(), 2.0)


def test_only_the_last_operation_counts_and_what_the_file_says_else_is_told_and_not_set(tmp_path: Path) -> None:
    log = [
        stack_event(9, "UPDATE_COMPLETE", token=None),
        stack_event(8, "UPDATE_IN_PROGRESS", token=None),
        stack_event(3, "CREATE_COMPLETE"),
        stack_event(1, "CREATE_IN_PROGRESS"),
    ]
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks("UPDATE_COMPLETE", EnableTerminationProtection=True),
        describe_stack_events={"StackEvents": log},
    )
    outcome = status(replace(fake_run(write_project(tmp_path), client), choices=_FOLLOW))
    assert isinstance(outcome, Followed)
    assert outcome.seconds == 1.0
    assert [(setting.name, setting.before, setting.after) for setting in outcome.settings] == [
        ("termination-protection", "on", "off")
    ]
