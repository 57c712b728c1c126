"""The report as Markdown for a pull request: one sentence, a short table, the rest collapsed.

GitHub takes 65,536 characters in a comment. Text from elsewhere is in <code> or in fences, where neither Markdown
nor a mention of somebody is read in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deployment.report.escaping import code, escaped, fenced, prose
from deployment.report.facts import Failure, Report
from deployment.report.headline import details, facts, headline
from deployment.report.marks import (
    LOCAL,
    MARKS,
    after_text,
    cost_lines,
    fate,
    force,
    lines_of,
    local_lines,
    output_lines,
    why,
)
from deployment.report.text import duration, made_up
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.run.outcome import Followed, Shown
from deployment.run.telling import Deletion
from deployment.settings.setting_change import SettingChange
from deployment.template.resource_path import ResourcePath

LIMIT = 65_536
_RESERVE = 400  # for the note that something is left out
_MOST_ROWS = 40
_FEW = 3  # more resources that are only added in one nested stack share a row
_LONGEST_VALUE = 2_000
_LONGEST_SECTION = 15_000
_LOSES = (Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.REMOVED)
_GUARDED, _LOSING, _OTHER = range(3)


def markdown(report: Report) -> str:
    """The whole report, or as much of it as fits, with a note."""
    kept: list[str] = []
    room = LIMIT - _RESERVE
    sections = [section for section in _sections(report) if section]
    for number, section in enumerate(sections):
        room -= len(section) + 2
        if room < 0:
            left = len(sections) - number
            kept.append(
                f"_{left} more section{'s' if left > 1 else ''} omitted: a comment has room for {LIMIT:,} "
                "characters. All of it: `--output json` or `--html FILE`._"
            )
            break
        kept.append(section)
    return "\n\n".join(kept)


def _sections(report: Report) -> Iterator[str]:
    yield f"### {prose(headline(report))}"
    yield " · ".join(f"{name} {code(value)}" for name, value in facts(report))
    if isinstance(report.ending, Failure):
        yield from _failure(report, report.ending)
    if report.reviewed:
        yield from _reviewed(report)
    elif told := details(report):
        yield fenced("\n".join(told))
    yield from _afterwards(report)


def _failure(report: Report, failure: Failure) -> Iterator[str]:
    if report.cause:
        cause = report.cause
        where = str(cause.path) or report.stack_name or ""
        yield f"**First cause:** {code(where)} ({code(cause.type)}) {code(cause.status)}\n\n{fenced(cause.reason)}"
    if report.findings:
        yield fenced("\n".join(report.findings))
    if failure.remedy:
        yield f"**Next:**\n\n{fenced(failure.remedy)}"


def _reviewed(report: Report) -> Iterator[str]:
    reviewed = report.reviewed
    assert reviewed is not None
    rows = [row for layer in reviewed.review.root.walk() for row in _rows(layer, report.stack_name or "")]
    shown = sorted(sorted(range(len(rows)), key=lambda number: rows[number].rank)[:_MOST_ROWS])
    if told := local_lines(reviewed.review):
        yield "\n".join([f"> **{LOCAL}.**", *(f"> - {prose(line)}" for line in told)])
    if rows:
        yield _table(("Layer", "Resource", "What happens", "Why"), (rows[number].cells for number in shown))
    if len(rows) > _MOST_ROWS:
        guarded = sum(row.rank == _GUARDED for row in rows) - _MOST_ROWS
        yield f"_and {len(rows) - _MOST_ROWS} more rows, below{f'; {guarded} of them guarded' if guarded > 0 else ''}_"
    if outputs := output_lines(reviewed.review):
        yield "\n".join(["Outputs:", *(f"- {prose(line)}" for line in outputs)])
    if settings := reviewed.review.settings:
        yield _settings(settings)
    if costs := cost_lines(reviewed.review.cost):
        yield "\n".join(["Cost:", *(f"- {prose(line)}" for line in costs)])
    if notes := reviewed.review.notes:
        yield "\n".join(f"> {prose(note)}" for note in notes)
    for name, value in reviewed.overridden:
        yield f"For this run only: {code(f'{name}={value}')}"
    for name, source in reviewed.sources:
        yield f"Parameter {code(name)}: {prose(source)}"
    if reviewed.review.rewritten and not (reviewed.review.resources or outputs):
        names = ", ".join(code(str(path) or "root") for path in reviewed.review.rewritten)
        yield f"Only text that no resource uses changes, in: {names}"
    if still := [layer for layer in reviewed.review.root.layers if not layer.touched]:
        yield f"Unchanged: {', '.join(code(layer.path.name) for layer in still)}"
    if told := details(report):
        yield fenced("\n".join(told))
    yield from _details(reviewed.review)


def _settings(settings: Iterable[SettingChange]) -> str:
    rows = [(code(setting.name), _side(setting.before), _side(setting.after), _when(setting)) for setting in settings]
    return _table(("Setting", "Before", "After", "When"), rows)


def _when(setting: SettingChange) -> str:
    return f"**guarded:** {prose(setting.guard)}, {prose(setting.applied)}" if setting.guard else prose(setting.applied)


@dataclass(frozen=True)
class _Row:
    """A line of the table of changes; where there is no room for all, those of the lowest rank are shown."""

    rank: int
    cells: tuple[str, ...]


def _rows(layer: LayerReview, stack: str) -> Iterator[_Row]:
    name = code(str(layer.path) or stack)
    added = [change for change in layer.resources if change.kind is Kind.ADDED and change.certain]
    together = added if len(added) > _FEW else []
    if together:
        yield _Row(_OTHER, (name, f"{len(together)} resources", _happens(together[0]), ""))
    for change in layer.resources:
        if change not in together:
            what = f"{code(change.path.name)} {code(change.type)}"
            yield _Row(_rank(change), (name, what, _happens(change), _why(change)))


def _rank(change: ResourceChange) -> int:
    return _GUARDED if change.guard else _LOSING if change.kind in _LOSES else _OTHER


def _happens(change: ResourceChange) -> str:
    word = f"{MARKS[change.kind].sign} {fate(change)}"
    return f"**{word}**" if change.kind in _LOSES else word


def _why(change: ResourceChange) -> str:
    """The first properties that explain it, after what guards it."""
    reasons = why(change)
    shown = [f"**guarded:** {prose(change.guard)}"] if change.guard else []
    shown += [f"{code(name)} {remark}".strip() for name, remark in reasons[:_FEW]]
    return ", ".join([*shown, *([f"{len(reasons) - _FEW} more"] if len(reasons) > _FEW else [])])


def _details(review: Review) -> Iterator[str]:
    for layer in review.root.walk():
        told = [_before_and_after(change) for change in layer.resources if change.properties]
        for number, body in enumerate(_bundled(told)):
            title = f"Before and after: <b>{escaped(str(layer.path) or 'root')}</b>"
            yield _folded(f"{title}{', continued' if number else ''}", body)
    if added := [change for change in review.resources if not change.properties]:
        listed = "\n".join(f"{MARKS[change.kind].sign} {change.path}  {change.type}" for change in added)
        yield _folded(f"{len(added)} resources without a before and after", fenced(listed))
    if review.folded:
        waits = (f"{phantom.path}: waits for {', '.join(phantom.waits_for)}" for phantom in review.folded)
        title = f"{len(review.folded)} more listed by CloudFormation that do not change"
        yield _folded(title, fenced("\n".join(waits)))


def _before_and_after(change: ResourceChange) -> str:
    text = "\n".join(_difference(change))
    cut = len(text) - _LONGEST_SECTION
    note = f"\n{cut} more characters omitted" if cut > 0 else ""
    return f"{code(str(change.path))} {fate(change)}\n\n{fenced(text[:_LONGEST_SECTION], 'diff')}{note}"


def _bundled(texts: list[str]) -> Iterator[str]:
    """As few bodies as hold all texts without one growing long."""
    bundle: list[str] = []
    for text in texts:
        if bundle and sum(map(len, bundle)) + len(text) > _LONGEST_SECTION:
            yield "\n\n".join(bundle)
            bundle = []
        bundle.append(text)
    if bundle:
        yield "\n\n".join(bundle)


def _difference(change: ResourceChange) -> Iterator[str]:
    for changed in change.properties:
        remark = f"  ({force(changed)})" if force(changed) else ""
        yield f"@@ {' '.join(lines_of(changed.name))}{remark}"
        if changed.before is not None:
            yield from (f"- {line}" for line in _value(changed.before))
        text, is_value = after_text(changed)
        if text is not None:
            yield from (f"+ {line}" for line in (_value(text) if is_value else [f"({text})"]))


def _value(text: str) -> list[str]:
    cut = len(text) - _LONGEST_VALUE
    return lines_of(text[:_LONGEST_VALUE]) + ([f"... {cut} more characters"] if cut > 0 else [])


def _afterwards(report: Report) -> Iterator[str]:
    if report.deletion:
        for verb, rows in (("deleted", report.deletion.goes), ("kept", report.deletion.stays)):
            if rows:
                listed = "\n".join(_deleted(report.deletion, path, kind) for path, kind, _ in rows)
                yield _folded(f"{len(rows)} resource{'s' if len(rows) > 1 else ''} {verb}", fenced(listed))
        if report.deletion.exports:
            used = [(code(name), prose(importers)) for name, importers in report.deletion.exports]
            table = _table(("Export", "Imported by"), used)
            yield f"Exports in use, so that CloudFormation refuses the deletion:\n\n{table}"
    if isinstance(report.ending, Shown):
        yield from _shown(report.ending)
    if isinstance(report.ending, Shown | Followed) and report.ending.settings:
        yield f"The next deployment would change:\n\n{_settings(report.ending.settings)}"
    if report.layers:
        times = [(code(str(layer.path)), duration(layer.seconds)) for layer in report.layers]
        yield _folded("Duration of each nested stack", _table(("Nested stack", "Duration"), times))
    if report.stack and report.stack.outputs:
        outputs = [(code(output.name), code(output.value)) for output in report.stack.outputs]
        notes = [prose(f"{line[:1].upper()}{line[1:]}.") for line in made_up(report.stack)]
        yield _folded("Outputs", "\n\n".join([_table(("Output", "Value"), outputs), *notes]))


def _deleted(deletion: Deletion, path: ResourcePath, kind: str) -> str:
    guard = deletion.guard(path)
    protected = deletion.protection(path)
    row = f"{path}  {kind}{f'  ! guarded: {guard}' if guard else ''}"
    return "\n".join(
        (row, *(f"  {'  ' if number else '! protected: '}{line}" for number, line in enumerate(protected)))
    )


def _shown(outcome: Shown) -> Iterator[str]:
    if outcome.template_differs:
        yield "The next deployment would send other templates."
    if outcome.differences:
        rows = [
            (code(difference.name), _side(difference.deployed), _side(difference.file))
            for difference in outcome.differences
        ]
        yield _table(("The next deployment would send", "Deployed", "In the files"), rows)
    if outcome.uncompared:
        yield _table(("Only a change set shows whether these changed",), [(code(line),) for line in outcome.uncompared])
    if outcome.layers:
        states = [(code(str(layer.path)), code(layer.status), code(layer.remark)) for layer in outcome.layers]
        yield _folded("Layers", _table(("Layer", "Status", "Reason"), states))


def _side(value: str | None) -> str:
    return "(none)" if value is None else code(value) or "(empty)"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
