"""A page as SVG: text stays text, one element a line, colours for light and dark, the same bytes everywhere.

svg.py draws. It does not escape: what comes from templates and environment files is escaped here.
"""

import re
from collections.abc import Iterable
from html import escape as escaped

import svg

from templates.pictures.canvas.palette import css
from templates.pictures.canvas.shapes import Arrow, Frame, Page, Shape, Words

MARK = "<!-- Drawn by render.py from templates/ and params/. Do not edit: change those and draw it again. -->"
# Characters that XML cannot contain, even escaped (XML 1.0, production 2): a character of a template may be one.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROUND = {"card": 5, "band": 5, "outside": 5, "range": 5, "swatch": 2}


def escape(text: str) -> str:
    """A text as XML has it."""
    return escaped(_NO_XML.sub("\ufffd", text))


def written(page: Page) -> str:
    """The text of the file."""
    layers = {layer: number for number, layer in enumerate(page.layers)}
    elements: list[svg.Element] = [
        svg.Title(id="title", text=escape(page.title)),
        svg.Desc(id="desc", text=escape(page.description)),
        svg.Style(text=css(len(layers))),
        svg.Defs(elements=[_tip("request"), _tip("way-out")]),
        svg.Rect(x=0, y=0, width=page.width, height=page.height, class_=["paper"]),
        *(_element(shape, layers) for shape in _lowest_first(page.shapes)),
    ]
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, page.width, page.height),
        width=page.width,
        height=page.height,
        extra={"role": "img", "aria-labelledby": "title desc"},
        elements=[],
    )
    opened = picture.as_str().removesuffix("/>") + ">"
    return "\n".join([opened, MARK, *(element.as_str() for element in elements), "</svg>"]) + "\n"


def _lowest_first(shapes: Iterable[Shape]) -> list[Shape]:
    """Containers, then arrows, then cards, then words: an arrow crosses edges of containers, and nothing else."""
    order = {"vpc": 0, "layer": 0, "panel": 0, "zone": 1, "subnet": 2, "backing": 3}

    def height(shape: Shape) -> int:
        if isinstance(shape, Frame):
            return order.get(shape.look, 5)
        return 4 if isinstance(shape, Arrow) else 6

    return sorted(shapes, key=height)


def _element(shape: Shape, layers: dict[str, int]) -> svg.Element:
    if isinstance(shape, Words):
        data = {"resource": escape(shape.resource)} if shape.resource else {}
        return svg.Text(x=shape.left, y=shape.baseline, class_=[shape.look], text=escape(shape.text), data=data)
    if isinstance(shape, Arrow):
        points = [f"{x},{y}" for x, y in shape.points]
        return svg.Polyline(
            class_=["arrow", shape.look],
            extra={"points": " ".join(points), "marker-end": f"url(#{shape.look}-tip)"},
            data={"arrow": escape(shape.ends)},
        )
    return _frame(shape, layers)


def _frame(frame: Frame, layers: dict[str, int]) -> svg.Element:
    box = frame.box
    of_layer = [f"layer-{layers[frame.layer] % 8}"] if frame.layer in layers else []
    return svg.Rect(
        x=box.left,
        y=box.top,
        width=box.right - box.left,
        height=box.bottom - box.top,
        rx=_ROUND.get(frame.look, 8),
        class_=[frame.look, *of_layer, *(["doubtful"] if frame.doubtful else [])],
        data={"resource": escape(frame.resource)} if frame.resource and frame.look != "range" else {},
    )


def _tip(look: str) -> svg.Element:
    return svg.Marker(
        id=f"{look}-tip",
        viewBox=svg.ViewBoxSpec(0, 0, 10, 10),
        refX=9,
        refY=5,
        markerWidth=7,
        markerHeight=7,
        orient="auto",
        elements=[svg.Path(extra={"d": "M0 0 L10 5 L0 10 z"}, class_=["tip", look])],
    )
