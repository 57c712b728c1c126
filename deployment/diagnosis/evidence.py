"""Asking AWS about a failure: each question best effort, only after something has failed, never failing the command.

What is asked is asked when the failure is reported: the rollback that follows deletes the log group, the service and
the certificate that know why.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from deployment.aws.calls import call
from deployment.aws.session import Client, Session
from deployment.aws.texts import validation_record
from deployment.diagnosis.causes import certificate, service
from deployment.diagnosis.causes.explanation import Evidence, properties_of
from deployment.errors import DeploymentError
from deployment.stack.events import Event
from deployment.stack.failed_checks import failed_checks
from deployment.template.resource_path import ResourcePath

_Answer = TypeVar("_Answer")
_PATIENCE_SECONDS = 20.0
_TASKS = 5
_LINES = 10


class EvidenceCollector:
    """Asks about the first failures of a run as they are reported, beside everything else.

    What was asked first about a resource counts: what is asked later is asked of what the rollback left of it.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._asked: dict[ResourcePath, Future[Evidence]] = {}
        self._records: dict[ResourcePath, str] = {}

    def note(self, event: Event) -> None:
        """Takes note of the validation record in an event: ACM may not exist to report it again."""
        if record := validation_record(event.reason):
            self._records[event.path] = record

    def begin(self, session: Session, event: Event) -> None:
        """Begins to ask where a resource failed, or was at work when something else ended it."""
        if event.failed and event.type in _ABOUT:
            self.ask(session, event)

    def ask(self, session: Session, event: Event) -> None:
        """Begins to ask about a resource, whatever state it is in; once."""
        if event.path not in self._asked:
            self._pool = self._pool or ThreadPoolExecutor(2)
            record = self._records.get(event.path)
            self._asked[event.path] = self._pool.submit(evidence_of, session, event, record)

    def about(self, session: Session, event: Event) -> Evidence:
        """What was found about one failure; asked now where it was not asked before."""
        asked = self._asked.get(event.path)
        try:
            if asked is None:
                return evidence_of(session, event, self._records.get(event.path))
            return asked.result(_PATIENCE_SECONDS)
        except LateError:
            return Evidence()

    def renewed(self, session: Session, event: Event) -> Evidence:
        """What is found about one resource now, in place of what was found before."""
        answer: Future[Evidence] = Future()
        answer.set_result(evidence_of(session, event, self._records.get(event.path)))
        self._asked[event.path] = answer
        return answer.result()

    def end(self) -> None:
        """Nothing more is asked."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def evidence_of(session: Session, event: Event, record: str | None = None) -> Evidence:
    """All that AWS says about one resource; `record` is the validation record in one of its events."""
    checks = _tried(lambda: failed_checks(session.cloudformation, StackName=event.stack)) or ()
    gather = _ABOUT.get(event.type)
    evidence = _tried(lambda: gather(session, event, record)) if gather else None
    return replace(evidence or Evidence(), checks=checks)


def _tried(ask: Callable[[], _Answer]) -> _Answer | None:
    """The answer, or nothing: a caller that may not ask, or asks in vain, knows no more than before."""
    try:
        return ask()
    except (DeploymentError, LookupError, TypeError, AttributeError):
        return None


def _about_service(session: Session, event: Event, _: str | None) -> Evidence:
    """The service, its stopped tasks, and the last lines of the newest of them; `physical_id` is the service's ARN."""
    cluster, _, name = event.physical_id.partition(":service/")[2].partition("/")
    cluster = cluster if name else str(properties_of(event).get("Cluster", ""))
    if not cluster or not event.physical_id:
        return Evidence()
    ecs = session.client("ecs", attempts=2)
    described = _tried(lambda: call(ecs.describe_services, cluster=cluster, services=[event.physical_id]))
    services = described["services"] if described else []
    tasks = _tried(lambda: _stopped(ecs, cluster, name or event.physical_id)) or ()
    logs = _tried(lambda: _last_words(session, ecs, tasks)) or ()
    return Evidence(service=services[0] if services else None, tasks=tasks, logs=logs)


def _stopped(ecs: Client, cluster: str, name: str) -> tuple[Mapping[str, Any], ...]:
    arns = call(ecs.list_tasks, cluster=cluster, serviceName=name, desiredStatus="STOPPED")["taskArns"][:_TASKS]
    return tuple(call(ecs.describe_tasks, cluster=cluster, tasks=arns)["tasks"]) if arns else ()


def _last_words(
    session: Session, ecs: Client, tasks: tuple[Mapping[str, Any], ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """awslogs streams are named <prefix>/<container>/<task id> (ECS developer guide, "awslogs log driver")."""
    if not tasks:
        return ()
    task, logs = tasks[0], session.client("logs", attempts=2)
    definition = call(ecs.describe_task_definition, taskDefinition=task["taskDefinitionArn"])["taskDefinition"]
    last_lines = []
    for container in definition.get("containerDefinitions", ()):
        options = container.get("logConfiguration", {}).get("options", {})
        if "awslogs-group" not in options or "awslogs-stream-prefix" not in options:
            continue
        stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task['taskArn'].rpartition('/')[2]}"
        lines = _tried(partial(_lines, logs, options["awslogs-group"], stream)) or ()
        last_lines.append((str(container["name"]), lines))
    return tuple(last_lines)


def _lines(logs: Client, group: str, stream: str) -> tuple[str, ...]:
    page = call(logs.get_log_events, logGroupName=group, logStreamName=stream, limit=_LINES, startFromHead=False)
    return tuple(str(event["message"]) for event in page["events"])


def _about_certificate(session: Session, event: Event, record: str | None) -> Evidence:
    """The certificate, and what its hosted zone holds under the names that it wants."""
    acm = session.client("acm", attempts=2)
    answer = _tried(lambda: call(acm.describe_certificate, CertificateArn=event.physical_id))
    described = answer["Certificate"] if answer else _as_told(record)
    options = properties_of(event).get("DomainValidationOptions", ())
    zone = next((str(option["HostedZoneId"]) for option in options if "HostedZoneId" in option), None)
    validations = described.get("DomainValidationOptions", ())
    wanted = [option["ResourceRecord"] for option in validations if "ResourceRecord" in option]
    records = _tried(lambda: _held(session.route53, zone, wanted)) if zone else None
    return Evidence(certificate=described, records=records, zone=zone)


def _as_told(record: str | None) -> dict[str, Any]:
    """A certificate of which only the event with its record is known, as ACM would describe it."""
    if record is None:
        raise LookupError
    name, kind, value = record.split(" ")
    wanted = {"Name": name, "Type": kind, "Value": value}
    return {"DomainValidationOptions": [{"ValidationStatus": "PENDING_VALIDATION", "ResourceRecord": wanted}]}


def _held(route53: Client, zone: str, names: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    return {record["Name"].rstrip("."): _values(route53, zone, record) for record in names}


def _values(route53: Client, zone: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """What the zone holds under one name and type: the listing begins there, if there is one at all."""
    page = call(
        route53.list_resource_record_sets,
        HostedZoneId=zone,
        StartRecordName=record["Name"],
        StartRecordType=record["Type"],
        MaxItems="1",
    )
    return tuple(
        value["Value"].rstrip(".")
        for row in page["ResourceRecordSets"]
        if row["Name"].rstrip(".") == record["Name"].rstrip(".") and row["Type"] == record["Type"]
        for value in row.get("ResourceRecords", ())
    )


_ABOUT: dict[str, Callable[[Session, Event, str | None], Evidence]] = {
    service.TYPE: _about_service,
    certificate.TYPE: _about_certificate,
}
