"""A change set's rows as facts: what AWS leaves out is None, and what travels as JSON is what it is."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.statuses import ChangeAction, Replacement
from deployment.change_set.change_set import change_from, is_known
from tests.deployment.shapes import detail, placeholder, row


def _detail(body: dict[str, Any], **target: Any) -> Any:
    changed = {**body, "Target": {**body["Target"], **target}}
    return change_from(row("Service", changed)).details[0]


def test_members_that_are_left_out_are_none() -> None:
    found = change_from(row("Topic", action="Add"))
    assert (found.action, found.replacement, found.physical_id, found.policy, found.nested) == (
        *(ChangeAction.ADD, None, None, None, None),
    )
    assert change_from(row("Topic", Replacement="True")).replacement is Replacement.TRUE


@pytest.mark.parametrize("began", ["ACTUAL_STATE", "PREVIOUS_DEPLOYMENT_STATE"])
def test_what_a_drift_aware_change_overwrites_is_what_there_is(began: str) -> None:
    """Where the previous deployment's value stands before, it is the one after too: that is no change to a reader."""
    before = "0" if began == "ACTUAL_STATE" else "2"
    drift = {"PreviousValue": "2", "ActualValue": "0"}
    found = _detail(detail("DesiredCount", before=before, after="2"), BeforeValueFrom=began, Drift=drift)
    assert (found.before, found.after) == ("0", "2")


def test_what_somebody_took_away_is_not_set_before() -> None:
    gone = {"PreviousValue": "true", "ActualValue": "null"}
    body = detail("EnableDnsHostnames", before="true", after="true")
    assert _detail(body, BeforeValueFrom="PREVIOUS_DEPLOYMENT_STATE", Drift=gone).before is None
    assert (
        _detail(detail("EnableDnsHostnames", after="true"), BeforeValueFrom="ACTUAL_STATE", Drift=gone).before is None
    )


def test_a_resource_that_only_comes_to_be_known_as_it_is_has_its_own_action() -> None:
    body = detail("DesiredCount", source="NoModification", before="0", after="0")
    found = change_from(row("Service", body, action="SyncWithActual"))
    assert found.action is ChangeAction.SYNC_WITH_ACTUAL


@pytest.mark.parametrize(
    "value", [None, "{{changeSet:KNOWN_AFTER_APPLY}}", "a,{{changeSet:KNOWN_AFTER_APPLY}}", placeholder("Net", "Id")]
)
def test_what_is_left_out_or_stands_for_something_is_not_known_yet(value: str | None) -> None:
    assert not is_known(value)


@pytest.mark.parametrize("value", ["", "vpc-1", "{{resolve:secretsmanager:x}}"])
def test_a_value_is_known(value: str) -> None:
    assert is_known(value)
