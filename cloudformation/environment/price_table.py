"""What is paid by the hour, params/prices.yaml: prices by Region, each with the source that it was read from.

The file is a table that people keep; it lies beside the environments and is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from cloudformation.environment.environment_file import PRICES_FILE
from cloudformation.environment.findings import Place, Problem, in_order, nearest
from cloudformation.environment.keys.regions import has_the_form, is_known, known_regions
from cloudformation.environment.node_reader import Entries, NodeReader

if TYPE_CHECKING:
    from decimal import Decimal

NAT_GATEWAY = "nat-gateway-hour"
INTERFACE_ENDPOINT = "interface-endpoint-zone-hour"
APPLICATION_LOAD_BALANCER = "application-load-balancer-hour"
NETWORK_LOAD_BALANCER = "network-load-balancer-hour"
PUBLIC_IPV4_ADDRESS = "public-ipv4-address-hour"
FARGATE_VCPU = {"X86_64": "fargate-x86-vcpu-hour", "ARM64": "fargate-arm-vcpu-hour"}
FARGATE_GB = {"X86_64": "fargate-x86-gb-hour", "ARM64": "fargate-arm-gb-hour"}
FARGATE_STORAGE = "fargate-ephemeral-storage-gb-hour"

_UNITS = (
    *(NAT_GATEWAY, INTERFACE_ENDPOINT, APPLICATION_LOAD_BALANCER, NETWORK_LOAD_BALANCER, PUBLIC_IPV4_ADDRESS),
    *(*FARGATE_VCPU.values(), *FARGATE_GB.values(), FARGATE_STORAGE),
)
_DATABASE = r"db-[a-z0-9-]+-(single|multi)-az-db\.[a-z0-9]+\.[a-z0-9]+-hour"
# A price that is far from all that is in such a table is a slip of the finger.
_USD = r"[0-9]{1,3}(\.[0-9]{1,10})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_KEYS = ("sources", "prices")
_SOURCE = ("title", "page", "dated", "read")
_PRICE = ("usd", "source")


class Price(NamedTuple):
    """US dollars for an hour as they are written; `dated` is the day of which its source says that AWS asks them."""

    written: str
    dated: date
    source: str

    @property
    def usd(self) -> Decimal:
        """The same as a number."""
        from decimal import Decimal  # a millisecond to import, and rendering counts nothing

        return Decimal(self.written)


class PriceTable(NamedTuple):
    """The prices of each Region by what is paid, as `nat-gateway-hour`, and all that is wrong with the file."""

    regions: Mapping[str, Mapping[str, Price]] = {}
    problems: tuple[Problem, ...] = ()

    def of(self, region: str) -> Mapping[str, Price]:
        """The prices of a Region; none where the table has none."""
        return self.regions.get(region, {})


NO_PRICES = PriceTable()


def database_unit(engine: str, zones: str, instance_class: str) -> str:
    """The name in the table of a database instance; `zones` is `single-az` or `multi-az`."""
    return f"db-{engine}-{zones}-{instance_class}-hour"


def read_prices(folder: Path, shown: str | None = None) -> PriceTable:
    """The table of a params/ folder; an empty one where there is no such file."""
    path = folder / PRICES_FILE
    if not path.is_file():
        return NO_PRICES
    reader = NodeReader(shown or f"{folder.name}/{PRICES_FILE}", folder)
    entries = reader.document(path) or {}
    _refuse_others(reader, entries, _KEYS, "the table of prices")
    days = {name: _source(reader, name, *entry) for name, entry in _within(reader, entries, "sources").items()}
    regions = {
        region: _prices(reader, region, place, reader.mapping(node, region), days)
        for region, (place, node) in _within(reader, entries, "prices").items()
    }
    return PriceTable(regions, in_order(reader.problems))


def _within(reader: NodeReader, entries: Entries, key: str) -> Entries:
    return reader.mapping(entries[key][1], key) if key in entries else {}


def _refuse_others(reader: NodeReader, entries: Entries, known: tuple[str, ...], what: str) -> None:
    for key, (place, _) in entries.items():
        if key not in known:
            reader.problem(place, f"{key} is not a key of {what}{nearest(key, known)}")


def _source(reader: NodeReader, name: str, place: Place, node: yaml.Node) -> date | None:
    """The day of which a source is; None where it says none."""
    entries = reader.mapping(node, name)
    _refuse_others(reader, entries, _SOURCE, "a source")
    for key in ("title", "dated", "read"):
        if key not in entries or not reader.text(key, *entries[key]).strip():
            reader.problem(place, f"{name}: {key} is missing: a price needs a source that was read")
    days = [_day(reader, key, *entries[key]) for key in ("dated", "read") if key in entries]
    return days[0] if days else None


def _day(reader: NodeReader, key: str, place: Place, node: yaml.Node) -> date | None:
    text = reader.text(key, place, node)
    try:
        return date.fromisoformat(text if re.fullmatch(_DAY, text) else "")
    except ValueError:
        if text:
            reader.problem(place, f"{key}: {text!r} is not a day, as 2026-11-30")
        return None


def _prices(
    reader: NodeReader, region: str, place: Place, entries: Entries, days: Mapping[str, date | None]
) -> dict[str, Price]:
    if not has_the_form(region) or not is_known(region, known_regions()):
        reader.problem(place, f"{region!r} is not a Region{nearest(region, known_regions() or ())}")
    for unit, (where, _) in entries.items():
        if unit not in _UNITS and not re.fullmatch(_DATABASE, unit):
            reader.problem(where, f"{unit} is nothing that is priced here{nearest(unit, _UNITS)}")
    read = {unit: _price(reader, unit, *entry, days) for unit, entry in entries.items()}
    return {unit: price for unit, price in read.items() if price is not None}


def _price(
    reader: NodeReader, unit: str, place: Place, node: yaml.Node, days: Mapping[str, date | None]
) -> Price | None:
    entries = reader.mapping(node, unit)
    _refuse_others(reader, entries, _PRICE, "a price")
    said = {key: reader.text(key, *entries[key]) for key in _PRICE if key in entries}
    for key in _PRICE:
        if key not in entries:
            reader.problem(place, f"{unit}: {key} is missing: no source, no price")
    if "usd" in said and not (re.fullmatch(_USD, said["usd"]) and said["usd"].strip("0.")):
        reader.problem(entries["usd"][0], f"usd: {said['usd']!r} is not US dollars for an hour, as 0.062")
        return None
    if "source" in said and said["source"] not in days:
        known = nearest(said["source"], days)
        reader.problem(entries["source"][0], f"source: {said['source']} is not among the sources{known}")
    day = days.get(said.get("source", ""))
    return Price(said["usd"], day, said["source"]) if "usd" in said and day else None
