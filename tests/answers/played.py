"""One command at which one operation answers strangely, and what is untrue of how it ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from deployment.commands import delete, deploy, recover
from rehearsal.scenario.faults import ResourceFault
from tests.answers.further import Further
from tests.answers.kinds import Kind, kinds
from tests.deployment.local_cloud import Answer
from tests.deployment.troubled import Action, Ending, Stage

COMMANDS: dict[str, Action] = {
    "create": deploy.deploy,
    "update": deploy.deploy,
    "plan": deploy.plan,
    "recover": recover.recover,
    "delete": delete.delete,
}
_CARRIED_OUT = {
    "create": "CREATE_COMPLETE",
    "update": "UPDATE_COMPLETE",
    "recover": "UPDATE_ROLLBACK_COMPLETE",
    "delete": None,
}
_BEFORE = {"create": None, "recover": "UPDATE_ROLLBACK_FAILED"}
_STUCK = (
    ResourceFault("App/Role", on="update", reason="no"),
    ResourceFault("App/Role", on="rollback", reason="no"),
)
_LONGEST = 2 * 3600.0
"""Simulated seconds after which an end is none."""


class EndlessError(Exception):
    """More simulated time has passed than anything here may take."""


@dataclass(frozen=True)
class Case:
    """A command, the operation that answers strangely, how, and when: the first time, the last, or always."""

    command: str
    operation: str
    kind: Kind
    when: str

    def __str__(self) -> str:
        return f"{self.command}: {self.operation} {self.kind.name} ({self.when})"


@dataclass
class Played:
    """Cases on one stage, each from a clean start; what an honest run answered and reported is known."""

    stage: Stage
    further: Further
    honest: dict[str, Ending] = field(default_factory=dict)
    _begun: dict[str, tuple[bytes, tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def commands(self) -> dict[str, Action]:
        return COMMANDS | self.further.actions

    def cases(self) -> Iterator[Case]:
        """Every case: each command is first played honestly."""
        self.stage.play(deploy.deploy)  # makes the bucket
        for command in self.commands:
            answered = self._answered(command)
            for operation, answers in answered.items():
                times = ("first", "last", "always") if len(answers) > 1 else ("first", "always")
                for kind in kinds(operation, answers):
                    yield from (Case(command, operation, kind, when) for when in times)

    def _answered(self, command: str) -> dict[str, list[Answer]]:
        """Plays a command honestly, and keeps what every operation answered."""
        answered: dict[str, list[Answer]] = defaultdict(list)

        def seen(operation: str, answer: Answer) -> None:
            answered[operation].append(answer)

        with self._started(command) as arguments, self._altered(seen):
            self.honest[command] = self.stage.play(self.commands[command], *arguments)
            self.further.note(command)
        assert self.honest[command].code == 0, self.honest[command].said
        return answered

    def untrue(self, case: Case) -> str | None:
        """What is wrong with how a case ended; None where nothing is."""
        count = self.honest[case.command].calls[case.operation]
        number = 0

        def altered(operation: str, answer: Answer) -> Answer | None:
            nonlocal number
            if operation != case.operation:
                return None
            number += 1
            strikes = {"first": number == 1, "last": number == count, "always": True}[case.when]
            return case.kind.alter(answer) if strikes else None

        with self._started(case.command) as arguments:
            before = self.stage.status()
            begun = self.stage.time.now
            with self._altered(altered), self._bounded(begun):
                ended = self.stage.play(self.commands[case.command], *arguments)
            after = self.stage.status()
            return self._judged(case, ended, before, after)

    def _judged(self, case: Case, ended: Ending, before: str | None, after: str | None) -> str | None:
        if not ended.foreseen or "Traceback" in ended.said:
            return "ends in what nobody foresaw"
        if case.command in self.further.actions:
            told = case.when == "always" and "left behind" in ended.said
            return self.further.untrue(case.command, ended, [] if told else self.stage.unexecuted())
        executed = any(ended.calls[name] for name in ("ExecuteChangeSet", "DeleteStack", "ContinueUpdateRollback"))
        carried_out = case.command in _CARRIED_OUT and after == _CARRIED_OUT[case.command] and executed
        if case.command in _CARRIED_OUT and ended.code == 0 and not carried_out:
            return f"success is claimed, and the stack is {after}"
        if carried_out and ended.code not in (0, 6):
            return f"code {ended.code} is reported for what was executed"
        if ended.code == 6 and not executed:
            return "is shown as executed, and nothing was"
        if case.command == "plan" and after != before:
            return "a plan changed something"
        if ended.code not in (0, 1, 3, 5, 6):
            return f"code {ended.code}"
        missing = self.honest[case.command].reviewed - ended.reviewed
        if ended.code == 0 and missing and "not named" not in ended.said:
            return f"the review is silent on {', '.join(sorted(missing))}"
        # Where the reviewed set itself is executed, and says so, those of unchanged layers stay.
        left = [] if "executing the reviewed change set itself" in ended.said else self.stage.unexecuted()
        review = after == "REVIEW_IN_PROGRESS"
        if (left or review) and not (case.when == "always" and "left behind" in ended.said):
            return f"leaves {left or 'an empty stack'}"
        return None

    @contextmanager
    def _started(self, command: str) -> Iterator[tuple[str, ...]]:
        """The stack as the command wants to find it, made once and then put back."""
        if command not in self._begun:
            arguments = self._made_ready(command)
            self._begun[command] = self.stage.keep(), arguments
        kept, arguments = self._begun[command]
        self.stage.put_back(kept)
        if command in self.further.actions:
            with self.further.started(command):
                yield arguments
        else:
            yield arguments

    def _made_ready(self, command: str) -> tuple[str, ...]:
        """Brings the stack there; what the command is given."""
        if command in self.further.actions:
            return self.further.made_ready(command)
        if command == "create":
            self.stage.play(delete.delete)
        elif self.stage.status() not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            assert self.stage.play(deploy.deploy).code == 0
        if command not in ("update", "plan", "recover"):
            return ()
        arguments = (f"Hours={6 if self._hours() == '5' else 5}",)
        if command != "recover":
            return arguments
        self.stage.cloud.resource_faults = _STUCK
        self.stage.play(deploy.deploy, *arguments)
        self.stage.cloud.resource_faults = ()
        assert self.stage.status() == "UPDATE_ROLLBACK_FAILED"
        return ()

    def _hours(self) -> str:
        [body, *_] = self.stage.session.cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
        return next(str(row["ParameterValue"]) for row in body["Parameters"] if row["ParameterKey"] == "Hours")

    @contextmanager
    def _altered(self, alter: Callable[[str, Answer], Answer | None]) -> Iterator[None]:
        def arrived(operation: str, answer: Answer) -> Answer:
            return alter(operation, answer) or answer

        self.stage.cloud.altered = arrived
        try:
            yield
        finally:
            self.stage.cloud.altered = lambda _, answer: answer

    @contextmanager
    def _bounded(self, begun: float) -> Iterator[None]:
        """Ends what goes on for longer than anything may."""
        sleep = self.stage.time.sleep

        def bounded(seconds: float) -> None:
            sleep(seconds)
            if self.stage.time.now - begun > _LONGEST:
                raise EndlessError

        self.stage.time.sleep = bounded  # type: ignore[method-assign]
        try:
            yield
        finally:
            del self.stage.time.sleep


def played_in(folder: Path) -> Played:
    """A stage over the small project in a folder of its own."""
    from tests.deployment.project import write_project

    stage = Stage(write_project(folder))
    return Played(stage, Further(stage, folder))
