"""A layer that is stuck by itself is reported as that: fixing a resource and deploying again does not help."""

from __future__ import annotations

from deployment.diagnosis.causes import explain
from deployment.diagnosis.causes.explanation import Evidence
from tests.deployment.diagnosis.causes.failures import failed
from tests.deployment.shapes import STACK_TYPE, stack_arn

_STUCK = f"Stack:{stack_arn('App')} is in UPDATE_ROLLBACK_FAILED state and can not be updated."


def test_the_layer_and_its_state_are_told_and_the_action_that_says_more() -> None:
    found = explain(failed(_STUCK, STACK_TYPE), Evidence())
    assert found
    assert found.facts == ("nested stack App/Thing is itself in UPDATE_ROLLBACK_FAILED",)
    assert found.remedy == "do what the action recover says of the stuck nested stack"


def test_one_that_is_only_busy_is_not_stuck() -> None:
    assert explain(failed(_STUCK.replace("ROLLBACK_FAILED", "IN_PROGRESS"), STACK_TYPE), Evidence()) is None
    assert explain(failed(_STUCK, "AWS::X::Y"), Evidence()) is None
