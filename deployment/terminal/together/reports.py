"""The reports of several stacks as one: the platform's, with those of its services beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from deployment.report.escaping import code, escaped, fenced, prose
from deployment.report.facts import Failure, Report
from deployment.report.headline import headline
from deployment.report.html.page import page
from deployment.report.json_document import as_text, members
from deployment.report.markdown import LIMIT, markdown
from deployment.report.text import error_lines, summary
from deployment.terminal.together.endings import Part, Together, beside, unremarkable

_RESERVE = 4_000  # for the lines of those that have no room


def reported(together: Together, form: str, now: datetime | None) -> str:
    """The report as `json`, `markdown` or `html`."""
    reports = {name: report(part, now) for name, part in together.services.items()}
    platform = report(together.platform, now)
    if form == "json":
        return as_text(members(platform) | _beside(together, reports))
    if form == "markdown":
        return _markdown(together, platform, reports)
    return page(platform, "".join(_sections(together, reports)))


def report(part: Part, now: datetime | None) -> Report:
    """The report of one stack."""
    return part.record.report(part.reported, now)


def _beside(together: Together, reports: dict[str, Report]) -> dict[str, Any]:
    return {
        "services": {name: members(own) for name, own in reports.items()},
        "not_begun": list(together.not_begun),
        "left_behind": [
            {"service": left.service, "stack": left.stack, "command": left.command} for left in together.left_behind
        ],
    }


def _markdown(together: Together, platform: Report, reports: dict[str, Report]) -> str:
    """The whole of each as far as there is room, then a line for each of the others."""
    remarkable = {name: own for name, own in reports.items() if not unremarkable(together.services[name].ending)}
    kept, left = [markdown(platform)], []
    room = LIMIT - _RESERVE - len(kept[0])
    for name, own in remarkable.items():
        text = f"## {prose(name)}\n\n{markdown(own)}"
        room -= len(text) + 2
        if room < 0:
            left.append(name)
        else:
            kept.append(text)
    kept += [f"- {code(name)} {prose(headline(remarkable[name]))}" for name in left[: _RESERVE // 100]]
    rest = list(beside(together))
    return "\n\n".join([*kept, *([fenced("\n".join(rest))] if rest else [])])[:LIMIT]


def _sections(together: Together, reports: dict[str, Report]) -> Iterator[str]:
    """What a page shows of the services: each under its name, as text."""
    yield '<section class="told" aria-labelledby="services"><h2 id="services">Services</h2>'
    for name, own in reports.items():
        yield f"<details><summary><strong>{escaped(name)}</strong> {escaped(headline(own))}</summary>"
        yield f"<pre>{escaped(_text(own))}</pre></details>"
    rest = list(beside(together))
    if rest:
        yield f"<pre>{escaped(chr(10).join(rest))}</pre>"
    yield "</section>"


def _text(own: Report) -> str:
    from deployment.report.tree import review_text

    lines = error_lines(own.ending) if isinstance(own.ending, Failure) else summary(own.ending)
    review = review_text(own.reviewed, 120, colour=False) if own.reviewed else ""
    return f"{review}{chr(10).join(lines)}"
