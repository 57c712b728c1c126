"""The review as one tree of all nested stacks, for people: unchanged nested stacks on one line, each change with its
properties.

Colour repeats what the marks and words say; without colour nothing is lost.
"""

import io
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from deployment.report.escaping import clean
from deployment.report.marks import (
    LOCAL,
    after_text,
    cost_lines,
    fate,
    force,
    local_lines,
    output_lines,
    setting_lines,
    totals,
)
from deployment.review.review import Folded, Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.run.telling import Reviewed

_MARKS = {
    Kind.ADDED: ("+", "green"),
    Kind.IMPORTED: (">", "green"),
    Kind.CHANGED: ("~", "yellow"),
    Kind.MAY_BE_REPLACED: ("-/+?", "bold red"),
    Kind.REPLACED: ("-/+", "bold red"),
    Kind.REMOVED: ("-", "bold red"),
}
_LONGEST_VALUE = 300


def review_text(reviewed: Reviewed, width: int, *, colour: bool) -> str:
    """The whole review, ending with a newline."""
    screen = io.StringIO()
    console = Console(file=screen, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(_tree(reviewed))
    for line in _after(reviewed):
        console.print(line, markup=False, emoji=False)
    return screen.getvalue()


def _tree(reviewed: Reviewed) -> Tree:
    verb = "create" if reviewed.create else "update"
    tree = Tree(Text(f"{reviewed.stack}: {verb}, {totals(reviewed.review)}", style="bold"))
    _fill(tree, reviewed.review.root, reviewed.review)
    return tree


def _fill(tree: Tree, layer: LayerReview, review: Review) -> None:
    for resource in layer.resources:
        _add_resource(tree, resource)
    for below in layer.layers:
        if below.touched:
            _fill(tree.add(_layer_title(below, review)), below, review)
    if still := [below for below in layer.layers if not below.touched]:
        names = ", ".join(below.path.name for below in still)
        tree.add(Text(f"{names}: unchanged", style="dim"))
    if layer.folded and layer.touched:
        tree.add(Text(_folded(layer.folded), style="dim"))


def _layer_title(layer: LayerReview, review: Review) -> Text:
    count = len(layer.resources)
    what = f"  {layer.kind.value}, {count} resource{'s' if count != 1 else ''}" if layer.kind else ""
    what += "  (compared here)" if review.local else ""
    return Text(layer.path.name, style="bold").append(what, style="not bold")


def _add_resource(tree: Tree, resource: ResourceChange) -> None:
    mark, style = _MARKS[resource.kind]
    title = Text(f"{mark} ", style=style).append(resource.path.name, style="bold")
    if resource.kind is not Kind.ADDED or not resource.certain:
        title.append(f"  {fate(resource)}", style=style)
    branch = tree.add(title.append(f"  {resource.type}", style="not bold dim"))
    if resource.guard:
        branch.add(Text(f"! guarded: {clean(resource.guard)}", style="bold red"))
    for changed in resource.properties:
        branch.add(_property(changed))


def _property(change: PropertyChange) -> Text:
    text = Text(f"{change.name}: {_value(change.before) or '(not set)'} -> {_after_value(change)}")
    note = force(change)
    return text.append(f"  ({note})", style="bold red") if note else text


def _after_value(change: PropertyChange) -> str:
    text, is_value = after_text(change)
    return (_value(text) or "(removed)") if is_value else str(text)


def _value(value: str | None) -> str | None:
    if value is None:
        return None
    shown = clean(value)
    return "''" if not shown else shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}..."


def _folded(folded: tuple[Folded, ...]) -> str:
    """Which rows are left out, and what they wait for: all of that stays as it is."""
    names = ", ".join(phantom.path.name for phantom in folded)
    awaited = ", ".join(sorted({name for phantom in folded for name in phantom.waits_for}))
    return f"{names}: no change; listed because not known yet: {awaited or 'their values'}"


def _after(reviewed: Reviewed) -> Iterator[str]:
    if told := local_lines(reviewed.review):
        yield f"{LOCAL}:"
        yield from (f"  {line}" for line in told)
    outputs = output_lines(reviewed.review)
    if outputs:
        yield "outputs:"
        yield from (f"  {line}" for line in outputs)
    if settings := setting_lines(reviewed.review.settings):
        yield "settings:"
        yield from (f"  {line}" for line in settings)
    yield from (f"cost: {line}" for line in cost_lines(reviewed.review.cost))
    yield from (f"note: {clean(note)}" for note in reviewed.review.notes)
    for name, value in reviewed.overridden:
        yield f"--set for this run only: {name}={clean(value)}"
    for name, source in reviewed.sources:
        yield f"parameter {name}: {clean(source)}"
    count = sum(len(layer.folded) for layer in reviewed.review.root.walk() if not layer.touched)
    if count:
        yield f"{count} more listed in unchanged nested stacks do not change: they read outputs that stay the same."
    if reviewed.review.rewritten and not (reviewed.review.resources or outputs):
        names = ", ".join(str(path) or "root" for path in reviewed.review.rewritten)
        yield f"only text that no resource uses changes, in: {names}"
