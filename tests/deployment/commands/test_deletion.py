"""What a deletion takes away, and the one question before it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudformation.statuses import StackStatus
from deployment.commands.deletion import declined_deletion, deletion_of
from deployment.run.choices import Choices
from deployment.run.run import Run
from deployment.run.telling import Deletion, Progress, Question, Told
from deployment.stack.stack import Stack, stack_from
from deployment.template.resource_path import ROOT, ResourcePath
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stacks

_ROWS = {
    stack_arn(): [("App", STACK_TYPE), ("Alarm", "AWS::CloudWatch::Alarm"), ("Thing", "Custom::Thing")],
    stack_arn("App"): [("Queue", "AWS::SQS::Queue"), ("Role", "AWS::IAM::Role")],
}
_APP = "Resources: {Queue: {Type: AWS::SQS::Queue, DeletionPolicy: RetainExceptOnCreate}}"
_DELETION = Deletion("shop-dev", ((ROOT / "Queue", "AWS::SQS::Queue", "q"),), (), ((ROOT / "Queue", "holds data"),))


def _listed(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own name
    rows = [
        {
            "LogicalResourceId": name,
            "ResourceType": type_,
            "PhysicalResourceId": stack_arn(name) if type_ == STACK_TYPE else f"{name}-1",
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": START,
        }
        for name, type_ in _ROWS[StackName]
    ]
    return {"StackResourceSummaries": rows}


def _run(tmp_path: Path, protect: str = "", told: list[Told] | None = None) -> Run:
    client = FakeClient(
        "cloudformation",
        list_stack_resources=_listed,
        get_template=lambda StackName, **_: {"TemplateBody": _APP if StackName == stack_arn("App") else "{}"},  # noqa: N803
    )
    environment = ENVIRONMENT + (f"protect: [{protect}]\n" if protect else "")
    return fake_run(write_project(tmp_path, environment=environment), client, told=told)


def _stack(status: str = "CREATE_COMPLETE") -> Stack:
    return stack_from(stacks(status)["Stacks"][0])


def test_what_goes_and_what_stays_is_found_over_all_layers_and_what_is_guarded_says_why(tmp_path: Path) -> None:
    deletion = deletion_of(_run(tmp_path, protect="Alarm"), _stack())
    assert [str(path) for path, _, _ in deletion.goes] == ["App/Role", "Alarm", "Thing"]
    assert [str(path) for path, _, _ in deletion.stays] == ["App/Queue"]
    assert {str(path): why.partition(":")[0] for path, why in deletion.guards} == {
        "App/Role": "serves others",
        "Alarm": "is protected by the environment file (Alarm)",
        "Thing": "is made by a function that alone knows what it is",
    }
    assert deletion.guard(ResourcePath(("App", "Queue"))) is None


@pytest.mark.parametrize("left", [ResourcePath(("App",)), ResourcePath(("App", "Role"))])
def test_what_is_left_behind_by_name_is_not_told_as_going_nor_guarded(tmp_path: Path, left: ResourcePath) -> None:
    deletion = deletion_of(_run(tmp_path), _stack(), [left])
    assert [str(path) for path, _, _ in deletion.goes] == ["Alarm", "Thing"]
    assert [str(path) for path, _ in deletion.guards] == ["Thing"]


def test_what_the_file_protects_and_is_nowhere_is_told(tmp_path: Path) -> None:
    told: list[Told] = []
    deletion_of(_run(tmp_path, protect="Thing, Thnig, App/Group", told=told), _stack())
    [note] = [message.text for message in told if isinstance(message, Progress)]
    assert note.endswith("protect names resources that do not exist: Thnig")


@pytest.mark.parametrize(
    ("deletion", "status", "allowed", "typed", "expected"),
    [
        (_DELETION, "CREATE_COMPLETE", (), True, ("shop-dev", True)),
        (_DELETION, "CREATE_COMPLETE", (), False, ("shop-dev", True)),
        (_DELETION, "CREATE_COMPLETE", ("shop-dev",), True, ("shop-dev", False)),
        (_DELETION, "DELETE_IN_PROGRESS", (), True, ("shop-dev", False)),
        (replace(_DELETION, guards=()), "CREATE_COMPLETE", (), True, ("shop-dev", False)),
        (replace(_DELETION, guards=()), "ROLLBACK_COMPLETE", (), False, (None, False)),
    ],
)
def test_the_question_insists_on_the_stacks_name_where_something_guarded_goes(
    tmp_path: Path,
    deletion: Deletion,
    status: str,
    allowed: tuple[str, ...],
    typed: bool,
    expected: tuple[str | None, bool],
) -> None:
    asked: list[Question] = []

    def approve(question: Question) -> bool:
        asked.append(question)
        return False

    run = replace(_run(tmp_path), approve=approve, choices=Choices(allowed=allowed))
    declined = declined_deletion(run, _stack(status), deletion, "Delete it?", typed=typed)
    [question] = asked
    assert (question.typed, question.insists) == expected
    assert question.text == f"Delete it?{' 1 of its 1 resources are guarded.' if deletion.guards else ''}"
    assert declined is not None
    assert declined.needed == (("shop-dev",) if question.insists else ())
    assert StackStatus(status) is _stack(status).status
