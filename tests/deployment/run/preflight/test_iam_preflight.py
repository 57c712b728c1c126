"""What IAM is asked before anything runs, and what is made of its answers."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deployment.artifacts.packaging import Package, Storage
from deployment.aws.session import Session
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import await_change_set
from deployment.commands.deploy import deploy
from deployment.errors import MissingPermissions
from deployment.review.review import Kind, ResourceChange
from deployment.run.choices import Choices
from deployment.run.preflight.iam_preflight import Answered, Unanswered, ask, is_due, tell_missing
from deployment.run.prepare import Prepared
from deployment.run.run import Run
from deployment.run.telling import Progress, Told
from deployment.stack.stack import stack_from
from deployment.template.resource_path import ResourcePath
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import change_set, row, set_arn, stack_arn, stack_body

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployers/cloudformation"
USER = f"arn:aws:iam::{ACCOUNT}:user/somebody"
GROUP, NETWORK = "AWS::EC2::SecurityGroup", "AWS::EC2::VPC"
DENIED = refusal("AccessDenied", "User is not authorized to perform: iam:SimulatePrincipalPolicy", 403)


def results(**decisions: str) -> list[dict[str, Any]]:
    """EvaluationResults of EC2 actions."""
    return [{"EvalActionName": f"ec2:{name}", "EvalDecision": decision} for name, decision in decisions.items()]


def prepared(caller: str = USER, *, existing: dict[str, Any] | None = None) -> Prepared:
    storage = Storage("bucket", ACCOUNT, "eu-west-1", "aws", "amazonaws.com", "shop-dev")
    stack = stack_from(stack_body(**existing)) if existing is not None else None
    return Prepared(storage, Package("url", "text", ()), {}, stack, None, caller)


def a_run(folder: Path, iam: FakeClient, told: list[Told] | None = None, *, preflight: bool = True) -> Run:
    run = fake_run(write_project(folder), FakeClient("cloudformation"), told=told)
    session = SimpleNamespace(**{**vars(run.session), "client": lambda service, **_: {"iam": iam}[service]})
    return replace(run, session=cast(Session, session), choices=Choices(preflight=preflight))


def simulating(*answers: Any, **more: Any) -> FakeClient:
    return FakeClient("iam", simulate_principal_policy=list(answers) or {"EvaluationResults": []}, **more)


def tree(*rows: dict[str, Any], folder: Path) -> ChangeSet:
    client = FakeClient("cloudformation", describe_change_set=change_set("root", *rows))
    return await_change_set(client, set_arn("root"), fake_run(folder, client).waiting)


def answered(**decisions: str) -> Answered:
    types = {GROUP: {"create": frozenset({"ec2:A"}), "read": frozenset({"ec2:R"}), "delete": frozenset({"ec2:D"})}}
    types[NETWORK] = {"update": frozenset({"ec2:U"}), "create": frozenset({"ec2:V"}), "delete": frozenset({"ec2:W"})}
    return Answered(ROLE, {**types}, frozenset(f"ec2:{name}" for name in decisions))


def test_it_is_due_where_it_was_asked_for_and_before_a_create(tmp_path: Path) -> None:
    run = a_run(tmp_path, simulating(), preflight=False)
    assert is_due(run, prepared())
    assert is_due(run, prepared(existing={"status": "REVIEW_IN_PROGRESS"}))
    assert not is_due(run, prepared(existing={}))
    assert is_due(replace(run, choices=Choices(preflight=True)), prepared(existing={}))


def test_iam_is_asked_for_what_the_types_of_all_layers_may_call_and_for_roles_about_one_of_the_stack(
    tmp_path: Path,
) -> None:
    of_roles = [{"EvalActionName": "iam:CreateRole", "EvalDecision": "implicitDeny"}]
    found = results(CreateVpc="allowed", DeleteVpc="implicitDeny")
    iam = simulating({"EvaluationResults": found}, {"EvaluationResults": of_roles})
    answer = ask(a_run(tmp_path, iam), prepared())
    assert isinstance(answer, Answered)
    assert answer.principal == USER
    assert answer.denied == {"ec2:DeleteVpc", "iam:CreateRole"}
    asked, of_role = iam.named("simulate_principal_policy")
    assert asked["PolicySourceArn"] == of_role["PolicySourceArn"] == USER
    assert {"ec2:CreateVpc", "ec2:CreateSecurityGroup", "iam:GetRole", "cloudformation:CreateStack"} <= set(
        asked["ActionNames"]
    )
    assert asked["ActionNames"] == sorted(asked["ActionNames"])
    # as the service role's policy limits them (rendered/policies/)
    assert of_role["ResourceArns"] == [f"arn:aws:iam::{ACCOUNT}:role/shop-dev-preflight"]
    assert "iam:CreateRole" in of_role["ActionNames"]
    assert "ResourceArns" not in asked


def test_what_the_rendered_policies_withhold_is_not_asked(tmp_path: Path) -> None:
    """Permissions boundaries, and names of operations that are no actions: nobody grants them."""
    iam = simulating()
    run = a_run(tmp_path, iam)
    (tmp_path / "rendered/app.yaml").write_text(
        "Resources: {R: {Type: 'AWS::IAM::Role'}, B: {Type: 'AWS::S3::Bucket'}}"
    )
    ask(replace(run, root=fake_run(tmp_path, FakeClient("cloudformation")).root), prepared())
    asked = {name for call in iam.named("simulate_principal_policy") for name in call["ActionNames"]}
    assert not asked & {"iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", "s3:DeleteBucketCors"}
    assert {"iam:DeleteRole", "s3:PutBucketCORS"} <= asked


def test_passing_roles_is_not_asked_because_no_role_is_named(tmp_path: Path) -> None:
    iam = simulating()
    run = a_run(tmp_path, iam)
    (tmp_path / "rendered/app.yaml").write_text("Resources: {S: {Type: 'AWS::ECS::Service'}}\n")
    ask(replace(run, root=fake_run(tmp_path, FakeClient("cloudformation")).root), prepared())
    [asked] = iam.named("simulate_principal_policy")
    assert "ecs:CreateService" in asked["ActionNames"]
    assert "iam:PassRole" not in asked["ActionNames"]


def test_passing_a_role_is_asked_about_a_role_of_the_stack_and_each_service_that_one_trusts(tmp_path: Path) -> None:
    denied = {"EvaluationResults": [{"EvalActionName": "iam:PassRole", "EvalDecision": "implicitDeny"}]}
    allowed: dict[str, Any] = {"EvaluationResults": []}
    iam = simulating(allowed, allowed, allowed, denied)
    run = a_run(tmp_path, iam)
    both = "[ecs-tasks.amazonaws.com, !Sub 'x.${AWS::URLSuffix}']"
    trusts = f"{{Statement: [{{Principal: {{Service: {both}}}}}, {{Principal: '*'}}]}}"
    logs = "{Statement: {Principal: {Service: vpc-flow-logs.amazonaws.com}}}"
    (tmp_path / "rendered/app.yaml").write_text(
        "Resources:\n  S: {Type: 'AWS::ECS::Service'}\n"
        f"  T: {{Type: 'AWS::IAM::Role', Properties: {{AssumeRolePolicyDocument: {trusts}}}}}\n"
        f"  L: {{Type: 'AWS::IAM::Role', Properties: {{AssumeRolePolicyDocument: {logs}}}}}\n"
    )
    answer = ask(replace(run, root=fake_run(tmp_path, FakeClient("cloudformation")).root), prepared())
    assert isinstance(answer, Answered)
    assert answer.denied == {"iam:PassRole"}
    *_, tasks, flow_logs = iam.named("simulate_principal_policy")
    for asked, service in ((tasks, "ecs-tasks.amazonaws.com"), (flow_logs, "vpc-flow-logs.amazonaws.com")):
        [entry] = asked["ContextEntries"]
        assert asked["ActionNames"] == ["iam:PassRole"]
        assert asked["ResourceArns"] == [f"arn:aws:iam::{ACCOUNT}:role/shop-dev-preflight"]
        assert (entry["ContextKeyName"], entry["ContextKeyValues"]) == ("iam:PassedToService", [service])


def test_every_page_of_the_answer_is_read(tmp_path: Path) -> None:
    first = {"EvaluationResults": results(A="explicitDeny"), "IsTruncated": True, "Marker": "next"}
    iam = simulating(first, {"EvaluationResults": results(B="implicitDeny")})
    answer = ask(a_run(tmp_path, iam), prepared())
    assert isinstance(answer, Answered)
    assert answer.denied == {"ec2:A", "ec2:B"}
    assert iam.named("simulate_principal_policy")[1]["Marker"] == "next"


def test_what_hangs_on_a_condition_is_not_taken_for_denied(tmp_path: Path) -> None:
    [result] = results(A="implicitDeny")
    iam = simulating({"EvaluationResults": [{**result, "MissingContextValues": ["aws:ResourceTag/team"]}]})
    answer = ask(a_run(tmp_path, iam), prepared())
    assert isinstance(answer, Answered)
    assert answer.denied == frozenset()


def test_the_named_role_is_asked_about_then_the_stacks_then_the_caller(tmp_path: Path) -> None:
    iam = simulating()
    run = a_run(tmp_path, iam)
    own = f"arn:aws:iam::{ACCOUNT}:role/own"
    named = replace(run, environment=run.environment._replace(role=ROLE))
    for each, before in ((named, prepared(existing={"RoleARN": own})), (run, prepared(existing={"RoleARN": own}))):
        ask(each, before)
    ask(run, prepared(existing={}))
    asked = [each for each in iam.named("simulate_principal_policy") if "ResourceArns" not in each]
    assert [each["PolicySourceArn"] for each in asked] == [ROLE, own, USER]


def test_a_session_is_asked_about_as_the_role_with_its_path(tmp_path: Path) -> None:
    described = {"Path": "/deployers/", "RoleName": "ci", "RoleId": "A" * 16, "Arn": ROLE, "CreateDate": "2026-01-01"}
    iam = simulating(get_role={"Role": described})
    answer = ask(a_run(tmp_path, iam), prepared(f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/me"))
    assert isinstance(answer, Answered)
    assert answer.principal == ROLE
    assert iam.named("get_role") == [{"RoleName": "ci"}]


def test_unasked_a_session_costs_no_call_of_its_own_and_its_role_is_taken_to_have_no_path(tmp_path: Path) -> None:
    iam = simulating()
    ask(a_run(tmp_path, iam, preflight=False), prepared(f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/me"))
    assert {name for name, _ in iam.calls} == {"simulate_principal_policy"}
    assert {asked["PolicySourceArn"] for _, asked in iam.calls} == {f"arn:aws:iam::{ACCOUNT}:role/ci"}


@pytest.mark.parametrize("preflight", [True, False])
def test_a_caller_who_may_not_ask_goes_on(tmp_path: Path, preflight: bool) -> None:
    told: list[Told] = []
    run = a_run(tmp_path, simulating(DENIED), told, preflight=preflight)
    answer = ask(run, prepared())
    assert isinstance(answer, Unanswered)
    tell_missing(run, answer, tree(row("Group", kind=GROUP, action="Add"), folder=tmp_path))
    said = [each.text for each in told if isinstance(each, Progress)]
    assert ["is not authorized to perform: iam:SimulatePrincipalPolicy" in each for each in said] == [True] * preflight


def test_without_schemas_it_says_that_it_could_not_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    answer = ask(a_run(tmp_path, simulating()), prepared())
    assert isinstance(answer, Unanswered)
    assert "pip install cfn-lint" in answer.reason


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([row("G", kind=GROUP, action="Add")], {GROUP: {"ec2:A", "ec2:R"}}),
        ([row("G", kind=GROUP, action="Remove")], {GROUP: {"ec2:D", "ec2:R"}}),
        ([row("V", kind=NETWORK)], {NETWORK: {"ec2:U"}}),
        ([row("V", kind=NETWORK, Replacement="True")], {NETWORK: {"ec2:U", "ec2:V", "ec2:W"}}),
        ([row("G", kind=GROUP, action="Import"), row("Q", kind="Custom::Q", action="Add")], {GROUP: {"ec2:R"}}),
    ],
)
def test_a_preflight_names_what_is_missing_for_these_changes(
    tmp_path: Path, rows: list[dict[str, Any]], missing: dict[str, set[str]]
) -> None:
    run = a_run(tmp_path, simulating())
    with pytest.raises(MissingPermissions) as caught:
        tell_missing(run, answered(A="", R="", D="", U="", V="", W=""), tree(*rows, folder=tmp_path))
    assert caught.value.missing == missing
    assert caught.value.principal == ROLE
    assert caught.value.findings == tuple(f"{name}: {', '.join(sorted(each))}" for name, each in missing.items())


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (Kind.ADDED, {"ec2:A", "ec2:R"}),
        (Kind.REMOVED, {"ec2:D", "ec2:R"}),
        (Kind.MAY_BE_REPLACED, {"ec2:A", "ec2:D", "ec2:R"}),
    ],
)
def test_what_was_compared_here_needs_permissions_too(tmp_path: Path, kind: Kind, missing: set[str]) -> None:
    compared = ResourceChange(ResourcePath(("App", "G")), GROUP, kind, None, None, (), local=True)
    with pytest.raises(MissingPermissions) as caught:
        tell_missing(a_run(tmp_path, simulating()), answered(A="", R="", D=""), tree(folder=tmp_path), [compared])
    assert caught.value.missing == {GROUP: missing}


def test_a_denial_that_the_changes_do_not_meet_is_not_told(tmp_path: Path) -> None:
    told: list[Told] = []
    run = a_run(tmp_path, simulating(), told)
    tell_missing(run, answered(D=""), tree(row("G", kind=GROUP, action="Add"), folder=tmp_path))
    assert told == [Progress(f"preflight: {ROLE} has the permissions that the changes need")]
    tell_missing(replace(run, choices=Choices()), answered(), tree(row("G", kind=GROUP, action="Add"), folder=tmp_path))
    assert len(told) == 1


def test_unasked_before_a_create_it_warns_in_one_line(tmp_path: Path) -> None:
    told: list[Told] = []
    run = a_run(tmp_path, simulating(), told, preflight=False)
    tell_missing(run, answered(A="", R=""), tree(row("G", kind=GROUP, action="Add"), folder=tmp_path))
    warning = f"warning: {ROLE} may lack 2 IAM actions that the changes need; --preflight names them"
    assert told == [Progress(warning)]


def test_a_deployment_that_lacks_permissions_executes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    made = change_set("root", row("Group", kind=GROUP, action="Add"))
    gone = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)
    client = FakeClient(
        "cloudformation",
        describe_stacks={"Stacks": [stack_body("UPDATE_COMPLETE")]},
        get_template={"TemplateBody": "Resources: {}"},
        create_change_set={"Id": set_arn("root"), "StackId": stack_arn()},
        list_change_sets={"Summaries": []},
        describe_change_set=[made, made, gone],
        delete_change_set={},
    )
    iam = simulating({"EvaluationResults": results(CreateSecurityGroup="implicitDeny")})
    run = fake_run(write_project(tmp_path), client)
    clients = {"iam": iam, "sts": run.session.client("sts")}
    session = SimpleNamespace(**{**vars(run.session), "client": lambda service, **_: clients[service]})
    with pytest.raises(MissingPermissions) as caught:
        deploy(replace(run, session=cast(Session, session), choices=Choices(preflight=True)))
    assert caught.value.findings == ("AWS::EC2::SecurityGroup: ec2:CreateSecurityGroup",)
    assert [name for name, _ in client.calls].count("delete_change_set") == 1
    assert "execute_change_set" not in [name for name, _ in client.calls]
