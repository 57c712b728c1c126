"""The controls of IAM and KMS, over the roles: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    add,
    difference,
    environment,
    put,
    states,
    system,
)


def granted(actions: Any, resources: Any, effect: str = "Allow", **more: Any) -> Change:
    statement = {"Effect": effect, "Action": actions, "Resource": resources, **more}
    return add(
        "ecs",
        "OtherRole",
        "AWS::IAM::Role",
        Policies=[{"PolicyName": "other", "PolicyDocument": {"Statement": [statement]}}],
    )


FAILS = ("passes", "fails")


@pytest.mark.parametrize(
    ("actions", "resources", "controls"),
    [
        ("*", "*", ["IAM.1", "IAM.21", "KMS.2"]),
        (["s3:*"], "arn:aws:s3:::a", ["IAM.21"]),
        ("kms:Decrypt", "*", ["KMS.2"]),
        ("KMS:DECRYPT", "*", ["KMS.2"]),
        (["kms:ReEncrypt*"], ["arn:aws:kms:eu-west-1:123456789012:key/*"], ["KMS.2"]),
    ],
)
def test_a_policy_that_allows_too_much_fails(actions: Any, resources: Any, controls: list[str]) -> None:
    assert difference(granted(actions, resources)) == dict.fromkeys(controls, FAILS)


@pytest.mark.parametrize(
    ("actions", "resources"),
    [
        (["s3:GetObject"], "*"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"),
        (["kms:Encrypt"], "*"),
        ([], "*"),
    ],
)
def test_what_is_narrow_does_not_fail(actions: Any, resources: Any) -> None:
    assert FAILS not in difference(granted(actions, resources)).values()


def test_what_is_denied_is_not_allowed() -> None:
    assert difference(granted("*", "*", "Deny")) == {}


@pytest.mark.parametrize(
    "change",
    [
        granted(NOT_KNOWN_BEFORE, "*"),
        granted(["s3:GetObject", NOT_KNOWN_BEFORE], "*"),
        granted([], "*", NotAction="iam:*"),
        put("ecs", "TaskRole", "Policies", value=NOT_KNOWN_BEFORE),
        put("ecs", "TaskRole", "Policies", value=[{"PolicyDocument": NOT_KNOWN_BEFORE}]),
    ],
)
def test_what_is_not_known_does_not_pass(change: Change) -> None:
    assert set(difference(change).values()) == {("passes", "not known")}
    assert set(difference(change)) >= {"IAM.1", "IAM.21", "KMS.2"}


def test_a_managed_policy_is_held_to_the_same() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    managed = add("ecs", "Managed", "AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": statement})
    found = difference(managed)
    assert (found["IAM.1"], found["IAM.21"]) == (FAILS, FAILS)
    assert found["KMS.1"] == ("nothing there", "fails")


def test_users_are_judged_by_nobody_and_do_not_pass() -> None:
    assert difference(add("ecs", "Somebody", "AWS::IAM::User")) == {"IAM.2": ("nothing there", "not known")}
    unjudged = ("nothing there", "not known")
    assert difference(add("ecs", "Key", "AWS::KMS::Key")) == {"KMS.3": unjudged, "KMS.5": unjudged}


def test_what_is_the_account_s_is_never_said_to_pass() -> None:
    assert states(system(environment()))["IAM.3"] == "account"


def granting(action: Any, resource: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(
    "keys",
    [
        "arn:*",
        "arn:aws:kms:*",
        "arn:aws:kms:ap-northeast-1:123456789012:*",
        "arn:aws:kms:*:*:k*",
        "arn:aws:kms:*:*:key/*",
    ],
)
def test_every_key_may_be_written_in_many_ways(keys: str) -> None:
    policy = [{"PolicyName": "keys", "PolicyDocument": granting("kms:Decrypt", keys)}]
    assert difference(add("ecs", "Reader", "AWS::IAM::Role", Policies=policy)) == {"KMS.2": ("passes", "fails")}


@pytest.mark.parametrize("keys", ["arn:aws:kms:*:*:key/1a", "arn:aws:kms:*:*:alias/*", "arn:aws:s3:::*"])
def test_some_keys_are_not_every_key(keys: str) -> None:
    policy = [{"PolicyName": "keys", "PolicyDocument": granting("kms:Decrypt", keys)}]
    assert difference(add("ecs", "Reader", "AWS::IAM::Role", Policies=policy)) == {}


@pytest.mark.parametrize("kind", ["GroupPolicy", "UserPolicy"])
def test_policies_of_users_and_groups_count(kind: str) -> None:
    found = difference(add("ecs", "Beside", f"AWS::IAM::{kind}", PolicyDocument=granting("*:*", "*")))
    failing = {"IAM.1", "IAM.21", "KMS.2"}
    assert {name: found[name] for name in failing} == dict.fromkeys(failing, ("passes", "fails"))


def test_a_document_that_is_a_text_is_not_known() -> None:
    policy = [{"PolicyName": "text", "PolicyDocument": '{"Statement": []}'}]
    found = difference(add("ecs", "Written", "AWS::IAM::Role", Policies=policy))
    assert found == dict.fromkeys(["IAM.1", "IAM.21", "KMS.2"], ("passes", "not known"))


def test_every_action_of_a_service_may_have_more_than_one_star() -> None:
    policy = [{"PolicyName": "stars", "PolicyDocument": granting(["s3:**"], "arn:aws:s3:::x")}]
    assert difference(add("ecs", "Starred", "AWS::IAM::Role", Policies=policy)) == {"IAM.21": ("passes", "fails")}
