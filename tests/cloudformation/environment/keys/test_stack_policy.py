"""The form of a stack policy."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.environment.keys.stack_policy import LONGEST, canonical, refused_policy, statements

ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def test_a_policy_in_either_form_of_its_members_is_fine() -> None:
    listed = {**ALLOW, "Action": ["Update:Modify", "Update:Delete"], "Resource": ["LogicalResourceId/A*"]}
    for policy in ({}, {"Statement": ALLOW}, {"Version": "2012-10-17", "Statement": [listed]}):
        assert [*refused_policy(policy)] == []
    assert statements({"Statement": ALLOW}) == statements({"Statement": [ALLOW]})


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ([], "at least one entry"),
        ({"Statements": [ALLOW]}, "at least one entry"),
        ({"Statement": [ALLOW], "Rules": 1}, "a policy has no Rules"),
        ({"Statement": ["all"]}, "statement 1: a mapping is needed"),
        ({"Statement": [ALLOW, {**ALLOW, "Effects": "Deny"}]}, "statement 2: a statement has no Effects"),
        ({"Statement": [{**ALLOW, "Principal": {"AWS": "*"}}]}, 'Principal is "*"'),
        ({"Statement": [{**ALLOW, "NotResource": "*"}]}, "Resource or NotResource is needed, and not both"),
        ({"Statement": [{**ALLOW, "Action": "s3:*"}]}, "'s3:*' is not one of Update:Modify"),
        ({"Statement": [{**ALLOW, "Resource": "App"}]}, "'App' is neither * nor LogicalResourceId/"),
        ({"Statement": [{**ALLOW, "Resource": [f"LogicalResourceId/{'a' * LONGEST}"]}]}, "at most 16,384 bytes"),
    ],
)
def test_what_cloudformation_would_refuse_is_said(policy: Any, problem: str) -> None:
    [told] = refused_policy(policy)
    assert problem in told


def test_policies_that_differ_in_spelling_alone_are_one_text() -> None:
    assert canonical({"Statement": ALLOW}) == canonical({"Statement": dict(reversed(ALLOW.items()))})
