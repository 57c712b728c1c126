"""The report as one HTML page that needs nothing else: no script to be read, no network, a keyboard or a printer.

page.css and page.js beside this file are put into it; a content security policy keeps everything else out.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path as File

from deployment.report.architecture import Block, Part
from deployment.report.escaping import escaped
from deployment.report.facts import Failure, Report
from deployment.report.headline import badge, details, facts, headline
from deployment.report.html.changes import filters, links, tree
from deployment.report.html.picture import guard_shape, picture, shape
from deployment.report.marks import FAILED, LOCAL, MARKS, Mark, cost_lines, local_lines, output_lines, setting_lines
from deployment.report.text import duration
from deployment.review.review import Kind
from deployment.run.outcome import Deleted, Detached, Followed, Recovered, Shown
from deployment.stack.stack import Output
from deployment.template.resource_path import ResourcePath

_HERE = File(__file__).parent


def page(report: Report, beside: str = "") -> str:
    """The whole document, as UTF-8 text; `beside` is what else it says, as HTML."""
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    title = escaped(headline(report))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style}</style></head>\n<body>\n"
        f"{''.join(_body(report, title, beside))}\n<script>{script}</script>\n</body></html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _body(report: Report, title: str, beside: str) -> Iterator[str]:
    word = badge(report)
    yield '<a class="unseen" href="#main">To the content</a>\n<header>'
    yield f'<p class="badge {word.replace(" ", "-")}">{word}</p><h1>{title}</h1><dl>'
    yield "".join(f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in facts(report))
    yield '</dl></header>\n<main id="main">'
    if isinstance(report.ending, Failure):
        yield from _failure(report, report.ending)
    if text := "\n".join(details(report)):
        yield f'<section class="told"><pre>{_block(text)}</pre></section>'
    if report.system:
        yield from _picture(report, report.system)
    yield from _changes(report)
    yield from _tables(report)
    yield beside
    yield "</main>"


def _failure(report: Report, failure: Failure) -> Iterator[str]:
    yield '<section class="failure" aria-labelledby="failure"><h2 id="failure">What went wrong</h2>'
    if cause := report.cause:
        where = str(cause.path) or report.stack_name or ""
        yield f"<p>First cause: <strong>{escaped(where)}</strong> ({escaped(cause.type)}) {escaped(cause.status)}</p>"
        yield f"<pre>{_block(cause.reason)}</pre>"
    yield "".join(f"<pre>{_block(finding)}</pre>" for finding in report.findings)
    if failure.remedy:
        yield f'<p>Next:</p><pre class="next">{_block(failure.remedy)}</pre>'
    if failure.nothing_sent:
        yield "<p>Nothing was sent: nothing has changed anywhere.</p>"
    yield "</section>"


def _block(text: str) -> str:
    return "\n".join(escaped(line) for line in text.split("\n"))


def _picture(report: Report, system: Block) -> Iterator[str]:
    marks = _marks(report)
    targets = links(report.reviewed.review) if report.reviewed else {}
    built = {part.path for block in system.walk() for part in block.parts}
    changes = report.reviewed.review.resources if report.reviewed else ()
    gone = [Part(change.path, change.type, None) for change in changes if change.path not in built]
    used = sorted(set(marks.values()), key=lambda mark: [*MARKS.values(), FAILED].index(mark))
    yield '<section aria-labelledby="system"><h2 id="system">The system</h2><figure><div class="scroll">'
    guarded = _guarded(report)
    yield picture(system, marks, targets, report.stack_name or "root", gone, guarded)
    yield "</div><figcaption><span>Nested stacks in the order of creation, by step; dashed: conditional.</span>"
    yield f"<span>{_marking(report) if used else 'Nothing is marked: no resource changes.'}</span>"
    yield "".join(f'<span class="legend">{shape(mark)}{escaped(mark.word)}</span>' for mark in used)
    if guarded:
        yield f'<span class="legend">{guard_shape()}guarded: needs an approval of its own</span>'
    yield "</figcaption></figure></section>"


def _marking(report: Report) -> str:
    """What the marks mean, by how it ended: a plan, something done, or something tried."""
    if isinstance(report.ending, Failure):
        return "Marked, what was to happen:"
    if isinstance(report.ending, Detached):
        return "Marked, what is under way:"
    return "Marked, what has happened:" if report.done else "Marked, what would happen:"


def _marks(report: Report) -> dict[ResourcePath, Mark]:
    """What is marked: the changes, what a deletion takes, and what failed first."""
    marks = {change.path: MARKS[change.kind] for change in report.reviewed.review.resources} if report.reviewed else {}
    if report.deletion:
        marks |= {path: MARKS[Kind.REMOVED] for path, _, _ in report.deletion.goes}
    if report.cause:
        marks[report.cause.path] = FAILED
    return marks


def _guarded(report: Report) -> set[ResourcePath]:
    """What needs an approval of its own: changes, and what a deletion takes."""
    changes = report.reviewed.review.resources if report.reviewed else ()
    going = (path for path, _ in report.deletion.guards) if report.deletion else ()
    return {*(change.path for change in changes if change.guard), *going}


def _changes(report: Report) -> Iterator[str]:
    reviewed = report.reviewed
    if reviewed is None:
        return
    yield '<section aria-labelledby="changes"><h2 id="changes">Changes</h2>'
    if told := local_lines(reviewed.review):
        listed = "".join(f"<li>{escaped(line)}</li>" for line in told)
        yield f'<div class="local" role="note"><p><b>{LOCAL}.</b></p><ul>{listed}</ul></div>'
    if outputs := output_lines(reviewed.review):
        listed = "".join(f"<li>{escaped(line)}</li>" for line in outputs)
        yield f'<div class="outputs"><p>Outputs:</p><ul>{listed}</ul></div>'
    if settings := setting_lines(reviewed.review.settings):
        listed = "".join(f"<li>{escaped(line)}</li>" for line in settings)
        yield f'<div class="settings"><p>Settings:</p><ul>{listed}</ul></div>'
    if costs := cost_lines(reviewed.review.cost):
        listed = "".join(f"<li>{escaped(line)}</li>" for line in costs)
        yield f'<div class="cost"><p>Cost:</p><ul>{listed}</ul></div>'
    yield from (f'<p class="note">{escaped(note)}</p>' for note in reviewed.review.notes)
    for name, value in reviewed.overridden:
        yield f"<p>For this run only: <code>{escaped(name)}={escaped(value)}</code></p>"
    for name, source in reviewed.sources:
        yield f"<p>Parameter <code>{escaped(name)}</code>: {escaped(source)}</p>"
    if reviewed.review.rewritten and not (reviewed.review.resources or outputs):
        names = ", ".join(str(path) or "root" for path in reviewed.review.rewritten)
        yield f"<p>Only text that no resource uses changes, in: {escaped(names)}</p>"
    yield filters(reviewed.review)
    yield f'<div class="tree">{tree(reviewed.review, reviewed.stack)}</div></section>'


def _tables(report: Report) -> Iterator[str]:
    if report.deletion:
        verb = "Deleted" if isinstance(report.ending, Deleted | Recovered) else "To be deleted"
        guards = dict(report.deletion.guards)
        yield _table(
            verb,
            ("Resource", "Type", "Physical id", "Guarded"),
            [(str(path), kind, name, guards.get(path, "")) for path, kind, name in report.deletion.goes],
        )
        yield _table(
            "Protected by its service",
            ("Resource", "Reason and next step"),
            [(str(path), " ".join(lines)) for path, lines in report.deletion.protections],
        )
        yield _table(
            "Kept, because of its DeletionPolicy",
            ("Resource", "Type", "Physical id"),
            [(str(path), kind, name) for path, kind, name in report.deletion.stays],
        )
        yield _table(
            "Exports in use: CloudFormation refuses the deletion", ("Export", "Imported by"), report.deletion.exports
        )
    if isinstance(report.ending, Shown):
        yield from _shown(report.ending)
    if isinstance(report.ending, Shown | Followed):
        changed = [
            (setting.name, _side(setting.before), _side(setting.after), setting.guard or "")
            for setting in report.ending.settings
        ]
        yield _table("The next deployment would change", ("Setting", "Before", "After", "Guarded: it"), changed)
    times = [(str(layer.path), duration(layer.seconds)) for layer in report.layers]
    yield _table("Duration of each nested stack", ("Nested stack", "Duration"), times)
    outputs = report.stack.outputs if report.stack else ()
    values = [(output.name, output.value, _described(output)) for output in outputs]
    yield _table("Outputs", ("Output", "Value", "Description"), values)


def _described(output: Output) -> str:
    made_up = f"The form of {', '.join(output.made_up)} is made up." if output.made_up else ""
    return " ".join(filter(None, (output.description, made_up)))


def _shown(outcome: Shown) -> Iterator[str]:
    if outcome.template_differs:
        yield "<p>The next deployment would send other templates.</p>"
    differences = [
        (difference.name, _side(difference.deployed), _side(difference.file)) for difference in outcome.differences
    ]
    yield _table("The next deployment would send", ("Name", "Deployed", "In the files"), differences)
    yield _table("Only a change set shows whether these changed", ("Input",), [(line,) for line in outcome.uncompared])
    states = [(str(layer.path), layer.status, layer.remark) for layer in outcome.layers]
    yield _table("Layers", ("Layer", "Status", "Reason"), states)


def _side(value: str | None) -> str:
    return "(none)" if value is None else value or "(empty)"


def _table(title: str, names: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A section with a table, or nothing where there are no rows."""
    body = "".join(
        f'<tr><th scope="row">{escaped(first)}</th>{"".join(f"<td>{escaped(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f"<section><h2>{escaped(title)}</h2>"
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></section>'
    )
