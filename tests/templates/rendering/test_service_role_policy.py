"""What CloudFormation may do: what the handlers of the rendered types ask for, and two things that none names."""

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.text import read
from rehearsal.resources.identifier_words import Naming, Where, Words
from templates.rendering.handler_permissions import HandlerPermissionsError, handler_permissions
from templates.rendering.service_role_policy import policy, resource_types
from tests import own_system
from tests.own_system import DEV
from tests.templates.rendering.test_deployer_policy import authorization_reference
from tests.templates.role_policies import by_sid_of

RENDERED = Path(__file__).parents[3] / "rendered"
ACCOUNT, STACK = DEV.account, DEV.stack
ROLE = "AWS::IAM::Role"
WITHHELD = {"iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"}
BESIDE_HANDLERS = {"ec2:DescribeAvailabilityZones", "route53:ListHostedZones", "s3:GetObject", "s3:GetObjectVersion"}


def contents() -> list[dict[str, Any]]:
    """The system's templates; the roles of a pipeline are a stack that the account's owner makes."""
    files = [file for file in sorted(RENDERED.glob("*.yaml")) if file.name != "ci-role.yaml"]
    found = [read(file.read_text(encoding="utf-8")) for file in files]
    assert found
    return found


def rendered() -> dict[str, dict[str, Any]]:
    return by_sid_of(own_system.rendered()["policies/dev-service-role.yaml"])


def environment(**changed: Any) -> Environment:
    return DEV._replace(**changed)


def made(contents: list[dict[str, Any]], table: dict[str, list[str]], *values: str, **changed: Any) -> dict[str, Any]:
    """Statements by Sid."""
    document = json.loads(policy(contents, table, environment(**changed), values).to_json())
    return {statement["Sid"]: statement for statement in document["Statement"]}


