"""Which permissions of schemas are IAM's, and which are limited to the roles of a stack."""

from __future__ import annotations

import importlib.util
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudformation.template.iam_actions import is_withheld, known_action, matches, role_names, writes_roles


def test_names_of_operations_are_no_actions() -> None:
    known = known_action()
    assert [name for name in ("s3:PutBucketCORS", "s3:DeleteBucketCors", "s3:PutBucketReplication") if known(name)] == [
        "s3:PutBucketCORS"
    ]
    assert known("newservice:Whatever")


def test_without_the_reference_every_name_is_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert known_action()("s3:DeleteBucketCors")


@pytest.mark.parametrize(
    ("action", "writes"),
    [
        ("iam:CreateRole", True),
        ("iam:PutRolePolicy", True),
        ("iam:UpdateAssumeRolePolicy", True),
        ("iam:DetachRolePolicy", True),
        ("iam:TagRole", True),
        ("iam:GetRole", False),
        ("iam:ListRolePolicies", False),
        ("iam:PassRole", False),
        ("iam:CreateServiceLinkedRole", False),
        ("iam:AddRoleToInstanceProfile", False),
        ("iam:CreateUser", False),
        ("ecs:CreateService", False),
    ],
)
def test_what_changes_a_role_is_limited_to_roles(action: str, writes: bool) -> None:
    assert writes_roles(action) is writes


def test_a_boundary_is_set_where_a_role_has_one_and_never_taken_off() -> None:
    plain, bound = {"Type": "AWS::IAM::Role"}, {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "x"}}
    assert is_withheld("iam:PutRolePermissionsBoundary", [plain])
    assert not is_withheld("iam:PutRolePermissionsBoundary", [plain, bound])
    assert is_withheld("iam:DeleteRolePermissionsBoundary", [bound])
    assert not is_withheld("iam:CreateRole", [plain])
    for either, withheld in ((["C", "x", {"Ref": "AWS::NoValue"}], True), (["C", "x", {"Ref": "Y"}], False)):
        bounded = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::If": either}}}
        assert is_withheld("iam:PutRolePermissionsBoundary", [bounded]) is withheld
        assert not is_withheld("iam:PutRolePermissionsBoundary", [bounded, bound])
    referred = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Boundary"}}}
    assert not is_withheld("iam:PutRolePermissionsBoundary", [referred])


def test_the_names_of_roles_begin_with_what_is_certain_of_the_stack_s() -> None:
    assert role_names("shop") == "shop-*"
    assert role_names("x" * 24) == "x" * 24 + "-*"
    assert role_names("x" * 30) == "x" * 24 + "*"


@pytest.mark.parametrize(
    ("pattern", "text", "speaks"),
    [
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get*", "s3:PutObject", False),
        ("s3:GetObject", "s3:GetObjectVersion", False),
        ("arn:*:s3:::shop/*", "arn:aws:s3:::shop/a/b", True),
        ("arn:*:s3:::*-logs", "arn:aws:s3:::logs", False),
        ("shop-*-*", "shop-a", False),
        ("shop*-*-", "shop-", False),
        ("shop-*-", "shop-", False),
        ("*-a-*-a", "-a-a", False),
        ("*-a*-a", "-a-a", True),
        ("shop-??", "shop-12", True),
        ("shop-[12]", "shop-1", False),
        ("*", "", True),
    ],
)
def test_a_pattern_speaks_of_what_its_wildcards_leave_open(pattern: str, text: str, speaks: bool) -> None:
    assert matches(pattern, text) is speaks


@given(st.text("ab[*?", max_size=8), st.text("ab[*?\n", max_size=10))
def test_a_pattern_matches_as_the_regular_expression_of_it_does(pattern: str, text: str) -> None:
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(character, re.escape(character)) for character in pattern)
    assert matches(pattern, text) is (re.fullmatch(expression, text, re.DOTALL) is not None)
