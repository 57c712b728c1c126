"""A VPC as a map: zones side by side, tiers of subnets below each other, and in them the resources of those subnets.

A resource in several subnets of a tier is a band across them; a resource in one is a card in it; a resource in subnets
of several tiers, or in the VPC alone, is below the zones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from templates.pictures.canvas.shapes import Box, Frame, Shape, Words, bottom
from templates.pictures.cards import GAP, Card, card_of, drawn, in_columns, paragraph, with_line
from templates.pictures.facts.captions import title
from templates.pictures.facts.flows import depths, requests
from templates.pictures.facts.network_facts import Subnet, Vpc
from templates.pictures.facts.placement import Placement
from templates.pictures.facts.resolved_tree import ResolvedTree, Resource

INSIDE, BETWEEN_BANDS, BETWEEN_TIERS = 14, 34, 34
LEAST_ZONE = 300
_MOST_SINGLE, _MOST_STEPS = 260, 9


@dataclass(frozen=True)
class Ground:
    """What is known while a VPC is drawn: the tree, the place of everything, and each zone's left and right edge."""

    tree: ResolvedTree
    place: Placement
    vpc: Vpc
    columns: Mapping[str, tuple[int, int]]


def room_needed(vpc: Vpc) -> int:
    return len(vpc.zones) * (LEAST_ZONE + INSIDE) + 3 * INSIDE


def vpc_map(tree: ResolvedTree, place: Placement, vpc: Vpc, left: int, top: int, room: int) -> list[Shape]:
    """The whole map, the frame of the VPC first."""
    gateways = [card_of(tree, place, gateway) for gateway in place.gateways.get(vpc.resource.path, [])]
    across = [drawn(card, left + 20 + number * 252, top, 240) for number, card in enumerate(gateways)]
    shapes: list[Shape] = [shape for card in across for shape in card]
    edge = top + 22 if gateways else top
    beside = left + 20 + len(gateways) * 252
    ranges = ", ".join(vpc.ranges)
    name = f"{vpc.resource.path}  {ranges}"
    shapes += paragraph(name, "head", beside, edge + 8, left + room - beside - 20)
    shapes += paragraph(title(vpc.resource.type), "type", beside, bottom(shapes[-1:]) + 2, room - beside)
    ground = Ground(tree, place, vpc, _columns(vpc, left + INSIDE, room - 2 * INSIDE))
    zones = _zones(ground, bottom(shapes) + 40)
    shapes += zones
    shapes += _below_the_zones(ground, left + INSIDE, bottom(shapes) + 30, room - 2 * INSIDE)
    frame = Frame(Box(left, edge, left + room, bottom(shapes) + INSIDE), "vpc", vpc.resource.layer, vpc.resource.path)
    return [frame, *shapes]


def _columns(vpc: Vpc, left: int, room: int) -> dict[str, tuple[int, int]]:
    count = max(1, len(vpc.zones))
    wide = (room - (count - 1) * 2 * INSIDE) // count
    starts = [left + number * (wide + 2 * INSIDE) for number in range(count)]
    return {zone: (start, start + wide) for zone, start in zip(vpc.zones, starts, strict=False)}


def _zones(ground: Ground, top: int) -> list[Shape]:
    """The zones, each around its subnets of all tiers."""
    shapes: list[Shape] = []
    for zone, (left, right) in ground.columns.items():
        shapes += paragraph(f"Availability Zone {zone}", "note", left + 10, top + 6, right - left - 20)
    if not shapes:
        return []
    for tier in ground.vpc.tiers:
        start = bottom(shapes) + (8 if all(isinstance(shape, Words) for shape in shapes) else BETWEEN_TIERS)
        shapes += _tier(ground, tier, start)
    low = bottom(shapes) + 10
    frames = [Frame(Box(left, top, right, low), "zone") for left, right in ground.columns.values()]
    return [*frames, *shapes]


