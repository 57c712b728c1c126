"""What is built, as the templates say it: nested stacks in build order, each with its resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.references import references
from cloudformation.template.transforms import resource_bodies
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import Template


@dataclass(frozen=True)
class Part:
    """One resource of a template; `condition` decides whether it, or the nested stack that it is in, is created."""

    path: ResourcePath
    type: str
    condition: str | None


@dataclass(frozen=True)
class Block:
    """One nested stack: `step` counts from 1 within its parent, `after` are the nested stacks that come before it."""

    path: ResourcePath
    step: int
    after: tuple[str, ...]
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]

    def walk(self) -> Iterator[Block]:
        """This block and all below it, in order."""
        yield self
        for block in self.blocks:
            yield from block.walk()


def architecture(template: Template) -> Block:
    """The tree below a root template."""
    return _block(template, ROOT, 1, ())


def _block(
    template: Template, path: ResourcePath, step: int, after: tuple[str, ...], under: str | None = None
) -> Block:
    resources = {str(at[-1]): body for at, body in resource_bodies(template.section("Resources"))}
    waits = {name: _layers_before(name, resources, template.nested) for name in template.nested}
    steps: dict[str, int] = {}
    for name in template.nested:
        _step(name, waits, steps, ())
    conditions = {name: str(body["Condition"]) if "Condition" in body else under for name, body in resources.items()}
    blocks = [
        _block(child, path / name, steps[name], waits[name], conditions.get(name, under))
        for name, child in template.nested.items()
    ]
    parts = tuple(
        Part(path / name, str(body.get("Type")), conditions[name])
        for name, body in resources.items()
        if name not in template.nested
    )
    return Block(path, step, after, parts, tuple(sorted(blocks, key=lambda block: block.step)))


def _layers_before(name: str, resources: Mapping[str, Any], nested: Mapping[str, Template]) -> tuple[str, ...]:
    """The nested stacks that a nested stack waits for, directly or through a resource that is no nested stack."""
    seen, waiting = {name}, [name]
    while waiting:
        for named in _named(resources[waiting.pop()]):
            if named in resources and named not in seen:
                seen.add(named)
                waiting += [] if named in nested else [named]
    return tuple(layer for layer in nested if layer in seen and layer != name)


def _named(body: Mapping[str, Any]) -> Iterator[str]:
    depends = body.get("DependsOn", [])
    yield from [depends] if isinstance(depends, str) else depends
    for reference in references(body.get("Properties")):
        yield reference.name


def _step(name: str, waits: Mapping[str, tuple[str, ...]], steps: dict[str, int], above: tuple[str, ...]) -> int:
    """When a nested stack can be built; CloudFormation refuses a circle, so what leads back is not counted."""
    if name not in steps:
        before = [_step(layer, waits, steps, (*above, name)) for layer in waits[name] if layer not in (*above, name)]
        steps[name] = 1 + max(before, default=0)
    return steps[name]


def service_and_noun(resource_type: str) -> tuple[str, str]:
    """`EC2`, `Subnet` of AWS::EC2::Subnet; a custom or third-party type says what it can."""
    parts = resource_type.split("::")
    if len(parts) < 2:
        return "", resource_type
    service = parts[1] if parts[0] == "AWS" and len(parts) > 2 else parts[0]
    return service, parts[-1]
