"""A change set's rows as facts: what AWS leaves out is None, and what travels as JSON is what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cloudformation.statuses import ChangeAction, ChangeSetStatus, ExecutionStatus, Replacement, RequiresRecreation
from deployment.change_set.change_set import ChangeSet, change_from, feeding_output, is_known, is_same, merged
from tests.deployment.shapes import STACK_TYPE, START, detail, placeholder, row, set_arn, stack_arn


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


def _described(*rows: dict[str, Any]) -> ChangeSet:
    return ChangeSet(
        arn=set_arn("set"),
        stack_arn=stack_arn(),
        status=ChangeSetStatus.CREATE_COMPLETE,
        execution=ExecutionStatus.AVAILABLE,
        reason=None,
        parameters={},
        created=START,
        changes=tuple(change_from(body) for body in rows),
        children={},
    )


@pytest.mark.parametrize(("mild", "strict"), [("False", "True"), ("False", "Conditional"), ("Conditional", "True")])
def test_of_two_descriptions_of_a_row_the_stricter_replacement_counts(mild: str, strict: str) -> None:
    """The one with values leaves out what is unknown until execution, and with it why a resource is replaced."""
    ours, theirs = row("Topic", detail("A"), Replacement=mild), row("Topic", detail("B"), Replacement=strict)
    for valued, plain in ((ours, theirs), (theirs, ours)):
        (change,) = merged(_described(valued), _described(plain)).changes
        assert change.replacement is Replacement(strict)
        assert sorted(str(said.name) for said in change.details) == ["A", "B"]


@pytest.mark.parametrize(("valued", "plain"), [(True, False), (False, True), (False, False)])
def test_what_one_of_two_descriptions_did_not_list_is_not_listed(valued: bool, plain: bool) -> None:
    one, other = replace(_described(), listed=valued), replace(_described(), listed=plain)
    assert not merged(one, other).listed
    assert merged(_described(), _described()).listed


def test_a_row_without_a_type_that_has_a_change_set_of_its_own_is_a_nested_stack() -> None:
    untyped = {"Action": "Modify", "LogicalResourceId": "App"}
    assert change_from({"ResourceChange": untyped | {"ChangeSetId": set_arn("App")}}).type == STACK_TYPE
    assert change_from({"ResourceChange": untyped}).type == "(no type)"


@pytest.mark.parametrize(
    ("attribute", "said", "recreation"),
    [
        ("Properties", None, RequiresRecreation.CONDITIONALLY),
        ("Metadata", None, RequiresRecreation.NEVER),
        ("Properties", "Always", RequiresRecreation.ALWAYS),
        ("Tags", "Conditionally", RequiresRecreation.CONDITIONALLY),
    ],
)
def test_what_is_not_said_of_a_property_may_replace_and_what_is_beside_it_does_not(
    attribute: str, said: str | None, recreation: RequiresRecreation
) -> None:
    target = {"Attribute": attribute} | ({"RequiresRecreation": said} if said else {})
    assert change_from(row("Topic", {"Target": target})).details[0].recreation is recreation


def test_a_detail_is_static_only_where_that_is_said() -> None:
    details = [{"Target": {"Attribute": "Metadata"}, **said} for said in ({"Evaluation": "Static"}, {})]
    assert [detail.static for detail in change_from(row("Topic", *details)).details] == [True, False]


def test_without_drift_the_previous_deployments_value_is_what_there_is() -> None:
    body = detail("DesiredCount", before="2", after="3")
    assert _detail(body, BeforeValueFrom="PREVIOUS_DEPLOYMENT_STATE").before == "2"


def test_a_placeholder_names_the_siblings_output_that_it_stands_for() -> None:
    assert feeding_output(placeholder("Network", "Ids")) == "Network.Ids"
    assert feeding_output("subnet-1") is None


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ((), None),
        (((None, None),), None),
        ((("a", None),), None),
        ((("a", "{{changeSet:KNOWN_AFTER_APPLY}}"),), None),
        ((("a", "a"),), True),
        ((("a", "b"),), False),
        (((None, "b"),), False),
        ((("a", "a"), ("b", "{{changeSet:KNOWN_AFTER_APPLY}}")), True),
        ((("a", "a"), ("b", None)), True),
        ((("a", "a"), ("a", "b")), False),
        ((("a", "b"), ("a", "{{changeSet:KNOWN_AFTER_APPLY}}")), False),
    ],
)
def test_details_state_one_value_where_all_that_are_known_do(
    values: tuple[tuple[str | None, str | None], ...], same: bool | None
) -> None:
    details = [change_from(row("A", detail("B", before=old, after=new))).details[0] for old, new in values]
    assert is_same(details) is same


@pytest.mark.parametrize(
    ("travels", "value"),
    [
        (None, None),
        ("1e3", "1e3"),
        ("true", "true"),
        ("null", "null"),
        ('"1e3"', "1e3"),
        ('{"a":1}', '{"a": 1}'),
        ('["a","b"]', '["a", "b"]'),
        ("{{changeSet:KNOWN_AFTER_APPLY}}", "{{changeSet:KNOWN_AFTER_APPLY}}"),
        ("{not JSON", "{not JSON"),
    ],
)
def test_a_value_is_what_it_was_before_it_travelled_as_json(travels: str | None, value: str | None) -> None:
    [one] = change_from(row("A", detail("B", before=travels, after=travels))).details
    assert (one.before, one.after) == (value, value)