def _tier(ground: Ground, tier: Mapping[str, Subnet], top: int) -> list[Shape]:
    """The subnets of a tier: their facts, then bands across them, then the resources of one alone."""
    heads = {zone: _subnet_head(ground, subnet, top) for zone, subnet in tier.items()}
    shapes: list[Shape] = [words for head in heads.values() for words in head]
    paths = [subnet.resource.path for subnet in tier.values()]
    for number, band in enumerate(_bands(ground, paths)):
        gap = BETWEEN_BANDS if number else GAP
        left, right = _extent(ground, tier, band[0])
        shapes += drawn(band[1], left, bottom(shapes) + gap, right - left)
    low = bottom(shapes) + GAP
    for zone, subnet in tier.items():
        shapes += _alone(ground, subnet, zone, low)
    end = bottom(shapes) + 10
    frames = [
        Frame(Box(*_within(ground, zone, top, end)), "subnet", subnet.resource.layer, subnet.resource.path)
        for zone, subnet in tier.items()
    ]
    return [*frames, *shapes]


def _within(ground: Ground, zone: str, top: int, end: int) -> tuple[int, int, int, int]:
    left, right = ground.columns[zone]
    return left + 8, top, right - 8, end


def _subnet_head(ground: Ground, subnet: Subnet, top: int) -> list[Shape]:
    left, right = ground.columns[subnet.zone]
    x, room = left + 20, right - left - 44
    shapes = paragraph(subnet.resource.path, "name", x, top + 8, room)
    ways = [f"{destination} to {way.path}" for destination, way in subnet.ways_out] or ["no way to the internet"]
    doubt = f", if {subnet.resource.condition}" if subnet.resource.condition else ""
    texts = [f"{subnet.kind} subnet  {', '.join(subnet.ranges)}{doubt}", *ways]
    for text in texts:
        shapes += paragraph(text, "line", x, bottom(shapes), room)
    return shapes


def _bands(ground: Ground, paths: Sequence[str]) -> list[tuple[tuple[str, ...], Card]]:
    """The resources in more than one subnet of a tier, those that requests reach first on top."""
    bands = [
        (subnets, with_line(card, f"only in {', '.join(subnets)}") if len(subnets) < len(paths) else card)
        for subnets, resources in ground.place.in_subnets.items()
        if len(subnets) > 1 and set(subnets) <= set(paths)
        for card in _shared(ground, resources)
    ]
    steps = depths(ground.tree.resources, requests(ground.tree), _MOST_STEPS)
    return sorted(bands, key=lambda band: steps.get(band[1].resource) or _MOST_STEPS)


def _shared(ground: Ground, resources: Sequence[Resource]) -> Iterator[Card]:
    """A card for each; several of one type share one."""
    for kind in dict.fromkeys(resource.type for resource in resources):
        same = [resource for resource in resources if resource.type == kind]
        cards = [card_of(ground.tree, ground.place, resource) for resource in same]
        yield cards[0] if len(cards) == 1 else Card("", cards[0].kind, "", cards=tuple(cards), look="band")


def _extent(ground: Ground, tier: Mapping[str, Subnet], subnets: Sequence[str]) -> tuple[int, int]:
    edges = [ground.columns[zone] for zone, subnet in tier.items() if subnet.resource.path in subnets]
    return min(left for left, _ in edges) + 20, max(right for _, right in edges) - 20


def _alone(ground: Ground, subnet: Subnet, zone: str, top: int) -> list[Shape]:
    left, right = ground.columns[zone]
    shapes: list[Shape] = []
    for resource in ground.place.in_subnets.get((subnet.resource.path,), []):
        card = card_of(ground.tree, ground.place, resource)
        room = min(right - left - 40, _MOST_SINGLE)
        shapes += drawn(card, left + 20, bottom(shapes) + GAP if shapes else top, room)
    return shapes


def _below_the_zones(ground: Ground, left: int, top: int, room: int) -> list[Shape]:
    """The resources in the VPC alone, and those in subnets of several tiers, with the names of these."""
    tiers = [{subnet.resource.path for subnet in tier.values()} for tier in ground.vpc.tiers]
    own = {subnet.resource.path for subnet in ground.vpc.subnets}
    cards = []
    for subnets, resources in ground.place.in_subnets.items():
        if set(subnets) & own and not any(set(subnets) <= tier for tier in tiers):
            cards += [
                with_line(card_of(ground.tree, ground.place, resource), f"in {', '.join(subnets)}")
                for resource in resources
            ]
    for resource in ground.place.in_vpc.get(ground.vpc.resource.path, []):
        cards.append(card_of(ground.tree, ground.place, resource))
    return in_columns(cards, left, top, room, 280)
