"""One promise over all of it: whatever fails wherever, every operation comes to an end and leaves no loose child."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ACTIONS, ResourceFault, Scenario
from rehearsal.state.stacks import State
from tests.examples import examples
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, nested, template, topic, value

PATHS = ("A", "B", "C", "D", "C/T", "C/U", "C/G", "C/G/T", "D/T", "D/U")
FAULTS = st.builds(
    ResourceFault,
    path=st.sampled_from(PATHS),
    on=st.sampled_from(ACTIONS),
    reason=st.just("refused"),
    times=st.sampled_from((None, 1, 2)),
)
OPERATIONS = st.lists(
    st.sampled_from(("update", "replace", "drop", "keep", "continue", "force", "back", "cancel", "delete")), max_size=5
)


def tree(play: Play, number: int, name: str) -> dict[str, Any]:
    """A root with two children, one of them with a child of its own; every number changes everything."""
    inner = play.put("inner.yaml", template(T=topic(str(number))))
    first = template({"Out": attribute("T", "TopicName")}, T=topic(name=name), U=topic(str(number)), G=nested(inner))
    second = template(T=topic(str(number)), U=topic(str(number), after="T"))
    return template(
        A=topic(str(number)),
        B=value({"Fn::Join": ["-", [attribute("C", "Outputs.Out"), str(number)]]}),
        C=nested(play.put("first.yaml", first), after="A"),
        D=nested(play.put("second.yaml", second)),
    )


def perform(play: Play, arn: str, operation: str, number: int) -> None:
    document = tree(play, number, f"name-{number}" if operation == "replace" else "name")
    if operation == "drop":
        del document["Resources"]["D"]
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "keep": ("UpdateStack", {"TemplateBody": json.dumps(document), "DisableRollback": True}),
        "continue": ("ContinueUpdateRollback", {}),
        "force": ("ContinueUpdateRollback", {"ForceRollback": True}),
        "back": ("RollbackStack", {}),
        "delete": ("DeleteStack", {}),
    }
    called, request = calls.get(operation, ("UpdateStack", {"TemplateBody": json.dumps(document)}))
    play(called, StackName=arn, **request)
    if operation == "cancel":
        for _ in range(number % 7 + 1):
            play.cloud._take_step()
        play("CancelUpdateStack", StackName=arn)


def loose(state: State, arn: str) -> list[str]:
    """Stacks that are still at work, and living children of a root that is gone or well though they are not.

    Below a root whose rollback is stuck, those that got through stick in their cleanup, as on AWS.
    """
    root = state.stacks[arn].status
    well = root in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    return [
        f"{stack.name} {stack.status}"
        for stack in state.stacks.values()
        if not (root == "UPDATE_ROLLBACK_FAILED" and stack.operation and stack.operation.holding)
        if stack.busy
        or stack.status.endswith("IN_PROGRESS")
        or (root == "DELETE_COMPLETE" and not stack.gone)
        or (well and stack.status in ("UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "CREATE_FAILED"))
    ]


@settings(deadline=None, max_examples=examples(60))
@given(faults=st.lists(FAULTS, max_size=3), operations=OPERATIONS, failure=st.sampled_from(("ROLLBACK", "DO_NOTHING")))
def test_every_operation_ends(faults: list[ResourceFault], operations: list[str], failure: str) -> None:
    play = Play(Scenario(tuple(faults)))
    body = json.dumps(tree(play, 0, "name"))
    arn = play("CreateStack", StackName="demo", TemplateBody=body, OnFailure=failure)["StackId"]
    play.settle()
    assert loose(play.cloud.world.state, arn) == []
    for number, operation in enumerate(operations, 1):
        with contextlib.suppress(CloudFormationError):  # not from this status; what else it had begun goes on
            perform(play, arn, operation, number)
        play.settle()
        assert loose(play.cloud.world.state, arn) == []


@settings(deadline=None, max_examples=examples(30))
@given(
    faults=st.lists(
        FAULTS | st.builds(ResourceFault, st.sampled_from(PATHS), st.sampled_from(ACTIONS), hangs=st.just(True)),
        min_size=1,
        max_size=3,
    ),
    operations=OPERATIONS,
)
@example([ResourceFault("C/T", "delete", hangs=True)], ["replace"])
def test_time_comes_to_rest_where_something_hangs_for_good(faults: list[ResourceFault], operations: list[str]) -> None:
    play = Play(Scenario(tuple(faults)))
    arn = play("CreateStack", StackName="demo", TemplateBody=json.dumps(tree(play, 0, "name")))["StackId"]
    rest(play)
    for number, operation in enumerate(operations, 1):
        with contextlib.suppress(CloudFormationError):
            perform(play, arn, operation, number)
        rest(play)


def rest(play: Play) -> None:
    """Nobody looks again and again at what does not move: a tree of ten resources takes few steps."""
    for _ in range(2000):
        if play.cloud.world.agenda.next() is None:
            return
        play.cloud._take_step()
    raise AssertionError(f"still at work: {play.cloud.world.agenda.next()}")
