"""Nested stacks as resources of their parents."""

from __future__ import annotations

from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic

BUCKET: dict[str, Any] = {"Type": "AWS::S3::Bucket"}


def test_a_nested_stack_can_fail_or_hang_as_one_resource() -> None:
    for fault, status in (
        (ResourceFault("C", reason="refused"), "ROLLBACK_COMPLETE"),
        (ResourceFault("C", hangs=True), "CREATE_IN_PROGRESS"),
    ):
        play = Play(Scenario((fault,)))
        url = play.put("child.yaml", template(T=topic()))
        assert play.deploy(template(C=nested(url)))["StackStatus"] == status


def test_a_nested_stack_has_a_time_of_its_own() -> None:
    play = Play(Scenario((ResourceFault("C/T", hangs=True),)))
    url = play.put("child.yaml", template(T=topic()))
    assert play.deploy(template(C=nested(url, TimeoutInMinutes="3")))["StackStatus"] == "ROLLBACK_COMPLETE"
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    reason = (
        f"Embedded stack {child.id} was not successfully created: Stack creation time exceeded the specified timeout"
    )
    assert ("C", "CREATE_FAILED", reason) in play.reasons()


def test_a_nested_stack_that_is_done_in_time_lets_its_parent_go_on() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    longer = {"Type": "AWS::KMS::Key"}
    assert play.deploy(template(C=nested(url, TimeoutInMinutes="3"), K=longer))["StackStatus"] == "CREATE_COMPLETE"
