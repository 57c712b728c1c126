"""The reviewed changes as a tree of nested stacks in HTML: each resource opens to its properties, before and after."""

from collections.abc import Iterable, Iterator, Mapping

from deployment.report.escaping import escaped
from deployment.report.html.picture import shape
from deployment.report.html.side_by_side import Stretch, alone, side_by_side
from deployment.report.marks import MARKS, after_text, fate, force, layer_words
from deployment.review.review import Folded, Kind, LayerReview, PropertyChange, ResourceChange, Review
from deployment.template.resource_path import ResourcePath

_GRAVE = (Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.REMOVED)


def links(review: Review) -> dict[ResourcePath, str]:
    """Where on the page each change is: names that need no escaping."""
    return {change.path: f"change-{number}" for number, change in enumerate(review.resources, 1)}


def tree(review: Review, stack: str) -> str:
    """All nested stacks; what changes is open, what stays is collapsed."""
    return "".join(_layer(review.root, links(review), stack, 3))


def filters(review: Review) -> str:
    """The buttons and the search field; the page's script shows them, since without it they do nothing."""
    buttons = "".join(
        f'<button type="button" aria-pressed="false" data-filter="{MARKS[kind].slug}">'
        f"{shape(MARKS[kind])}{escaped(kind.value)} <b>{count}</b></button>"
        for kind in Kind
        if (count := review.count(kind))
    )
    return (
        '<div class="filters" role="group" aria-label="Show only" hidden>'
        f"{buttons}"
        '<label>Search <input type="search" id="search" aria-keyshortcuts="/" autocomplete="off"></label>'
        '<button type="button" id="open-all">Open all</button><button type="button" id="close-all">Close all</button>'
        f'<output for="search" aria-live="polite">{len(review.resources)} of {len(review.resources)} shown</output>'
        '<p class="keys"><kbd>/</kbd> search, <kbd>Esc</kbd> all again, <kbd>↑</kbd> <kbd>↓</kbd> go, '
        "<kbd>→</kbd> <kbd>←</kbd> open and close</p></div>"
    )


def _layer(layer: LayerReview, targets: Mapping[ResourcePath, str], name: str, level: int) -> Iterator[str]:
    heading = f"h{min(level, 6)}"
    words = layer_words(layer) or ("unchanged" if not layer.touched else "")
    new = f"{layer.kind.value}; " if layer.kind else ""
    yield f'<details class="layer"{" open" if layer.touched else ""}><summary>'
    yield f"<{heading}>{escaped(name)}</{heading}> <span>{escaped(new + words)}</span></summary><div>"
    for change in layer.resources:
        yield from _change(change, targets[change.path], min(level + 1, 6))
    if layer.folded:
        yield from _phantoms(layer.folded)
    for below in layer.layers:
        yield from _layer(below, targets, below.path.name, level + 1)
    yield "</div></details>"


def _change(change: ResourceChange, target: str, level: int) -> Iterator[str]:
    mark, name = MARKS[change.kind], escaped(change.path.name)
    sought = escaped(" ".join([*change.path, change.type, *(changed.name for changed in change.properties)]).lower())
    opened = " open" if change.kind in _GRAVE else ""
    yield f'<details class="change {mark.slug}" id="{target}" data-kind="{mark.slug}" data-text="{sought}"{opened}>'
    yield f"<summary>{shape(mark)}<h{level}>{name}</h{level}> "
    yield f'<span class="fate">{escaped(fate(change))}</span> '
    compared = " <span>(compared here)</span>" if change.local else ""
    yield f'<span class="type">{escaped(change.type)}</span>{compared}</summary>'
    if change.physical_id:
        yield f'<p class="id">{escaped(change.physical_id)}</p>'
    if change.guard:
        path = escaped(str(change.path))
        yield f'<p class="guard"><b>Guarded:</b> {escaped(change.guard)}. <code>--allow {path}</code></p>'
    if change.properties:
        yield f'<table class="sides"><caption class="unseen">Properties of {name}, before and after</caption>'
        yield "<thead><tr>" + "".join(f'<th scope="col">{column}</th>' for column in ("Property", "Before", "After"))
        yield "</tr></thead>"
        yield "<tbody>"
        for changed in change.properties:
            yield from _property(changed)
        yield "</tbody></table>"
    elif change.local and change.kind is Kind.MAY_BE_REPLACED:
        yield "<p>Its templates could not be compared.</p>"
    else:
        yield f"<p>{_NO_PROPERTIES.get(change.kind, 'CloudFormation names no property.')}</p>"
    yield "</details>"


_NO_PROPERTIES = {
    Kind.ADDED: "A new resource; there is nothing before it.",
    Kind.REMOVED: "The resource is no longer in the templates.",
    Kind.IMPORTED: "The resource exists and becomes part of the stack.",
}


def _property(change: PropertyChange) -> Iterator[str]:
    before, after = _sides(change)
    remark = f'<strong class="force">{force(change)}</strong>' if force(change) else ""
    cause = f'<span class="cause">because of {escaped(change.cause)}</span>' if change.cause else ""
    yield f'<tr><th scope="row">{escaped(change.name)}{remark}{cause}</th>'
    yield f'<td data-side="Before">{before}</td><td data-side="After">{after}</td></tr>'


def _sides(change: PropertyChange) -> tuple[str, str]:
    text, is_value = after_text(change)
    if change.before is not None and text is not None and is_value:
        old, new = side_by_side(change.before, text)
        return _lines(old, "del"), _lines(new, "ins")
    before = "<i>not set</i>" if change.before is None else _lines(alone(change.before), "del")
    if text is None:
        return before, "<i>removed</i>"
    return before, _lines(alone(text), "ins") if is_value else f"<i>{escaped(text)}</i>"


def _lines(lines: Iterable[Iterable[Stretch]], element: str) -> str:
    shown = (
        "".join(f"<{element}>{escaped(text)}</{element}>" if differs else escaped(text) for text, differs in line)
        for line in lines
    )
    text = "\n".join(shown)
    return f"<pre>{text}</pre>"


def _phantoms(folded: tuple[Folded, ...]) -> Iterator[str]:
    count = f"{len(folded)} more {'is' if len(folded) == 1 else 'are'} listed by CloudFormation and"
    yield f'<details class="phantoms"><summary>{count} {"does" if len(folded) == 1 else "do"} not change</summary>'
    yield "<p>They read values that are not known before the execution, and that stay the same.</p><ul>"
    for phantom in folded:
        waits = f" waits for {escaped(', '.join(phantom.waits_for))}" if phantom.waits_for else ""
        yield f'<li>{escaped(phantom.path.name)} <span class="type">{escaped(phantom.type)}</span>{waits}</li>'
    yield "</ul></details>"
