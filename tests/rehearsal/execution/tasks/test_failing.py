"""A resource that fails, and what becomes of those beside it."""

from __future__ import annotations

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value


def test_a_failed_creation_cancels_what_is_under_way_beside_it() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    play.deploy(template(A=topic(), B=value("x"), C=topic()))
    assert ("A", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    assert ("C", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    assert [row for row in play.reasons() if row[0] == "B"][-1] == ("B", "CREATE_FAILED", "refused")


def test_the_bracketed_list_names_the_cancelled_too() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    play.deploy(template(A=topic(), B=topic()))
    assert play.reasons()[-1][2] == "The following resource(s) failed to create: [B, A]. Rollback requested by user."


def test_a_failed_update_cancels_updates_under_way() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template(A=value("1"), B=topic("1")))
    play.deploy(template(A=value("2"), B=topic("2")))
    assert ("A", "UPDATE_FAILED", "refused") in play.reasons()
    assert ("B", "UPDATE_FAILED", "Resource update cancelled") in play.reasons()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_with_failures_kept_other_paths_run_to_their_end() -> None:
    play = Play(Scenario((ResourceFault("A", reason="refused"),)))
    play.deploy(template(A=topic(), B=topic(), C=topic(after="B"), D=topic(after="A")), OnStackFailure="DO_NOTHING")
    assert ("C", "CREATE_COMPLETE") in play.events()
    assert not [event for event in play.events() if event[0] == "D"]


def test_a_failure_beside_a_nested_stack_stops_the_nested_stack() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    url = play.put("child.yaml", template(T=topic(), U=topic(after="T"), V=topic(after="U")))
    stack = play.deploy(template(C=nested(url), A=topic(), B=topic(after="A")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("C", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert child.status == "DELETE_COMPLETE"
    assert not [event for event in play.events(child.id) if event[0] == "V"]


def test_an_update_lists_what_failed_to_create_before_what_failed_to_update() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template(A=value("1")))
    play.deploy(template(A=value("2"), B=topic(), C=topic()))
    assert play.reasons()[-1] == (
        "demo",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [B, C]. The following resource(s) failed to update: [A]. ",
    )
