"""What was answered is on disk: after every call and every step the log holds what the memory holds."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import Drift, ResourceFault, Scenario
from rehearsal.state.change_log import ChangeLog
from rehearsal.state.stacks import State
from tests.rehearsal.control import test_internal_errors as everything
from tests.rehearsal.control import test_steps as steps
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic


class Kept(Play):
    """A play whose every call is kept as that of a started cloud, and compared with what is on disk."""

    def at(self, account: str, region: str, operation: str, **parameters: Any) -> dict[str, Any]:
        try:
            return super().at(account, region, operation, **parameters)
        finally:
            compare(self)

    def settle(self) -> None:
        while self.cloud.world.agenda.next() is not None:
            self.cloud._take_step()
            self.cloud._keeper.keep_call(self.cloud.world)
            compare(self)


def compare(play: Play) -> None:
    """What another process would load is what this one knows."""
    store = play.cloud._keeper.store
    assert store is not None
    counted = store._events
    loaded = store.load(ACCOUNT)
    store._events = counted
    assert inhabited(loaded) == inhabited(play.cloud.world.state)


def inhabited(state: State) -> State:
    """Accounts that somebody has only named are not kept."""
    return replace(state, accounts={key: own for key, own in state.accounts.items() if own.stacks or own.stack_sets})


@contextmanager
def kept_play(folder: Path, scenario: Scenario | None = None) -> Iterator[Kept]:
    play = Kept(scenario, folder)
    play.cloud._keeper.dirty = True
    assert play.cloud._keeper.save(play.cloud.world)
    # As if time passed by itself: a call is then appended to the log.
    play.cloud._thread.is_alive = lambda: True  # type: ignore[method-assign]
    yield play
    del play.cloud._thread.is_alive
    play.cloud._keeper.dirty = False
    play.cloud.close()


BEGINNINGS: tuple[Callable[[Play], None], ...] = (
    *everything.EVERYTHING,
    steps.continue_rollback,
    steps.roll_back_what_was_kept,
    steps.cancel,
    steps.create_in_time,
)


@pytest.mark.parametrize("begin", BEGINNINGS)
@pytest.mark.parametrize("struck", [None, "C/T", pytest.param("A", marks=pytest.mark.slow)])
def test_after_every_step_the_disk_holds_what_the_memory_holds(
    tmp_path: Path, begin: Callable[[Play], None], struck: str | None
) -> None:
    faults = tuple(ResourceFault(struck, action, "no") for action in ("update", "rollback", "delete") if struck)
    with kept_play(tmp_path, Scenario(faults, drift=(Drift("A", "TopicName", "by hand"),))) as play:
        with suppress(CloudFormationError):  # what has not failed has nothing to go on with
            begin(play)
        play.settle()
        for operation in ("ContinueUpdateRollback", "DetectStackDrift", "DeleteStack"):
            with suppress(CloudFormationError):
                play(operation, StackName="demo")
            play.settle()


def test_what_calls_change_at_once_is_on_disk_too(tmp_path: Path) -> None:
    with kept_play(tmp_path) as play:
        play.deploy(everything.tree(play, "one"))
        play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
        allow = '{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}'
        play("SetStackPolicy", StackName="demo", StackPolicyBody=allow)
        play.change_set(everything.tree(play, "two"), name="kept", IncludeNestedStacks=True)
        arn = play.change_set(everything.tree(play, "three"), name="other", IncludeNestedStacks=True)
        play("DetectStackResourceDrift", StackName="demo", LogicalResourceId="A")
        play("ExecuteChangeSet", ChangeSetName=arn)
        play.settle()
        body = json.dumps(template(A=topic("x")))
        play("CreateStackSet", StackSetName="fleet", TemplateBody=body)
        play("CreateStackInstances", StackSetName="fleet", Accounts=["210987654321"], Regions=["eu-west-1"])
        play.settle()
        play("DetectStackSetDrift", StackSetName="fleet")
        play.settle()
        play("UpdateStackSet", StackSetName="fleet", TemplateBody=body, Description="another")
        play.settle()
        where = {"Accounts": ["210987654321"], "Regions": ["eu-west-1"], "RetainStacks": False}
        play("DeleteStackInstances", StackSetName="fleet", **where)
        play.settle()
        play("DeleteStackSet", StackSetName="fleet")
        play.at("210987654321", REGION, "CreateStack", StackName="there", TemplateBody=body)
        play.settle()


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def opened(folder: Path, said: list[str] | None = None) -> Cloud:
    cloud = open_cloud(folder, ACCOUNT, Play().services, seed=1)
    if said is not None:
        cloud._keeper._report = said.append
    return cloud


def create(cloud: Cloud, name: str) -> str:
    body = json.dumps(template(A=topic()))
    asked = {"StackName": name, "TemplateBody": body}
    return str(cloud.handle(Call("CreateStack", asked, REGION, ACCOUNT, "request"))["StackId"])


def names(cloud: Cloud) -> set[str]:
    rows = cloud.handle(Call("DescribeStacks", {}, REGION, ACCOUNT, "request"))["Stacks"]
    return {row["StackName"] for row in rows}


@pytest.mark.parametrize("started", [True, False])
def test_a_full_disk_fails_the_call_keeps_what_stands_and_goes_on_when_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: bool
) -> None:
    said: list[str] = []
    cloud = opened(tmp_path, said)
    if started:
        cloud.start()
    create(cloud, "before")
    with monkeypatch.context() as disk:
        disk.setattr("os.write", full)
        disk.setattr("os.fsync", full)
        for _ in range(2):
            with pytest.raises(CloudFormationError, match="cannot save its state: No space left") as refused:
                create(cloud, "lost")
            assert (refused.value.code, refused.value.status) == ("InternalFailure", 500)
            assert names(cloud) == {"before"}
    assert not started or "No space left on device" in "".join(said)
    create(cloud, "after")
    cloud.close()
    again = opened(tmp_path)
    assert names(again) == {"before", "after"}
    assert {stack.status for stack in again.world.state.stacks.values()} == {"CREATE_COMPLETE"}
    again.close()


def test_half_a_line_is_taken_away_when_the_disk_is_full_and_dropped_when_the_process_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ChangeLog(tmp_path / "log")
    log.resume(0)
    log.append({"number": 1})
    write = os.write

    def half(descriptor: int, data: memoryview) -> int:
        if len(data) < 8:
            full()
        return write(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as disk:
        disk.setattr("os.write", half)
        with pytest.raises(OSError, match="No space"):
            log.append({"number": 2})
    log.append({"number": 3})
    log.close()
    assert [entry["number"] for entry in ChangeLog(log.path).read(0)] == [1, 3]
    with log.path.open("ab") as torn:
        torn.write(b'{"number": 4')
    again = ChangeLog(log.path)
    assert [entry["number"] for entry in again.read(0)] == [1, 3]
    again.resume(0)
    again.append({"number": 5})
    again.close()
    assert [entry["number"] for entry in again.read(0)] == [1, 3, 5]
    assert list(again.read(1)) == []
