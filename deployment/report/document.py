"""The result as one JSON document on stdout; `schema` changes when the meaning of a member changes."""

from __future__ import annotations

import json
from typing import Any

from deployment.errors import DeploymentError
from deployment.outcome import Absent, Declined, Deleted, Deployed, Outcome, Planned, Shown, Unchanged
from deployment.review import Review
from deployment.stack import Stack

SCHEMA = "deployment/1"
_NAMES: dict[type, str] = {
    Unchanged: "unchanged",
    Planned: "planned",
    Declined: "declined",
    Deployed: "deployed",
    Deleted: "deleted",
    Absent: "absent",
    Shown: "shown",
}


def outcome_document(outcome: Outcome) -> str:
    """How it ended, as JSON text."""
    body: dict[str, Any] = {"schema": SCHEMA, "outcome": _NAMES[type(outcome)]}
    if isinstance(outcome, Unchanged | Deployed | Shown):
        body |= _stack(outcome.stack)
    else:
        body["stack"] = outcome.stack
    if isinstance(outcome, Planned):
        body |= _review(outcome.reviewed.review if outcome.reviewed else None)
    if isinstance(outcome, Deployed):
        body |= _review(outcome.review)
        body["seconds"] = outcome.seconds
        body["layers"] = [{"path": "/".join(each.path), "seconds": each.seconds} for each in outcome.layers]
    if isinstance(outcome, Shown):
        body |= _shown(outcome)
    return json.dumps(body, indent=2)


def error_document(error: DeploymentError) -> str:
    """What went wrong, as JSON text."""
    body = {
        "schema": SCHEMA,
        "outcome": "failed",
        "error": type(error).__name__,
        "happened": error.happened,
        "findings": list(error.findings),
        "remedy": error.remedy,
    }
    return json.dumps(body, indent=2)


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "stack": stack.name,
        "arn": stack.arn,
        "status": stack.status.value,
        "reason": stack.reason,
        "outputs": {output.name: output.value for output in stack.outputs},
    }


def _review(review: Review | None) -> dict[str, Any]:
    if review is None:
        return {"changes": [], "folded": []}
    changes = [
        {
            "path": "/".join(each.path),
            "type": each.type,
            "kind": each.kind.value,
            "physical_id": each.physical_id,
            "policy": each.policy,
            "properties": [
                {
                    "name": one.name,
                    "before": one.before,
                    "after": one.after,
                    "known": one.known,
                    "certain": one.certain,
                    "requires_recreation": one.recreation.value,
                    "cause": one.cause,
                }
                for one in each.properties
            ],
        }
        for each in review.resources
    ]
    folded = [
        {"path": "/".join(each.path), "type": each.type, "waits_for": list(each.waits_for)} for each in review.folded
    ]
    return {"changes": changes, "folded": folded}


def _shown(outcome: Shown) -> dict[str, Any]:
    return {
        "protected": outcome.stack.protected,
        "layers": [{"path": "/".join(each.path), "status": each.status} for each in outcome.layers],
        "differences": [vars(each) for each in outcome.differences],
        "template_differs": outcome.template_differs,
    }
