"""Hooks that look at a resource before it is made."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.loopback.wire.model import shape
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic

GUARD = "Private::Guard::Topics"


def hooked(mode: str, path: str = "A", **more: Any) -> Play:
    return Play(Scenario((ResourceFault(path, reason="not so", hook=GUARD, mode=mode, **more),)))


def rows(play: Play, name: str = "A") -> list[dict[str, Any]]:
    found = play("DescribeStackEvents", StackName="demo")["StackEvents"][::-1]
    return [row for row in found if row["LogicalResourceId"] == name]


def test_a_hook_that_fails_stops_the_resource_before_it_has_an_id() -> None:
    play = hooked("FAIL")
    assert play.deploy(template(A=topic("1")))["StackStatus"] == "ROLLBACK_COMPLETE"
    begun, invoked, refused, failed = rows(play)
    assert {row["PhysicalResourceId"] for row in (begun, invoked, refused, failed)} == {""}
    assert [row["ResourceStatus"] for row in (begun, invoked, refused)] == ["CREATE_IN_PROGRESS"] * 3
    assert "HookStatus" not in begun
    own = {key: value for key, value in refused.items() if key.startswith("Hook")}
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", own.pop("HookInvocationId"))
    assert own == {
        "HookType": GUARD,
        "HookStatus": "HOOK_COMPLETE_FAILED",
        "HookStatusReason": "Hook failed with message: not so",
        "HookInvocationPoint": "PRE_PROVISION",
        "HookFailureMode": "FAIL",
    }
    assert (failed["ResourceStatus"], failed["ResourceStatusReason"]) == (
        "CREATE_FAILED",
        f"The following hook(s) failed: [{GUARD}]",
    )


def test_a_hook_in_warn_mode_says_so_and_lets_the_resource_through() -> None:
    play = hooked("WARN")
    assert play.deploy(template(A=topic("1")))["StackStatus"] == "CREATE_COMPLETE"
    _, _, warned, *rest = rows(play)
    assert (warned["HookStatus"], warned["HookFailureMode"]) == ("HOOK_COMPLETE_FAILED", "WARN")
    assert warned["HookStatusReason"] == ("Hook failed with message: not so. Failure was ignored under WARN mode.")
    assert [row["ResourceStatus"] for row in rest] == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_events_of_a_hook_have_ids_without_a_time_and_neither_properties_nor_a_reason() -> None:
    play = hooked("WARN")
    play.deploy(template(A=topic("1")))
    _, invoked, warned, *_ = rows(play)
    assert (invoked["HookStatus"], invoked["HookStatusReason"]) == ("HOOK_IN_PROGRESS", "Invoking hook")
    assert invoked["HookInvocationId"] == warned["HookInvocationId"]
    for row in (invoked, warned):
        assert re.fullmatch(r"A-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", row["EventId"])
        assert not {"ResourceProperties", "ResourceStatusReason"}.intersection(row)


def test_a_hook_that_failed_is_an_event_of_its_own_kind_among_the_failed_ones() -> None:
    play = hooked("FAIL", times=1)
    play.deploy(template(A=topic("1")))
    found = play("DescribeEvents", StackName="demo", Filters={"FailedEvents": True})["OperationEvents"][::-1]
    assert [(row["EventType"], row.get("HookStatus")) for row in found] == [
        ("HOOK_INVOCATION_ERROR", "HOOK_COMPLETE_FAILED"),
        ("PROVISIONING_ERROR", None),
    ]
    members = shape("OperationEvent")["members"]
    assert all(set(row) <= set(members) for row in found)


def test_a_hook_may_refuse_a_nested_stack_and_what_is_in_it() -> None:
    for path in ("C", "C/T"):
        play = hooked("FAIL", path)
        play.deploy(template(C=nested(play.put("child.yaml", template(T=topic())))))
        assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
        assert any(GUARD in reason for _, _, reason in play.reasons()) == (path == "C")
