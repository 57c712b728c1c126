"""The report as one JSON document; docs/report.schema.json holds its form, docs/report.md explains it.

`version` rises when a member goes or means something else; new members may come without that.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from cloudformation.environment.keys.routing.answers import Answer
from deployment.report.facts import Failure, Report
from deployment.report.marks import NOT_IN_IT
from deployment.review.review import OutputChange, PropertyChange, ResourceChange
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Deployed,
    Detached,
    Discarded,
    Drifted,
    Followed,
    Listed,
    Logged,
    Planned,
    Ran,
    Recovered,
    Routed,
    SettingsChanged,
    Shown,
    Unchanged,
)
from deployment.run.telling import Reviewed
from deployment.stack.stack import Stack
from deployment.template.costs.cost_change import HOURS, CostChange
from deployment.template.resource_path import ResourcePath

VERSION = 1
# The name of each ending, and which of its facts the document holds beside what all endings have.
_ENDINGS: dict[type, tuple[str, tuple[str, ...]]] = {
    Unchanged: ("unchanged", ("settings",)),
    SettingsChanged: ("settings_changed", ()),
    Planned: ("planned", ("saved",)),
    Declined: ("declined", ("question", "needed")),
    Deployed: ("deployed", ("seconds",)),
    Detached: ("detached", ()),
    Followed: ("followed", ("seconds", "settings")),
    Discarded: ("discarded", ("change_set",)),
    Deleted: ("deleted", ("arn", "seconds")),
    Absent: ("absent", ()),
    Shown: ("shown", ("layers", "differences", "template_differs", "uncompared", "settings")),
    Recovered: ("recovered", ("status", "steps")),
    Drifted: ("drift", ("drifts", "reverted")),
    Listed: ("releases", ("releases", "further", "unread")),
    Ran: ("ran", ("service", "task", "exit_code", "seconds", "through")),
    Logged: ("logged", ("service", "log_group", "lines")),
    Routed: ("routed", ("balancer", "held", "answers")),
    Failure: ("failed", ("error", "nothing_sent", "status", "happened", "findings", "remedy", "checks", "places")),
}
NAMES = {ending: name for ending, (name, _) in _ENDINGS.items()}
_RENAMED = {(Planned, "saved"): "kept", (PropertyChange, "recreation"): "requires_recreation"}


def document(report: Report) -> str:
    """The report as JSON text."""
    return as_text(members(report))


def as_text(body: dict[str, Any]) -> str:
    """A document as JSON text."""
    # CI runners read commands out of logs (`##[add-mask]`, `##vso[...]`); `#` stands in texts only, where it may be so.
    return json.dumps(body, indent=2).replace("##", "#\\u0023")


def members(report: Report) -> dict[str, Any]:
    """The members of the document."""
    head: dict[str, Any] = {
        "version": VERSION,
        "outcome": NAMES[type(report.ending)],
        **{name: getattr(report.subject, name, None) for name in ("environment", "account", "region")},
        "stack": report.stack_name,
        "written": report.written.isoformat(timespec="seconds") if report.written else None,
    }
    return head | _stack(report.stack) | _told(report) | _ending(report) | _course(report)


def _stack(stack: Stack | None) -> dict[str, Any]:
    if stack is None:
        return {}
    outputs = {output.name: output.value for output in stack.outputs}
    made_up = {output.name: list(output.made_up) for output in stack.outputs if output.made_up}
    told = _members(stack, ("arn", "status", "reason", "protected")) | {"outputs": outputs}
    return told | {"made_up": made_up} if made_up else told


def _told(report: Report) -> dict[str, Any]:
    """What was reviewed or was to be deleted; a plan without changes says so by an empty list."""
    if deletion := report.deletion:
        goes = [
            row | {"guard": deletion.guard(path), "protection": "\n".join(deletion.protection(path)) or None}
            for path, row in _rows(deletion.goes)
        ]
        exports = [{"name": name, "imported_by": importers} for name, importers in deletion.exports]
        stays = [row for _, row in _rows(deletion.stays)]
        return {"deletion": {"goes": goes, "stays": stays, "exports_in_use": exports}}
    if report.reviewed:
        return _reviewed(report.reviewed)
    return {"changes": [], "folded": [], "settings": [], "notes": []} if isinstance(report.ending, Planned) else {}


def _ending(report: Report) -> dict[str, Any]:
    ending = report.ending
    told = _members(ending, _ENDINGS[type(ending)][1])
    return {"in_sync": not ending.changes, **told} if isinstance(ending, Drifted) else told


def _course(report: Report) -> dict[str, Any]:
    """How long each nested stack was under work, and what failed first."""
    cause = {"cause": _plain(report.cause)} if report.cause else {}
    if isinstance(report.ending, Shown) or not (report.layers or isinstance(report.ending, Deployed | Followed)):
        return cause
    return {"layers": _plain(report.layers), **cause}


def _rows(rows: Iterable[tuple[ResourcePath, str, str]]) -> Iterator[tuple[ResourcePath, dict[str, str | None]]]:
    for path, kind, physical in rows:
        yield path, {"path": str(path), "type": kind, "physical_id": physical}


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    review = reviewed.review
    return {
        "create": reviewed.create,
        "overridden": dict(reviewed.overridden),
        "sources": dict(reviewed.sources),
        "rewritten": _plain(review.rewritten),
        "local": _plain(review.local),
        "output_changes": [_output(change) for change in review.outputs],
        "changes": [_change(change) for change in review.resources],
        "folded": _plain(review.folded),
        "settings": _plain(review.settings),
        "notes": _plain(review.notes),
        "cost": _cost(review.cost) if review.cost else None,
    }


def _cost(cost: CostChange) -> dict[str, Any]:
    """Dollars with cents: what is rounded for people is not rounded here."""
    return {
        "region": cost.region,
        "currency": "USD",
        "hours": HOURS,
        "prices_of": cost.dated,
        "monthly": _cents(cost.monthly) if cost.items else None,
        "items": [{**_plain(item), "monthly": _cents(item.monthly)} for item in cost.items],
        "not_known": _plain(cost.not_known),
        "at_fewest_tasks": _plain(cost.scaled),
        "not_in_it": list(NOT_IN_IT),
    }


def _cents(amount: Decimal) -> float:
    return float(round(amount, 2))


def _output(change: OutputChange) -> dict[str, Any]:
    told: dict[str, Any] = _plain(change)
    before, after = told.pop("export")
    return {**told, "export_before": before, "export_after": after}


def _change(change: ResourceChange) -> dict[str, Any]:
    """The properties come last: they are what is long."""
    told: dict[str, Any] = _plain(change)
    properties = told.pop("properties")
    return {**told, "properties": properties}


def _plain(fact: Any) -> Any:
    """A fact and all that is in it, as JSON holds it."""
    if isinstance(fact, ResourcePath):
        return str(fact)
    if isinstance(fact, Answer):
        told = {field.name: _plain(getattr(fact, field.name)) for field in fields(fact)}
        return {**told, "ends": fact.ends, "difference": fact.difference}
    if is_dataclass(fact):
        return _members(fact, tuple(field.name for field in fields(fact)))
    if isinstance(fact, tuple):
        return [_plain(member) for member in fact]
    if isinstance(fact, datetime):
        return fact.isoformat()
    return fact.value if isinstance(fact, Enum) else fact


def _members(fact: Any, names: Iterable[str]) -> dict[str, Any]:
    return {_RENAMED.get((type(fact), name), name): _plain(getattr(fact, name)) for name in names}
