"""An operation in progress as a tree that fits a terminal: a pure function of its state, the time and the room.

Nested stacks that are done have one line, with their duration; one in progress shows its resources in progress, the
slow ones with what they wait for. Where the room is short, what is done is omitted first, then the most recent.
"""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group
from rich.text import Text

from deployment.report.escaping import clean
from deployment.report.text import duration
from deployment.template.resource_path import ROOT
from deployment.terminal.views.progress import LayerProgress, OperationProgress, ResourceProgress

_STYLES = {"done": "green", "failed": "bold red", "at work": "yellow"}
_WAIT_LINES = 2
_LEAST_ROOM = 4


def tree(work: OperationProgress, now: datetime, width: int, height: int) -> Group:
    """At most `height` lines of at most `width` columns."""
    lines = [*_layers(work, now, width)]
    room = max(height, _LEAST_ROOM) - 1
    if len(lines) > room:
        lines = _shortened(work, now, width, room)
    return Group(*(_cut(line, width) for line in [_head(work, now), *lines]))


def _head(work: OperationProgress, now: datetime) -> Text:
    spent = (now - work.started).total_seconds() if work.started else 0
    return Text.assemble((f"{duration(spent):>7}", "bold"), f"  {work.stack}  ", (work.status, "bold"))


def _layers(work: OperationProgress, now: datetime, width: int) -> Iterator[Text]:
    for item in work.at_work(ROOT):
        yield from _resource(work, item, now, width)
    for layer in work.layers():
        yield _layer(layer, now)
        for item in layer.at_work:
            yield from _resource(work, item, now, width)


def _shortened(work: OperationProgress, now: datetime, width: int, room: int) -> list[Text]:
    """One line for all nested stacks that are done, and the resources that are in progress longest."""
    layers = work.layers()
    done = [layer for layer in layers if not layer.item.at_work]
    head = [Text(f"         {len(done)} of {len(layers)} nested stacks done")] if layers else []
    shown = [line for item in work.at_work() for line in _resource(work, item, now, width, whole=True)]
    left = room - len(head)
    if len(shown) > left:
        shown = [*shown[: left - 1], Text("         ... and more at work")]
    return [*head, *shown]


def _layer(layer: LayerProgress, now: datetime) -> Text:
    item = layer.item
    state = "at work" if item.at_work else "failed" if item.event.failed else "done"
    counts = [f"{layer.done} done"] if item.at_work else [f"{layer.done} resource{'' if layer.done == 1 else 's'}"]
    if layer.at_work:
        counts.append(f"{len(layer.at_work)} at work")
    name = str(item.event.path)
    spent = duration(item.seconds(now))
    return Text.assemble(
        f"{spent:>7}  ", (f"{state:<7}", _STYLES[state]), f"  {clean(name)}", (f"  {', '.join(counts)}", "dim")
    )


def _resource(
    work: OperationProgress, item: ResourceProgress, now: datetime, width: int, *, whole: bool = False
) -> Iterator[Text]:
    """Its time, verb, name and type; below that, what it waits for."""
    verb = item.event.status.removesuffix("_IN_PROGRESS").lower()
    name = str(item.event.path) if whole else item.name
    kind = item.event.type.removeprefix("AWS::")
    yield Text.assemble(
        f"{'':>9}{duration(item.seconds(now)):>7}  {verb:<6}  ", (clean(name), "bold"), (f"  {kind}", "dim")
    )
    waits = work.waits.get(item.event.path)
    if waits:
        indent = 18 if width < 60 else 26
        yield from (Text(" " * indent + line, style="italic") for line in _wrapped(waits, width - indent))


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(f"waits: {clean(text)}", max(width, 10), max_lines=_WAIT_LINES, placeholder=" ...")


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    line.no_wrap = True
    return line
