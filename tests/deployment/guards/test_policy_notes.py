"""What a stack policy would refuse of a review."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from cloudformation.statuses import ChangeSetStatus, ExecutionStatus
from deployment.change_set.change_set import ChangeSet, change_from
from deployment.guards.policy_notes import policy_notes
from deployment.review.review import Kind, LayerReview, Review
from deployment.template.resource_path import ROOT
from tests.deployment.report.examples import resource
from tests.deployment.shapes import row

_DENY = json.dumps({"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]})
_KINDS = {"Changed": Kind.CHANGED, "New": Kind.ADDED, "Old": Kind.REMOVED, "Maybe": Kind.MAY_BE_REPLACED}
_REVIEW = Review(LayerReview(ROOT, None, tuple(resource(name, kind) for name, kind in _KINDS.items()), (), ()), ())
_LAYERS = {"Kept": "Modify", "Made": "Add", "Gone": "Remove"}
_TREE = ChangeSet(
    arn="arn",
    stack_arn="stack",
    status=ChangeSetStatus.CREATE_COMPLETE,
    execution=ExecutionStatus.AVAILABLE,
    reason=None,
    parameters={},
    created=datetime(2026, 1, 1, tzinfo=UTC),
    changes=tuple(
        change_from(row(name, action=action, kind="AWS::CloudFormation::Stack")) for name, action in _LAYERS.items()
    ),
    children={},
)


def test_each_change_and_each_nested_stack_that_is_listed_is_held_against_the_policy() -> None:
    denied = [note.removeprefix("the stack's policy denies ") for note in policy_notes(_REVIEW, _TREE, _DENY)]
    assert [note.partition(": ")[0] for note in denied] == [
        "Update:Modify of Changed",
        "Update:Delete of Old",
        "Update:Replace of Maybe",
        "Update:Modify of Kept",
        "Update:Delete of Gone",
    ]


def test_what_may_be_replaced_is_perhaps_modified_in_place_only() -> None:
    text = _DENY.replace("Update:*", "Update:Modify")
    allowed = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    policy = json.dumps({"Statement": [*json.loads(text)["Statement"], allowed]})
    told = " ".join(policy_notes(_REVIEW, _TREE, policy))
    assert "Update:Modify of Maybe" in told
    assert "Update:Replace" not in told


def test_without_a_policy_nothing_is_denied() -> None:
    assert policy_notes(_REVIEW, _TREE, None) == policy_notes(_REVIEW, _TREE, "{}") == ()
