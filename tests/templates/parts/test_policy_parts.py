"""A policy in parts: together they are the policy, each is one that IAM takes, and one that is too large is refused."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from awacs.aws import Action, Allow, Condition, Deny, PolicyDocument, Statement, StringEquals
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.limits import MANAGED_POLICIES_OF_ROLE, MANAGED_POLICY_CHARACTERS
from templates.parts.content import plain
from templates.parts.policies import document
from templates.parts.policy_parts import MOST_PARTS, Document, PolicySizeError, parts, size
from tests.examples import examples

NAMES = st.text("abcdefgh", min_size=3, max_size=30)
ACTIONS = st.lists(st.tuples(st.sampled_from(["ec2", "ecs", "s3", "rds", "iam"]), NAMES), min_size=1, max_size=120)
ARNS = st.lists(NAMES.map(lambda name: f"arn:*:x:::{name}/*"), min_size=1, max_size=40, unique=True)


def statement(sid: str, actions: list[Any], resources: list[str], effect: str = Allow, **more: Any) -> Statement:
    named = [Action(service, name) for service, name in actions]
    return Statement(Sid=sid, Effect=effect, Action=named, Resource=resources, **more)


@st.composite
def policies(draw: st.DrawFn) -> PolicyDocument:
    only = Condition(StringEquals({"aws:x": "y"}))
    return document(
        *(
            statement(
                f"S{number}",
                sorted(set(draw(ACTIONS))),
                draw(ARNS),
                draw(st.sampled_from([Allow, Deny])),
                **({"Condition": only} if draw(st.booleans()) else {}),
            )
            for number in range(draw(st.integers(1, 6)))
        )
    )


def said(policy: Document) -> Counter[tuple[str, ...]]:
    """Everything that a policy says, one action on one resource at a time."""
    return Counter(
        (row["Effect"], action, resource, json.dumps(row.get("Condition")), row["Sid"])
        for row in policy["Statement"]
        for action in row["Action"]
        for resource in row["Resource"]
    )


@settings(max_examples=examples(60), deadline=None)
@given(policies())
def test_together_they_say_what_the_policy_says_and_each_is_one_that_iam_takes(policy: PolicyDocument) -> None:
    try:
        made = parts(policy, "it")
    except PolicySizeError:
        assert size(plain(policy)) > MANAGED_POLICY_CHARACTERS * (MOST_PARTS - 1) // 2
        return
    assert sum(map(said, made), Counter()) == said(plain(policy))
    for part in made:
        written = json.dumps(part, separators=(",", ":"))
        assert size(part) == len(written.replace(" ", "")) <= MANAGED_POLICY_CHARACTERS


def test_what_fits_into_one_is_not_taken_apart() -> None:
    policy = document(statement("A", [("s3", "Get"), ("ec2", "Run")], ["*"]), statement("B", [("s3", "Put")], ["a"]))
    [made] = parts(policy, "it")
    assert made == json.loads(policy.to_json())


def test_the_actions_of_a_service_stay_together_where_they_fit() -> None:
    actions = [(service, f"{'x' * 40}{number}") for service in ("a", "b", "c") for number in range(60)]
    made = parts(document(statement("A", actions, ["*"])), "it")
    held = [{action.partition(":")[0] for row in part["Statement"] for action in row["Action"]} for part in made]
    assert held == [{"a", "b"}, {"c"}]


def test_a_service_with_more_actions_than_a_policy_holds_fills_several() -> None:
    actions = [("rds", f"{'x' * 40}{number}") for number in range(200)]
    policy = document(statement("A", actions, ["*"]))
    made = parts(policy, "it")
    assert len(made) == 2
    assert sum(map(said, made), Counter()) == said(plain(policy))


def test_resources_without_end_are_dealt_out_too() -> None:
    arns = [f"arn:*:ecs:ap-northeast-1:123456789012:task-definition/family-{number}-*" for number in range(200)]
    policy = document(statement("Runs", [("ecs", "RunTask"), ("ecs", "StopTask")], arns))
    assert sum(map(said, parts(policy, "it")), Counter()) == said(plain(policy))


def test_a_role_has_room_for_those_of_before_an_update_beside_those_after_it() -> None:
    assert 2 * MOST_PARTS <= MANAGED_POLICIES_OF_ROLE


def test_more_than_a_role_takes_is_refused_with_what_to_do() -> None:
    actions = [("rds", f"{'x' * 40}{number}") for number in range(800)]
    with pytest.raises(
        PolicySizeError, match=r"dev's needs 7 managed policies of 6,144 characters, and the maximum is 5: "
    ):
        parts(document(statement("A", actions, ["*"])), "dev's")


def test_what_no_policy_holds_is_refused_by_its_statement() -> None:
    long = Condition(StringEquals({"aws:x": "y" * MANAGED_POLICY_CHARACTERS}))
    with pytest.raises(PolicySizeError, match="its statement Boundaries has more than the 6,144 characters"):
        parts(document(statement("Boundaries", [("iam", "Put")], ["*"], Condition=long)), "dev's")
