"""The report as one JSON document; docs/report.schema.json holds its form, docs/report.md explains it.

`version` rises when a member goes or means something else; new members may come without that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deployment.diagnosis.diagnosis import Cause
from deployment.report.facts import Ending, Failure, Report
from deployment.review.review import Local, PropertyChange, ResourceChange, Review
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Deployed,
    Detached,
    Discarded,
    Drifted,
    Duration,
    Followed,
    Planned,
    Recovered,
    ResourceDrift,
    Shown,
    Unchanged,
)
from deployment.run.telling import Deletion, Reviewed
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath

VERSION = 1
NAMES: dict[type, str] = {
    Unchanged: "unchanged",
    Planned: "planned",
    Declined: "declined",
    Deployed: "deployed",
    Detached: "detached",
    Followed: "followed",
    Discarded: "discarded",
    Deleted: "deleted",
    Absent: "absent",
    Shown: "shown",
    Recovered: "recovered",
    Drifted: "drift",
    Failure: "failed",
}


def document(report: Report) -> str:
    """The report as JSON text."""
    subject = report.subject
    head: dict[str, Any] = {
        "version": VERSION,
        "outcome": NAMES[type(report.ending)],
        "environment": subject.environment if subject else None,
        "account": subject.account if subject else None,
        "region": subject.region if subject else None,
        "stack": report.stack_name,
        "written": report.written.isoformat(timespec="seconds") if report.written else None,
    }
    parts = (_stack(report.stack), _told(report), _ending(report.ending), _course(report))
    return json.dumps({**head, **{name: value for part in parts for name, value in part.items()}}, indent=2)


def _stack(stack: Stack | None) -> dict[str, Any]:
    if stack is None:
        return {}
    return {
        "arn": stack.arn,
        "status": stack.status.value,
        "reason": stack.reason,
        "protected": stack.protected,
        "outputs": {output.name: output.value for output in stack.outputs},
    }


def _told(report: Report) -> dict[str, Any]:
    """What was reviewed or was to be deleted; a plan without changes says so by an empty list."""
    if report.deletion:
        return {"deletion": _deletion(report.deletion)}
    if report.reviewed:
        return _reviewed(report.reviewed)
    return {"changes": [], "folded": []} if isinstance(report.ending, Planned) else {}


def _ending(ending: Ending) -> dict[str, Any]:
    if isinstance(ending, Declined):
        return {"question": ending.question, "needed": list(ending.needed)}
    if isinstance(ending, Planned):
        return {"kept": ending.saved}
    if isinstance(ending, Discarded):
        return {"change_set": ending.change_set}
    if isinstance(ending, Deployed | Followed):
        return {"seconds": ending.seconds}
    if isinstance(ending, Deleted):
        return {"arn": ending.arn, "seconds": ending.seconds}
    if isinstance(ending, Shown):
        return _shown(ending)
    if isinstance(ending, Recovered):
        return {"status": ending.status, "steps": list(ending.steps)}
    if isinstance(ending, Drifted):
        return _drifted(ending)
    return _failure(ending) if isinstance(ending, Failure) else {}


def _course(report: Report) -> dict[str, Any]:
    """How long each layer was under work, and what failed first."""
    cause = {"cause": _cause(report.cause)} if report.cause else {}
    if isinstance(report.ending, Shown) or not (report.layers or isinstance(report.ending, Deployed | Followed)):
        return cause
    return {"layers": [_duration(each) for each in report.layers], **cause}


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "error": failure.error,
        "nothing_sent": failure.nothing_sent,
        "status": failure.status,
        "happened": failure.happened,
        "findings": list(failure.findings),
        "remedy": failure.remedy,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"path": _joined(cause.path), "type": cause.type, "status": cause.status, "reason": cause.reason}


def _duration(each: Duration) -> dict[str, Any]:
    return {"path": _joined(each.path), "seconds": each.seconds}


def _shown(outcome: Shown) -> dict[str, Any]:
    return {
        "layers": [
            {"path": _joined(each.path), "status": each.status, "reason": each.reason} for each in outcome.layers
        ],
        "differences": [vars(each) for each in outcome.differences],
        "template_differs": outcome.template_differs,
    }


def _drifted(outcome: Drifted) -> dict[str, Any]:
    return {
        "in_sync": not outcome.changes,
        "drifts": [_drift(each) for each in outcome.drifts],
        "reverted": [_joined(path) for path in outcome.reverted],
    }


def _drift(drift: ResourceDrift) -> dict[str, Any]:
    return {
        "path": _joined(drift.path),
        "type": drift.type,
        "physical_id": drift.physical_id,
        "deleted": drift.deleted,
        "properties": [vars(each) for each in drift.properties],
    }


def _deletion(deletion: Deletion) -> dict[str, Any]:
    return {"goes": _rows(deletion.goes), "stays": _rows(deletion.stays)}


def _rows(rows: Iterable[tuple[ResourcePath, str, str]]) -> list[dict[str, str]]:
    return [{"path": _joined(path), "type": kind, "physical_id": physical} for path, kind, physical in rows]


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    return {
        "create": reviewed.create,
        "overridden": dict(reviewed.overridden),
        "rewritten": [_joined(path) for path in reviewed.review.rewritten],
        "local": _local(reviewed.review.local),
        **_review(reviewed.review),
    }


def _local(local: Local | None) -> dict[str, Any] | None:
    return {"reasons": list(local.reasons), "notes": list(local.notes)} if local else None


def _review(review: Review) -> dict[str, Any]:
    folded = [
        {"path": _joined(each.path), "type": each.type, "waits_for": list(each.waits_for)} for each in review.folded
    ]
    return {"changes": [_change(each) for each in review.resources], "folded": folded}


def _change(change: ResourceChange) -> dict[str, Any]:
    return {
        "path": _joined(change.path),
        "type": change.type,
        "kind": change.kind.value,
        "physical_id": change.physical_id,
        "policy": change.policy,
        "guard": change.guard,
        "local": change.local,
        "certain": change.certain,
        "properties": [_property(each) for each in change.properties],
    }


def _property(change: PropertyChange) -> dict[str, Any]:
    return {
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "known": change.known,
        "certain": change.certain,
        "requires_recreation": change.recreation.value,
        "cause": change.cause,
    }


def _joined(path: ResourcePath) -> str:
    return str(path)
