"""What a resource really is, where a scenario says that somebody changed it by hand."""

from __future__ import annotations

from typing import Any

from rehearsal.properties.live_properties import accept_live, live_properties, supports_drift
from rehearsal.scenario.faults import Drift, Scenario
from rehearsal.state.stacks import Stack, StackResource
from tests.rehearsal.play import REGION, Play

TAGS = [{"Key": "k", "Value": "v"}]
TEMPLATE = {
    "Resources": {
        "A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "a", "Tags": TAGS}},
        "W": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    }
}


def deployed(*drifts: Drift) -> tuple[Play, Stack]:
    play = Play(Scenario(drift=drifts))
    play.deploy(TEMPLATE)
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    return play, stack


def live(*drifts: Drift) -> dict[str, Any] | None:
    play, stack = deployed(*drifts)
    return live_properties(play.cloud.world, stack, stack.resources["A"])


def test_what_nobody_touched_is_as_cloudformation_left_it() -> None:
    assert live() == {"DisplayName": "a", "Tags": TAGS}


def test_a_change_by_hand_reaches_into_lists_and_may_take_a_property_away() -> None:
    assert live(Drift("A", "Tags/0/Value", "w")) == {"DisplayName": "a", "Tags": [{"Key": "k", "Value": "w"}]}
    assert live(Drift("A", "DisplayName", None)) == {"Tags": TAGS}


def test_a_resource_that_somebody_deleted_has_no_properties() -> None:
    assert live(Drift("A", "*", None)) is None


def test_what_the_stack_knows_is_not_touched_by_a_look() -> None:
    play, stack = deployed(Drift("A", "Tags/0/Value", "w"))
    live_properties(play.cloud.world, stack, stack.resources["A"])
    assert stack.resources["A"].properties["Tags"] == TAGS


def test_what_really_is_becomes_what_the_stack_knows() -> None:
    play, stack = deployed(Drift("A", "DisplayName", "by hand"))
    accept_live(play.cloud.world, stack)
    assert stack.resources["A"].properties == {"DisplayName": "by hand", "Tags": TAGS}
    assert live_properties(play.cloud.world, stack, stack.resources["A"]) == stack.resources["A"].properties


def test_a_deleted_resource_loses_its_physical_id_when_that_is_accepted() -> None:
    play, stack = deployed(Drift("A", "*", None))
    accept_live(play.cloud.world, stack)
    assert stack.resources["A"].physical_id == ""


def test_drift_detection_looks_at_what_exists_and_is_no_nested_stack() -> None:
    play, stack = deployed()
    nested = StackResource("Nested", "AWS::CloudFormation::Stack", physical_id="arn", status="CREATE_COMPLETE")
    assert supports_drift(play.cloud.world, stack, stack.resources["A"])
    assert not supports_drift(play.cloud.world, stack, StackResource("New", "AWS::SNS::Topic"))
    assert not supports_drift(play.cloud.world, stack, nested)
