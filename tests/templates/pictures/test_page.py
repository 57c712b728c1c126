"""Whole pictures: every resource once, nothing over anything else, arrows where the templates have them."""

from collections import Counter
from itertools import combinations, pairwise

import pytest

from templates.pictures.canvas.shapes import Box
from templates.pictures.facts.flows import permissions, requests, ways_out
from templates.pictures.facts.placement import NOT_DRAWN
from tests.templates.pictures.systems import Picture, Piece, combined, drawn, plain, system
from tests.templates.resolved import tree

SYSTEMS = dict(combined())
CARDS = {"card", "band", "outside", "range"}
LAYERS = {"network": "Network", "cert": "Cert", "alb": "Alb", "app-sg": "AppSg", "ecs": "Ecs"}


def looks(piece: Piece) -> str:
    return piece.classes[0]


def overlapping(picture: Picture) -> list[str]:
    pairs = combinations(picture.texts, 2)
    return [f"{one.text!r} and {other.text!r}" for one, other in pairs if one.box.meets(other.box)]


def outside(picture: Picture) -> list[str]:
    """Texts that do not lie whole in the box on which they begin, which is the one that was drawn last."""
    found = []
    for words in picture.texts:
        start = Box(words.box.left, words.box.top, words.box.left + 1, words.box.top + 1)
        holders = [frame.box for frame in picture.frames if frame.box.holds(start)]
        if not holders[-1].holds(words.box):
            found.append(words.text)
    return found


def colliding(picture: Picture) -> list[str]:
    """Cards that are neither beside each other nor one in the other."""
    cards = [frame for frame in picture.frames if looks(frame) in CARDS]
    return [
        f"{one.resource} and {other.resource}"
        for one, other in combinations(cards, 2)
        if one.box.meets(other.box) and not one.box.holds(other.box) and not other.box.holds(one.box)
    ]


def crossed(picture: Picture) -> list[str]:
    """Words and cards that an arrow runs over; it may begin and end at the edge of a card."""
    solid = [*picture.texts, *(frame for frame in picture.frames if looks(frame) in CARDS)]
    return [
        f"{arrow.text} over {piece.text or piece.resource}"
        for arrow in picture.arrows
        for (a, b), (c, d) in pairwise(arrow.points)
        for piece in solid
        if Box(min(a, c) - (b != d), min(b, d) - (a != c), max(a, c) + (b != d), max(b, d) + (a != c)).meets(piece.box)
    ]


@pytest.mark.parametrize("name", SYSTEMS)
def test_nothing_lies_over_anything_else(name: str) -> None:
    picture = drawn(system(**SYSTEMS[name]))
    page = picture.frames[0]
    assert looks(page) == "paper"
    assert all(page.box.holds(piece.box) for piece in (*picture.frames, *picture.texts, *picture.arrows))
    assert overlapping(picture) == []
    assert outside(picture) == []
    assert colliding(picture) == []
    assert crossed(picture) == []


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_resource_is_drawn_once_but_the_kinds_that_others_show(name: str) -> None:
    """What there is, tests/templates/resolved.py says, which shares nothing with the code that draws."""
    layers = tree(**SYSTEMS[name])
    there = {
        f"{LAYERS[layer]}/{logical_id}": body["Type"]
        for layer, resolved in layers.items()
        if layer != "root"
        for logical_id, body in resolved.resources.items()
    }
    wanted = [path for path, kind in there.items() if kind not in NOT_DRAWN]
    assert Counter(drawn(system(**SYSTEMS[name])).resources()) == Counter(wanted)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_request_has_its_arrow_and_every_subnet_its_way_out(name: str) -> None:
    resolved = system(**SYSTEMS[name])
    picture = drawn(resolved)
    ends = {pair for arrow in picture.arrows for pair in arrow.text.split(" and ")}
    flows = [*requests(resolved), *ways_out(resolved), *permissions(resolved)]
    assert ends == {f"{flow.source} to {flow.target}" for flow in flows}
    labels = Counter(piece.text for piece in picture.texts if looks(piece) == "label")
    assert set(labels) >= {flow.label for flow in requests(resolved) if flow.label and flow.label != "alias"}
