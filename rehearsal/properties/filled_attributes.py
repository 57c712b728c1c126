"""What AWS fills in where a template says nothing: an attribute of what was made is empty only where AWS's is.

Some types have rules of their own, beside this module; for every other the attribute's name and its schema decide:
ports, secrets, zones, addresses, names that the resource was just given, lists and objects that only AWS writes. What
is in such a value is made up.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from rehearsal.properties.filled_networks import NETWORKS, zone_id
from rehearsal.properties.filled_services import DEFAULTS, SERVICES, port
from rehearsal.properties.filling import Filling
from rehearsal.resources.generated_values import generated
from rehearsal.resources.identifier_words import Words
from rehearsal.resources.identifiers import Identity
from rehearsal.resources.resource_schema import value_types
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.stacks import Stack
from rehearsal.state.world import World

_RULES = NETWORKS | SERVICES
# What a service has nothing to say in as long as all is well, or before anything else is attached.
_EMPTY = re.compile(
    r"(?i).*(reason|error|message|fail|issue|explanation|hint|recommend|validation|attached|associat|pending|proposed|"
    r"replica|suggest|history|statusinfo|exitstatus|revocation|channelids|modification|readiness|stats|tasks|metrics)"
)
_EMPTY_ALONE = frozenset({"Channels", "Inputs", "ChannelPlacementGroups", "Checks", "LoadBalancerArns", "Dns"})
_ADDRESS = re.compile(r"[0-9a-fA-F.:]+(/[0-9]+)?")
_DEEPEST = 3
_ABOUT = (
    ("ports", re.compile(r".*port|ports|.*portslist")),
    ("secrets", re.compile(r".*secretarn")),
    ("addresses", re.compile(r"(?!.*zone).*ip(v4)?(address|addresses|addresslist)?s?")),
    ("zones", re.compile(r".*availabilityzone.*")),
    ("vpc", re.compile(r"vpcid")),
)


def filled(
    world: World, stack: Stack, kind: ResourceType, words: Words, identity: Identity, before: Identity | None = None
) -> Identity:
    """The identity with what AWS fills in; `before` is that of the resource before an update in place, whose own values
    stay.
    """
    words = words.knowing(id=identity.physical_id, name=f"{stack.name}-{words.logical_id}")
    filling = Filling(world, stack, kind, words, identity)
    attributes = dict(identity.attributes)
    open_ = [name for name in attributes if filling.given(name) is None]
    if before is not None:  # only what the update left empty
        open_ = [name for name in open_ if _is_empty(attributes[name]) and not _is_empty(before.attributes.get(name))]
    own = dict(_RULES[kind.name](filling)) if kind.name in _RULES and open_ else {}
    own = {**DEFAULTS.get(kind.name, {}), **own}
    for name in sorted(open_, key=lambda name: -name.count(".")):  # an object has what is below it
        made = own[name] if name in own else _by_name(filling, name, attributes)
        if made is not None:
            attributes[name] = made if before is None else before.attributes[name]
    return replace(identity, attributes=attributes)


def has_rule(kind: ResourceType, name: str) -> bool:
    """Whether an attribute that only AWS writes gets a value of AWS's shape here: by a rule of its type, or by what it
    is about.
    """
    return kind.name in _RULES or name in DEFAULTS.get(kind.name, {}) or bool(_about(name))


def _is_empty(value: Any) -> bool:
    return value in ("", [], {}) or value is None


def _by_name(filling: Filling, name: str, attributes: Mapping[str, Any]) -> Any:
    """What the name of an attribute and its schema make of it; None: it stays as it is."""
    value, about = attributes[name], _about(name)
    if about in _ALWAYS:
        return _ALWAYS[about](filling, name, value)
    if not _is_empty(value):
        return filling.vpc if about == "vpc" else None
    if about == "zones":
        return _zones(filling, name, value)
    if _aws_writes(filling.kind, name):
        return None if _says_nothing(name) else _written(filling, name, attributes)
    return _own_name(filling, name) if value == "" else None


@cache
def _about(name: str) -> str:
    """What an attribute is about, by the last word of its name."""
    word = name.rsplit(".", 1)[-1].lower()
    return next((about for about, form in _ABOUT if form.fullmatch(word)), "")


def _port(filling: Filling, name: str, value: Any) -> Any:
    number = port(filling)
    if number is None or isinstance(value, dict):
        return None
    if isinstance(value, list):
        return [str(number)]
    return number if isinstance(value, int) and not isinstance(value, bool) else str(number)


def _secret(filling: Filling, name: str, value: Any) -> str | None:
    """Secrets that a service keeps have its name before them, as `rds!db-...` ("Secrets managed by other services")."""
    if not _aws_writes(filling.kind, name) or (isinstance(value, str) and ":secretsmanager:" in value):
        return None
    _, service, kind = (*filling.kind.name.lower().split("::"), "", "")[:3]
    secret = f"{service}!{kind.removeprefix('db')}-{{uuid}}-{{mixed6}}"
    text: str = filling.words.fill(f"arn:{{partition}}:secretsmanager:{{region}}:{{account}}:secret:{secret}")
    return text


def _addresses(filling: Filling, name: str, value: Any) -> Any:
    """Addresses that AWS draws; text that is none was made up by somebody who did not know."""
    aws = _aws_writes(filling.kind, name)
    if not aws or _says_nothing(name):
        return None
    if isinstance(value, str):
        return None if _ADDRESS.fullmatch(value) else filling.address()
    return [filling.address()] if value == [] and "string" in _item_types(filling, name) else None


_ALWAYS = {"ports": _port, "secrets": _secret, "addresses": _addresses}


def _zones(filling: Filling, name: str, value: Any) -> Any:
    zones = [str(subnet.attributes.get("AvailabilityZone", "")) for subnet in filling.subnets] or filling.zones[:2]
    named = [zone_id(zone) for zone in zones] if name.endswith(("Id", "Ids")) else zones
    return list(dict.fromkeys(named)) if isinstance(value, list) else named[0] if value == "" else None


def _aws_writes(kind: ResourceType, name: str) -> bool:
    path = tuple(name.split("."))
    return any(path[: len(pointer)] == pointer for pointer in kind.read_only)


@cache
def _says_nothing(name: str) -> bool:
    word = name.rsplit(".", 1)[-1]
    return word in _EMPTY_ALONE or _EMPTY.match(word) is not None


def _item_types(filling: Filling, name: str) -> frozenset[str]:
    return value_types(filling.kind.forms_at((*name.split("."), "0"))) or frozenset({"string"})


def _written(filling: Filling, name: str, attributes: Mapping[str, Any]) -> Any:
    """A list of one, or an object with its members; text that is empty is so because of what it says."""
    value = attributes[name]
    if value == []:
        return [_item(filling, name)] if _item_types(filling, name) & {"string", "integer", "number"} else None
    return _object(filling, name, attributes, 0) or None if value == {} else None


def _item(filling: Filling, name: str) -> Any:
    word = name.rsplit(".", 1)[-1]
    if "cidr" in word.lower():
        return "10.0.0.0/16"
    singular = word.removesuffix("List").removesuffix("s")
    return generated(filling.kind.name, singular, filling.kind.forms_at((*name.split("."), "0")), filling.words)


def _object(filling: Filling, name: str, attributes: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """The members that the schema names, of which some are attributes of their own."""
    made: dict[str, Any] = {}
    forms = filling.kind.forms_at(tuple(name.split(".")))
    for member in {member: None for form in forms for member in form.get("properties", {})}:
        inner = f"{name}.{member}"
        types = value_types(filling.kind.forms_at(tuple(inner.split("."))))
        if inner in attributes and not _is_empty(attributes[inner]):
            made[member] = attributes[inner]
        elif types == {"object"} and depth < _DEEPEST:
            below = _object(filling, inner, attributes, depth + 1)
            made |= {member: below} if below else {}
        elif not _says_nothing(member) and not types & {"object", "array"}:
            made[member] = generated(
                filling.kind.name, member, filling.kind.forms_at(tuple(inner.split("."))), filling.words
            )
    return made


def _own_name(filling: Filling, name: str) -> str | None:
    """The new name of the resource, in the attribute that contains it: `ModelName` of a Model, `Name`."""
    last = filling.kind.name.rsplit("::", 1)[-1].lower()
    if not name.endswith("Name") or "." in name or not last.endswith(name.removesuffix("Name").lower()):
        return None
    if name in filling.kind.schema.get("required", ()):
        return None
    begin = filling.stack.name[:5].lower()
    known = [filling.identity.physical_id, *map(str, filling.identity.attributes.values())]
    parts = (part for text in known for part in re.split(r"[|/:]", text))
    return next((part for part in parts if part.lower().startswith(begin) and "." not in part), None)
