"""A signal at any moment of a command: nothing stays before the execution, after it CloudFormation goes on.

A moment is a call of one of the deployer's own functions: the handler runs there, wherever that is.
"""

from __future__ import annotations

import inspect
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import deploy as command
from deployment.commands import delete, deploy
from deployment.run.telling import Settled
from deployment.terminal.interruption import Interruptions
from tests.deployment.project import write_project
from tests.deployment.troubled import Action, Ending, Stage

_SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_OWN = str(command.PROJECT / "deployment")
_SEED = 18
_ACTIONS: dict[str, Action] = {
    "create": deploy.deploy,
    "update": deploy.deploy,
    "plan": deploy.plan,
    "delete": delete.delete,
}
_CHANGES = {"ExecuteChangeSet", "DeleteStack"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        made = Stage(write_project(tmp_path_factory.mktemp("shop")))
        with closing(made.session):
            made.play(deploy.deploy)  # makes the bucket
            yield made


class Moments:
    """Counts the calls of our own functions on this thread, and raises a signal at one of them."""

    def __init__(self, at: int | None, number: signal.Signals | None) -> None:
        self.count = 0
        self.place = ""
        self._at, self._number = at, number

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(_OWN):
            return
        if frame.f_code.co_flags & inspect.CO_GENERATOR:  # it may be taken down now; tests/test_deploy.py has that
            return
        self.count += 1
        if self.count == self._at and self._number is not None:
            self.place = f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"
            sys.setprofile(None)
            signal.raise_signal(self._number)


@contextmanager
def listening(moments: Moments) -> Iterator[Interruptions]:
    noted = Interruptions()
    before, hook = {number: signal.getsignal(number) for number in _SIGNALS}, sys.unraisablehook
    command.listen(noted)
    sys.setprofile(moments)
    try:
        yield noted
    finally:
        sys.setprofile(None)
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


class Signalled:
    """Commands on a stage, each from a stack in the state that it needs."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._standing = stage.keep()
        stage.play(delete.delete)
        self._empty = stage.keep()

    def played(self, name: str, at: int | None, number: signal.Signals | None) -> tuple[Ending, Moments]:
        stage = self._stage
        stage.put_back(self._empty if name == "create" else self._standing)
        values = ("Hours=5",) if name in ("update", "plan") else ()
        moments = Moments(at, number)
        with listening(moments):
            try:
                ended = stage.play(_ACTIONS[name], *values)
            except KeyboardInterrupt:  # before there was anything to end: deploy.py says so itself
                assert "screen" in moments.place or "streams" in moments.place
                ended = Ending(130, True, "interrupted", (), Counter(), ())
        return ended, moments

    def untrue(self, ended: Ending) -> str | None:
        """What is wrong with how a command ended that met a signal."""
        executed = any(ended.calls[name] for name in _CHANGES) and not self._only_discarded(ended)
        if ended.code not in (0, 130):
            return f"code {ended.code}"
        if self._stage.unexecuted() or self._stage.status() == "REVIEW_IN_PROGRESS":
            return "something is left"
        if ended.code == 130 and "interrupted" not in ended.said:
            return "no last word"
        goes_on = "the operation on stack shop-dev continues; look at it with:" in ended.said
        at_work = executed and not any(isinstance(told, Settled) for told in ended.told)
        if ended.code == 130 and goes_on != at_work:
            return f"at work: {at_work}, and it says that it goes on: {goes_on}"
        return None

    @staticmethod
    def _only_discarded(ended: Ending) -> bool:
        """Whether the only change was that an empty stack was taken away."""
        return not ended.calls["ExecuteChangeSet"] and "deleting stack" not in ended.said


@pytest.mark.slow
def test_a_signal_at_sixty_moments_leaves_nothing_and_the_last_words_are_right(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, signalled = random.Random(_SEED), Signalled(stage)
    lengths = {name: signalled.played(name, None, None)[1].count for name in _ACTIONS}
    wrong, codes = [], []
    for run in range(60):
        name, number = chance.choice([*_ACTIONS]), _SIGNALS[run % 3]
        at = chance.randrange(1, lengths[name])
        ended, moments = signalled.played(name, at, number)
        codes.append(ended.code)
        if untrue := signalled.untrue(ended):
            wrong.append(f"{name}, {number.name} at call {at} ({moments.place}): {untrue}\n{ended.said}")
    with capsys.disabled():
        sys.stderr.write(f"\n60 signals: {codes.count(130)} interrupted, {codes.count(0)} came too late\n")
    assert not wrong, "\n".join(wrong)
    assert codes.count(130) > 30
