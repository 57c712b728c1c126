"""A change set with all its nested ones, as CloudFormation describes them: facts, before anybody judges them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cloudformation.statuses import (
    ChangeAction,
    ChangeSetStatus,
    ExecutionStatus,
    Replacement,
    RequiresRecreation,
    read,
)
from cloudformation.unknown import fed_by, shows_unknown
from deployment.stack.settings import Settings
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE


@dataclass(frozen=True)
class Detail:
    """One reason why a resource is listed. The order of details means nothing: AWS does not keep it."""

    path: str
    attribute: str
    name: str | None
    recreation: RequiresRecreation
    cause: str | None
    static: bool
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Change:
    """One row of a change set; `nested` is the change set of a nested stack."""

    logical_id: str
    type: str
    action: ChangeAction
    replacement: Replacement | None
    physical_id: str | None
    policy: str | None
    details: tuple[Detail, ...]
    nested: str | None


@dataclass(frozen=True)
class ChangeSet:
    """One change set; `children` are those of its nested stacks, by logical id, where it was made to include them."""

    arn: str
    stack_arn: str
    status: ChangeSetStatus
    execution: ExecutionStatus
    reason: str | None
    parameters: Mapping[str, str]
    created: datetime
    changes: tuple[Change, ...]
    children: Mapping[str, ChangeSet]
    nested: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    listed: bool = True
    """Whether CloudFormation said what changes, be it nothing: its answer had Changes."""
    resolved: Mapping[str, str] = field(default_factory=dict)
    """What parameters that Systems Manager stores came to (ResolvedValue), as far as that was said."""
    settings: Settings = field(default_factory=Settings)

    def walk(self, path: ResourcePath = ROOT) -> Iterator[tuple[ResourcePath, ChangeSet]]:
        """This change set and all nested ones, each with the logical ids that lead to it."""
        yield path, self
        for logical_id, child in self.children.items():
            yield from child.walk(path / logical_id)


def merged(valued: ChangeSet, plain: ChangeSet) -> ChangeSet:
    """What two descriptions of one change set say together: with the values of its properties, and without.

    Asked for values, CloudFormation omits what only the execution will show: a property that reads an attribute
    of a resource that changes, and a row that has no other (recorded), or rows that it cannot resolve
    (aws/aws-cdk-cli#1780).
    """
    rows = {change.logical_id: change for change in plain.changes}
    for change in valued.changes:
        rows[change.logical_id] = _both(change, rows[change.logical_id]) if change.logical_id in rows else change
    return replace(plain, changes=tuple(rows.values()), listed=valued.listed and plain.listed)


def _both(valued: Change, plain: Change) -> Change:
    said = {(detail.attribute, detail.name) for detail in valued.details}
    unsaid = tuple(detail for detail in plain.details if (detail.attribute, detail.name) not in said)
    strictest = max((valued.replacement, plain.replacement), key=_STRICTNESS.index)
    return replace(valued, details=valued.details + unsaid, replacement=strictest)


_STRICTNESS = (None, Replacement.FALSE, Replacement.CONDITIONAL, Replacement.TRUE)


def change_from(row: Mapping[str, Any]) -> Change:
    """A member of Changes; members that CloudFormation leaves out are None."""
    body = row.get("ResourceChange", {})
    return Change(
        logical_id=body.get("LogicalResourceId", "(not named)"),
        type=body.get("ResourceType") or (STACK_TYPE if body.get("ChangeSetId") else "(no type)"),
        action=read(body.get("Action"), ChangeAction.DYNAMIC),
        replacement=read(body["Replacement"], Replacement.CONDITIONAL) if body.get("Replacement") else None,
        physical_id=body.get("PhysicalResourceId"),
        policy=body.get("PolicyAction"),
        details=tuple(_detail(detail) for detail in body.get("Details", ())),
        nested=body.get("ChangeSetId"),
    )


def _detail(body: Mapping[str, Any]) -> Detail:
    target = body.get("Target", {})
    attribute, name = target.get("Attribute", "Properties"), target.get("Name")
    return Detail(
        path=target.get("Path") or (f"/{attribute}/{name}" if name else f"/{attribute}"),
        attribute=attribute,
        name=name or (None if attribute == "Properties" else attribute),
        recreation=_recreation(attribute, target.get("RequiresRecreation")),
        cause=body.get("CausingEntity"),
        static=body.get("Evaluation") == "Static",
        before=_plain(_before(target)),
        after=_plain(target.get("AfterValue")),
    )


def _recreation(attribute: str, said: str | None) -> RequiresRecreation:
    """What is not said of a property may be the worst; an attribute beside the properties replaces nothing."""
    if attribute != "Properties" and said is None:
        return RequiresRecreation.NEVER
    return read(said, RequiresRecreation.CONDITIONALLY)


def _before(target: Mapping[str, Any]) -> str | None:
    """What is overwritten: what there is, also where a drift-aware change begins at the previous deployment."""
    if target.get("BeforeValueFrom") != "PREVIOUS_DEPLOYMENT_STATE" or "Drift" not in target:
        return target.get("BeforeValue")
    actual = target["Drift"].get("ActualValue")
    return None if actual == "null" else actual


def _plain(value: str | None) -> str | None:
    """A Before- or AfterValue; a JSON text of one scalar is that scalar, an object stays compact JSON."""
    if value is None or not value.startswith(('"', "[", "{")) or value.startswith("{{"):
        return value
    try:
        parsed = json.loads(value)
    except ValueError:
        return value
    return parsed if isinstance(parsed, str) else json.dumps(parsed, separators=(", ", ": "))


def is_known(value: str | None) -> bool:
    """Whether a value is known before the execution, and was not left out of the description."""
    return value is not None and not shows_unknown(value)


def is_same(details: Iterable[Detail]) -> bool | None:
    """Whether details of one property state one value before and after; None where they state none, or not yet."""
    known = [detail for detail in details if is_known(detail.after)]
    return all(detail.before is not None and detail.before == detail.after for detail in known) if known else None


def feeding_output(value: str) -> str | None:
    """`Layer.Output` where a placeholder stands for a sibling's output, the bare text for another one."""
    found = fed_by(value)
    if found is None:
        return None
    layer, _, attribute = found.partition(".")
    is_output = attribute.startswith("Outputs.")
    return f"{layer}.{attribute.removeprefix('Outputs.')}" if is_output else found.replace(".", "/")
