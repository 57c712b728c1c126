"""What the slow ones wait for: a certificate for its validation record, a service for its tasks.

Asked beside the watching, seldom, with one short attempt; a service that does not answer, or is not allowed to be
asked, is not asked again. Nothing in here can fail a deployment.
"""

from collections.abc import Callable, Mapping
from typing import Any

from deployment.aws.calls import call
from deployment.aws.clock import Clock
from deployment.aws.session import Client, Session
from deployment.aws.texts import validation_record
from deployment.errors import DeploymentError
from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath

_SLOW_SECONDS = 10.0  # under work, before anybody asks why
_APART_SECONDS = 15.0  # between two questions about all of them
_PATIENCE_SECONDS = 3.0


class Waits:
    """The resources under work whose services can say more than CloudFormation does."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._slow: dict[ResourcePath, tuple[Event, float]] = {}
        self._texts: dict[ResourcePath, str] = {}
        self._silent: set[str] = set()
        self._asked = clock.monotonic()

    def note(self, event: Event) -> None:
        """Takes note of what begins, and forgets what ends."""
        if event.type not in _KINDS:
            return
        if not event.status.endswith("_IN_PROGRESS") or event.status.startswith("DELETE"):
            self._slow.pop(event.path, None)
            self._texts.pop(event.path, None)
            return
        since = self._slow[event.path][1] if event.path in self._slow else self._clock.monotonic()
        self._slow[event.path] = (event, since)
        record = validation_record(event.reason)
        if record:
            self._texts[event.path] = f"the validation record {record}"

    def look(self) -> Mapping[ResourcePath, str]:
        """What each waits for, as far as it is known; asks again where enough time has passed."""
        now = self._clock.monotonic()
        if now - self._asked >= _APART_SECONDS:
            self._asked = now
            for path, (event, since) in self._slow.items():
                if event.physical_id and now - since >= _SLOW_SECONDS:
                    self._ask(path, event)
        return dict(self._texts)

    def _ask(self, path: ResourcePath, event: Event) -> None:
        service, ask = _KINDS[event.type]
        if service in self._silent:
            return
        try:
            client = self._session.client(service, attempts=1, patience=_PATIENCE_SECONDS)
            said = ask(client, event.physical_id)
        except (DeploymentError, LookupError):
            self._silent.add(service)
            return
        if said:
            self._texts[path] = said


def _tasks(ecs: Client, arn: str) -> str | None:
    """Running and wanted tasks, and the last of the service's own events."""
    cluster, _, _ = arn.partition(":service/")[2].partition("/")
    [service] = call(ecs.describe_services, cluster=cluster, services=[arn])["services"][:1] or [None]
    if service is None:
        return None
    running, wanted = service.get("runningCount", 0), service.get("desiredCount", 0)
    said = f"{running} of {wanted} tasks running"
    messages: list[dict[str, Any]] = service.get("events", [])
    return f"{said}; {messages[0].get('message', '')}" if messages else said


def _record(acm: Client, arn: str) -> str | None:
    """The DNS record that a pending validation looks for."""
    certificate = call(acm.describe_certificate, CertificateArn=arn)["Certificate"]
    for option in certificate.get("DomainValidationOptions", ()):
        record = option.get("ResourceRecord")
        if option.get("ValidationStatus") == "PENDING_VALIDATION" and record:
            return f"the validation record {record['Name']} {record['Type']} {record['Value']}"
    return None


# Which service is asked about a type of resource, and how; the answer is None where it shows nothing.
_KINDS: dict[str, tuple[str, Callable[[Client, str], str | None]]] = {
    "AWS::ECS::Service": ("ecs", _tasks),
    "AWS::CertificateManager::Certificate": ("acm", _record),
}
