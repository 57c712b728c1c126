"""How what is paid by the hour differs between two sides of a tree, where a price is known; never a total of a system.

Only what CloudFormation, or the comparison of templates, says is added, removed or changed counts. What is not known is
listed with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from cloudformation.environment.price_table import Price
from cloudformation.resource_types.policies import removal_action
from cloudformation.scalars import text_of
from cloudformation.unknown import Truth, is_unknown
from deployment.template.costs.charges import Charge, Charged, Property, resources
from deployment.template.costs.kinds import KINDS, charged
from deployment.template.costs.standing import is_made
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE
from deployment.template.values import Values

HOURS = 730
"""Hours of a month, as the AWS Pricing Calculator counts them."""
_ANY = "Properties"
Counted: TypeAlias = "tuple[str, tuple[tuple[str, Decimal], ...]]"
"""One thing, in words and in units of the table of prices."""


class Fate(Enum):
    """What becomes of what is paid for a resource."""

    COMES = "comes"
    GOES = "goes"
    STAYS = "stays"
    """Changed in place, or replaced by another one."""
    DOUBLES = "doubles"
    """Replaced, and the old one is kept: it continues being paid for."""
    DOUBTFUL = "doubtful"
    UNPAID = "unpaid"
    """Nothing is begun or ended: it is imported, or kept though the stack lets it go."""


@dataclass(frozen=True)
class Changed:
    """A resource that changes: `properties` that do, each with the value before where that is known.

    Without one, or with `Properties`, it is not known which.
    """

    type: str
    fate: Fate
    properties: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class CostItem:
    """So many more of one thing, or fewer, and what that makes of a month's bill."""

    what: str
    count: int
    monthly: Decimal
    paths: tuple[ResourcePath, ...]


@dataclass(frozen=True)
class NotKnown:
    """A resource of which it is not known what its change makes of the bill: why."""

    path: ResourcePath
    type: str
    why: str


@dataclass(frozen=True)
class CostChange:
    """What a change makes of a month's bill in US dollars, as far as it is listed; `dated` is the oldest price's month.

    `scaled` are the services of whose tasks the fewest count, because something scales them.
    """

    region: str
    items: tuple[CostItem, ...]
    not_known: tuple[NotKnown, ...]
    dated: str
    scaled: tuple[ResourcePath, ...] = ()

    @property
    def monthly(self) -> Decimal:
        """The sum of what is listed."""
        return sum((item.monthly for item in self.items), Decimal(0))


@dataclass(frozen=True)
class Sided:
    """Two sides of a tree, and what becomes of the resources that change."""

    before: Values
    after: Values
    changed: Mapping[ResourcePath, Changed]

    def units(self) -> Iterator[tuple[ResourcePath, str]]:
        """What is paid for by the hour, or may be, on either side: its path and type."""
        types: dict[ResourcePath, str] = {}
        for side in (self.before, self.after):
            for at in resources(side):
                types[at] = text_of((side.resource(at.parent, at.name) or {}).get("Type", ""))
        types |= {at: change.type for at, change in self.changed.items()}
        yield from ((at, kind) for at, kind in sorted(types.items()) if kind in KINDS)

    def fate(self, at: ResourcePath) -> Fate | None:
        """What happens to a resource; in a removed nested stack, what happens to that, unless a policy keeps it."""
        if at in self.changed:
            return self.changed[at].fate
        for depth in range(len(at) - 1, 0, -1):
            layer = self.changed.get(ResourcePath(at[:depth]))
            if layer and layer.type == STACK_TYPE and _is_over(layer):
                return Fate.UNPAID if self._is_kept(at, depth) else layer.fate
        return None

    def _is_kept(self, at: ResourcePath, depth: int) -> bool:
        """Whether a policy keeps a resource, or a nested stack that it is in, when that at `depth` is removed."""
        for length in range(depth + 1, len(at) + 1):
            inner = ResourcePath(at[:length])
            body = self.before.resource(inner.parent, inner.name) or {}
            policy = self.before.value(inner.parent, body.get("DeletionPolicy", ""))
            if not is_unknown(policy) and removal_action(text_of(policy)) == "Retain":
                return True
        return False

    def differs(self, at: ResourcePath, kind: str) -> tuple[tuple[Charge, ...], tuple[Charge, ...]] | str | None:
        """What is charged before and after; why that is not known; None where nothing changes that counts."""
        fate = self.fate(at)
        old = Charged() if fate in (Fate.COMES, Fate.DOUBLES) else charged(self.before, at, kind)
        new = Charged() if fate is Fate.GOES else charged(self.after, at, kind, new=fate is Fate.COMES)
        made = self._made(at, fate)
        if fate is Fate.UNPAID or made is False:
            return None
        if fate in (None, Fate.STAYS) and not self._touched(old, new):
            return None
        if fate is Fate.DOUBTFUL:
            return None if self._is_free(at, old, new) else "whether it changes is known only after the execution"
        if made is not True:
            return "whether it exists is unknown here"
        if contradicted := next(self._contradicted(old), None):
            return f"{contradicted.name} differs from what its template says"
        unknown = old.unknown or new.unknown
        return unknown if unknown else (old.charges, new.charges)

    def _is_free(self, at: ResourcePath, old: Charged, new: Charged) -> bool:
        """Whether a resource costs nothing on any side that has it, whatever becomes of it."""
        sides = ((self.before, old), (self.after, new))
        had = [charge for side, charge in sides if side.resource(at.parent, at.name) is not None]
        return bool(had) and not any(charge.unknown or charge.charges for charge in had)

    def _made(self, at: ResourcePath, fate: Fate | None) -> Truth:
        """Whether a resource is there on the sides that count; one that CloudFormation itself names is."""
        if at in self.changed:
            return True
        sides = [self.before] if fate in (Fate.GOES, Fate.DOUBTFUL) else [self.before, self.after]
        truths = [is_made(side, at) for side in sides]
        return False if False in truths else next((truth for truth in truths if truth is not True), True)

    def _touched(self, old: Charged, new: Charged) -> bool:
        """Whether anything changes that a charge depends on."""
        return any(self._moves(read) for read in old.reads | new.reads)

    def _moves(self, read: Property) -> bool:
        change = self.changed.get(read.path)
        if change is None:
            return self.fate(read.path) is not None
        named = change.properties
        return change.fate is not Fate.STAYS or not named or bool({read.name, _ANY} & named.keys())

    def _contradicted(self, old: Charged) -> Iterator[Property]:
        """What CloudFormation says was otherwise than the templates do: somebody may have changed it beside them."""
        for read in sorted(old.reads, key=lambda read: (read.path, read.name)):
            told = self.changed[read.path].properties.get(read.name) if read.path in self.changed else None
            body = self.before.resource(read.path.parent, read.path.name) or {}
            written = (body.get("Properties") or {}).get(read.name)
            if told is None or written is None:
                continue
            value = self.before.value(read.path.parent, written)
            if not is_unknown(value) and not isinstance(value, (dict, list)) and text_of(value) != told:
                yield read


