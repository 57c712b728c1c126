"""Resolved values as a picture writes them."""

import re
from collections.abc import Mapping
from typing import Any

from cloudformation.unknown import Unknown, shown
from templates.pictures.facts.resolved_tree import ResolvedTree


def said(value: Any) -> str:
    """A value for people; one that functions leave unknown by what it depends on, rather than by the functions."""
    if isinstance(value, Unknown) and value.text.startswith("{"):
        return f"what depends on {', '.join(sorted({source.name for source in value.sources}))}"
    return shown(value)


def text(properties: Mapping[str, Any], name: str) -> str:
    """A property as text; empty where it is not there."""
    return said(properties[name]) if name in properties else ""


def named(tree: ResolvedTree, value: Any) -> str:
    """A value by the resources that it comes from, else as it is; of an ARN what it names."""
    resources = ", ".join(resource.path for resource in tree.referred(value))
    return resources or _ARN.sub("", said(value))


# Partition, service, Region and account: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_ARN = re.compile(r"^arn:[^:]*:[^:]*:[^:]*:[^:]*:")


def items(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, and anything else as a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def entries(value: Any) -> list[Mapping[str, Any]]:
    """The members of a list that are objects: one that only AWS will know says nothing yet."""
    return [item for item in items(value) if isinstance(item, Mapping)]


def part(properties: Any, *names: str) -> Mapping[str, Any]:
    """An object within objects; an empty one where it is not there, or not known."""
    for name in names:
        properties = properties.get(name) if isinstance(properties, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def attribute(settings: Any, key: str) -> Any:
    """The value of a key in a list of `{Key, Value}`; empty where it is not there."""
    return next((entry.get("Value", "") for entry in entries(settings) if entry.get("Key") == key), "")
