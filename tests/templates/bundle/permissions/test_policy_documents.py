"""A policy that is too long for IAM is divided, and allows what it allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from templates.bundle.errors import BundleError
from templates.bundle.permissions.policy_documents import LONGEST, divided

_ACTIONS = some.lists(
    some.integers(0, 999).map(lambda number: f"ec2:DescribeSomething{number}"), min_size=1, max_size=400
)
_STATEMENTS = some.builds(
    lambda effect, actions, resource, member: {"Effect": effect, "Action": actions, "Resource": [resource]} | member,
    some.sampled_from(["Allow", "Deny"]),
    _ACTIONS | some.just("s3:*"),
    some.sampled_from(["*", "arn:aws:s3:::b/*"]),
    some.sampled_from([{}, {"Sid": "One"}, {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}]),
)


def _said(document: dict[str, Any]) -> list[str]:
    """Each action with all else that its statement says, in order."""
    return [
        json.dumps([action, {**statement, "Action": None}], sort_keys=True)
        for statement in document["Statement"]
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    ]


@given(statements=some.lists(_STATEMENTS, min_size=1, max_size=4))
def test_the_parts_say_together_what_the_whole_said(statements: list[dict[str, Any]]) -> None:
    whole = {"Version": "2012-10-17", "Statement": statements}
    parts = divided(whole)
    assert [said for part in parts for said in _said(part)] == _said(whole)
    assert all(len(json.dumps(part, separators=(",", ":"))) <= LONGEST for part in parts)
    assert all(part["Version"] == "2012-10-17" for part in parts)


def test_what_fits_stays_as_it_is() -> None:
    whole = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}]}
    assert divided(whole) == [whole]


def test_what_no_division_makes_short_enough_is_refused() -> None:
    many = [f"arn:aws:s3:::bucket{number}" for number in range(400)]
    long = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": many}]}
    with pytest.raises(BundleError, match="longer than a role can have"):
        divided(long)
