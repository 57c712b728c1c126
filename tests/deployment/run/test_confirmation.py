"""A success is one only where all is there that the templates declare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from deployment.errors import OperationFailed, WatchLost
from deployment.run.confirmation import confirm
from deployment.stack.stack import stack_from
from deployment.template.resource_path import ROOT
from deployment.template.template import parse_document
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import STACK_TYPE, START, stack_arn, stack_body

_LAYER = f"{{Type: '{STACK_TYPE}', Properties: {{TemplateURL: x}}}}"
_ROOT = f"""
Conditions: {{Is: !Equals [a, b]}}
Resources:
  Network: {_LAYER}
  App: {_LAYER}
  Perhaps: {{Type: '{STACK_TYPE}', Condition: Is}}
Outputs: {{Id: {{Value: a}}, Perhaps: {{Value: b, Condition: Is}}}}
"""
_APP = f"Resources: {{Below: {_LAYER}}}"


def _row(name: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {
        "LogicalResourceId": name,
        "ResourceType": STACK_TYPE,
        "PhysicalResourceId": stack_arn(name),
        "ResourceStatus": status,
        "LastUpdatedTimestamp": START,
    }


def _missing(folder: Path, resources: dict[str, list[dict[str, Any]]], outputs: list[str]) -> tuple[str, ...]:
    def rows(StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        return {"StackResourceSummaries": resources[StackName]}

    run = fake_run(write_project(folder), FakeClient("cloudformation", list_stack_resources=rows))
    root = stack_from(stack_body(Outputs=[{"OutputKey": name, "OutputValue": "v"} for name in outputs]))
    documents = {ROOT: parse_document(_ROOT), ROOT / "App": parse_document(_APP)}
    try:
        confirm(run, root, documents)
    except OperationFailed as error:
        return error.findings
    return ()


_ALL = {
    stack_arn(): [_row("Network"), _row("App", "UPDATE_COMPLETE")],
    stack_arn("App"): [_row("Below")],
}


def test_all_that_is_declared_and_there_is_a_success(tmp_path: Path) -> None:
    assert _missing(tmp_path, _ALL, ["Id"]) == ()


@pytest.mark.parametrize(
    ("resources", "outputs", "finding"),
    [
        (_ALL, [], "output Id is declared in the template, and the stack does not have it"),
        ({**_ALL, stack_arn(): [_row("App")]}, ["Id"], "Network: the nested stack does not exist"),
        ({**_ALL, stack_arn("App"): []}, ["Id"], "App/Below: the nested stack does not exist"),
        (
            {**_ALL, stack_arn("App"): [_row("Below", "CREATE_FAILED")]},
            ["Id"],
            "App/Below: the nested stack is in CREATE_FAILED",
        ),
    ],
)
def test_what_is_missing_is_a_failure_that_names_it(
    tmp_path: Path, resources: dict[str, list[dict[str, Any]]], outputs: list[str], finding: str
) -> None:
    assert _missing(tmp_path, resources, outputs) == (finding,)


def test_what_cannot_be_looked_at_is_no_failure_of_the_deployment_but_is_said(tmp_path: Path) -> None:
    denied = refusal("AccessDenied", "not authorized to perform: cloudformation:ListStackResources")
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", list_stack_resources=denied))
    root = stack_from(stack_body(Outputs=[{"OutputKey": "Id", "OutputValue": "v"}]))
    with pytest.raises(
        WatchLost, match="is CREATE_COMPLETE, but it is unknown whether it has all that its template declares"
    ) as caught:
        confirm(run, root, {ROOT: parse_document(_ROOT)})
    assert "not authorized" in caught.value.findings[0]


def test_a_moment_without_an_answer_is_waited_for(tmp_path: Path) -> None:
    lost = EndpointConnectionError(endpoint_url="https://x")
    rows = {"StackResourceSummaries": [_row("Network"), _row("App")]}
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", list_stack_resources=[lost, rows]))
    root = stack_from(stack_body(Outputs=[{"OutputKey": "Id", "OutputValue": "v"}]))
    confirm(run, root, {ROOT: parse_document(_ROOT)})
