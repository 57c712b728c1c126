"""The rows of a change set in the API's own shape (ResourceChange in the API reference)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloudformation.resource_types.policies import removal_action, replace_policy
from cloudformation.unknown import ABSENT, Unknown
from rehearsal.resources.differences import Difference, pointer
from rehearsal.resources.replacement import more_intrusive, policy_action, replacement, requires_recreation
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import as_text, properties_text
from rehearsal.state.stacks import StackResource

AUTOMATIC = {
    "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
    "Evaluation": "Dynamic",
    "ChangeSource": "Automatic",
}


# A row of a change set, or a part of one, in the API's shape.
Row = dict[str, Any]


@dataclass(frozen=True)
class Cause:
    """What made a value differ; `dynamic` when that is unknown until execution."""

    source: str
    entity: str
    dynamic: bool = False


def add_row(name: str, kind: str, after: Mapping[str, Any] | None) -> Row:
    """A resource that is created."""
    return _whole("Add", {"LogicalResourceId": name, "ResourceType": kind}, AfterContext=after)


def remove_row(entry: StackResource, policy: str, before: Mapping[str, Any] | None) -> Row:
    """A resource that is removed, or left behind by its DeletionPolicy."""
    return _whole("Remove", {"PolicyAction": removal_action(policy), **_named(entry)}, BeforeContext=before)


def import_row(entry: StackResource, after: Mapping[str, Any] | None, *, beside_others: bool = False) -> Row:
    """A resource that exists and becomes part of the stack; beside other changes (aws/aws-cdk-cli#447) it says more."""
    more = {"Replacement": "True"} if beside_others else {}
    return _whole("Import", _named(entry) | more, AfterContext=after)


def _named(entry: StackResource) -> Row:
    return {"LogicalResourceId": entry.logical_id, "PhysicalResourceId": entry.physical_id, "ResourceType": entry.type}


def _whole(action: str, members: Row, **contexts: Mapping[str, Any] | None) -> Row:
    """A row without details; the context is there in a description with values."""
    shown = {name: properties_text(resource) for name, resource in contexts.items() if resource is not None}
    return _row({"Action": action, **members, "Scope": [], "Details": [], **shown})


def modify_row(
    entry: StackResource,
    kind: ResourceType,
    causes: Sequence[tuple[Difference, tuple[Cause, ...]]],
    phantoms: Mapping[tuple[str, ...], tuple[Cause, ...]],
    members: Sequence[tuple[Difference, tuple[Cause, ...]]],
    *,
    valued: bool,
    automatic: bool,
) -> Row | None:
    """A resource that is changed in place or replaced; None when nothing in it changes."""
    details = [detail for difference, why in causes for detail in _details(kind, difference, why, valued)]
    details += [_detail(_target(kind, path), cause) for path, why in phantoms.items() for cause in why]
    details += [detail for difference, why in members for detail in _member_details(difference, why, valued)]
    details += [AUTOMATIC] if automatic else []
    if not details:
        return None
    details = details if valued else _without_paths(details)
    replaced = replacement(details)
    return _row(
        {
            **(
                {"PolicyAction": policy_action(replace_policy(entry.type, entry.update_replace_policy))}
                if replaced == "True"
                else {}
            ),
            "Action": "Modify",
            **_named(entry),
            "Replacement": replaced,
            "Scope": sorted({detail["Target"]["Attribute"] for detail in details}),
            "Details": details,
        }
    )


def _row(change: Row) -> Row:
    return {"Type": "Resource", "ResourceChange": change}


def _shows_tags_apart(kind: ResourceType) -> bool:
    """Whether tags are an attribute of their own in a change set rather than one property among others.

    Both shapes have been seen: `Tags` for AWS::EC2::Instance ("Example change sets" in the user guide),
    AWS::EC2::Subnet and AWS::EC2::SecurityGroup, a property for AWS::S3::Bucket. What decides is not known;
    the types of EC2 are taken to be alike.
    """
    return kind.name.startswith("AWS::EC2::")


def _target(kind: ResourceType, path: tuple[str, ...]) -> Row:
    if path[0] == kind.tag_property and _shows_tags_apart(kind):
        return {"Attribute": "Tags", "RequiresRecreation": "Never"}
    return {"Attribute": "Properties", "Name": path[0], "RequiresRecreation": requires_recreation(kind, path)}


def _member_target(difference: Difference, valued: bool) -> Row:
    [attribute] = difference.path
    target = {"Attribute": attribute, "RequiresRecreation": "Never"}
    named = difference.before is not ABSENT or difference.after is not ABSENT
    return target | (_values(difference, "") if valued and named else {})


def _values(difference: Difference, prefix: str) -> Row:
    values = {"Path": prefix + pointer(difference.path), "AttributeChangeType": difference.change_type}
    if difference.before is not ABSENT:
        values["BeforeValue"] = _value_text(difference.before)
    if difference.after is not ABSENT:
        values["AfterValue"] = _value_text(difference.after)
    return values


def _value_text(value: Any) -> str:
    return properties_text(value) if isinstance(value, (dict, list)) else as_text(value)


def _details(kind: ResourceType, difference: Difference, causes: tuple[Cause, ...], valued: bool) -> list[Row]:
    """The pair that AWS gives for a value taken from elsewhere: where from (Static), and that it changes (Dynamic)."""
    target = _target(kind, difference.path) | (_values(difference, "/Properties") if valued else {})
    return _caused(target, difference, causes, valued)


def _member_details(difference: Difference, causes: tuple[Cause, ...], valued: bool) -> list[Row]:
    """The same of an attribute of the resource: Metadata that takes a parameter has the pair, as recorded."""
    return _caused(_member_target(difference, valued), difference, causes, valued)


def _caused(target: Row, difference: Difference, causes: tuple[Cause, ...], valued: bool) -> list[Row]:
    if not causes:
        return [_detail(target, None)]
    named = [_detail(target, cause) for cause in causes]
    by_parameter = any(cause.source == "ParameterReference" for cause in causes)
    if by_parameter or (valued and isinstance(difference.after, Unknown)):
        named.append({"Target": target, "Evaluation": "Dynamic", "ChangeSource": "DirectModification"})
    return named


def _detail(target: Row, cause: Cause | None) -> Row:
    if cause is None:
        return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}
    evaluation = "Dynamic" if cause.dynamic else "Static"
    return {"Target": target, "Evaluation": evaluation, "ChangeSource": cause.source, "CausingEntity": cause.entity}


def _without_paths(details: list[Row]) -> list[Row]:
    """One detail a property and cause: without values a change set names no path below the property."""
    merged: dict[str, Row] = {}
    for detail in details:
        target = detail["Target"]
        key = json.dumps([target["Attribute"], target.get("Name"), {k: v for k, v in detail.items() if k != "Target"}])
        known = merged.setdefault(key, detail)
        if more_intrusive(detail, known):
            merged[key] = detail
    return list(merged.values())
