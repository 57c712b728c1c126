"""A rehearsal for tests: one for many stacks, and runs against it that count their calls."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deployment.aws.clock import Clock, Polling
from deployment.aws.session import Endpoint, Session
from deployment.run.run import Run
from deployment.run.telling import Question, Reviewed, Told
from deployment.stack.invocation import Invocation
from deployment.template.environments import read_environment
from deployment.template.template import read_template
from tests.deployment.checked import checked_values
from tests.deployment.this_process import RehearsalHere

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def rehearsal(*arguments: str) -> Iterator[str]:
    """The URL of a rehearsal in memory. Nothing sleeps: its time is virtual."""
    with RehearsalHere(PROJECT, arguments) as here:
        yield here.url()


class Player:
    """Runs against one endpoint, with what was shown, asked and called."""

    def __init__(self, project: Path, url: str, *, environment: str = "dev", approve: bool = True) -> None:
        self.told: list[Told] = []
        self.asked: list[Question] = []
        self.calls: Counter[str] = Counter()
        self._project = project
        self._url = url
        self._environment = environment
        self._approve = approve
        self._sessions: dict[str, Session] = {}

    def run(self, *assignments: str) -> Run:
        """A new run over the files as they are now; its calls are counted from zero."""
        environment = read_environment(self._project / "params", self._environment).overriding(assignments)
        root = read_template(self._project / "rendered/root.yaml")
        session = self._session(environment.region)
        self.told, self.asked, self.calls = [], [], Counter()
        return Run(
            environment=environment,
            root=root,
            values=checked_values(root, environment),
            session=session,
            clock=Clock(time.monotonic, lambda _: None),
            polling=Polling(0.0, 0.0),
            token=lambda: str(uuid.uuid4()),
            tell=self.told.append,
            approve=self._answer,
            invocation=Invocation(("--env", self._environment)),
        )

    @property
    def reviewed(self) -> Reviewed:
        """The only review that was shown."""
        [reviewed] = [told for told in self.told if isinstance(told, Reviewed)]
        return reviewed

    def client(self, service: str) -> Any:
        """A client of the test's own."""
        return self._session("eu-west-1").client(service)

    def close(self) -> None:
        """Closes every connection."""
        for session in self._sessions.values():
            session.close()

    def _session(self, region: str) -> Session:
        if region not in self._sessions:
            self._sessions[region] = session = Session(region, Endpoint(self._url, "test", "test"))
            for service in ("sts", "s3", "route53", "cloudformation"):
                session.client(service).meta.events.register("before-call.*", self._count)
        return self._sessions[region]

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def _answer(self, question: Question) -> bool:
        self.asked.append(question)
        return self._approve


def without_polls(calls: Counter[str], polled: Sequence[str] = ("DescribeStackEvents", "DescribeChangeSet")) -> int:
    """How many calls were made beside those that wait for something."""
    return sum(count for name, count in calls.items() if name not in polled)
