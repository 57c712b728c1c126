"""The way back of each resource that an update touched."""

from __future__ import annotations

import json

from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value


def children(play: Play) -> dict[str, Stack]:
    return {stack.parent_logical_id or "": stack for stack in play.cloud.world.state.stacks.values()}


def statuses(play: Play) -> dict[str, str]:
    return {name: stack.status for name, stack in children(play).items()}


def test_a_child_that_holds_in_its_cleanup_goes_back_with_its_parent() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused"),)))
    url = play.put("child.yaml", template(T=topic("1"), Old=topic()))
    play.deploy(template(C=nested(url), Z=value("1", DependsOn="C")))
    play.put("child.yaml", template(T=topic("2"), New=topic()))
    play.deploy(template(C=nested(url), Z=value("2", DependsOn="C")))
    child = children(play)["C"]
    assert statuses(play) == {"": "UPDATE_ROLLBACK_COMPLETE", "C": "UPDATE_ROLLBACK_COMPLETE"}
    assert child.resources["T"].properties == {"DisplayName": "1"}
    assert child.resources["Old"].exists
    assert not child.resources["New"].exists


def test_a_child_of_a_child_goes_back_too() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused"),)))
    inner = play.put("inner.yaml", template(T=topic("1")))
    middle = play.put("middle.yaml", template(G=nested(inner)))
    play.deploy(template(C=nested(middle), Z=value("1", DependsOn="C")))
    play.put("inner.yaml", template(T=topic("2")))
    play.put("middle.yaml", template(G=nested(inner), Extra=topic()))
    play.deploy(template(C=nested(middle), Z=value("2", DependsOn="C")))
    assert set(statuses(play).values()) == {"UPDATE_ROLLBACK_COMPLETE"}
    assert children(play)["G"].resources["T"].properties == {"DisplayName": "1"}


def test_a_child_that_had_nothing_to_do_stays_as_it_is() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused"),)))
    url = play.put("child.yaml", template(T=topic("1")))
    play.deploy(template(C=nested(url), Z=value("1", DependsOn="C")))
    before = len(play.events(children(play)["C"].id))
    play.deploy(template(C=nested(url), Z=value("2", DependsOn="C")))
    assert statuses(play) == {"": "UPDATE_ROLLBACK_COMPLETE", "C": "CREATE_COMPLETE"}
    assert len(play.events(children(play)["C"].id)) == before


def test_a_child_that_was_asked_a_moment_ago_has_nothing_to_undo() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic("1")))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", template(T=topic("2")))
    body = json.dumps(template(C=nested(url), Z=topic()))
    play("UpdateStack", StackName="demo", TemplateBody=body)
    while ("C", "UPDATE_IN_PROGRESS") not in play.events():
        play.cloud._take_step()
    play("CancelUpdateStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert not children(play)["C"].busy
    assert children(play)["C"].resources["T"].properties == {"DisplayName": "1"}


def test_a_child_that_the_update_made_goes_with_the_rest_of_what_is_new() -> None:
    play = Play(Scenario((ResourceFault("Z", reason="refused"),)))
    url = play.put("child.yaml", template(T=topic()))
    play.deploy(template(A=topic()))
    play.deploy(template(A=topic(), C=nested(url), Z=topic(after="C")))
    assert statuses(play) == {"": "UPDATE_ROLLBACK_COMPLETE", "C": "DELETE_COMPLETE"}


def test_one_child_that_fails_takes_its_sibling_back() -> None:
    play = Play(Scenario((ResourceFault("B/T", "update", "refused"),)))
    urls = [play.put(f"{name}.yaml", template(T=topic("1"), U=topic(after="T"))) for name in "ab"]
    play.deploy(template(A=nested(urls[0]), B=nested(urls[1])))
    for name in "ab":
        play.put(f"{name}.yaml", template(T=topic("2"), U=topic("2", after="T")))
    play.deploy(template(A=nested(urls[0]), B=nested(urls[1]), Z=topic()))
    assert set(statuses(play).values()) == {"UPDATE_ROLLBACK_COMPLETE"}
    assert ("A", "UPDATE_FAILED", "Resource update cancelled") in play.reasons()
    assert all(children(play)[name].resources["T"].properties == {"DisplayName": "1"} for name in "AB")


def test_skipping_a_nested_stacks_resource_leaves_the_others_going_back() -> None:
    faults = (
        ResourceFault("C/Z", "update", "refused"),
        ResourceFault("C/A", "rollback", "will not", 1),
        ResourceFault("C/B", "rollback", "will not either", 1),
    )
    play = Play(Scenario(faults))
    url = play.put("child.yaml", template(A=value("1"), B=value("1"), Z=value("1", DependsOn=["A", "B"])))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", template(A=value("2"), B=value("2"), Z=value("2", DependsOn=["A", "B"])))
    play.deploy(template(C=nested(url), N=topic()))
    child = children(play)["C"]
    assert set(statuses(play).values()) == {"UPDATE_ROLLBACK_FAILED"}
    play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=[f"{child.name}.A"])
    play.settle()
    assert set(statuses(play).values()) == {"UPDATE_ROLLBACK_COMPLETE"}
    assert child.resources["B"].properties["Value"] == "1"


def test_a_child_that_went_back_waits_in_its_cleanup_for_one_that_is_stuck() -> None:
    faults = (ResourceFault("B/Z", "update", "refused"), ResourceFault("B/A", "rollback", "will not"))
    play = Play(Scenario(faults))
    one = play.put("one.yaml", template(T=topic("1")))
    two = play.put("two.yaml", template(A=value("1"), Z=value("1", DependsOn="A")))
    root = template(A=nested(one), B=nested(two, after="A"))
    play.deploy(root)
    play.put("one.yaml", template(T=topic("2")))
    play.put("two.yaml", template(A=value("2"), Z=value("2", DependsOn="A")))
    play.deploy(root | {"Description": "changed"})
    assert statuses(play) == {
        "": "UPDATE_ROLLBACK_FAILED",
        "A": "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "B": "UPDATE_ROLLBACK_FAILED",
    }
    play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=[f"{children(play)['B'].name}.A"])
    play.settle()
    assert set(statuses(play).values()) == {"UPDATE_ROLLBACK_COMPLETE"}
