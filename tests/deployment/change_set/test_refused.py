"""A change set that hooks or validations refused: what failed, of every layer, and where it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.findings import Place, Problem
from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.change_set.refused import executable, failed_check_lines, located
from deployment.errors import AwsRefusal, ChangeSetFailed, ChecksFailed
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import Template, parse_document
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.shapes import at, change_set, nested_row, row, set_arn, stack_arn

POINTS = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early "
    "Validation errors, use the DescribeEvents API for detailed failure information."
)
_TEXT = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySecondz: 3\n"
_ROW: dict[str, Any] = {
    "EventId": "1",
    "StackId": stack_arn(),
    "Timestamp": at(1),
    "EventType": "VALIDATION_ERROR",
    "LogicalResourceId": "Q",
    "ResourceType": "AWS::SQS::Queue",
    "ValidationName": "PROPERTY_VALIDATION",
    "ValidationFailureMode": "FAIL",
    "ValidationStatus": "FAILED",
    "ValidationStatusReason": "Unsupported property [DelaySecondz]",
    "ValidationPath": "/Resources/Q/Properties",
}
_HOOK: dict[str, Any] = {
    "EventId": "2",
    "StackId": stack_arn(),
    "Timestamp": at(2),
    "EventType": "HOOK_INVOCATION_ERROR",
    "LogicalResourceId": "Q",
    "HookType": "Acme::Guard::Hook",
    "HookFailureMode": "WARN",
    "HookStatusReason": "Encrypt it",
}


def template(text: str, shown: str) -> Template:
    return Template(Path(shown), text, parse_document(text), (), {}, shown=shown)


def tree(*bodies: dict[str, Any]) -> ChangeSet:
    """The tree that these descriptions make, the root's first."""
    by_arn = {body["ChangeSetId"]: body for body in bodies}
    client = FakeClient("cloudformation", describe_change_set=lambda **asked: by_arn[asked["ChangeSetName"]])
    return await_change_set(client, bodies[0]["ChangeSetId"], waiting())


def waiting() -> Waiting:
    return Waiting(FakeTime().clock, POLLING)


def two_layers() -> ChangeSet:
    """The reason of the root names only the first of them."""
    first = f"Nested change set {set_arn('App')} was not successfully created: Currently in FAILED."
    return tree(
        change_set("root", nested_row("App"), nested_row("Data"), status="FAILED", reason=first),
        change_set("App", row("Q"), status="FAILED", reason=POINTS),
        change_set("Data", row("Q"), status="FAILED", reason=POINTS),
    )


def events(rows: dict[str, list[dict[str, Any]]]) -> FakeClient:
    """What DescribeEvents reports about the change set of each name; no stack has any name that is taken."""
    by_arn = {set_arn(name): listed for name, listed in rows.items()}
    return FakeClient(
        "cloudformation",
        describe_events=lambda **asked: {"OperationEvents": by_arn.get(asked["ChangeSetName"], [])},
        describe_stack_resources=refusal("ValidationError", "Stack for jobs does not exist"),
    )


def test_all_that_failed_is_told_of_every_layer_with_file_and_line_where_it_is_ours() -> None:
    client = events({"App": [_ROW, _HOOK], "Data": [_ROW]})
    with pytest.raises(ChecksFailed) as caught:
        executable(client, two_layers(), waiting(), {ResourcePath(("App",)): template(_TEXT, "rendered/app.yaml")})
    assert caught.value.findings == (
        "Data/Q AWS::SQS::Queue: Unsupported property [DelaySecondz] (PROPERTY_VALIDATION /Resources/Q/Properties)",
        "rendered/app.yaml:2: App/Q: Encrypt it (Acme::Guard::Hook, a warning)",
        "rendered/app.yaml:5: App/Q AWS::SQS::Queue: Unsupported property [DelaySecondz] "
        "(PROPERTY_VALIDATION /Resources/Q/Properties)",
    )
    asked = {given["ChangeSetName"] for given in client.named("describe_events")}
    assert asked == {set_arn("App"), set_arn("Data")}, "the root only repeats that they failed"
    assert caught.value.remedy == "fix what the lines above name, then deploy again"


def test_a_name_that_is_taken_has_a_remedy_of_its_own() -> None:
    taken = _ROW | {
        "ValidationName": "NAME_CONFLICT_VALIDATION",
        "ValidationStatusReason": "Resource of type 'AWS::SQS::Queue' with identifier 'jobs' already exists.",
        "PhysicalResourceId": "jobs",
    }
    with pytest.raises(ChecksFailed) as caught:
        executable(events({"App": [taken]}), two_layers(), waiting(), {})
    assert caught.value.checks[0].physical_id == "jobs"
    assert caught.value.remedy
    assert caught.value.remedy.startswith("choose another name")
    assert "jobs: its owner is unknown: CloudFormation knows no stack that has it" in caught.value.findings
    assert "Data: DescribeEvents does not report what failed" in caught.value.findings


def test_what_may_not_be_asked_is_told_as_such_with_the_words_of_the_change_set() -> None:
    denied = refusal("AccessDenied", "not authorized to perform: cloudformation:DescribeEvents", 403)
    with pytest.raises(ChangeSetFailed) as caught:
        executable(FakeClient("cloudformation", describe_events=denied), two_layers(), waiting(), {})
    assert not isinstance(caught.value, ChecksFailed)
    assert caught.value.findings[0] == f"App: {POINTS}"
    assert "App: the cause could not be read: AWS refused describe_events" in caught.value.findings[2]


