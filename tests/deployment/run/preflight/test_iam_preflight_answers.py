"""IAM's answers in their exact shape: a real client, whose requests and answers botocore holds to AWS's own model.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from cloudformation.template.handler_permissions import handler_permissions
from deployment.errors import MissingPermissions
from deployment.run.preflight.iam_preflight import Answered, Unanswered, ask, tell_missing
from deployment.run.run import Run
from deployment.run.telling import Progress, Told
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import ACCOUNT
from tests.deployment.run.preflight.test_iam_preflight import GROUP, NETWORK, ROLE, a_run, prepared, tree
from tests.deployment.runs import fake_run
from tests.deployment.shapes import row

ROLE_TYPE = "AWS::IAM::Role"
ASKED = {"PolicySourceArn": ROLE, "ActionNames": ANY, "MaxItems": 1000}
OF_ROLES = {**ASKED, "ResourceArns": [f"arn:aws:iam::{ACCOUNT}:role/shop-dev-preflight"]}
_MANY = ("ApiGateway::RestApi", "CloudFront::Distribution", "DynamoDB::Table", "ECS::Service", "Lambda::Function")


@pytest.fixture
def iam() -> Iterator[Any]:
    with closing(boto3.client("iam", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")) as client:
        yield client


@pytest.fixture
def stubbed(iam: Any) -> Iterator[Stubber]:
    with Stubber(iam) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def result(action: str, decision: str = "allowed", **members: Any) -> dict[str, Any]:
    """A member of EvaluationResults, as IAM gives it for an action that no resource was named for."""
    matched = {
        "SourcePolicyId": "deployers",
        "SourcePolicyType": "IAM Policy",
        "StartPosition": {"Line": 3, "Column": 17},
        "EndPosition": {"Line": 9, "Column": 6},
    }
    return {
        "EvalActionName": action,
        "EvalResourceName": "*",
        "EvalDecision": decision,
        "MatchedStatements": [] if decision == "implicitDeny" else [matched],
        "MissingContextValues": [],
        **members,
    }


def answer(*results: dict[str, Any], marker: str | None = None) -> dict[str, Any]:
    more = {"IsTruncated": True, "Marker": marker} if marker else {"IsTruncated": False}
    return {"EvaluationResults": list(results), **more}


def as_role(run: Run) -> Run:
    return replace(run, environment=run.environment._replace(role=ROLE))


def test_a_role_that_is_allowed_everything_is_said_to_be(tmp_path: Path, iam: Any, stubbed: Stubber) -> None:
    told: list[Told] = []
    run = as_role(a_run(tmp_path, iam, told))
    stubbed.add_response("simulate_principal_policy", answer(result("ec2:CreateSecurityGroup")), ASKED)
    stubbed.add_response("simulate_principal_policy", answer(result("iam:CreateRole")), OF_ROLES)
    tell_missing(run, ask(run, prepared()), tree(row("Group", kind=GROUP, action="Add"), folder=tmp_path))
    assert told == [Progress(f"preflight: {ROLE} has the permissions that the changes need")]


def test_a_denial_names_the_role_the_actions_and_the_types_that_need_them(
    tmp_path: Path, iam: Any, stubbed: Stubber
) -> None:
    run = as_role(a_run(tmp_path, iam))
    boundary = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    organization = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
    found = (
        result("ec2:CreateSecurityGroup", "implicitDeny"),
        result("ec2:CreateTags", "implicitDeny", **boundary),
        result("ec2:CreateVpc", "explicitDeny", **organization),
        result("ec2:DeleteVpc", "implicitDeny"),
    )
    of_role = result("iam:CreateRole", "implicitDeny", MissingContextValues=["aws:RequestTag/team"])
    stubbed.add_response("simulate_principal_policy", answer(*found), ASKED)
    stubbed.add_response("simulate_principal_policy", answer(of_role), OF_ROLES)
    changes = [row(name, kind=kind, action="Add") for name, kind in (("G", GROUP), ("V", NETWORK), ("R", ROLE_TYPE))]
    with pytest.raises(MissingPermissions) as caught:
        tell_missing(run, ask(run, prepared()), tree(*changes, folder=tmp_path))
    assert caught.value.happened == f"{ROLE} does not have the permissions that the changes need; nothing was executed"
    assert caught.value.findings == (
        f"{GROUP}: ec2:CreateSecurityGroup, ec2:CreateTags",
        f"{NETWORK}: ec2:CreateTags, ec2:CreateVpc",
    )


def test_every_page_is_asked_for_with_the_marker_of_the_one_before(tmp_path: Path, iam: Any, stubbed: Stubber) -> None:
    first = answer(result("ec2:CreateVpc", "implicitDeny"), marker="AAA")
    second = answer(result("ec2:DeleteVpc"), marker="BBB")
    stubbed.add_response("simulate_principal_policy", first, ASKED)
    stubbed.add_response("simulate_principal_policy", second, {**ASKED, "Marker": "AAA"})
    last = answer(result("ec2:CreateTags", "explicitDeny"))
    stubbed.add_response("simulate_principal_policy", last, {**ASKED, "Marker": "BBB"})
    stubbed.add_response("simulate_principal_policy", answer(result("iam:CreateRole", "explicitDeny")), OF_ROLES)
    found = ask(as_role(a_run(tmp_path, iam)), prepared())
    assert isinstance(found, Answered)
    assert found.denied == {"ec2:CreateVpc", "ec2:CreateTags", "iam:CreateRole"}


def test_more_than_a_hundred_actions_are_asked_about_in_hundreds(tmp_path: Path, iam: Any, stubbed: Stubber) -> None:
    run = as_role(a_run(tmp_path, iam))
    resources = "".join(f"  R{number}: {{Type: 'AWS::{each}'}}\n" for number, each in enumerate(_MANY))
    (tmp_path / "rendered/app.yaml").write_text(f"Resources:\n{resources}")
    run = replace(run, root=fake_run(tmp_path, FakeClient("cloudformation")).root)
    types = {str(body["Type"]) for _, each in run.root.walk() for body in each.section("Resources").values()}
    handlers = handler_permissions(types, "eu-west-1")
    actions = sorted({name for each in handlers.values() for some in each.values() for name in some} - {"iam:PassRole"})
    assert 100 < len(actions) <= 200
    for some in (actions[:100], actions[100:]):
        stubbed.add_response(
            "simulate_principal_policy", answer(result(some[0], "implicitDeny")), {**ASKED, "ActionNames": some}
        )
    found = ask(run, prepared())
    assert isinstance(found, Answered)
    assert found.denied == {actions[0], actions[100]}


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("AccessDenied", f"User: x is not authorized to perform: iam:SimulatePrincipalPolicy on resource: {ROLE}", 403),
        ("NoSuchEntity", f"The role with name cloudformation cannot be found, {ROLE}", 404),
        ("InvalidInput", "Invalid Action Names", 400),
        ("Throttling", "Rate exceeded", 400),
    ],
)
def test_a_caller_who_gets_no_answer_is_told_why_and_goes_on(
    tmp_path: Path, iam: Any, stubbed: Stubber, code: str, message: str, status: int
) -> None:
    told: list[Told] = []
    run = as_role(a_run(tmp_path, iam, told))
    stubbed.add_client_error("simulate_principal_policy", code, message, status)
    found = ask(run, prepared())
    assert isinstance(found, Unanswered)
    tell_missing(run, found, tree(row("Group", kind=GROUP, action="Add"), folder=tmp_path))
    [said] = [each.text for each in told if isinstance(each, Progress)]
    assert said.startswith("preflight: IAM could not be asked: ")
    assert message in said


def test_the_role_of_a_session_is_looked_up_by_its_name(tmp_path: Path, iam: Any, stubbed: Stubber) -> None:
    described = {
        "Path": "/deployers/",
        "RoleName": "ci",
        "RoleId": "AROAEXAMPLEEXAMPLE",
        "Arn": ROLE,
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": "%7B%7D",
        "MaxSessionDuration": 3600,
    }
    stubbed.add_response("get_role", {"Role": described}, {"RoleName": "ci"})
    stubbed.add_response("simulate_principal_policy", answer(), ASKED)
    stubbed.add_response("simulate_principal_policy", answer(), OF_ROLES)
    found = ask(a_run(tmp_path, iam), prepared(f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/me"))
    assert isinstance(found, Answered)
    assert (found.principal, found.denied) == (ROLE, frozenset())
