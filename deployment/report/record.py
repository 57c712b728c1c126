"""What a run has reported so far, stored for the reports that are written when it ends, however it ends."""

from datetime import datetime

from cloudformation.environment.environment_file import Environment
from deployment.diagnosis.diagnosis import Cause, first_cause
from deployment.errors import DeploymentError
from deployment.report.architecture import architecture
from deployment.report.facts import Ending, Failure, Report, Subject, failure_of
from deployment.report.masking import Masking, masked_names
from deployment.review.masked_review import Facts
from deployment.review.secret_places import SecretPlaces
from deployment.review.secret_texts import secret_texts
from deployment.run.outcome import Deployed, Followed, Planned
from deployment.run.telling import Deletion, Happened, Reviewed, Stands, Told
from deployment.stack.events import Event, layer_durations
from deployment.template.resource_path import ROOT
from deployment.template.template import Documents, Template, parse_document


class Record:
    """What is shown to the person, stored without its secrets."""

    def __init__(self) -> None:
        self._environment: Environment | None = None
        self._root: Template | None = None
        self._reviewed: Reviewed | None = None
        self._deletion: Deletion | None = None
        self._events: list[Event] = []
        self._masking = Masking()

    def concerns(self, environment: Environment) -> None:
        """Which environment the run is about."""
        self._environment = environment

    def sends(self, root: Template) -> None:
        """Which templates the run sends."""
        self._root = root
        self._masking.add_places(SecretPlaces(root.documents))
        if self._environment:
            self._masking.add_texts(secret_texts(root, self._environment))

    def keep(self, told: Told) -> Told:
        """Stores what a report shows again; returns it without secrets."""
        if isinstance(told, Stands):
            self._stands(told)
            return told
        told = self.masked(told)
        if isinstance(told, Reviewed):
            self._reviewed = told
        elif isinstance(told, Deletion):
            self._deletion = told
        elif isinstance(told, Happened):
            self._events.append(told.event)
        return told

    def _stands(self, told: Stands) -> None:
        """The existing stack may contain other secrets than what is sent; the files name its nested stacks."""
        hidden = masked_names(told.stack.parameters)
        below = self._root.documents if self._root else {}
        if self._root and self._environment:
            self._masking.add_texts(secret_texts(self._root, self._environment, hidden))
        own: Documents = told.documents or ({ROOT: parse_document(told.template)} if told.template else {})
        if hidden or SecretPlaces(below).any or told.documents:
            self._masking.add_places(SecretPlaces({**below, **own}, hidden))

    @property
    def cause(self) -> Cause | None:
        """What failed first, where anything did."""
        return self.masked(first_cause(self._events))

    def masked(self, facts: Facts) -> Facts:
        """The same without the values of NoEcho parameters."""
        return self._masking.masked(facts)

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