def role(trust: Any, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": trust}, **properties}}


def test_it_allows_what_the_rendered_types_need_and_nothing_else() -> None:
    table = handler_permissions()
    needed = {action for name in resource_types(contents()) for action in table[name]} - WITHHELD
    allowed = [action for statement in rendered().values() for action in statement["Action"]]
    assert set(allowed) == needed | BESIDE_HANDLERS
    assert len(allowed) == len(set(allowed))


def test_every_action_is_one_of_iam_s() -> None:
    """The schemas name operations too: deleting a bucket's rules is allowed by the action that puts them."""
    reference = authorization_reference()
    allowed = [action for statement in rendered().values() for action in statement["Action"]]
    assert not [
        action
        for action in allowed
        for service, name in [action.split(":")]
        if name.lower() not in reference[service]["Actions"]
    ]
    assert "s3:DeleteBucketCors" not in allowed
    assert {"s3:PutBucketCORS", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration"} <= set(allowed)
    assert {"s3:PutReplicationConfiguration", "s3:PutBucketObjectLockConfiguration"} <= set(allowed)


def test_roles_are_changed_only_where_they_are_the_stack_s() -> None:
    statements = rendered()
    assert statements["Roles"]["Resource"] == [f"arn:*:iam::{ACCOUNT}:role/{STACK}-*"]
    assert {"iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRole"} <= set(
        statements["Roles"]["Action"]
    )
    elsewhere = [statement for sid, statement in statements.items() if sid not in ("Roles", "PassRole")]
    of_iam = [action for statement in elsewhere for action in statement["Action"] if action.startswith("iam:")]
    writing = [action for action in of_iam if not action.startswith(("iam:Get", "iam:List"))]
    assert writing == ["iam:CreateServiceLinkedRole"]


def test_the_roles_of_the_rehearsed_stack_have_names_that_it_covers() -> None:
    """A nested stack's name and a role's are made as CloudFormation makes them; a long one is cut."""
    for stack in (STACK, "x" * 24, "x" * 25, "a-stack-with-a-name-that-is-rather-long"):
        where = Where(ACCOUNT, "eu-west-1", "aws", f"{stack}-Ecs-1ABCDEFGHIJKL", "id")
        name = Words("TaskRole", {}, where, lambda length, _: "R" * length, {}).name(Naming("RoleName", 64))
        [pattern] = made([{"Resources": {"R": role([])}}], {ROLE: ["iam:CreateRole"]}, stack=stack)["Roles"]["Resource"]
        assert fnmatchcase(f"arn:aws:iam::{ACCOUNT}:role/{name}", pattern), (name, pattern)


def test_a_role_that_a_template_names_is_covered_by_that_name() -> None:
    roles = {"A": role([], RoleName="given"), "B": role([], RoleName={"Fn::Sub": "app-${AWS::Region}"})}
    resources = made([{"Resources": roles}], {ROLE: ["iam:CreateRole"]})["Roles"]["Resource"]
    assert [arn.rpartition("/")[2] for arn in resources] == sorted(["app-*", f"{STACK}-*", "given"])


@pytest.mark.parametrize("boundary", [False, True])
def test_no_permissions_boundary_can_be_taken_off(boundary: bool) -> None:
    properties = {"PermissionsBoundary": "arn:aws:iam::123456789012:policy/limit"} if boundary else {}
    actions = [*WITHHELD, "iam:CreateRole"]
    statements = made([{"Resources": {"R": role([], **properties)}}], {ROLE: actions})
    assert statements["Roles"]["Action"] == ["iam:CreateRole"]
    allowed = {action for statement in statements.values() for action in statement["Action"]}
    assert allowed & WITHHELD == ({"iam:PutRolePermissionsBoundary"} if boundary else set())


@pytest.mark.parametrize(
    ("named", "values", "limits"),
    [
        ("arn:aws:iam::123456789012:policy/limit", [], ["arn:aws:iam::123456789012:policy/limit"]),
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:policy/limit"}, [], ["arn:aws:iam::*:policy/limit"]),
        ({"Ref": "Limit"}, ["x", "arn:aws:iam::1:role/r"], ["*"]),
        ({"Ref": "Limit"}, ["arn:aws:iam::123456789012:policy/given"], ["arn:aws:iam::123456789012:policy/given"]),
    ],
)
def test_no_wider_boundary_can_be_put_in_the_place_of_one(named: Any, values: list[str], limits: list[str]) -> None:
    contents = [{"Resources": {"R": role([], PermissionsBoundary=named)}}]
    statement = made(contents, {ROLE: [*WITHHELD, "iam:CreateRole"]}, *values)["Boundaries"]
    assert statement["Action"] == ["iam:PutRolePermissionsBoundary"]
    assert statement["Resource"] == [f"arn:*:iam::{ACCOUNT}:role/{STACK}-*"]
    assert statement["Condition"] == {"StringLike": {"iam:PermissionsBoundary": limits}}


def test_no_action_is_a_wildcard() -> None:
    assert not [action for statement in rendered().values() for action in statement["Action"] if "*" in action]


def test_roles_are_passed_only_to_the_services_that_the_rendered_roles_trust() -> None:
    statement = rendered()["PassRole"]
    assert statement["Action"] == ["iam:PassRole"]
    assert statement["Resource"] == [f"arn:*:iam::{ACCOUNT}:role/{STACK}-*"]
    assert statement["Condition"] == {
        "StringEquals": {
            "iam:PassedToService": [
                *("ecs-tasks.amazonaws.com", "monitoring.rds.amazonaws.com", "vpc-flow-logs.amazonaws.com"),
            ]
        }
    }


def test_nested_templates_are_read_from_the_stack_s_folder_only() -> None:
    assert rendered()["NestedTemplates"]["Resource"] == [f"arn:*:s3:::{DEV.bucket}/{STACK}/*"]


def test_templates_that_pass_no_role_get_no_such_statement() -> None:
    statements = made([{"Resources": {"Zone": {"Type": "AWS::X::Y"}}}], {"AWS::X::Y": ["x:CreateY"]})
    assert list(statements) == ["Handlers", "NestedTemplates"]
    assert "x:CreateY" in statements["Handlers"]["Action"]


def test_several_trusted_services_are_all_named() -> None:
    statements = made([{"Resources": {"R": role([{"Principal": {"Service": ["b", "a"]}}])}}], {ROLE: ["iam:PassRole"]})
    assert statements["PassRole"]["Condition"]["StringEquals"]["iam:PassedToService"] == ["a", "b"]


@pytest.mark.parametrize(
    "principal",
    [
        {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
        {"AWS": "arn:aws:iam::123456789012:root"},
        {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
        {"Ref": "Who"},
        "*",
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_a_role_that_no_service_takes_is_passed_to_none(principal: Any, listed: bool) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRoleWithWebIdentity"}
    roles = {"R": role([statement] if listed else statement)}
    assert "PassRole" not in made([{"Resources": roles}], {ROLE: ["iam:PassRole", "iam:CreateRole"]})
    roles["S"] = role([statement, {"Principal": {"Service": "ecs-tasks.amazonaws.com"}}])
    [passed] = made([{"Resources": roles}], {ROLE: ["iam:PassRole"]})["PassRole"]["Condition"].values()
    assert passed == {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}


def test_a_service_that_is_put_together_is_matched() -> None:
    trust = [{"Principal": {"Service": {"Fn::Sub": "ecs-tasks.${AWS::URLSuffix}"}}}]
    condition = made([{"Resources": {"R": role(trust)}}], {ROLE: ["iam:PassRole"]})["PassRole"]["Condition"]
    assert condition == {"StringLike": {"iam:PassedToService": ["ecs-tasks.*"]}}


def test_a_role_that_a_parameter_names_is_passed_too() -> None:
    trust = [{"Principal": {"Service": "ecs-tasks.amazonaws.com"}}]
    given = "arn:aws:iam::123456789012:role/team/task"
    statement = made([{"Resources": {"R": role(trust)}}], {ROLE: ["iam:PassRole"]}, "x", given)["PassRole"]
    assert statement["Resource"] == [f"arn:*:iam::{ACCOUNT}:role/{STACK}-*", given]


def test_a_type_that_the_table_lacks_says_how_to_add_it() -> None:
    with pytest.raises(HandlerPermissionsError, match="AWS::X::Y: run make permissions"):
        policy([{"Resources": {"Thing": {"Type": "AWS::X::Y"}}}], {}, environment())


def test_a_boundary_that_is_a_parameter_may_be_set_where_the_environment_names_a_policy() -> None:
    boundary = {"Fn::If": ["Given", {"Ref": "Boundary"}, {"Ref": "AWS::NoValue"}]}
    given = [{"Resources": {"R": role([], PermissionsBoundary=boundary)}}]
    table = {ROLE: [*WITHHELD, "iam:CreateRole"]}
    for values, put in ((["x"], False), (["arn:aws:iam::123456789012:policy/limit"], True)):
        statements = made(given, table, *values)
        assert WITHHELD.isdisjoint(statements["Roles"]["Action"])
        assert ("Boundaries" in statements) is put
        if put:
            assert statements["Boundaries"]["Action"] == ["iam:PutRolePermissionsBoundary"]
            assert statements["Boundaries"]["Condition"] == {"StringLike": {"iam:PermissionsBoundary": values}}
