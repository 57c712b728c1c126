"""Nested stacks as resources of their parents."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value

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


def test_a_nested_stack_that_is_stuck_in_its_own_rollback_takes_no_update_of_its_parent() -> None:
    faults = (ResourceFault("Child/B", "update", "refused", times=1), ResourceFault("Child/A", "rollback", "no"))
    play = Play(Scenario(faults))

    def body(text: str) -> dict[str, Any]:
        return template(A=value(text), B=value(text, DependsOn="A"))

    def root(name: str, text: str) -> dict[str, Any]:
        return template(Child=nested(play.put(name, body(text))))

    play.deploy(root("one.json", "1"))
    [child] = [stack for stack in play.cloud.world.state.stacks.values() if stack.parent]
    play("UpdateStack", StackName=child.name, TemplateBody=json.dumps(body("2")))
    play.settle()
    assert (child.status, play.stack()["StackStatus"]) == ("UPDATE_ROLLBACK_FAILED", "CREATE_COMPLETE")
    updated = play("UpdateStack", StackName="demo", TemplateBody=json.dumps(root("three.json", "3")))
    play.settle()
    assert updated["StackId"] == play.stack()["StackId"]
    reason = f"Stack:{child.id} is in UPDATE_ROLLBACK_FAILED state and can not be updated."
    assert ("Child", "UPDATE_FAILED", reason) in play.reasons()
    assert child.status == "UPDATE_ROLLBACK_FAILED"
    healthy = Play()
    healthy.deploy(template(Child=nested(healthy.put("a.json", body("1")))))
    changed = template(Child=nested(healthy.put("b.json", body("2"))))
    assert healthy.deploy(changed)["StackStatus"] == "UPDATE_COMPLETE"
