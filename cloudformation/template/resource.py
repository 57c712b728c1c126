"""One entry of a template's Resources: its members as values, and what their form must be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.refusals import TemplateError
from cloudformation.resource_types.policies import DELETION_POLICIES

RESOURCE_MEMBERS = frozenset(
    (
        *("Type", "Properties", "Metadata", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"),
        *("UpdatePolicy", "CreationPolicy"),
    )
)
# Beside the Type of a custom resource alone (cfn-lint, E3001): `Version: "1.0"`, which says nothing.
_CUSTOM_MEMBERS = RESOURCE_MEMBERS | {"Version"}


@dataclass(frozen=True)
class TemplateResource:
    """One entry of Resources, unresolved: intrinsics stand in it as single-key dicts."""

    logical_id: str
    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    metadata: Any = None
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: Any = None
    update_replace_policy: Any = None
    creation_policy: Any = None
    update_policy: Any = None

    def member(self, name: str) -> Any:
        """An attribute of the resource by the name that it has in the template."""
        return {
            "Metadata": self.metadata,
            "DeletionPolicy": self.deletion_policy,
            "UpdateReplacePolicy": self.update_replace_policy,
            "CreationPolicy": self.creation_policy,
            "UpdatePolicy": self.update_policy,
        }[name]

    @property
    def values(self) -> list[Any]:
        """All that functions may stand in; the properties first."""
        policies = [self.deletion_policy, self.update_replace_policy, self.creation_policy, self.update_policy]
        return [self.properties, self.metadata, *policies]


def is_custom(type_name: str) -> bool:
    """Whether a resource of this type is what a function of the account makes of it."""
    return type_name.startswith("Custom::") or type_name == "AWS::CloudFormation::CustomResource"


def has_type(entry: Any) -> bool:
    """Whether an entry says what it is, which only a transform may leave open."""
    return isinstance(entry, dict) and isinstance(entry.get("Type"), str)


def unread_resource(name: str, entry: Mapping[str, Any]) -> TemplateResource:
    """A resource whose other members are left to a transform."""
    properties = entry.get("Properties")
    return TemplateResource(name, entry["Type"], properties if isinstance(properties, dict) else {})


def read_resource(name: str, entry: Any) -> TemplateResource:
    """The resource that an entry declares.

    Errors: TemplateError with AWS's text.
    """
    if not isinstance(entry, dict):
        raise TemplateError("Template format error: Any Resources member must be an object.")
    if not isinstance(entry.get("Type"), str):
        raise TemplateError(
            f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
        )
    for key in entry:
        if key not in (_CUSTOM_MEMBERS if is_custom(entry["Type"]) else RESOURCE_MEMBERS):
            raise TemplateError(f"Invalid template resource property '{key}'")
    properties = entry.get("Properties", {})
    if not isinstance(properties, dict):
        raise TemplateError(f"Template format error: [/Resources/{name}/Properties] Properties must be an object.")
    return TemplateResource(
        logical_id=name,
        type=entry["Type"],
        properties=properties,
        metadata=entry.get("Metadata"),
        depends_on=_depends_on(entry.get("DependsOn")),
        condition=_condition(entry),
        deletion_policy=_policy(entry, name, "DeletionPolicy"),
        update_replace_policy=_policy(entry, name, "UpdateReplacePolicy"),
        creation_policy=entry.get("CreationPolicy"),
        update_policy=entry.get("UpdatePolicy"),
    )


def _condition(entry: Mapping[str, Any]) -> str | None:
    name = entry.get("Condition")
    if name is not None and not isinstance(name, str):
        raise TemplateError("Template format error: Every Condition member must be a string.")
    return name


def _depends_on(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else (value or [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TemplateError("Template format error: DependsOn must be a string or list of strings.")
    return tuple(names)


def _policy(entry: Mapping[str, Any], name: str, member: str) -> Any:
    value = entry.get(member)
    if value is None or isinstance(value, dict) or (isinstance(value, str) and value in DELETION_POLICIES):
        return value
    raise TemplateError(f"Template format error: Unrecognized {member} {value} for resource {name}")
