"""What a run came to, as one value: what every form of the report is made from, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from cloudformation.template.failed_check import FailedCheck
from deployment.diagnosis.diagnosis import Cause
from deployment.errors import ChecksFailed, DeploymentError, NothingSent
from deployment.report.architecture import Block
from deployment.run.outcome import Declined, Discarded, Outcome, Planned
from deployment.run.telling import Deletion, Reviewed
from deployment.stack.events import Duration
from deployment.stack.stack import Stack


@dataclass(frozen=True)
class Named:
    """Where in a file something is written."""

    file: str
    line: int | None
    text: str


@dataclass(frozen=True)
class Failure:
    """An error as a value; `error` is its name in errors.py, `status` the state that the stack was left in.

    `checks` are the hooks and validations that refused a change set, `places` where in the files is written what is
    wrong or what the refusal names; the findings contain both too.
    """

    error: str
    happened: str
    findings: tuple[str, ...]
    remedy: str | None
    status: str | None
    nothing_sent: bool
    checks: tuple[FailedCheck, ...] = ()
    places: tuple[Named, ...] = ()


Ending: TypeAlias = Outcome | Failure


@dataclass(frozen=True)
class Subject:
    """Which stack the run was about."""

    environment: str
    account: str
    region: str
    stack: str


@dataclass(frozen=True)
class Report:
    """How a run ended and all that it reported on the way; what it did not reach is None or empty."""

    ending: Ending
    subject: Subject | None = None
    reviewed: Reviewed | None = None
    deletion: Deletion | None = None
    system: Block | None = None
    cause: Cause | None = None
    layers: tuple[Duration, ...] = ()
    written: datetime | None = None

    @property
    def stack(self) -> Stack | None:
        """The stack as it is now, where the ending holds it."""
        stack = None if isinstance(self.ending, Failure) else self.ending.stack
        return stack if isinstance(stack, Stack) else None

    @property
    def stack_name(self) -> str | None:
        """The stack's name, as soon as it is known."""
        if isinstance(self.ending, Failure):
            return self.subject.stack if self.subject else None
        stack = self.ending.stack
        return stack if isinstance(stack, str) else stack.name

    @property
    def findings(self) -> tuple[str, ...]:
        """What a failure found out beside its first cause."""
        findings = self.ending.findings if isinstance(self.ending, Failure) else ()
        return tuple(finding for finding in findings if self.cause is None or self.cause.reason not in finding)

    @property
    def done(self) -> bool:
        """Whether what was reviewed or to be deleted was executed."""
        return not isinstance(self.ending, Planned | Declined | Discarded | Failure)


def failure_of(error: DeploymentError) -> Failure:
    """The facts of an error."""
    status = getattr(error, "status", None)
    nothing_sent = isinstance(error, NothingSent)
    checks = error.checks if isinstance(error, ChecksFailed) else ()
    places = tuple(Named(problem.place.file, problem.place.line, problem.text) for problem in error.places)
    told = (error.happened, error.findings, error.remedy, status, nothing_sent, checks, places)
    return Failure(type(error).__name__, *told)
