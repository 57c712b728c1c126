"""Jobs that must run before services that the same command deploys: the job's stack, then the job, then the services.

A job runs once, for all services that name it: two migrations side by side are not the same as one.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from deployment.errors import StackBlocked
from deployment.run.outcome import Deployed, SettingsChanged, Unchanged
from deployment.run.run import Run
from deployment.terminal.together.crew import Crew

_ROUND_SECONDS = 0.2
_READY = (Deployed, SettingsChanged, Unchanged)
"""How the deployment of a job ends after which its stack is up to date."""


@dataclass
class Jobs:
    """Which service waits for which job, and the results of those that ran."""

    crew: Crew
    _ran: dict[str, Future[Any]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def before(self, run: Run) -> Run:
        """The run of a service, after its job has run, where it names one."""
        if run.before is None:
            return run
        service, job = str(run.environment.service), str(run.before.environment.service)
        return replace(run, first=lambda play: self._played(service, job, run, play))

    def _played(self, service: str, job: str, run: Run, play: Callable[[], Any]) -> Any:
        """The result of the job, which the first service that needs it runs; raises the job's error."""
        with self.crew.aside():
            if self.crew.seats[job].ending is None:
                run.say(f"waits for the deployment of job {job}")
            self._until(service, lambda: self.crew.seats[job].ending is not None)
            self._refuse_undeployed(job, run)
            with self._lock:
                is_first = job not in self._ran
                ran = self._ran.setdefault(job, Future())
            if not is_first:
                self._until(service, ran.done)
                return ran.result()
        try:
            ran.set_result(play())
        except BaseException as error:
            ran.set_exception(error)
        return ran.result()

    def _until(self, service: str, done: Callable[[], bool]) -> None:
        """Waits, and receives orders meanwhile."""
        while not done():
            self.crew.seats[service].sleep(_ROUND_SECONDS)

    def _refuse_undeployed(self, job: str, run: Run) -> None:
        if isinstance(ending := self.crew.seats[job].ending, _READY):
            return
        why = getattr(ending, "happened", None) or {"Declined": "it was declined"}.get(type(ending).__name__)
        raise StackBlocked(
            f"job {job}, which runs before {run.environment.service}, was not deployed; nothing was executed on stack "
            f"{run.environment.stack}",
            findings=[f"{job}: {why}"] if why else [],
            remedy=f"fix the job first, then: {run.invocation.again()}",
        )
