"""Saved change sets that cannot be executed, and why; those that can are played in tests/test_deploy_later.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.commands.deploy import deploy
from deployment.errors import ChangeSetUnusable, StackBusy
from deployment.review.review import Review
from deployment.run.choices import Choices
from deployment.run.outcome import Declined
from deployment.run.telling import Reviewed, Told
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import (
    NO_CHANGES,
    change_set,
    detail,
    nested_row,
    row,
    set_arn,
    stack_arn,
    stack_event,
    stacks,
)

_ROOT = "Parameters: {Hours: {Type: Number}, Key: {Type: String}, Image: {Type: 'AWS::SSM::Parameter::Value<String>'}}"


def _deployed(tmp_path: Path, described: Any, **answers: Any) -> tuple[Any, list[Told]]:
    told: list[Told] = []
    given = {"describe_stacks": stacks(), "describe_change_set": described, **answers}
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", **given), told=told, approve=lambda _: False)
    return deploy(replace(run, choices=Choices(change_set=set_arn("root")))), told


@pytest.mark.parametrize(
    ("described", "why"),
    [
        (change_set("root", ExecutionStatus="OBSOLETE"), r"the stack has changed since \(OBSOLETE\)"),
        (change_set("root", ExecutionStatus="EXECUTE_IN_PROGRESS"), "it is being executed now"),
        (change_set("root", ExecutionStatus="EXECUTE_FAILED"), "it was executed already, and that failed"),
        (change_set("root", status="FAILED", reason=NO_CHANGES), "it is FAILED: The submitted information"),
        (
            change_set("root", ExecutionStatus="UNAVAILABLE", reason="Only executable from the root change set."),
            "it belongs to a nested stack",
        ),
        (
            change_set("root", StackId=stack_arn("other")),
            "it belongs to .*stack/other/0000; the environment's stack is",
        ),
        (refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404), "it does not exist"),
    ],
)
def test_a_change_set_that_cannot_be_executed_is_refused_with_the_reason(
    tmp_path: Path, described: Any, why: str
) -> None:
    with pytest.raises(ChangeSetUnusable, match=why) as caught:
        _deployed(tmp_path, described)
    assert caught.value.remedy == "plan again: python deploy.py plan --keep --env dev"


def test_without_a_stack_there_is_nothing_to_execute(tmp_path: Path) -> None:
    missing = refusal("ValidationError", "Stack with id shop-dev does not exist")
    with pytest.raises(ChangeSetUnusable, match="stack shop-dev does not exist"):
        _deployed(tmp_path, change_set("root"), describe_stacks=missing)


def test_a_busy_stack_executes_none(tmp_path: Path) -> None:
    events = {"StackEvents": [stack_event(1, "UPDATE_IN_PROGRESS")]}
    with pytest.raises(StackBusy):
        _deployed(
            tmp_path,
            change_set("root"),
            describe_stacks=stacks("UPDATE_IN_PROGRESS"),
            describe_stack_events=events,
        )


def _templates(ChangeSetName: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
    if ChangeSetName == set_arn("App"):
        raise refusal("ValidationError", "Template not available")
    return {"TemplateBody": _ROOT}


def test_it_is_reviewed_by_what_it_holds_even_where_a_template_is_not_to_be_had(tmp_path: Path) -> None:
    described = [
        change_set(
            "root",
            row("Topic", detail("Name", source="ParameterReference", cause="Hours", before="1", after="2")),
            nested_row("App"),
            parameters={"Hours": "2", "Key": "****", "Image": "/image"},
        ),
        change_set("App", row("Queue", action="Add", kind="AWS::SQS::Queue")),
    ]
    parameters = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in (("Hours", "1"), ("Key", "****"), ("Image", "/image"))
    ]
    sets = {body["ChangeSetId"]: body for body in described}
    outcome, told = _deployed(
        tmp_path,
        lambda **asked: sets[asked["ChangeSetName"]],
        get_template=_templates,
        describe_stacks=stacks(Parameters=parameters),
    )
    assert isinstance(outcome, Declined)
    [reviewed] = [each for each in told if isinstance(each, Reviewed)]
    assert isinstance(reviewed.review, Review)
    assert [each.path for each in reviewed.review.resources] == [("Topic",), ("App", "Queue")]
    assert reviewed.create is False
