"""An ECS service that does not come to work: its own events, why its tasks stopped, and their last words."""

from collections.abc import Iterator, Mapping
from typing import Any

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import says_unstable
from deployment.stack.events import Event

TYPE = "AWS::ECS::Service"
_EVENTS = 3


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """The tasks say why; CloudFormation only says that the service did not stabilise."""
    if failed.type != TYPE or not (says_unstable(failed.reason or "") or evidence.tasks):
        return None
    facts = (*_service(evidence.service), *_tasks(evidence), *_logs(evidence))
    return Explanation("service", facts, _remedy(evidence))


def _service(service: Mapping[str, Any] | None) -> Iterator[str]:
    if service is None:
        return
    yield f"tasks: {service.get('runningCount', 0)} of {service.get('desiredCount', 0)} running"
    for event in service.get("events", ())[:_EVENTS]:
        yield f"service event: {event.get('message', '')}"


def _tasks(evidence: Evidence) -> Iterator[str]:
    """Each reason once: a service starts the same failing task again and again."""
    told: dict[str, None] = {}
    for task in evidence.tasks:
        told.setdefault(f"task stopped: {task.get('stoppedReason') or task.get('stopCode') or 'no reason was given'}")
        for container in task.get("containers", ()):
            code, reason = container.get("exitCode"), container.get("reason")
            if reason or code:
                ended = f"exit code {code}" if code is not None else "did not start"
                told.setdefault(f"container {container.get('name')}: {ended}{f', {reason}' if reason else ''}")
    yield from told


def _logs(evidence: Evidence) -> Iterator[str]:
    for container, lines in evidence.logs:
        yield from (f"log {container}: {line}" for line in lines)


def _remedy(evidence: Evidence) -> str:
    """By ECS's own stop code (Task.stopCode in its API reference), where there is one."""
    codes = {task.get("stopCode") for task in evidence.tasks}
    if "TaskFailedToStart" in codes:
        return "fix what keeps the tasks from starting (image, secrets, role, route to the registry)"
    if "EssentialContainerExited" in codes:
        return "fix the container that ends; its log says why"
    if "ServiceSchedulerInitiated" in codes:
        return "fix the health check: tasks start, and are stopped because they do not answer as it expects"
    return "see the service's events and stopped tasks in the ECS console, which keeps them for an hour"
