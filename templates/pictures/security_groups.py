"""Who may talk to whom: security groups side by side, each to the right of those that it lets in."""

from templates.pictures.arrows import arrows
from templates.pictures.canvas.shapes import Box, Frame, Shape, bottom
from templates.pictures.cards import GAP, Card, card_of, drawn, height, paragraph
from templates.pictures.facts.flows import Flow, depths, permissions
from templates.pictures.facts.network_facts import EVERYWHERE
from templates.pictures.facts.placement import Placement
from templates.pictures.facts.resolved_tree import ResolvedTree

_BETWEEN, _RANGE = 120, 170
_MOST_COLUMNS = 4


def group_panel(tree: ResolvedTree, place: Placement, left: int, top: int, room: int) -> list[Shape]:
    """The panel with every security group, and arrows from those that may reach its members."""
    flows = permissions(tree)
    columns = _columns(tree, place, flows)
    shapes = paragraph("Who may reach whom: security groups", "head", left + GAP, top + 10, room)
    low = bottom(shapes) + GAP
    x = left + GAP
    for cards, across in zip(columns, _widths(columns, room - 2 * GAP), strict=True):
        start = low
        for card in cards:
            shapes += drawn(card, x, start, across)
            start += height(card, across) + 2 * GAP
        x += across + _BETWEEN
    panel = Frame(Box(left, top, left + room, bottom(shapes) + GAP), "panel")
    return [panel, *shapes, *arrows(shapes, [("request", flows)], sideways=True)]


def _widths(columns: list[list[Card]], room: int) -> list[int]:
    """The groups share what address ranges, which have little to say, leave."""
    narrow = [all(card.look == "range" for card in cards) for cards in columns]
    rest = room - (len(columns) - 1) * _BETWEEN - sum(narrow) * _RANGE
    return [_RANGE if is_narrow else rest // max(1, narrow.count(False)) for is_narrow in narrow]


def _columns(tree: ResolvedTree, place: Placement, flows: list[Flow]) -> list[list[Card]]:
    """Who is let in without being a group first, then each group after those that it lets in."""
    groups = {group.path: card_of(tree, place, group) for group in place.groups}
    others = dict.fromkeys(flow.source for flow in flows if flow.source not in groups)
    steps = depths([*others, *groups], flows, _MOST_COLUMNS - 1)
    cards = {name: Card(name, _kind(tree, name), "", resource=name, look="range") for name in others} | groups
    columns: list[list[Card]] = [[] for _ in range(max(steps.values()) + 1)]
    for name, card in cards.items():
        columns[steps[name]].append(card)
    return [column for column in columns if column]


def _kind(tree: ResolvedTree, name: str) -> str:
    if name in EVERYWHERE:
        return "anybody"
    return "its address range" if name in tree.resources else "addresses"
