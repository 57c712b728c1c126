"""Roles of stacks, as IAM shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READER = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"


def document(effect: str, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, **more}]}


def role(service: str, *inline: str, managed: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    trust = document("Allow", Principal={"Service": f"{service}.amazonaws.com"}, Action="sts:AssumeRole")
    reading = document("Allow", Action="s3:GetObject", Resource="*")
    properties = {
        "RoleName": "deployer",
        "AssumeRolePolicyDocument": trust,
        "Policies": [{"PolicyName": name, "PolicyDocument": reading} for name in inline],
        "ManagedPolicyArns": list(managed),
        **more,
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def test_a_role_has_its_trust_its_policies_and_its_id(account: Account) -> None:
    account.create(Role=role("cloudformation", "read", managed=(ADMINISTRATOR, READER), MaxSessionDuration=7200))
    iam = account.service("iam")
    shown = iam.get_role(RoleName="deployer")["Role"]
    assert shown["MaxSessionDuration"] == 7200
    assert shown["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "cloudformation.amazonaws.com"
    stack = next(iter(account.cloud.world.state.stacks.values()))
    assert shown["RoleId"] == stack.resources["Role"].attributes["RoleId"]
    assert iam.list_role_policies(RoleName="deployer")["PolicyNames"] == ["read"]
    attached = iam.list_attached_role_policies(RoleName="deployer")["AttachedPolicies"]
    assert {policy["PolicyArn"] for policy in attached} == {ADMINISTRATOR, READER}


def test_an_update_changes_trust_and_policies_and_a_deletion_takes_all(account: Account) -> None:
    account.create(Role=role("cloudformation", "read", managed=(ADMINISTRATOR,)))
    iam = account.service("iam")
    denied = document("Deny", Action="s3:*", Resource="*")
    iam.put_role_policy(RoleName="deployer", PolicyName="by-hand", PolicyDocument=json.dumps(denied))
    account.update(Role=role("lambda", "write", managed=(READER,), Description="writes"))
    shown = iam.get_role(RoleName="deployer")["Role"]
    assert shown["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "lambda.amazonaws.com"
    assert shown["Description"] == "writes"
    assert set(iam.list_role_policies(RoleName="deployer")["PolicyNames"]) == {"write", "by-hand"}
    attached = iam.list_attached_role_policies(RoleName="deployer")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [READER]
    account.delete()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="deployer")


@pytest.mark.parametrize("asked_before", [False, True])
def test_whom_a_role_of_a_stack_lets_in_is_told_whether_iam_was_asked_or_not(
    account: Account, asked_before: bool
) -> None:
    account.create(Role=role("lambda"))
    if asked_before:
        account.service("iam").get_role(RoleName="deployer")
    assert not account.neighbours.assumable("arn:aws:iam::210987654321:role/deployer")
    assert account.neighbours.assumable("arn:aws:iam::210987654321:role/elsewhere")
