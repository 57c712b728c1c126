"""What status reads of a stack that has nothing yet."""

from pathlib import Path
from typing import Any

from deployment.commands.status import status
from deployment.run.outcome import Absent, LayerStatus, Shown
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stacks


def test_a_stack_under_review_has_nothing_to_ask_for(tmp_path: Path) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert [name for name, _ in client.calls] == ["describe_stacks"]


def test_no_stack_is_an_answer(tmp_path: Path) -> None:
    gone = refusal("ValidationError", "Stack with id shop-dev does not exist")
    client = FakeClient("cloudformation", describe_stacks=gone)
    assert isinstance(status(fake_run(write_project(tmp_path), client)), Absent)


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
    )
    shown = status(fake_run(write_project(tmp_path), client))
    assert isinstance(shown, Shown)
    assert shown.layers == (
        LayerStatus(ResourcePath(("Network",)), "CREATE_COMPLETE", None),
        LayerStatus(ResourcePath(("App",)), "UPDATE_FAILED", "because"),
    )
