"""The stacks in progress as one block of lines that fits the terminal: since when, their status, what is done."""

from dataclasses import dataclass
from datetime import datetime

from rich.console import Group
from rich.text import Text

from cloudformation.statuses import StackStatus, open_member
from deployment.report.escaping import clean
from deployment.report.text import duration
from deployment.terminal.views.progress import OperationProgress

_LEAST_ROOM = 4
_NAMED = 2
_WIDEST_NAME = 30
_STATUS_WIDTH = 18  # CREATE_IN_PROGRESS; longer ones push what follows


@dataclass(eq=False)
class Row:
    """One stack: its events, and when they came."""

    name: str
    work: OperationProgress
    ended: bool = False
    heard: datetime | None = None
    heard_at: float = 0.0
    now: datetime | None = None


def block(rows: list[Row], width: int, height: int) -> Group:
    """At most `height` lines: a line for each stack, or the counts and the stacks in progress."""
    room = max(height, _LEAST_ROOM)
    named = min(max((len(clean(row.name)) for row in rows), default=0), _WIDEST_NAME)
    if len(rows) <= room:
        return Group(*(_line(row, width, named) for row in rows))
    working = [row for row in rows if not row.ended]
    shown = working[: room - 2]
    lines = [Text(f"         {len(rows) - len(working)} stacks done, {len(working)} at work")]
    more = [Text(f"         ... and {len(working) - len(shown)} more at work")] if len(working) > len(shown) else []
    return Group(*(_cut(line, width) for line in [*lines, *(_line(row, width, named) for row in shown), *more]))


def _line(row: Row, width: int, names: int) -> Text:
    """Names and statuses are in columns, so that stacks in progress are found without reading."""
    work = row.work
    spent = (row.now - work.started).total_seconds() if row.now and work.started else 0
    status = open_member(StackStatus, work.status) if work.status else None
    style = "yellow" if not row.ended else "green" if status and status.succeeded else "bold red"
    doing = work.at_work()
    named = ", ".join(item.name for item in doing[:_NAMED]) + (", ..." if len(doing) > _NAMED else "")
    done = work.done
    counts = f"{done} done" + (f", {len(doing)} at work: {named}" if doing and not row.ended else "")
    line = Text.assemble(
        f"{duration(spent):>7}  ",
        (f"{clean(row.name):<{names}}", "bold"),
        "  ",
        (f"{work.status:<{_STATUS_WIDTH}}", style),
        (f"  {clean(counts)}", "dim"),
    )
    return _cut(line, width)


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    line.no_wrap = True
    return line
