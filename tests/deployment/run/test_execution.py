"""From an approved change set to a settled stack, where things go wrong on the way."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.artifacts.packaging import Artifact, Located, Package
from deployment.aws.session import Session
from deployment.change_set.discard import made
from deployment.change_set.lifecycle import Request, await_change_set
from deployment.errors import AwsRefusal, ChangeSetFailed, OperationFailed, Overtaken, WatchLost
from deployment.review.review import LayerReview, Review
from deployment.run.execution import Execution, followed, start
from deployment.run.outcome import Deployed
from deployment.run.prepare import Prepared, storage_of
from deployment.run.run import Run
from deployment.run.telling import Progress, Told
from deployment.settings.setting_change import SettingChange
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.resource_path import ROOT
from deployment.template.template import read_template
from tests.deployment.checked import checked_values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime, refusal
from tests.deployment.project import NETWORK, write_project
from tests.deployment.shapes import (
    NO_CHANGES,
    START,
    change_set,
    detail,
    event,
    nested_row,
    row,
    set_arn,
    stack_arn,
    stack_event,
    stacks,
)

_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)
_DONE = [stack_event(9, "UPDATE_COMPLETE"), event(2, "Topic", "UPDATE_COMPLETE"), stack_event(1, "UPDATE_IN_PROGRESS")]
_SENT = Package("https://b/root.yaml?versionId=v1", "Resources: {}", ())
_PARTITION = ("aws", "amazonaws.com")
_REQUEST = Request(stack_arn(), False, "https://b/root.yaml", (), {}, frozenset())


class _Cloud:
    """Change sets by ARN, gone once they were deleted; a plain one is made on request."""

    def __init__(self, *bodies: dict[str, Any], plain: dict[str, Any] | None = None) -> None:
        self._bodies = {body["ChangeSetId"]: body for body in bodies}
        if plain:
            self._bodies[plain["ChangeSetId"]] = plain
        self._plain = plain

    def describe(self, ChangeSetName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own names
        if ChangeSetName not in self._bodies:
            raise _GONE
        return self._bodies[ChangeSetName]

    def delete(self, ChangeSetName: str) -> dict[str, Any]:  # noqa: N803
        self._bodies.pop(ChangeSetName, None)
        return {}

    def client(self, **answers: Any) -> FakeClient:
        given: dict[str, Any] = {
            "describe_change_set": self.describe,
            "delete_change_set": self.delete,
            "execute_change_set": {},
            "describe_stack_events": {"StackEvents": _DONE},
            "describe_events": {"OperationEvents": []},
            "describe_stacks": stacks("UPDATE_COMPLETE"),
            "update_termination_protection": {"StackId": stack_arn()},
            "get_template": {"TemplateBody": _SENT.text},
            "list_change_sets": {"Summaries": []},
            "list_stack_resources": {"StackResourceSummaries": []},
        }
        if self._plain:
            given["create_change_set"] = {"Id": self._plain["ChangeSetId"], "StackId": stack_arn()}
        return FakeClient("cloudformation", **{**given, **answers})


def _executed(
    tmp_path: Path,
    client: FakeClient,
    *settings: SettingChange,
    request: Request = _REQUEST,
    sent: Package = _SENT,
    told: list[Told] | None = None,
    **files: str,
) -> Deployed:
    project = write_project(tmp_path, **files)
    environment = read_environment(project / "params", "dev")
    root = read_template(project / "rendered/root.yaml")
    tokens = iter("123456789")
    run = Run(
        environment=environment,
        root=root,
        values=checked_values(root, environment),
        session=cast(
            Session,
            SimpleNamespace(cloudformation=client, partition=_PARTITION, is_elsewhere=False, following=nullcontext),
        ),
        clock=FakeTime().clock,
        polling=POLLING,
        token=lambda: next(tokens),
        tell=(told if told is not None else list[Told]()).append,
        approve=lambda _: True,
        invocation=Invocation(("--env", "dev")),
    )
    tree = await_change_set(client, set_arn("root"), run.waiting)
    judged = Review(LayerReview(ROOT, None, (), (), ()), (), settings=settings)
    with made(client, lambda: (tree.arn, tree.stack_arn), run.waiting, run.token):
        prepared = Prepared(storage_of(run), sent, {}, None, None)
        started = start(run, request, tree, judged, "token", prepared)
    outcome = followed(run, Execution(started, judged, "token", {}))
    assert isinstance(outcome, Deployed)
    return outcome


def _changed(name: str) -> dict[str, Any]:
    return change_set(name, row("Topic", detail("Name", before="a", after="b")))


_FULL = (
    change_set("root", nested_row("Network"), nested_row("App")),
    _changed("Network"),
    _changed("App"),
)
_PARTLY = (
    change_set("root", row("Own", action="Add"), nested_row("Network"), nested_row("App")),
    change_set("Network", status="FAILED", reason=NO_CHANGES),
    _changed("App"),
)


def test_a_set_in_which_every_layer_changes_is_executed_as_it_was_reviewed(tmp_path: Path) -> None:
    client = _Cloud(*_FULL).client()
    deployed = _executed(tmp_path, client)
    assert client.named("execute_change_set") == [{"ChangeSetName": set_arn("root"), "ClientRequestToken": "token"}]
    assert deployed.seconds == 8.0
    assert client.named("delete_change_set") == []


def test_where_a_layer_is_unchanged_a_plain_set_is_executed_instead(tmp_path: Path) -> None:
    plain = change_set("plain", row("Own", action="Add"), row("App", kind="AWS::CloudFormation::Stack"))
    client = _Cloud(*_PARTLY, plain=plain).client()
    _executed(tmp_path, client)
    assert client.named("delete_change_set") == [{"ChangeSetName": set_arn("root")}]
    [asked] = client.named("create_change_set")
    assert asked["IncludeNestedStacks"] is False
    assert client.named("execute_change_set")[0]["ChangeSetName"] == set_arn("plain")


def test_a_plain_set_that_was_reviewed_is_executed_itself(tmp_path: Path) -> None:
    plain = change_set("root", row("App", kind="AWS::CloudFormation::Stack"), IncludeNestedStacks=False)
    client = _Cloud(plain).client()
    _executed(tmp_path, client, request=replace(_REQUEST, nested=False))
    assert client.named("create_change_set") == []
    assert client.named("execute_change_set")[0]["ChangeSetName"] == set_arn("root")


def test_a_plain_set_that_says_something_else_is_not_executed(tmp_path: Path) -> None:
    plain = change_set("plain", row("Other", action="Remove"))
    client = _Cloud(*_PARTLY, plain=plain).client()
    with pytest.raises(ChangeSetFailed, match="differs from the reviewed one"):
        _executed(tmp_path, client)
    assert client.named("execute_change_set") == []
    assert len(client.named("delete_change_set")) == 2


_PLAIN = (row("Own", action="Add"), row("App", kind="AWS::CloudFormation::Stack"))


def _said(told: list[Told]) -> str:
    return "\n".join(step.text for step in told if isinstance(step, Progress))


@pytest.mark.parametrize(
    ("members", "finding"),
    [
        ({"Parameters": [{"ParameterKey": "Hours", "ParameterValue": "9"}]}, "parameter Hours has another value"),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "tag a has another value"),
        ({"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}, "Capabilities is CAPABILITY_AUTO_EXPAND, not none"),
        ({"NotificationARNs": ["arn:x"]}, "NotificationARNs is arn:x, not none"),
        ({"OnStackFailure": "DO_NOTHING"}, "OnStackFailure is DO_NOTHING, not ROLLBACK"),
        ({"RollbackConfiguration": {"MonitoringTimeInMinutes": 5}}, "MonitoringTimeInMinutes is 5, not 0"),
    ],
)
def test_a_plain_set_that_was_given_something_else_is_not_executed(
    tmp_path: Path, members: dict[str, Any], finding: str
) -> None:
    client = _Cloud(*_PARTLY, plain=change_set("plain", *_PLAIN, **members)).client()
    with pytest.raises(Overtaken) as caught:
        _executed(tmp_path, client)
    assert caught.value.findings == (finding,)
    assert client.named("execute_change_set") == []


def test_a_plain_set_of_another_template_is_not_executed(tmp_path: Path) -> None:
    cloud = _Cloud(*_PARTLY, plain=change_set("plain", *_PLAIN))
    client = cloud.client(get_template={"TemplateBody": "Resources: {Evil: {}}"})
    with pytest.raises(Overtaken) as caught:
        _executed(tmp_path, client)
    assert caught.value.findings == ("its template differs from the one that was sent",)
    assert client.named("get_template")[0]["ChangeSetName"] == set_arn("plain")


def test_a_plain_set_whose_template_is_not_given_is_taken_away_and_the_reviewed_one_executed(tmp_path: Path) -> None:
    cloud = _Cloud(*_PARTLY, plain=change_set("plain", *_PLAIN))
    client, told = cloud.client(get_template=refusal("ValidationError", "no template")), list[Told]()
    _executed(tmp_path, client, told=told)
    assert client.named("delete_change_set") == [{"ChangeSetName": set_arn("plain")}]
    assert [asked["ChangeSetName"] for asked in client.named("execute_change_set")] == [set_arn("root")]
    assert "CloudFormation returned no template of it" in _said(told)


@pytest.mark.parametrize(
    "network",
    [
        "Resources: {Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: '{{resolve:ssm:/network/cidr}}'}}}\n"
        "Outputs: {VpcId: {Value: !Ref Vpc}}\n",
        f"Transform: Macro\n{NETWORK}",
        f"{NETWORK}Parameters: {{Name: {{Type: 'AWS::SSM::Parameter::Value<String>', Default: /name}}}}\n",
    ],
)
def test_where_a_layer_reads_something_elsewhere_the_reviewed_set_itself_is_executed(
    tmp_path: Path, network: str
) -> None:
    client, told = _Cloud(*_PARTLY).client(), list[Told]()
    _executed(tmp_path, client, told=told, network=network)
    assert client.named("create_change_set") == []
    assert [asked["ChangeSetName"] for asked in client.named("execute_change_set")] == [set_arn("root")]
    assert "executing the reviewed change set itself" in _said(told)
    assert "unchanged nested stacks that will keep a failed change set: 1" in _said(told)


def test_where_templates_can_be_overwritten_the_reviewed_set_itself_is_executed(tmp_path: Path) -> None:
    client, told = _Cloud(*_PARTLY).client(), list[Told]()
    _executed(tmp_path, client, sent=replace(_SENT, artifacts=(Artifact("k", b"", Located(None)),)), told=told)
    assert client.named("create_change_set") == []
    assert "the bucket of the templates has no versioning" in _said(told)


def test_other_templates_than_were_sent_are_not_executed(tmp_path: Path) -> None:
    def given(ChangeSetName: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        if ChangeSetName == set_arn("Network"):
            raise refusal("ValidationError", "no template")
        return {"TemplateBody": "Resources: {Evil: {}}" if ChangeSetName == set_arn("App") else _SENT.text}

    texts = {ROOT: _SENT.text, ROOT / "App": "Resources: {}", ROOT / "Network": "Resources: {}"}
    open_ = replace(_SENT, artifacts=(Artifact("k", b"", Located(None)),), texts=texts)
    client = _Cloud(*_PARTLY).client(get_template=given)
    with pytest.raises(Overtaken, match="read other templates from the artifacts bucket than were uploaded") as caught:
        _executed(tmp_path, client, sent=open_)
    assert caught.value.findings == ("App: CloudFormation read another template than was sent",)
    assert client.named("execute_change_set") == []


def test_change_sets_that_pile_up_are_warned_of_well_before_the_limit(tmp_path: Path) -> None:
    summary = {
        "ChangeSetId": set_arn("old"),
        "ChangeSetName": "old",
        "Status": "FAILED",
        "ExecutionStatus": "UNAVAILABLE",
        "CreationTime": START,
    }
    client, told = _Cloud(*_PARTLY).client(list_change_sets={"Summaries": [summary] * 600}), list[Told]()
    _executed(tmp_path, client, sent=replace(_SENT, artifacts=(Artifact("k", b"", Located(None)),)), told=told)
    assert "warning: Network has 600 change sets that cannot be deleted; at about 1,000" in _said(told)


def test_a_refused_execution_leaves_no_change_set_behind(tmp_path: Path) -> None:
    refused = refusal("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]")
    client = _Cloud(*_FULL).client(execute_change_set=refused)
    with pytest.raises(AwsRefusal, match="CAPABILITY_NAMED_IAM"):
        _executed(tmp_path, client)
    assert len(client.named("delete_change_set")) == 1


def test_a_rollback_is_a_failure_with_its_cause_and_the_next_command(tmp_path: Path) -> None:
    log = [
        stack_event(9, "UPDATE_ROLLBACK_COMPLETE"),
        event(3, "Topic", "UPDATE_FAILED", reason="not allowed"),
        stack_event(1, "UPDATE_IN_PROGRESS"),
    ]
    client = _Cloud(*_FULL).client(
        describe_stack_events={"StackEvents": log}, describe_stacks=stacks("UPDATE_ROLLBACK_COMPLETE")
    )
    with pytest.raises(OperationFailed) as caught:
        _executed(tmp_path, client)
    assert caught.value.happened == "stack shop-dev is in UPDATE_ROLLBACK_COMPLETE"
    assert caught.value.findings == ("Topic UPDATE_FAILED: not allowed",)
    assert caught.value.remedy == "fix the cause, then: python deploy.py --env dev"


@pytest.mark.parametrize(
    "error",
    [
        refusal("ExpiredToken", "The security token included in the request is expired"),
        refusal("AccessDenied", "not authorized to perform: cloudformation:DescribeStackEvents"),
    ],
)
def test_a_lost_watch_is_not_a_failed_deployment(tmp_path: Path, error: Exception) -> None:
    client = _Cloud(*_FULL).client(describe_stack_events=error)
    with pytest.raises(WatchLost, match="the operation on stack shop-dev continues, but") as caught:
        _executed(tmp_path, client)
    assert caught.value.remedy == "follow it again: python deploy.py status --follow --env dev"
    assert client.named("delete_change_set") == []


def test_what_was_reviewed_is_set_after_the_success_and_nothing_else(tmp_path: Path) -> None:
    protected = stacks("UPDATE_COMPLETE", EnableTerminationProtection=True)
    client = _Cloud(*_FULL).client(describe_stacks=protected)
    (tmp_path / "without").mkdir()
    _executed(tmp_path / "without", client)
    assert client.named("update_termination_protection") == []
    client = _Cloud(*_FULL).client(describe_stacks=protected)
    _executed(tmp_path, client, SettingChange("termination-protection", "on", "off", "after"))
    assert client.named("update_termination_protection") == [
        {"StackName": stack_arn(), "EnableTerminationProtection": False}
    ]
