"""Every action in front of a stack in every state: the exit code, the last words, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from cloudformation.statuses import StackStatus
from deployment.commands.delete import delete
from deployment.commands.deploy import deploy, plan
from deployment.commands.recover import recover
from deployment.commands.status import status
from deployment.run.outcome import Outcome
from deployment.run.run import Run
from rehearsal.scenario.faults import ResourceFault
from tests.deployment.scenes import Scene
from tests.deployment.shapes import FOLLOW_IT

pytestmark = pytest.mark.slow
ACTIONS: dict[str, Callable[[Run], Outcome]] = {
    "deploy": deploy,
    "plan": plan,
    "status": status,
    "recover": recover,
    "delete": delete,
}


def fail(path: str, on: str = "create", reason: str = "It is not wanted", times: int | None = None) -> ResourceFault:
    return ResourceFault(path, on, reason, times)


def hang(path: str, on: str) -> ResourceFault:
    return ResourceFault(path, on, hangs=True)


STATES: dict[str, Callable[[Scene], None]] = {
    "CREATE_COMPLETE": lambda scene: scene.create(),
    "ROLLBACK_COMPLETE": lambda scene: scene.create(fail("App/Group")),
    "ROLLBACK_FAILED": lambda scene: scene.create(fail("App/Group"), fail("Network/Vpc", "delete", times=1)),
    "CREATE_FAILED": lambda scene: scene.create(fail("App/Group"), keep=True),
    "UPDATE_COMPLETE": lambda scene: scene.update(),
    "UPDATE_ROLLBACK_COMPLETE": lambda scene: scene.update(fail("App/Role", "update")),
    "UPDATE_ROLLBACK_FAILED": lambda scene: scene.update(
        # its own stack tries to roll it back, and the root once more
        fail("App/Role", "update", times=1),
        fail("App/Role", "rollback", times=2),
    ),
    "UPDATE_FAILED": lambda scene: scene.update(fail("App/Role", "update", times=1), keep=True),
    "DELETE_FAILED": lambda scene: scene.delete(fail("Network/Vpc", "delete", times=1)),
    "REVIEW_IN_PROGRESS": lambda scene: scene.review(),
    "CREATE_IN_PROGRESS": lambda scene: scene.create(hang("App/Role", "create"), detach=True),
    "ROLLBACK_IN_PROGRESS": lambda scene: scene.create(fail("App/Group"), hang("Network/Vpc", "delete"), detach=True),
    "UPDATE_IN_PROGRESS": lambda scene: scene.update(hang("App/Role", "update"), detach=True),
    "UPDATE_ROLLBACK_IN_PROGRESS": lambda scene: scene.update(
        fail("App/Role", "update"), hang("App/Role", "rollback"), detach=True
    ),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": lambda scene: scene.replace_network(hang("Network/Vpc", "delete")),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": lambda scene: scene.replace_network(
        fail("App/Role", "update"), hang("Network/Vpc", "delete")
    ),
    "DELETE_IN_PROGRESS": lambda scene: scene.delete(hang("Network/Vpc", "delete")),
    "IMPORT_COMPLETE": lambda scene: scene.import_into(),
    "IMPORT_ROLLBACK_COMPLETE": lambda scene: scene.import_into(fail("Found")),
    "IMPORT_IN_PROGRESS": lambda scene: scene.say("IMPORT_IN_PROGRESS"),
    "IMPORT_ROLLBACK_IN_PROGRESS": lambda scene: scene.say("IMPORT_ROLLBACK_IN_PROGRESS"),
    "IMPORT_ROLLBACK_FAILED": lambda scene: scene.say("IMPORT_ROLLBACK_FAILED"),
}
# What each action ends with, as deploy, plan, status, recover and delete, with --yes and nobody at the terminal: a
# deletion is guarded wherever the network stands.
CODES = {
    "CREATE_COMPLETE": (0, 0, 0, 0, 3),
    "ROLLBACK_COMPLETE": (5, 5, 0, 0, 0),
    "ROLLBACK_FAILED": (5, 5, 0, 3, 3),
    "CREATE_FAILED": (5, 5, 0, 3, 3),
    "UPDATE_COMPLETE": (0, 0, 0, 0, 3),
    "UPDATE_ROLLBACK_COMPLETE": (0, 0, 0, 0, 3),
    "UPDATE_ROLLBACK_FAILED": (5, 5, 0, 0, 3),
    "UPDATE_FAILED": (5, 5, 0, 0, 3),
    "DELETE_FAILED": (5, 5, 0, 3, 3),
    "REVIEW_IN_PROGRESS": (0, 0, 0, 3, 3),
    "CREATE_IN_PROGRESS": (5, 5, 0, 5, 5),
    "ROLLBACK_IN_PROGRESS": (5, 5, 0, 5, 5),
    "UPDATE_IN_PROGRESS": (5, 5, 0, 5, 5),
    "UPDATE_ROLLBACK_IN_PROGRESS": (5, 5, 0, 5, 5),
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": (5, 5, 0, 5, 5),
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": (5, 5, 0, 5, 5),
    "DELETE_IN_PROGRESS": (5, 5, 0, 5, None),  # a delete follows the one that is at work
    "IMPORT_COMPLETE": (3, 0, 0, 0, 3),  # what was imported is in no rendered template: its removal is guarded
    "IMPORT_ROLLBACK_COMPLETE": (0, 0, 0, 0, 3),
    "IMPORT_IN_PROGRESS": (5, 5, 0, 5, 5),
    "IMPORT_ROLLBACK_IN_PROGRESS": (5, 5, 0, 5, 5),
    "IMPORT_ROLLBACK_FAILED": (5, 5, 0, 5, 3),
}
AFTER_RECOVER = {
    "ROLLBACK_COMPLETE": None,
    "UPDATE_ROLLBACK_FAILED": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_FAILED": "UPDATE_ROLLBACK_COMPLETE",
}


def _scenes() -> Iterator[tuple[str, dict[str, int]]]:
    """Each state with the actions that are played on one stack in it, and their codes.

    What leaves a stack as it is, as is asserted of it each time, needs no new one for what comes after it.
    """
    for state, codes in CODES.items():
        actions = {action: code for action, code in zip(ACTIONS, codes, strict=True) if code is not None}
        harmless = {action: code for action, code in actions.items() if action == "status" or code in (3, 5)}
        alone = [{action: code} for action, code in actions.items() if action not in harmless]
        first, *others = alone or [{}]
        yield state, harmless | first
        yield from ((state, other) for other in others)


SCENES = [pytest.param(state, actions, id=f"{', '.join(actions)} in front of {state}") for state, actions in _scenes()]


def test_every_status_that_a_stack_can_be_in_has_its_scenes() -> None:
    played = [(state, action) for state, actions in _scenes() for action in actions]
    assert len(played) == len({*played}) == len(CODES) * len(ACTIONS) - 1
    assert {*STATES, "DELETE_COMPLETE"} == {*CODES, "DELETE_COMPLETE"} == {each.value for each in StackStatus}


@pytest.mark.parametrize(("state", "actions"), SCENES)
def test_an_action_in_front_of_a_state(scene: Scene, state: str, actions: dict[str, int]) -> None:
    """It does its work (0), leaves it to a person (3) or names the next step (5)."""
    STATES[state](scene)
    for action, code in actions.items():
        assert scene.status() == state, action
        is_as_it_should(scene, state, action, code)


def is_as_it_should(scene: Scene, state: str, action: str, code: int) -> None:
    ended = scene.act(ACTIONS[action])
    assert ended.code == code, f"{action}: {ended.words}"
    kept = ["theirs"] if state == "REVIEW_IN_PROGRESS" and action in ("plan", "status", "recover", "delete") else []
    assert scene.left_behind() == kept, action
    if code in (3, 5):
        assert scene.status() == state, action
    if action == "delete" and code == 0:
        assert scene.status() is None
    if action == "recover" and code == 0:
        assert scene.status() == AFTER_RECOVER.get(state, state)
    if code == 5:
        assert ended.words.rstrip().endswith(f"next: {next_step(state)}"), action
    if code == 3:
        assert "--yes is not enough" in ended.words, action
        assert f"to approve: --allow {'Found' if action == 'deploy' else scene.stack}\n" in ended.words, action


def next_step(state: str) -> str:
    if state == "IMPORT_ROLLBACK_FAILED":
        return "there is no recovery for this state: see its events: python deploy.py status --env dev"
    if not state.endswith("_IN_PROGRESS"):
        return "python deploy.py recover --env dev"
    return FOLLOW_IT


@pytest.mark.parametrize("before", ["nothing", "a stack that was deleted"])
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_in_front_of_nothing(scene: Scene, action: str, before: str) -> None:
    if before != "nothing":
        scene.delete()
        assert scene.status() is None
    ended = scene.act(ACTIONS[action])
    assert ended.code == 0
    assert (scene.status() is not None) == (action == "deploy")
    assert scene.left_behind() == []


DENIED = (
    "User: arn:aws:iam::1:user/me is not authorized to perform: iam:CreateRole on resource: role x because no policy"
)
VPCS = "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400)"
FAILURES = [
    # when, where, why -> the state afterwards, what is read
    ("create", "Network/Vpc", VPCS, "ROLLBACK_COMPLETE", "limit reached: VPCs"),
    ("create", "App/Role", DENIED, "ROLLBACK_COMPLETE", "denied: iam:CreateRole"),
    ("create", "App/Group", "x already exists", "ROLLBACK_COMPLETE", "choose another name"),
    ("create", "Network", "The template is not wanted", "ROLLBACK_COMPLETE", "Network CREATE_FAILED"),
    ("update", "App/Role", DENIED, "UPDATE_ROLLBACK_COMPLETE", "allow iam:CreateRole"),
    ("update", "App", "The template is not wanted", "UPDATE_ROLLBACK_COMPLETE", "App UPDATE_FAILED"),
]


@pytest.mark.parametrize(
    ("on", "path", "reason", "state", "words"),
    FAILURES,
    ids=[f"{on} of {path}: {why[:40]}" for on, path, why, *_ in FAILURES],
)
def test_a_failure_in_a_layer_names_its_leaf_and_the_remedy(
    scene: Scene, on: str, path: str, reason: str, state: str, words: str
) -> None:
    if on == "update":
        scene.create()
    scene.stage.faults(fail(path, on, reason))
    ended = scene.act(deploy, *(("Hours=7",) if on == "update" else ()))
    assert (ended.code, scene.status()) == (1, state)
    last = ended.words[ended.words.index("error: ") :]
    assert f"{path} {on.upper()}_FAILED: " in last
    assert words in last
    assert "Embedded stack" not in last
    assert "cancelled" not in last
    assert scene.left_behind() == []


LEAVES = ["Network/Vpc", "App/Group", "App/Role"]
# Deploying (or deleting) with these faults, over nothing or over a stack whose every resource changes.
DOWNFALLS = (
    [("create", leaf, [fail(leaf)], "ROLLBACK_COMPLETE", "CREATE_FAILED") for leaf in LEAVES]
    + [("update", leaf, [fail(leaf, "update")], "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED") for leaf in LEAVES]
    + [
        # what had been made would not go, after the role failed
        ("create", leaf, [fail("App/Role", reason="No role"), fail(leaf, "delete")], "ROLLBACK_FAILED", "DELETE_FAILED")
        for leaf in LEAVES[:2]
    ]
    + [
        # what had been changed would not go back, after the role failed
        (
            "update",
            leaf,
            [fail("App/Role", "update", "No role"), fail(leaf, "rollback")],
            "UPDATE_ROLLBACK_FAILED",
            "UPDATE_FAILED",
        )
        for leaf in LEAVES[:2]
    ]
    + [("delete", leaf, [fail(leaf, "delete")], "DELETE_FAILED", "DELETE_FAILED") for leaf in LEAVES]
)


@pytest.mark.parametrize(
    ("on", "leaf", "faults", "state", "told"),
    [pytest.param(*row, id=f"{row[0]} that ends in {row[3]} for {row[1]}") for row in DOWNFALLS],
)
def test_a_failure_in_any_layer_leaves_a_state_that_is_told_with_its_cause_and_the_way_on(
    scene: Scene, on: str, leaf: str, faults: list[ResourceFault], state: str, told: str
) -> None:
    if on != "create":
        scene.create()
        scene.edit()
    scene.stage.faults(*faults)
    ended = scene.act(delete, allowed=(scene.stack,)) if on == "delete" else scene.act(deploy)
    assert (ended.code, scene.status()) == (1, state)
    last = ended.words[ended.words.index("error: ") :]
    assert f"is in {state}" in last
    assert f"{faults[0].path} {on.upper()}_FAILED: {faults[0].reason}" in last
    assert (f"did not go back: {leaf} {told}: It is not wanted" in last) == (len(faults) > 1)
    assert "Embedded stack" not in last
    assert scene.left_behind() == []
    way = "fix the cause, then: python deploy.py" if state == "UPDATE_ROLLBACK_COMPLETE" else "python deploy.py recover"
    assert last.rstrip().endswith(f"next: {way} --env dev")


def test_a_rollback_that_gets_stuck_tells_how_to_go_on_and_is_led_out(scene: Scene) -> None:
    scene.create()
    scene.stage.faults(fail("App/Role", "update"), fail("App/Role", "rollback"))
    ended = scene.act(deploy, "Hours=7")
    assert (ended.code, scene.status()) == (1, "UPDATE_ROLLBACK_FAILED")
    assert ended.words.rstrip().endswith("next: python deploy.py recover --env dev")
    again = scene.act(recover)
    assert again.code == 1
    assert "stuck: App/Role  AWS::IAM::Role  It is not wanted" in again.words
    assert "to skip it: python deploy.py recover --skip App/Role --env dev" in again.words
    assert scene.act(recover, skip=("App/Group",)).code == 2
    skipped = scene.act(recover, skip=("App/Role",))
    assert (skipped.code, scene.status()) == (0, "UPDATE_ROLLBACK_COMPLETE")
    assert "continued the rollback without App/Role" in skipped.words
    assert scene.left_behind() == []


def person(run: Run) -> Run:
    """Somebody who says yes to everything that is asked."""
    return replace(run, approve=lambda _: True)


def test_a_deletion_that_gets_stuck_in_a_layer_leaves_behind_what_is_named(scene: Scene) -> None:
    scene.create()
    scene.stage.faults(fail("Network/Vpc", "delete", "The vpc has dependencies"))
    ended = scene.act(delete, allowed=(scene.stack,))
    assert (ended.code, scene.status()) == (1, "DELETE_FAILED")
    assert "Network/Vpc DELETE_FAILED: The vpc has dependencies" in ended.words
    again = scene.act(lambda run: recover(person(run)))
    assert again.code == 1
    assert "to skip it: python deploy.py recover --retain Network/Vpc --env dev" in again.words
    assert scene.act(lambda run: recover(person(run)), retain=("App/Role",)).code == 2
    assert scene.act(lambda run: recover(person(run)), retain=("Network/Vpc",)).code == 0
    assert scene.status() is None


@pytest.mark.parametrize("action", ["recover", "delete"])
@pytest.mark.parametrize("state", ["ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"])
def test_what_yes_is_not_enough_for_the_stack_s_name_allows_where_nobody_is_there(
    scene: Scene, state: str, action: str
) -> None:
    STATES[state](scene)
    ended = scene.act(ACTIONS[action], allowed=(scene.stack,))
    assert (ended.code, scene.status()) == (0, None), ended.words
    assert scene.left_behind() == []


def test_what_a_recovery_deletes_is_shown_with_what_is_lost(scene: Scene) -> None:
    STATES["CREATE_FAILED"](scene)
    ended = scene.act(recover)
    assert ended.code == 3
    assert "- Vpc  AWS::EC2::VPC" in ended.words
    assert "! guarded: is public-facing: it is deleted, with the network and everything in it" in ended.words
    assert scene.act(recover, allowed=("Network/Vpc",)).code == 2


@pytest.mark.parametrize("state", ["ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "REVIEW_IN_PROGRESS"])
def test_what_yes_is_not_enough_for_a_person_may_approve(scene: Scene, state: str) -> None:
    STATES[state](scene)
    assert scene.act(lambda run: recover(person(run))).code == 0
    assert scene.status() is None
    assert scene.left_behind() == []


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"])
def test_a_stack_that_was_recovered_is_deployed_again(scene: Scene, state: str) -> None:
    STATES[state](scene)
    assert scene.act(recover).code == 0
    scene.stage.faults()
    assert scene.act(deploy, "Hours=5").code == 0
    assert scene.left_behind() == []


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"])
def test_without_anybody_to_ask_nothing_is_recovered(scene: Scene, state: str) -> None:
    STATES[state](scene)
    assert scene.act(recover, yes=False).code == 3
    assert scene.status() == state


def test_what_is_at_work_is_waited_for(scene: Scene) -> None:
    scene.stage.faults()
    scene.create(ResourceFault("App/Role", "create", hangs=True, minutes=5), detach=True)
    ended = scene.act(recover, wait=True)
    assert (ended.code, scene.status()) == (0, None)


def test_leftover_change_sets_are_counted_and_deleted_once_somebody_agrees(scene: Scene) -> None:
    scene.create()
    given = {"StackName": scene.stack, "TemplateBody": "Resources: {T: {Type: AWS::SNS::Topic}}"}
    for name in ("one", "two"):
        scene.cloudformation.create_change_set(ChangeSetName=name, **given)
    scene.stage.cloud.run_until_idle()
    assert scene.left_behind() == ["one", "two"]
    ended = scene.act(recover)
    assert ended.code == 3
    assert "left behind: change set one, CREATE_COMPLETE, AVAILABLE" in ended.words
    assert scene.act(lambda run: recover(person(run))).code == 0
    assert scene.left_behind() == []
