"""What a control says of a system of which not everything is known."""

from typing import Any

import pytest

from cloudformation.unknown import ABSENT, awaited
from templates.security import controls
from templates.security.controls import (
    FAILS,
    NOT_KNOWN,
    NOTHING_THERE,
    PASSES,
    Control,
    Verdict,
    all_of,
    any_of,
    every,
    every_item,
    is_true,
    keyed,
    member,
    negated,
    one_of,
)
from templates.security.resolved_system import System
from tests.templates.security.changed_system import documents, environment, tree, values_of

UNKNOWN = awaited((), "Later")
LOGS = "AWS::EC2::FlowLog"


def with_doubt(**values: str | None) -> System:
    nested = tree(documents())
    return System(nested, environment(), {**values_of(environment(), nested), **values})


@pytest.mark.parametrize(("held", "state"), [(True, PASSES), (False, FAILS), (None, NOT_KNOWN)])
def test_what_is_there_for_certain_decides(held: bool | None, state: str) -> None:
    verdict = every(LOGS, holds=lambda one, _: held)(with_doubt())
    assert verdict == Verdict(state, () if held else ("FlowLog",))


@pytest.mark.parametrize(("held", "state"), [(True, PASSES), (False, NOT_KNOWN), (None, NOT_KNOWN)])
def test_what_may_not_be_there_fails_nothing_for_certain(held: bool | None, state: str) -> None:
    doubtful = with_doubt(FlowLogsRetentionDays=None)
    assert every(LOGS, holds=lambda one, _: held)(doubtful).state == state


def test_a_failure_that_is_certain_comes_before_a_doubt() -> None:
    verdict = every("AWS::EC2::Subnet", holds=lambda one, _: None if "1" in one.name else False)(with_doubt())
    assert verdict.state == FAILS
    assert set(verdict.resources) == {"PublicSubnet2", "PrivateSubnet2"}


def test_where_there_is_nothing_nothing_passes() -> None:
    assert every("AWS::Neptune::DBCluster", holds=lambda one, _: True)(with_doubt()) == Verdict(NOTHING_THERE)


def test_three_values() -> None:
    assert (all_of([True, None]), all_of([None, False]), all_of([])) == (None, False, True)
    assert (any_of([False, None]), any_of([None, True]), any_of([])) == (None, True, False)
    assert (negated(True), negated(False), negated(None)) == (False, True, None)


@pytest.mark.parametrize(
    ("value", "held"), [(True, True), ("true", True), (False, False), ("no", False), (ABSENT, False), (UNKNOWN, None)]
)
def test_a_scalar_is_true_in_all_its_spellings(value: Any, held: bool | None) -> None:
    assert is_true(value) is held


def test_what_is_left_out_is_what_aws_makes_of_it() -> None:
    assert one_of(ABSENT, ["a"], absent=True) is True
    assert one_of(ABSENT, ["a"], absent=None) is None
    assert one_of(UNKNOWN, ["a"], absent=True) is None


def test_an_entry_by_its_key() -> None:
    entries = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": UNKNOWN}]
    assert keyed(entries, "a") == "1"
    assert keyed(entries, "b") == UNKNOWN
    assert keyed(entries, "c") is ABSENT
    assert keyed(UNKNOWN, "a") == UNKNOWN
    # One whose key is not known may be the one that is asked for.
    assert one_of(keyed([*entries, {"Key": UNKNOWN, "Value": "2"}], "a"), ["1"]) is None
    assert one_of(keyed([*entries, UNKNOWN], "a"), ["1"]) is None


def test_a_path_within_a_value() -> None:
    assert member({"a": {"b": "c"}}, "a", "b") == "c"
    assert member({"a": UNKNOWN}, "a", "b") == UNKNOWN
    assert member({"a": {}}, "a", "b") is ABSENT
    assert every_item(UNKNOWN, lambda item: True) is None
    assert every_item(ABSENT, lambda item: False) is True


def test_a_setting_is_for_the_resource_that_it_names_alone() -> None:
    control = Control((1,), "asks", controls.of_the_account, {"Days@LogGroup": "1", "FlowDays@FlowLogGroup": "2"})
    assert control.settings(Verdict(FAILS, ("LogGroup",))) == {"Days": "1"}
    assert control.settings(Verdict(FAILS, ("LogGroup", "FlowLogGroup"))) == {"Days": "1", "FlowDays": "2"}
    # Not one that would leave the other failing.
    assert control.settings(Verdict(FAILS, ("LogGroup", "Other"))) == {}
    assert control.settings(Verdict(FAILS)) == {}


def test_a_setting_of_the_file_is_for_the_stack() -> None:
    control = Control((1,), "asks", controls.of_the_account, {"role": "arn"})
    assert control.settings(Verdict(FAILS)) == {"role": "arn"}


def test_a_failure_is_accepted_resource_by_resource() -> None:
    control = Control((1,), "asks", controls.of_the_account, note="more", because={"A": "why", "B": "why"})
    assert control.accepts(Verdict(FAILS, ("A", "B")))
    assert not control.accepts(Verdict(FAILS, ("A", "C")))
    assert not control.accepts(Verdict(FAILS))
    assert control.remarks == "why; more"
