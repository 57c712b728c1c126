"""A whole picture: what leads here, the map of each VPC, who may talk to whom, and every layer with the rest."""

from collections import Counter
from collections.abc import Iterable

from templates.pictures.arrows import arrows
from templates.pictures.canvas.shapes import Box, Frame, Page, Shape, Words, bottom
from templates.pictures.cards import Card, Line, card_of, in_columns, line_of, paragraph
from templates.pictures.facts.captions import title
from templates.pictures.facts.flows import Flow, permissions, requests, ways_out
from templates.pictures.facts.network_facts import vpcs
from templates.pictures.facts.placement import Placement, placed
from templates.pictures.facts.resolved_tree import ResolvedTree, Resource
from templates.pictures.facts.values import text
from templates.pictures.layers import counted, layer_boxes
from templates.pictures.security_groups import group_panel
from templates.pictures.vpc_map import room_needed, vpc_map

MARGIN = 24
_LEAST_WIDTH = 1020


def page(tree: ResolvedTree, name: str, about: str, *, with_absent: bool = False) -> Page:
    """The picture of a tree; `with_absent` adds to each layer what parameters could add."""
    place = placed(tree)
    networks = vpcs(tree)
    wide = max([_LEAST_WIDTH, *(room_needed(vpc) for vpc in networks)])
    shapes = _head(tree, name, about, wide)
    shapes += in_columns(_door(tree, place), MARGIN, bottom(shapes) + 20, wide, 230)
    for vpc in networks:
        shapes += vpc_map(tree, place, vpc, MARGIN, bottom(shapes) + 40, wide)
    flows = [*requests(tree), *ways_out(tree)]
    shapes += arrows(shapes, [("request", requests(tree)), ("way-out", ways_out(tree))])
    if place.groups:
        panel = group_panel(tree, place, MARGIN, bottom(shapes) + 24, wide)
        shapes += panel
        flows += permissions(tree)
    shapes += layer_boxes(tree, place, MARGIN, bottom(shapes) + 16, wide, with_absent=with_absent)
    shapes += _foot(place, bottom(shapes) + 14, wide)
    high = bottom(shapes) + MARGIN
    layers = tuple(tree.layers)
    return Page(wide + 2 * MARGIN, high, name, _in_words(about, flows), layers, tuple(shapes))


def _head(tree: ResolvedTree, name: str, about: str, room: int) -> list[Shape]:
    shapes = paragraph(name, "title", MARGIN, MARGIN - 4, room)
    shapes += paragraph(about, "line", MARGIN, bottom(shapes) + 2, room)
    left, top = MARGIN, bottom(shapes) + 8
    for layer in tree.layers:
        words = Words(left + 22, top + 1, f"layer {layer}", "line")
        shapes += [Frame(Box(left, top + 1, left + 16, top + 15), "swatch", layer), words]
        left = words.box.right + 20
    return shapes


def _door(tree: ResolvedTree, place: Placement) -> list[Card]:
    """What is outside of every VPC and leads in: the internet, names by hosted zone, certificates."""
    zones: dict[tuple[str, str], list[Resource]] = {}
    for record in place.at_the_door:
        if "HostedZoneId" in record.properties:
            zones.setdefault((record.layer, text(record.properties, "HostedZoneId")), []).append(record)
    cards = [Card("Internet", "", "", (Line("clients, image registries, APIs of AWS"),), look="outside")]
    for (layer, zone), records in zones.items():
        cards.append(Card("Route 53", f"hosted zone {zone}", layer, tuple(line_of(tree, record) for record in records)))
    return cards + [
        card_of(tree, place, resource)
        for resource in place.at_the_door
        if not any(resource in records for records in zones.values())
    ]


def _foot(place: Placement, top: int, room: int) -> list[Shape]:
    counts = Counter(title(resource.type) for resource in place.not_drawn)
    if not counts:
        return []
    return paragraph(f"Without a box of their own: {counted(counts)}", "note", MARGIN, top, room)


def _in_words(about: str, flows: Iterable[Flow]) -> str:
    """The picture for those who do not see it: what it is about, and every arrow."""
    said = [f"{flow.source} to {flow.target}{f' ({flow.label})' if flow.label else ''}" for flow in flows]
    return f"{about.rstrip('.')}. Arrows: {'; '.join(said)}." if said else about
