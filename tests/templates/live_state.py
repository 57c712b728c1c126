"""All that a system is on the rehearsal: every property and attribute of every resource, and the outputs.

What CloudFormation and the services make up (ids, ends of names, revisions) is identified by its owner, so that two
systems can be compared: an id that is used where another one should be differs as any other value does.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from tests.rehearsal.play import ACCOUNT
from tests.templates.resolved import RENDERED, REQUIRED, document
from tests.templates.system import STACK, System

# An id, the end of a name, a number or a word that is longer than any that this system is given; an address.
_MADE_UP = re.compile(
    r"(?<![A-Za-z0-9])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![A-Za-z])"
    r"|(?<![A-Za-z0-9])[A-Za-z0-9]{10,}(?![A-Za-z])"
    r"|(?<=vpce-[0-9a-f]{17}-)[a-z0-9]{8}"
    r"|(?<=-[0-9a-f]{12}-)[A-Za-z0-9]{6}(?![A-Za-z0-9])"
    r"|(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9./])"
)
_MADE_AT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")
_REVISION = re.compile(r"(:task-definition/[^:\"]+):[0-9]+")


def live_state(system: System, **values: str) -> dict[str, str]:
    """Every value by its path, such as `Alb/LoadBalancer.properties.Scheme`; `values` are those that were given."""
    root = system.standing(STACK)
    known = {*_written(), *_MADE_UP.findall(json.dumps(values))}
    stacks = {"": root, **{layer: system.standing(body.physical_id) for layer, body in _nested(root)}}
    owners: dict[str, str] = {}
    for layer, stack in sorted(stacks.items()):
        for at, entry in _resources(layer, stack):
            numbers = count(1)
            for token in _MADE_UP.findall(json.dumps([entry.ref, entry.physical_id, entry.attributes])):
                if token not in known and token not in owners:
                    owners[token] = f"<{at} {next(numbers)}>"
    return dict(_told(stacks, owners))


@cache
def _written() -> frozenset[str]:
    """What exists in the templates and in what is always given."""
    layers = [document(path.stem) for path in sorted(RENDERED.glob("*.yaml"))]
    return frozenset(_MADE_UP.findall(json.dumps([layers, REQUIRED, ACCOUNT])))


def _nested(root: Stack) -> Iterator[tuple[str, StackResource]]:
    return ((name, entry) for name, entry in root.resources.items() if entry.type == STACK_TYPE and entry.exists)


def _resources(layer: str, stack: Stack) -> Iterator[tuple[str, StackResource]]:
    there = sorted((name, entry) for name, entry in stack.resources.items() if entry.exists)
    return ((f"{layer}/{name}".lstrip("/"), entry) for name, entry in there)


def _told(stacks: dict[str, Stack], owners: dict[str, str]) -> Iterator[tuple[str, str]]:
    for layer, stack in stacks.items():
        for name, output in stack.outputs.items():
            yield from _leaves(f"{layer or 'root'} outputs.{name}", vars(output), owners)
        assert stack.target is not None
        yield from _leaves(f"{layer or 'root'} tags", stack.target.tags, owners)
        for at, entry in _resources(layer, stack):
            told = (
                *("type", "ref", "physical_id", "attributes", "properties", "metadata", "contents"),
                *("deletion_policy", "update_replace_policy", "policies", "drifted"),
            )
            for member in told:
                yield from _leaves(f"{at}.{member}", getattr(entry, member), owners)


def _leaves(path: str, value: Any, owners: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            yield from _leaves(f"{path}.{name}", member, owners)
    else:
        text = _MADE_AT.sub("<time>", _REVISION.sub(r"\1:<revision>", json.dumps(value)))
        yield path, _MADE_UP.sub(lambda token: owners.get(token[0], token[0]), text)
