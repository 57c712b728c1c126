"""The architecture as an inline SVG: made from the templates alone, so that it works for any nested project.

What changes is shown by a shape, a sign and a word; colour only repeats it. page.css has the colours. What is guarded
has a sign of its own. The picture is drawn for a wide window and for a narrow one, and page.css shows one of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deployment.report.architecture import Block, Part
from deployment.report.escaping import clean, escaped
from deployment.report.html.layout import CELL_HEIGHT, NARROW, WIDTH, Box, Cell, laid_out
from deployment.report.marks import Mark
from deployment.template.resource_path import ResourcePath

# One outline for each mark, around (0, 0), about 18 units wide.
_SHAPES = {
    "added": "M9 0A9 9 0 1 1-9 0A9 9 0 1 1 9 0Z",
    "changed": "M0-10L10 0L0 10L-10 0Z",
    "may-be-replaced": "M-5-9H5L10 0L5 9H-5L-10 0Z",
    "replaced": "M-5-9H5L10 0L5 9H-5L-10 0Z",
    "removed": "M-8-8H8V8H-8Z",
    "imported": "M-8-9L10 0L-8 9Z",
    "failed": "M-4-9H4L9-4V4L4 9H-4L-9 4V-4Z",
}
_GUARD = "M0-9L10 8H-10Z"
_GUARD_ROOM = 20
_LETTER = 7.7  # a letter's width at 12 units in a wide font
_SMALL, _LARGE = 12 / 11, 12 / 14


def picture(
    block: Block,
    marks: Mapping[ResourcePath, Mark],
    links: Mapping[ResourcePath, str],
    name: str,
    gone: Sequence[Part] = (),
    guarded: Collection[ResourcePath] = (),
) -> str:
    """The system as an <svg> for wide windows and one for narrow ones.

    `marks` says what is marked, `links` where in the page it is described, `name` the root's, `guarded` what needs an
    approval of its own.
    """
    page = _Page(links, guarded)
    sizes = {"wide": laid_out(block, marks, gone, WIDTH), "narrow": laid_out(block, marks, gone, NARROW)}
    return "".join(_svg(kind, box, page, name) for kind, box in sizes.items())


@dataclass(frozen=True)
class _Page:
    """What the picture needs of the page around it: where each change is described, and which are guarded."""

    links: Mapping[ResourcePath, str]
    guarded: Collection[ResourcePath]


def _svg(kind: str, box: Box, page: _Page, name: str) -> str:
    title = f"{name}: nested stacks in the order of creation, with their resources"
    return (
        f'<svg class="picture {kind}" viewBox="-1 -1 {box.width + 2:.0f} {box.height + 2:.0f}" role="group" '
        f'aria-label="{escaped(title)}" font-family="system-ui, sans-serif">{"".join(_box(box, page, name))}</svg>'
    )


def guard_shape() -> str:
    """The sign of what is guarded, alone; what it means must stand beside it."""
    return f'<svg class="sign" viewBox="-11 -11 22 22" aria-hidden="true">{_guard(0, 0)}</svg>'


def shape(mark: Mark) -> str:
    """A mark alone, as a small <svg>; what it means must stand beside it."""
    return f'<svg class="sign" viewBox="-11 -11 22 22" aria-hidden="true">{_shape(mark, 0, 0)}</svg>'


def _box(box: Box, page: _Page, name: str) -> Iterator[str]:
    marked = sum(cell.mark is not None for cell in box.cells)
    kind = "layer touched" if marked else "layer"
    yield f'<g class="{kind}"><rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="9"/>'
    yield from _title(box, name)
    for cell in box.cells:
        yield from _cell(cell, page)
    for x, y in box.arrows:
        yield f'<path class="arrow" d="M{x:g} {y + 4:g}v12m-6-6l6 7l6-7"/>'
    for below in box.boxes:
        yield from _box(below, page, below.block.path.name)
    yield "</g>"


def _title(box: Box, name: str) -> Iterator[str]:
    x, y = box.x + 14, box.y + 18
    if box.block.path:
        yield f'<circle class="step" cx="{x + 6:g}" cy="{y + 2:g}" r="10"/>'
        yield f'<text class="number" x="{x + 6:g}" y="{y + 6:g}" text-anchor="middle">{box.block.step}</text>'
        x += 24
    after = f"after {', '.join(box.block.after)}" if box.block.after else ""
    letters = (box.x + box.width - x - 10) / _LETTER
    yield f'<text class="name" x="{x:g}" y="{y + (0 if after else 5):g}">{_short(name, letters * _LARGE)}</text>'
    if after:
        yield f'<text class="type" x="{x:g}" y="{y + 14:g}">{_short(after, letters * _SMALL)}'
        yield f"<title>{escaped(after)}</title></text>"


def _cell(cell: Cell, page: _Page) -> Iterator[str]:
    mark, first = cell.mark, cell.parts[0]
    guarded = mark is not None and first.path in page.guarded
    label = f"{_label(cell)}{', guarded' if guarded else ''}"
    link = page.links.get(first.path) if mark else None
    kind = f"cell {mark.slug}" if mark else "cell"
    if link and mark:
        yield f'<a href="#{escaped(link)}" aria-label="{escaped(label)}" data-kind="{mark.slug}">'
    role = "" if link else ' role="img"'
    yield f'<g class="{kind}"{role} transform="translate({cell.x:g} {cell.y:g})">'
    yield f"<title>{escaped(label)}</title>"
    dashes = ' stroke-dasharray="3 3"' if all(part.condition for part in cell.parts) and not mark else ""
    yield f'<rect width="{cell.width:g}" height="{CELL_HEIGHT:g}" rx="5"{dashes}/>'
    yield from _lines(cell, _GUARD_ROOM if guarded else 0)
    yield _guard(cell.width - 14, 14) if guarded else ""
    yield "</g></a>" if link and mark else "</g>"


def _lines(cell: Cell, taken: float) -> Iterator[str]:
    mark, count = cell.mark, len(cell.parts)
    name = cell.parts[0].path.name if count == 1 else f"{count} × {cell.noun}"
    kind = f"{cell.service} {cell.noun}".strip() if count == 1 else cell.service
    top, room = 17 if mark else 25, (cell.width - 16 - taken) / _LETTER
    yield f'<text class="name" x="9" y="{top}">{_short(name, room)}</text>'
    yield f'<text class="type" x="9" y="{top + 15}">{_short(kind, room * _SMALL)}</text>'
    if mark:
        yield f'<text class="fate" x="9" y="50">{escaped(mark.word)}</text>'
        yield _shape(mark, cell.width - 16, CELL_HEIGHT - 14)


def _label(cell: Cell) -> str:
    names = ", ".join(part.path.name for part in cell.parts)
    conditions = sorted({part.condition for part in cell.parts if part.condition})
    only = f", created if {', '.join(conditions)}" if conditions else ""
    return f"{names}: {cell.parts[0].type}, {cell.mark.word if cell.mark else 'unchanged'}{only}"


def _shape(mark: Mark, x: float, y: float) -> str:
    return (
        f'<g class="shape {mark.slug}" transform="translate({x:g} {y:g})"><path d="{_SHAPES[mark.slug]}"/>'
        f'<text text-anchor="middle" y="4">{escaped(mark.sign)}</text></g>'
    )


def _guard(x: float, y: float) -> str:
    return (
        f'<g class="shape guarded" transform="translate({x:g} {y:g})"><path d="{_GUARD}"/>'
        '<text text-anchor="middle" y="6">!</text></g>'
    )


def _short(text: str, letters: float) -> str:
    shown, most = clean(text), max(3, int(letters))
    return escaped(shown if len(shown) <= most else f"{shown[: most - 1]}…")
