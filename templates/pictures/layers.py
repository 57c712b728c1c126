"""The layers of a picture: what each is, and those of its resources that have no place on a map."""

from collections import Counter
from collections.abc import Mapping

from templates.pictures.canvas.shapes import Box, Frame, Shape, bottom
from templates.pictures.cards import GAP, Card, Line, card_of, in_columns, paragraph
from templates.pictures.facts.captions import title
from templates.pictures.facts.network_facts import vpcs
from templates.pictures.facts.placement import NOT_DRAWN, Placement
from templates.pictures.facts.resolved_tree import ROOT, ResolvedTree, Resource


def layer_boxes(
    tree: ResolvedTree, place: Placement, left: int, top: int, room: int, *, with_absent: bool
) -> list[Shape]:
    """A box for each layer that has something of its own to show, then the others side by side."""
    rest: dict[str, list[Resource]] = {layer: [] for layer in (*_root(tree), *tree.layers)}
    for resource in _without_place(tree, place):
        rest[resource.layer].append(resource)
    more = {layer: _more(tree, layer) if with_absent else "" for layer in rest}
    shapes: list[Shape] = []
    for layer, resources in rest.items():
        if resources or more[layer]:
            cards = [card_of(tree, place, resource) for resource in resources]
            shapes += _layer(tree, layer, cards, more[layer], left, bottom(shapes) + 14 if shapes else top, room)
    others = [_shown_above(tree, layer) for layer, resources in rest.items() if not resources and not more[layer]]
    return shapes + in_columns(others, left, bottom(shapes) + 14 if shapes else top, room, 320)


def _root(tree: ResolvedTree) -> list[str]:
    """Root is a layer like the others where it has resources of its own."""
    return [ROOT] if any(resource.layer == ROOT for resource in tree.resources.values()) else []


def _about(tree: ResolvedTree, layer: str) -> str:
    return tree.description if layer == ROOT else tree.layers[layer]


def _layer(tree: ResolvedTree, layer: str, cards: list[Card], more: str, left: int, top: int, room: int) -> list[Shape]:
    head, x = room // 5, left + GAP
    shapes = paragraph(f"layer {layer}", "head", x, top + 10, head)
    shapes += paragraph(_about(tree, layer), "note", x, bottom(shapes) + 2, head)
    beside, across = x + head + GAP, room - head - 3 * GAP
    right = in_columns(cards, beside, top + GAP, across, 230)
    if more:
        right += paragraph(
            f"Parameters can add {more}", "note", beside, bottom(right) + 8 if right else top + 12, across
        )
    shapes += right
    return [Frame(Box(left, top, left + room, bottom(shapes) + GAP), "layer", layer), *shapes]


def _shown_above(tree: ResolvedTree, layer: str) -> Card:
    count = sum(resource.layer == layer for resource in tree.resources.values())
    says = "its resource is above" if count == 1 else f"its {count} resources are above"
    lines = tuple(Line(text, look="note") for text in (_about(tree, layer), says))
    return Card(f"layer {layer}", "", layer, lines, look="layer")


def _without_place(tree: ResolvedTree, place: Placement) -> list[Resource]:
    """What is drawn with its layer: also what is in subnets of VPCs outside this tree."""
    known = {subnet.resource.path for vpc in vpcs(tree) for subnet in vpc.subnets}
    strangers = [
        resource
        for subnets, resources in place.in_subnets.items()
        if not set(subnets) & known
        for resource in resources
    ]
    return [*place.with_layer, *strangers]


def _more(tree: ResolvedTree, layer: str) -> str:
    """What parameters could add to a layer, each kind that has a box with its parameters."""
    counts: Counter[str] = Counter()
    parameters: dict[str, dict[str, None]] = {}
    for absent in tree.absent:
        if absent.layer == layer and absent.type not in NOT_DRAWN:
            counts[title(absent.type)] += 1
            parameters.setdefault(title(absent.type), {}).update(dict.fromkeys(absent.parameters))
    return ", ".join(f"{counted({kind: counts[kind]})} ({', '.join(names)})" for kind, names in parameters.items())


def counted(counts: Mapping[str, int]) -> str:
    """Kinds with how many there are of each."""
    return ", ".join(kind if count == 1 else f"{count} {kind}" for kind, count in counts.items())