def _is_over(layer: Changed) -> bool:
    """Whether a nested stack's own row says what becomes of all in it."""
    return layer.fate in (Fate.GOES, Fate.UNPAID, Fate.DOUBTFUL)


def cost_change(sides: Sided, region: str, prices: Mapping[str, Price]) -> CostChange | None:
    """What the change makes of a month's bill; None where the Region has no prices, or nothing differs."""
    if not prices:
        return None
    counts, unknown = Counter[Counted](), list(_unread(sides))
    paths: dict[Counted, list[ResourcePath]] = defaultdict(list)
    scaled: dict[ResourcePath, None] = {}
    for at, kind in sides.units():
        match sides.differs(at, kind):
            case str(why):
                unknown.append(NotKnown(at, kind, why))
            case (old, new):
                own = _counted(old, new)
                if lacking := _lacking(own, prices):
                    unknown.append(NotKnown(at, kind, lacking))
                    continue
                for thing, count in own.items():
                    counts[thing] += count
                    paths[thing].append(at)
                scaled |= dict.fromkeys([at] if own and any(charge.scaled for charge in (*old, *new)) else [])
    items = [
        CostItem(what, count, _monthly(parts, prices) * count, tuple(paths[what, parts]))
        for (what, parts), count in counts.items()
        if count
    ]
    items.sort(key=lambda item: (-abs(item.monthly), item.what))
    if not unknown and not sum(item.monthly for item in items):
        return None
    used = {unit for (_, parts), count in counts.items() if count for unit, _ in parts} or set(prices)
    dated = min(prices[unit].dated for unit in used)
    return CostChange(region, tuple(items), tuple(unknown), f"{dated:%Y-%m}", tuple(scaled))


def _unread(sides: Sided) -> Iterator[NotKnown]:
    """Nested stacks that change as a whole, or go with one, of which nobody knows what is in them."""
    for at in sorted({*sides.changed, *(at for at in resources(sides.before) if sides.fate(at) is Fate.GOES)}):
        change = sides.changed.get(at)
        body = sides.before.resource(at.parent, at.name) or {}
        if (change.type if change else body.get("Type")) != STACK_TYPE:
            continue
        fate = sides.fate(at)
        side = sides.before if fate is Fate.GOES else sides.after
        known = at in side.documents and not side.documents[at].get("Transform")
        if fate is not Fate.UNPAID and not known and (change or is_made(sides.before, at) is not False):
            yield NotKnown(at, STACK_TYPE, "its template cannot be read here")


def _counted(old: Iterable[Charge], new: Iterable[Charge]) -> Counter[Counted]:
    """What there are more of, or fewer, of one resource."""
    counts = Counter[Counted]()
    for sign, charges in ((1, new), (-1, old)):
        for charge in charges:
            counts[charge.what, charge.parts] += sign * charge.count
    return Counter({what: count for what, count in counts.items() if count})


def _lacking(counts: Iterable[Counted], prices: Mapping[str, Price]) -> str | None:
    """That something has no price in the table; what does not differ needs none."""
    lacking = next((unit for _, parts in counts for unit, _ in parts if unit not in prices), None)
    return f"params/prices.yaml has no price of {lacking.removesuffix('-hour')} in this Region" if lacking else None


def _monthly(parts: Iterable[tuple[str, Decimal]], prices: Mapping[str, Price]) -> Decimal:
    return sum((prices[unit].usd * quantity for unit, quantity in parts), Decimal(0)) * HOURS
