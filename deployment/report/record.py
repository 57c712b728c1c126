"""What a run has told so far, kept for the reports that are written when it ends, however it ends."""

from __future__ import annotations

from datetime import datetime

from cloudformation.environment.environment_file import Environment
from deployment.diagnosis.diagnosis import Cause, first_cause
from deployment.errors import DeploymentError
from deployment.report.architecture import architecture
from deployment.report.facts import Ending, Failure, Report, Subject, failure_of
from deployment.review.no_echo import Facts, secret_texts, without_secrets
from deployment.run.outcome import Deployed, Followed, Planned, layer_durations
from deployment.run.telling import Deletion, Happened, Reviewed, Told
from deployment.stack.events import Event
from deployment.template.template import Template


class Record:
    """What is told to the person in front, kept without its secrets."""

    def __init__(self) -> None:
        self._environment: Environment | None = None
        self._root: Template | None = None
        self._reviewed: Reviewed | None = None
        self._deletion: Deletion | None = None
        self._events: list[Event] = []
        self._secrets: frozenset[str] = frozenset()

    def concerns(self, environment: Environment) -> None:
        """Which environment the run is about."""
        self._environment = environment

    def sends(self, root: Template) -> None:
        """Which templates the run sends."""
        self._root = root
        if self._environment:
            self._secrets = secret_texts(root, self._environment)

    def keep(self, told: Told) -> Told:
        """Keeps what a report tells again; gives it back without secrets."""
        told = self.masked(told)
        if isinstance(told, Reviewed):
            self._reviewed = told
        elif isinstance(told, Deletion):
            self._deletion = told
        elif isinstance(told, Happened):
            self._events.append(told.event)
        return told

    @property
    def cause(self) -> Cause | None:
        """What failed first, where anything did."""
        return self.masked(first_cause(self._events))

    def masked(self, facts: Facts) -> Facts:
        """The same without the values of NoEcho parameters."""
        return without_secrets(facts, self._secrets)

    def report(self, ending: Ending | DeploymentError, written: datetime | None = None) -> Report:
        """All facts of the run, without its secrets; `written` is the time that the report shall bear."""
        about = self._environment
        how = failure_of(ending) if isinstance(ending, DeploymentError) else ending
        report = Report(
            ending=how,
            subject=Subject(about.name, about.account, about.region, about.stack) if about else None,
            reviewed=how.reviewed if isinstance(how, Planned) else self._reviewed,
            deletion=self._deletion,
            system=architecture(self._root) if self._root else None,
            cause=self.cause if isinstance(how, Failure) else None,
            layers=how.layers if isinstance(how, Deployed | Followed) else layer_durations(self._events),
            written=written,
        )
        return self.masked(report)
