"""What CloudFormation may do: what the handlers of the rendered types ask for, and two things that none names."""

import json
from pathlib import Path
from typing import Any

import pytest

from cloudformation.text import read
from templates.rendering.handler_permissions import HandlerPermissionsError, handler_permissions
from templates.rendering.service_role_policy import policy, resource_types

RENDERED = Path(__file__).parents[3] / "rendered"
# docs, IAM and AWS STS quotas: what the inline policies of a role may hold in all, white space aside.
MOST_CHARACTERS = 10_240
BESIDE_HANDLERS = {"ec2:DescribeAvailabilityZones", "route53:ListHostedZones", "s3:GetObject"}


def contents() -> list[dict[str, Any]]:
    found = [read(file.read_text(encoding="utf-8")) for file in sorted(RENDERED.glob("*.yaml"))]
    assert found
    return found


def rendered() -> dict[str, dict[str, Any]]:
    document = json.loads((RENDERED / "service-role-policy.json").read_text(encoding="utf-8"))
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_it_allows_what_the_rendered_types_need_and_nothing_else() -> None:
    table = handler_permissions()
    needed = {action for name in resource_types(contents()) for action in table[name]}
    allowed = [action for statement in rendered().values() for action in statement["Action"]]
    assert set(allowed) == needed | BESIDE_HANDLERS
    assert len(allowed) == len(set(allowed))


def test_no_action_is_a_wildcard() -> None:
    assert not [action for statement in rendered().values() for action in statement["Action"] if "*" in action]


def test_roles_are_passed_only_to_the_services_that_the_rendered_roles_trust() -> None:
    statement = rendered()["PassRole"]
    assert statement["Action"] == ["iam:PassRole"]
    assert statement["Resource"] == ["arn:*:iam::*:role/*"]
    assert statement["Condition"] == {
        "StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com"]}
    }


def test_nested_templates_are_read_from_artifact_buckets_only() -> None:
    assert rendered()["NestedTemplates"]["Resource"] == ["arn:*:s3:::cfn-artifacts-*/*"]


def test_it_fits_into_a_role() -> None:
    document = json.loads((RENDERED / "service-role-policy.json").read_text(encoding="utf-8"))
    assert len(json.dumps(document, separators=(",", ":"))) <= MOST_CHARACTERS


def test_templates_that_pass_no_role_get_no_such_statement() -> None:
    document = json.loads(
        policy([{"Resources": {"Zone": {"Type": "AWS::X::Y"}}}], {"AWS::X::Y": ["x:CreateY"]}).to_json()
    )
    assert [statement["Sid"] for statement in document["Statement"]] == ["Handlers", "NestedTemplates"]
    assert "x:CreateY" in document["Statement"][0]["Action"]


def test_several_trusted_services_are_all_named() -> None:
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Principal": {"Service": ["b", "a"]}}]}},
    }
    document = json.loads(policy([{"Resources": {"R": role}}], {"AWS::IAM::Role": ["iam:PassRole"]}).to_json())
    [statement] = [each for each in document["Statement"] if each["Sid"] == "PassRole"]
    assert statement["Condition"]["StringEquals"]["iam:PassedToService"] == ["a", "b"]


def test_a_type_that_the_table_lacks_says_how_to_add_it() -> None:
    with pytest.raises(HandlerPermissionsError, match="AWS::X::Y: run make permissions"):
        policy([{"Resources": {"Thing": {"Type": "AWS::X::Y"}}}], {})
