"""The functions between texts and lists, over arguments that are resolved already."""

import ipaddress
from itertools import islice
from typing import Any

from cloudformation.intrinsics.forms import INDEX, JOIN, SELECT, SPLIT
from cloudformation.refusals import TemplateError
from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, Unknown, canonical, is_unknown, shown, unevaluated

MAXIMUM_BLOCKS = 256
MAXIMUM_TEXT = 1024 * 1024


def join(delimiter: str, items: Any) -> Any:
    """Fn::Join."""
    if isinstance(items, Unknown):
        return unevaluated("Fn::Join", items, text=items.text, key=f"join {delimiter!r} {items.key}")
    if not isinstance(items, list):
        raise TemplateError(JOIN)
    if not is_unknown(items) and any(isinstance(item, (dict, list)) for item in items):
        raise TemplateError(JOIN)
    return concatenated("Fn::Join", delimiter, items)


def concatenated(function: str, delimiter: str, items: list[Any]) -> Any:
    """One text of many; one that is not known yet is the same text whichever function makes it of the same pieces."""
    if is_unknown(items):
        text = delimiter.join(shown(item) for item in items)
        key = delimiter.join(f"\0{canonical(item)}\0" for item in items)
        return unevaluated(function, items, text=text, key=key)
    texts = [text_of(item) for item in items]
    refuse_long(function, len(delimiter) * len(texts) + sum(map(len, texts)))
    return delimiter.join(texts)


def refuse_long(name: str, length: int) -> None:
    """Refuse a text that no template could hold before it is made; CloudFormation's own limit is not known."""
    if length > MAXIMUM_TEXT:
        raise TemplateError(f"{name} is not simulated: its text would have {length} characters")


def select(index: Any, items: Any) -> Any:
    """Fn::Select.

    A placeholder counts as a list of one: a nested change set that asks for a second item fails
    (aws-cloudformation/cloudformation-coverage-roadmap#759).
    """
    if isinstance(index, Unknown):
        return unevaluated("Fn::Select", [index, items])
    place = INDEX.fullmatch(text_of(index))
    if place is None:
        raise TemplateError(SELECT)
    if isinstance(items, Unknown):
        if not items.is_text:
            return unevaluated("Fn::Select", [index, items])
        items = [items]
    if not isinstance(items, list):
        raise TemplateError(SELECT)
    if int(place[0]) >= len(items):
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value at index {int(place[0])}")
    return items[int(place[0])]


def split(delimiter: str, text: Any) -> Any:
    """Fn::Split; a placeholder has nothing in it that splits."""
    if isinstance(text, Unknown):
        key = f"split {delimiter!r} {text.key}"
        return text if text.is_text else unevaluated("Fn::Split", [delimiter, text], text=text.text, key=key)
    if isinstance(text, (list, dict)) or text is ABSENT:
        raise TemplateError(SPLIT)
    text = text_of(text)
    return text.split(delimiter) if delimiter else [text]


def cidr(parts: Any) -> Any:
    """Fn::Cidr: address block, count of blocks (1 to 256), and their size in bits, which is 8 where it is left out."""
    if is_unknown(parts):
        return unevaluated("Fn::Cidr", parts)
    try:
        block, count, bits = parts if len(parts) == 3 else (*parts, 8)
        network = ipaddress.ip_network(text_of(block))
        wanted = int(text_of(count))
        blocks = network.subnets(new_prefix=network.max_prefixlen - int(text_of(bits)))
        addresses = [str(item) for item in islice(blocks, min(wanted, MAXIMUM_BLOCKS))]
    except (ValueError, TypeError):
        addresses, wanted = [], -1
    if len(addresses) != wanted or not addresses:
        raise TemplateError(f"Template error: Fn::Cidr cannot be resolved for {_shown(parts)}")
    return addresses


def _shown(parts: Any) -> str:
    return ", ".join(text_of(part)[:50] for part in parts) if isinstance(parts, list) else text_of(parts)[:50]
