"""A stage on which deployments meet troubles: a project, an account in this process, and time that passes in sleeps."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import deploy as command
from deployment.aws.clock import Polling
from deployment.aws.request_budget import RequestBudget
from deployment.aws.session import Endpoint, Session
from deployment.change_set.process import Process
from deployment.commands import delete
from deployment.errors import Unexpected
from deployment.run.choices import Choices
from deployment.run.outcome import Outcome
from deployment.run.run import Run
from deployment.run.telling import Happened, Told
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.template import read_template
from deployment.terminal.ending import ended
from deployment.terminal.screen import Screen
from rehearsal.state.stacks import ParameterValue, Stack
from tests.deployment.asked import stacks, unexecuted
from tests.deployment.checked import checked_values
from tests.deployment.fake_client import FakeTime
from tests.deployment.local_cloud import LocalCloud
from tests.deployment.project import ACCOUNT

DAY = 86400.0
Action = Callable[[Run], Outcome]
_MADE_UP = re.compile(r"(?<=-)[0-9a-f]{17}")


@dataclass(frozen=True)
class Ending:
    """How one run ended: its exit code, its output, its requests, and which of them met a fault."""

    code: int
    foreseen: bool
    said: str
    told: tuple[Told, ...]
    calls: Counter[str]
    struck: tuple[str, ...]

    @property
    def ended_well(self) -> bool:
        return self.code == 0

    @property
    def requests(self) -> int:
        return sum(self.calls.values())

    @property
    def events(self) -> list[str]:
        """Every event that was shown, without its time."""
        heard = [told.event for told in self.told if isinstance(told, Happened)]
        return sorted(f"{'/'.join(each.path)} {each.status}" for each in heard)

    @property
    def reviewed(self) -> set[str]:
        """The resources that were shown as changed, before any was approved."""
        return set(re.findall(r"[├└]── [+~-] (\w+)", self.said))


class Stage:
    """A project, an account, and time that passes only in sleeps."""

    def __init__(self, folder: Path, *, ahead: float = 0.0, keys: Path | None = None) -> None:
        self.cloud = LocalCloud(ACCOUNT, ahead)
        self.time = FakeTime()
        self._keys = keys
        self._environment = read_environment(folder / "params", "dev")
        self._root = read_template(folder / "rendered/root.yaml")
        endpoint = None if keys else Endpoint("http://127.0.0.1:9", "x", "x")
        self.session = self.cloud.attach(Session("eu-west-1", endpoint, RequestBudget(self.time.clock)))
        self._numbers = itertools.count()

    def sign_in(self, key: str) -> None:
        """From here on the machine's credentials are others; a run that is under way has read the old ones."""
        assert self._keys is not None
        self._keys.write_text(f"[default]\naws_access_key_id = {key}\naws_secret_access_key = secret\n")

    def play(
        self,
        action: Action,
        *assignments: str,
        fault: str | None = None,
        at: range = range(0),
        on: str | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Ending:
        """One run, in which requests meet a fault: those of these numbers, counted among all or those of `on`.

        `meanwhile` is called before each of them.
        """
        numbers, calls, told = itertools.count(), Counter[str](), list[Told]()

        def trouble(operation: str) -> str | None:
            calls[operation] += 1
            if on not in (None, operation) or next(numbers) not in at:
                return None
            meanwhile()
            return fault

        self.cloud.trouble, self.cloud.struck = trouble, []
        said = io.StringIO()
        screen = Screen(io.StringIO(), io.StringIO(), said, yes=True, width=80)

        def act() -> Outcome:
            run = self._run(screen, told, assignments)
            allowed = (run.environment.stack,) if action is delete.delete else ()
            return action(replace(run, choices=Choices(allowed=allowed)))

        ending = ended(act, screen, lambda: Invocation(("--env", "dev")))
        self.cloud.trouble = lambda _: None
        code = command.exit_code(ending, differences_count=False)
        foreseen = not isinstance(ending, Unexpected)
        return Ending(code, foreseen, said.getvalue(), tuple(told), calls, tuple(self.cloud.struck))

    def _run(self, screen: Screen, told: list[Told], assignments: tuple[str, ...]) -> Run:
        environment = self._environment.overriding(assignments)

        def tell(each: Told) -> None:
            told.append(each)
            screen.tell(each)

        return Run(
            environment=environment,
            root=self._root,
            values=checked_values(self._root, environment),
            session=self.session,
            clock=self.time.clock,
            polling=Polling(),
            token=lambda: f"00000000-0000-4000-8000-{next(self._numbers):012d}",
            tell=tell,
            approve=screen.approve,
            invocation=Invocation(("--env", "dev")),
            process=Process("here", next(self._numbers), lambda _: False),
        )

    def keep(self) -> bytes:
        """What exists, to be put back later instead of being made again."""
        return self.cloud.keep()

    def put_back(self, kept: bytes) -> None:
        """What stood then stands again, and nothing else; the bucket holds what has come into it since."""
        self.cloud.put_back(kept)

    def status(self) -> str | None:
        """The state of the stack; None where there is none."""
        found = stacks(self.cloud.cloud)
        return str(found[0]["StackStatus"]) if found else None

    def standing(self) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
        """Of every stack that is not deleted: place, state, parameters, and the states of its resources."""
        living = [stack for stack in self.cloud.cloud.world.state.stacks.values() if not stack.gone]
        return sorted(
            (
                stack.parent_logical_id or stack.name,
                stack.status,
                {key: _MADE_UP.sub("", value.effective) for key, value in _given(stack).items()},
                {name: resource.status for name, resource in stack.resources.items()},
            )
            for stack in living
        )

    def unexecuted(self) -> list[str]:
        """Change sets that wait for an execution, in any stack."""
        return unexecuted(self.cloud.cloud, *(stack["StackId"] for stack in stacks(self.cloud.cloud)))


def _given(stack: Stack) -> dict[str, ParameterValue]:
    return stack.target.parameters if stack.target else {}
