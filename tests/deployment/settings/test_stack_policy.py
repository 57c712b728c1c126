"""What a stack policy lets an update do, and whether another lets it do more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.settings.stack_policy import DELETE, MODIFY, NO_POLICY, REPLACE, denies, loosens, one_spelling
from rehearsal.execution.tasks.stack_policies import denial

ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
DENY_APP = {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/App"}
DENY_REPLACE = {"Effect": "Deny", "NotAction": [MODIFY], "Principal": "*", "NotResource": "LogicalResourceId/N*"}


def policy(*statements: dict[str, Any]) -> str:
    return one_spelling(json.dumps({"Statement": [*statements]}))


@pytest.mark.parametrize(
    ("before", "after", "looser"),
    [
        (NO_POLICY, policy(DENY_APP), False),
        (policy(ALLOW), policy(ALLOW, DENY_APP), False),
        (policy(ALLOW, DENY_APP), policy(DENY_APP, ALLOW), False),
        (policy(ALLOW, DENY_APP), policy(ALLOW), True),
        (policy(ALLOW, DENY_APP), NO_POLICY, True),
        (policy(DENY_APP), policy(DENY_APP, ALLOW), True),
        (policy(ALLOW, DENY_APP), policy(ALLOW, {**DENY_APP, "Action": MODIFY}), True),
        ("no JSON", policy(DENY_APP), True),
    ],
)
def test_a_policy_is_looser_unless_it_only_denies_more(before: str, after: str, looser: bool) -> None:
    assert loosens(before, after) is looser


def test_no_policy_has_one_spelling() -> None:
    assert {one_spelling(text) for text in (None, "", "{}", '{"Statement": []}')} == {NO_POLICY}
    assert one_spelling('{"Statement":\n [1]}') == '{"Statement":[1]}'
    assert one_spelling("what cannot be read") == "what cannot be read"


def test_a_condition_that_is_not_understood_denies_and_does_not_allow() -> None:
    strange = {"Condition": {"StringNotLike": {"ResourceType": "AWS::S3::Bucket"}}}
    assert denies(policy({**ALLOW, **strange}), MODIFY, "App", "AWS::SNS::Topic")
    assert denies(policy(ALLOW, {**DENY_APP, **strange}), MODIFY, "App", "AWS::SNS::Topic")


_types = st.sampled_from(["AWS::SNS::Topic", "AWS::S3::Bucket"])
_statement = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.just("*"),
        "Action": st.sampled_from(["Update:*", MODIFY, [REPLACE, DELETE]]),
        "Resource": st.sampled_from(["*", "LogicalResourceId/A*", ["LogicalResourceId/App"]]),
    },
    optional={
        "Condition": st.sampled_from(
            [
                {"StringEquals": {"ResourceType": ["AWS::SNS::Topic"]}},
                {"StringLike": {"ResourceType": "AWS::S3::*"}},
            ]
        )
    },
)


@given(
    st.lists(_statement, min_size=1, max_size=3),
    st.sampled_from([MODIFY, REPLACE, DELETE]),
    st.sampled_from(["App", "Also", "Network"]),
    _types,
)
def test_both_wings_read_a_policy_alike(
    statements: list[dict[str, Any]], action: str, name: str, type_name: str
) -> None:
    text = policy(*statements)
    assert denies(text, action, name, type_name) is (denial(text, action, name, type_name) is not None)


def test_what_a_policy_does_not_name_is_named_by_not() -> None:
    text = policy(ALLOW, DENY_REPLACE)
    assert [denies(text, action, "App", "T") for action in (MODIFY, REPLACE, DELETE)] == [False, True, True]
    assert not denies(text, REPLACE, "Network", "T")
    assert not denies(NO_POLICY, DELETE, "App", "T")