def test_another_failure_stays_as_cloudformation_tells_it() -> None:
    failed = tree(change_set("root", status="FAILED", reason="Transform failed"))
    with pytest.raises(ChangeSetFailed) as caught:
        executable(events({}), failed, waiting(), {ROOT: template(_TEXT, "rendered/root.yaml")})
    assert caught.value.findings == ("root: Transform failed",)


def test_what_is_told_late_is_asked_for_again() -> None:
    failed = tree(change_set("root", row("Q"), status="FAILED", reason=POINTS))
    late = FakeClient("cloudformation", describe_events=[{"OperationEvents": []}, {"OperationEvents": [_ROW]}])
    with pytest.raises(ChecksFailed) as caught:
        executable(late, failed, waiting(), {ROOT: template(_TEXT, "rendered/root.yaml")})
    assert [check.line for check in caught.value.checks] == [5]


def test_what_can_be_executed_is_not_asked_about() -> None:
    assert executable(FakeClient("cloudformation"), tree(change_set("root", row("Q"))), waiting(), {})


def test_of_a_set_that_others_made_the_lines_are_told_without_a_file() -> None:
    assert failed_check_lines(events({"Data": [_ROW]}), two_layers(), waiting()) == [
        "Data/Q AWS::SQS::Queue: Unsupported property [DelaySecondz] (PROPERTY_VALIDATION /Resources/Q/Properties)"
    ]


def test_a_hook_that_gives_no_reason_is_told_with_its_status() -> None:
    silent = {name: value for name, value in _HOOK.items() if name != "HookStatusReason"}
    client = events({"App": [silent | {"HookStatus": "HOOK_COMPLETE_FAILED"}], "Data": []})
    assert any("HOOK_COMPLETE_FAILED" in line for line in failed_check_lines(client, two_layers(), waiting()))


def test_what_failed_in_one_file_is_told_from_its_first_line_on() -> None:
    with pytest.raises(ChecksFailed) as caught:
        executable(
            events({"App": [_HOOK, _ROW], "Data": [_ROW]}),
            two_layers(),
            waiting(),
            {ResourcePath(("App",)): template(_TEXT, "rendered/app.yaml")},
        )
    assert [check.line for check in caught.value.checks] == [None, 2, 5]


def test_what_may_not_be_asked_of_the_root_is_told_of_the_root() -> None:
    alone = tree(change_set("root", row("Q"), status="FAILED", reason=POINTS))
    with pytest.raises(ChangeSetFailed) as caught:
        executable(events({}), alone, waiting(), {})
    assert "root: DescribeEvents does not report what failed" in caught.value.findings


def test_of_what_is_sent_with_a_template_only_what_the_words_name_is_shown_with_its_place() -> None:
    role, topic = "arn:aws:iam::111122223333:role/deploy", "arn:aws:sns:eu-west-1:111122223333:told"
    roles = {role: Place("params/dev.yaml", 4), topic: Place("params/dev.yaml", 9)}
    refused = AwsRefusal("CreateChangeSet", "ValidationError", f"Role {role} is invalid or cannot be assumed")
    shown = located(refused, {}, {}, roles, "deploy.py --env dev")
    assert shown.places == (Problem(Place("params/dev.yaml", 4), role),)
    assert "deploy.py --env dev" in (shown.remedy or "")


def test_a_refusal_of_another_kind_is_not_looked_for_in_files() -> None:
    role = "arn:aws:iam::111122223333:role/deploy"
    denied = AwsRefusal("CreateChangeSet", "AccessDenied", f"not authorized to perform: iam:PassRole on {role}")
    shown = located(denied, {}, {}, {role: Place("params/dev.yaml", 4)}, "deploy.py --env dev")
    assert (shown.findings, shown.remedy) == ((), None)


def test_checks_are_in_the_order_of_their_files_and_lines() -> None:
    shown = {"App": "rendered/b.yaml", "Data": "rendered/a.yaml"}
    templates = {ROOT / name: template(_TEXT, file) for name, file in shown.items()}
    with pytest.raises(ChecksFailed) as caught:
        executable(events({"App": [_ROW, _HOOK], "Data": [_ROW, _HOOK]}), two_layers(), waiting(), templates)
    assert [(check.file, check.line) for check in caught.value.checks] == [
        (file, line) for file in ("rendered/a.yaml", "rendered/b.yaml") for line in (2, 5)
    ]


def test_two_names_that_are_taken_have_a_line_each_although_no_id_is_reported() -> None:
    reason = "Resource of type 'AWS::SQS::Queue' with identifier '{}' already exists."
    taken = [{**_ROW, "LogicalResourceId": name, "ValidationStatusReason": reason.format(name)} for name in ("A", "B")]
    with pytest.raises(ChecksFailed) as caught:
        executable(events({"App": taken}), two_layers(), waiting(), {})
    assert sum("its owner is unknown" in finding for finding in caught.value.findings) == 2


def test_a_parameter_that_the_words_name_is_shown_where_it_has_its_value() -> None:
    refused = AwsRefusal("CreateChangeSet", "ValidationError", "Parameters: [Size, Gone, Kept] must have values")
    given = {"Size": Place("params/dev.yaml", 7), "Kept": None, "Other": Place("params/dev.yaml", 8)}
    assert located(refused, {}, given, {}, "again").places == (Problem(Place("params/dev.yaml", 7), "Size"),)
    other = AwsRefusal("CreateChangeSet", "ValidationError", "[Size] must have values")
    assert located(other, {}, given, {}, "again").places == ()
