"""Whom the trust policy of a role lets in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.neighbours.roles import assumable, trusts

SERVICE = {"Service": "cloudformation.amazonaws.com"}


def statement(principal: Any = SERVICE, action: Any = "sts:AssumeRole", effect: str = "Allow", **more: Any) -> Any:
    return {"Effect": effect, "Principal": principal, "Action": action, **more}


@pytest.mark.parametrize(
    ("statements", "trusted"),
    [
        ([statement()], True),
        (statement(), True),
        ([statement({"Service": ["ec2.amazonaws.com", "cloudformation.amazonaws.com"]})], True),
        ([statement("*")], True),
        ([statement(action=["sts:TagSession", "STS:AssumeRole"])], True),
        ([statement(action="sts:*")], True),
        ([statement(Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}})], True),
        ([], False),
        ([statement(action="sts:TagSession")], False),
        ([statement({"Service": "ec2.amazonaws.com"})], False),
        ([statement({"AWS": "arn:aws:iam::123456789012:root"})], False),
        ([statement({"AWS": "arn:aws:iam::123456789012:root"}, effect="Deny")], False),
        ([statement(), statement(effect="Deny")], False),
        ([statement(), statement({"Service": "ec2.amazonaws.com"}, effect="Deny")], True),
        ([statement(), statement(effect="Deny", Condition={"Bool": {"x": "true"}})], True),
    ],
)
def test_a_role_lets_cloudformation_in_where_a_statement_allows_it_and_none_denies(
    statements: Any, trusted: bool
) -> None:
    assert trusts(json.dumps({"Version": "2012-10-17", "Statement": statements})) is trusted


def test_a_role_that_nobody_made_here_is_taken_as_it_is() -> None:
    assert assumable("210987654321", "arn:aws:iam::210987654321:role/elsewhere")
