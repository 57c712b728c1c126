"""How a run ended in one sentence, and the few facts that go with it."""

from collections.abc import Iterable, Iterator

from deployment.report.escaping import clean
from deployment.report.facts import Failure, Report
from deployment.report.marks import totals
from deployment.report.text import duration, result, summary
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Deployed,
    Detached,
    Followed,
    Listed,
    Planned,
    Routed,
    SettingsChanged,
    Shown,
    Unchanged,
)
from deployment.settings.setting_change import SettingChange, due

_BADGES = {
    "SettingsChanged": "settings changed",
    "Shown": "status",
    "Absent": "no stack",
    "Drifted": "drift",
    "Listed": "releases",
    "Routed": "routes",
}


def headline(report: Report) -> str:
    """One sentence without its full stop."""
    ending = report.ending
    if isinstance(ending, Failure):
        return clean(ending.happened)
    if isinstance(ending, Planned) and ending.reviewed:
        verb = "create" if ending.reviewed.create else "update"
        return f"{ending.stack}: a deployment would {verb} it: {totals(ending.reviewed.review)}"
    if isinstance(ending, Declined):
        return f"declined; nothing was changed on {ending.stack}"
    if isinstance(ending, SettingsChanged):
        return f"{ending.stack.name}: {_names(ending.review.settings)} changed; no resource changes"
    if isinstance(ending, Detached):
        return f"an operation on {ending.stack} is in progress: {totals(ending.review)}"
    if isinstance(ending, Deployed):
        status = ending.stack.status.value
        return f"{ending.stack.name} is {status} after {duration(ending.seconds)}: {totals(ending.review)}"
    return next(summary(ending), badge(report))


def _names(settings: Iterable[SettingChange]) -> str:
    return ", ".join(setting.name for setting in due(tuple(settings)))


def details(report: Report) -> list[str]:
    """What the text form says after its first line of an ending that has no table or list of its own in a report."""
    ending = report.ending
    if isinstance(ending, Failure | Unchanged | Deployed | Followed | Deleted | Absent | Shown | SettingsChanged):
        return []
    listed = result(ending) if isinstance(ending, Listed | Routed) else ()
    return [*listed, *list(summary(ending))[1:]]


def badge(report: Report) -> str:
    """One or two words, the same for every run that ended so."""
    ending = report.ending
    if isinstance(ending, Failure):
        return "nothing sent" if ending.nothing_sent else "failed"
    return _BADGES.get(type(ending).__name__, type(ending).__name__.lower())


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """Name and value of what identifies the run."""
    if report.stack_name:
        yield "stack", report.stack_name
    if report.subject:
        yield "environment", report.subject.environment
        yield "account", report.subject.account
        yield "region", report.subject.region
    ending = report.ending
    status = report.stack.status.value if report.stack else ending.status if isinstance(ending, Failure) else None
    if status:
        yield "status", status
    if isinstance(ending, Planned) and ending.saved:
        yield "change set", ending.saved
    if isinstance(ending, Deployed | Followed | Deleted):
        yield "duration", duration(ending.seconds)
    if report.stack:
        yield "termination protection", "on" if report.stack.protected else "off"
    if report.stack and report.stack.reason:
        yield "status reason", report.stack.reason
    if report.written:
        yield "written", report.written.strftime("%Y-%m-%d %H:%M UTC")
