"""A process that ends at any moment: the state of that moment, loaded again, comes to the same end."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rehearsal.clock import Clock
from rehearsal.cloud import Cloud
from rehearsal.faults import ResourceFault, Scenario
from rehearsal.resumption import resume
from rehearsal.stacks import State
from rehearsal.store import Store
from rehearsal.world import World
from tests.rehearsal.play import Play
from tests.rehearsal.samples import attribute, nested, template, topic, value

Ending = dict[str, tuple[str, list[tuple[str, str]], dict[str, str]]]


def ending(state: State) -> Ending:
    """What a state comes down to: status, resources and outputs of every stack."""
    return {
        stack.parent_logical_id or stack.name: (
            stack.status,
            sorted((entry.logical_id, entry.status) for entry in stack.resources.values()),
            {key: output.value.rsplit("-", 1)[0] for key, output in stack.outputs.items()},
        )
        for stack in state.stacks.values()
    }


def moments(play: Play) -> Iterator[State]:
    """The state after each step of what is under way."""
    while play.cloud.world.agenda.next() is not None:
        yield copy.deepcopy(play.cloud.world.state)
        play.cloud._take_step()


def resumed(play: Play, state: State, store: Store, scenario: Scenario) -> State:
    """That state saved, loaded by another process and played to its end."""
    store.save(state)
    loaded = store.load(state.account)
    before = play.cloud.world
    world = World(
        state=loaded,
        clock=Clock(before.clock._real, before.clock.offset),
        fetch=before.fetch,
        parameter=before.parameter,
        scenario=scenario,
    )
    resume(world)
    Cloud(world, None).run_until_idle()
    return loaded


def root(play: Play, text: str, name: str) -> dict[str, Any]:
    url = play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic(text), U=topic(after="T")))
    return template(
        {"O": "1"}, C=nested(url), A=topic(name=name), B=value(attribute("C", "Outputs.Out"), DependsOn="A")
    )


def create(play: Play) -> None:
    play("ExecuteChangeSet", ChangeSetName=play.change_set(root(play, "one", "a"), IncludeNestedStacks=True))


def update(play: Play) -> None:
    play.deploy(root(play, "one", "a"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(root(play, "two", "b")))


def delete(play: Play) -> None:
    play.deploy(root(play, "one", "a"))
    play("DeleteStack", StackName="demo")


def review(play: Play) -> None:
    body = json.dumps(root(play, "one", "a"))
    play(
        "CreateChangeSet",
        StackName="demo",
        ChangeSetName="review",
        ChangeSetType="CREATE",
        TemplateBody=body,
        IncludeNestedStacks=True,
    )


def forget_review(play: Play) -> None:
    play("DeleteChangeSet", ChangeSetName=play.change_set(root(play, "one", "a"), IncludeNestedStacks=True))


@pytest.mark.parametrize(
    ("begin", "faults"),
    [
        (create, ()),
        (create, (ResourceFault("B", reason="refused"),)),
        (create, (ResourceFault("C/U", reason="refused"),)),
        (update, ()),
        (update, (ResourceFault("B", "update", "refused"),)),
        (update, (ResourceFault("C/T", "update", "refused"),)),
        (update, (ResourceFault("B", "update", "refused"), ResourceFault("C/T", "rollback", "stuck"))),
        (delete, ()),
        (delete, (ResourceFault("C/T", "delete", "refused"),)),
        (review, ()),
        (forget_review, ()),
    ],
)
def test_whatever_the_moment_of_the_end_the_next_process_comes_to_the_same_end(
    begin: Callable[[Play], None], faults: tuple[ResourceFault, ...], tmp_path: Path
) -> None:
    scenario = Scenario(faults)
    play = Play(Scenario(faults))
    begin(play)
    states = list(moments(play))
    wanted = ending(play.cloud.world.state)
    assert len(states) > 1
    with closing(Store(tmp_path)) as store:
        for state in states:
            assert ending(resumed(play, state, store, scenario)) == wanted
