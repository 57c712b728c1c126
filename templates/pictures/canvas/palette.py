"""The colours of a picture, on white paper and on dark; every text has the contrast of WCAG's AA on its background.

Colour says which layer a box is of; its path says so, too.
"""

from templates.pictures.canvas.shapes import LOOKS

# Fill and edge of each layer's boxes, in build order, on white and on dark paper.
LIGHT = (
    *(("#e6f2e8", "#2f7d46"), ("#e3eefb", "#2f62a8"), ("#eee8f9", "#6b4fa0"), ("#fbe9ee", "#a03050")),
    *(("#fdefdf", "#a8590f"), ("#e0f4f4", "#1d7377"), ("#f6f1d5", "#7a6a10"), ("#f0ebe6", "#6b5442")),
)
DARK = (
    *(("#16301e", "#5fb87c"), ("#14283f", "#76aaf0"), ("#2a2140", "#b09ae6"), ("#3a1823", "#ec8aa6")),
    *(("#38240f", "#e8a45c"), ("#0f2f31", "#5cc0c5"), ("#2f2a0c", "#cdbb4e"), ("#2c241d", "#c0a58e")),
)
# Paper, panels and plain boxes; words, quiet words; edges; arrows.
PLAIN = {
    "light": ("#ffffff", "#f7f7f8", "#1b1b1f", "#4a4a52", "#8a8a94", "#33333a"),
    "dark": ("#111217", "#191b21", "#f0f0f4", "#b9bac4", "#70727e", "#d5d6de"),
}
_FONT = 'font-family: Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif;'


def css(layers: int) -> str:
    """The style sheet for so many layers."""
    light, dark = _sheet("light", LIGHT[:layers]), _sheet("dark", DARK[:layers])
    return "\n".join([*_forms(), *light, "@media (prefers-color-scheme: dark) {", *dark, "}"])


def _forms() -> list[str]:
    """What does not depend on the paper."""
    weights = {True: " font-weight: bold;", False: ""}
    texts = [f".{look} {{ font-size: {size}px;{weights[bold]} }}" for look, (size, bold) in LOOKS.items()]
    return [
        f"text {{ {_FONT} white-space: pre; }}",
        *texts,
        ".zone { fill: none; stroke-dasharray: 5 4; }",
        ".doubtful { stroke-dasharray: 4 3; }",
        ".arrow { fill: none; stroke-width: 1.6; }",
        ".way-out { stroke-dasharray: 6 3; }",
        ".card, .vpc { stroke-width: 1.4; }",
    ]


def _sheet(paper: str, layers: tuple[tuple[str, str], ...]) -> list[str]:
    ground, panel, words, quiet, edge, arrow = PLAIN[paper]
    return [
        f".paper, .outside, .range, .band, .backing {{ fill: {ground}; }}",
        f".panel, .layer, .vpc {{ fill: {panel}; }}",
        f".outside, .range, .band, .panel, .zone {{ stroke: {edge}; }}",
        f".title, .head, .name, .line, .strong {{ fill: {words}; }}",
        f".type, .note, .label {{ fill: {quiet}; }}",
        f".arrow {{ stroke: {arrow}; }}",
        f".tip {{ fill: {arrow}; stroke: none; }}",
        *(f".layer-{n} {{ stroke: {stroke}; }}" for n, (_, stroke) in enumerate(layers)),
        *(f".card.layer-{n} {{ fill: {fill}; }}" for n, (fill, _) in enumerate(layers)),
        *(f".subnet.layer-{n} {{ fill: {ground}; }}" for n in range(len(layers))),
        *(f".swatch.layer-{n} {{ fill: {fill}; }}" for n, (fill, _) in enumerate(layers)),
    ]
