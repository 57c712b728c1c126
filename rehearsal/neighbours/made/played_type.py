"""What there is to say of a type whose resources exist in moto."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made


@dataclass(frozen=True)
class PlayedType:
    """How resources of a type come, change and go in their service.

    `settle` brings one that exists from what it was (None: it is new) to what it is; `find` gives what moto has under a
    physical ID, or None, `name` the name in such an id.
    """

    service: str
    make: Callable[[ServiceCalls, Made], object]
    settle: Callable[[ServiceCalls, Made, Made | None], object]
    remove: Callable[[ServiceCalls, Made], object]
    find: Callable[[Any, str], Any]
    name: Callable[[str], str] = str


def last_part(physical_id: str) -> str:
    """The name at the end of an ARN or URL; any other id is the name itself."""
    return physical_id.rsplit("/" if "//" in physical_id else ":", 1)[-1]


def tags_of(made: Made) -> dict[str, str]:
    """The tags of a resource, which its type writes as a list or as a map, with those of its stack."""
    own = made.properties.get("Tags", ())
    if isinstance(own, dict):
        return made.tags | {key: text_of(value) for key, value in own.items()}
    return made.tags | {tag["Key"]: text_of(tag["Value"]) for tag in own if isinstance(tag, dict)}


def tag_list(made: Made, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """The tags as most services take them."""
    return [{key: name, value: text} for name, text in tags_of(made).items()]


def dropped_tags(before: Made | None, now: Made) -> list[str]:
    """The keys that were there before and are not any more."""
    return [key for key in tags_of(before) if key not in tags_of(now)] if before else []


def has_new_tags(before: Made | None, now: Made) -> bool:
    """Whether an update leaves tags that were not there, or had other values."""
    return before is not None and tags_of(before) != tags_of(now) and bool(tags_of(now))


def changed(before: Made | None, now: Made, *names: str) -> bool:
    """Whether any of these properties differs; of what is new, whether any is given."""
    old = before.properties if before else {}
    return any(old.get(name) != now.properties.get(name) for name in names)


def picked(properties: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The properties of those names that are given."""
    return {name: properties[name] for name in names if name in properties}


def document_text(value: Any) -> str:
    """A policy as the services take it: text."""
    return value if isinstance(value, str) else json.dumps(value)


def lowered(value: Any) -> Any:
    """Every key with a small first letter, as ECR and CloudWatch Logs write them."""
    if isinstance(value, dict):
        return {f"{key[0].lower()}{key[1:]}": lowered(entry) for key, entry in value.items()}
    return value
