"""Resources with a custom name, which CloudFormation does not replace as long as they keep it.

"You can't perform updates that require replacement of this resource" ("Name type" in the user guide): what has the name
is still there when the new resource is made. CloudFormation refuses by the property that gives the name, whatever the
physical id is: target groups (honerlaw/serverless-fargate-plugin#19), security groups that move into another VPC, where
EC2 would take the name again (data-dot-all/dataall#1080), services by cluster and name (cdk-cosmos/cosmos#65), EMR
security configurations (awsdocs/aws-cloudformation-user-guide#927). AWS publishes no list of these properties; here a
registry schema has them:

- the primary identifier, where the template sets all of it (BucketName, RoleName, DBInstanceIdentifier);
- where the service gives the identifier, an ARN or a URL in which the name stands: the create-only property that may be
  left out and is called Name, or as the type is (TopicName, QueueName, TargetGroup's Name, StateMachineName).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cloudformation.scalars import text_of
from cloudformation.template.schemas import naming_properties, property_types, type_names

_HOLDS_THE_NAME = ("arn", "url")
# The identifier is an id, and the name is taken all the same: dataall#1080, and domains in several projects' runbooks.
_NAMED_BESIDE_THEIR_ID = frozenset({"AWS::EC2::SecurityGroup", "AWS::Elasticsearch::Domain"})
# IVS does not ask for names that differ: its ARNs hold ids.
_LABELLED = ("AWS::IVS::",)
# What holds resources under names of their own: the new one is made in another of them. A VPC is none (see above).
_POINTING = ("Id", "Arn", "Identifier", "Name")
_NOT_HOLDING = ("Vpc", "VPC")


def custom_name_properties(type_name: str, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties that give a resource of a type its custom name, that alone the template decides; the name last."""
    identifier = naming_properties(schema)
    if identifier:
        return identifier
    given = _top(schema, "readOnlyProperties")
    own = [name for name in _top(schema, "createOnlyProperties") if _names(type_name, name) and name not in given]
    optional = [name for name in own if name not in schema.get("required", ()) and _is_text(schema, name)]
    parts = _top(schema, "primaryIdentifier")
    holds = any(part in given and part.lower().endswith(_HOLDS_THE_NAME) for part in parts)
    if len(optional) != 1 or not (holds or type_name in _NAMED_BESIDE_THEIR_ID):
        return ()
    if type_name.startswith(_LABELLED) or any(name.endswith("Revision") for name in given):
        return ()  # of a name there are revisions
    return (*(part for part in parts if part not in given), *optional)


def kept_name(type_name: str, schema: Mapping[str, Any], before: Any, after: Any) -> str | None:
    """The custom name that a resource has and keeps, as CloudFormation writes it; None where it has none or another."""
    naming = custom_name_properties(type_name, schema)
    if not naming or not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    old, new = ([_value(side, name) for name in naming] for side in (before, after))
    if old != new or old[-1] is None or (None in old and naming == naming_properties(schema)):
        return None
    if naming != naming_properties(schema) and any(
        _value(before, name) != _value(after, name) for name in _holders(type_name, schema, naming)
    ):
        return None
    return "|".join(part for part in old if part is not None)


def keeps_its_name(
    type_name: str, schema: Mapping[str, Any], properties: Mapping[str, Any], changed: Collection[str]
) -> str | None:
    """The property that gives a resource of a template its custom name, where nothing about the name changes.

    `changed` are the top-level properties that change. What is deleted before it is made anew is in nobody's way.
    """
    naming = custom_name_properties(type_name, schema)
    if not naming or schema.get("replacementStrategy") == "delete_then_create":
        return None
    identifies = naming == naming_properties(schema)
    named = all(name in properties for name in (naming if identifies else naming[-1:]))
    moved = {*naming, *(() if identifies else _holders(type_name, schema, naming))}
    return naming[-1] if named and not moved & set(changed) else None


def _value(properties: Mapping[str, Any], name: str) -> str | None:
    value = properties.get(name)
    return text_of(value) if isinstance(value, (str, int, float)) else None


def _top(schema: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The properties that a list of pointers names as a whole."""
    pointers = (str(pointer).removeprefix("/properties/") for pointer in schema.get(key, ()))
    return tuple(pointer for pointer in pointers if "/" not in pointer)


def _names(type_name: str, name: str) -> bool:
    kind = type_name.rpartition("::")[2]
    return name == "Name" or (name.endswith("Name") and kind.endswith(name.removesuffix("Name")))


def _is_text(schema: Mapping[str, Any], name: str) -> bool:
    return "string" in property_types(schema, (name,))


def _holders(type_name: str, schema: Mapping[str, Any], naming: tuple[str, ...]) -> Iterator[str]:
    """The create-only properties that say in which other resource of the same service this one is, or which version."""
    service = type_name.rpartition("::")[0]
    kinds = [name.removeprefix(f"{service}::") for name in type_names() if name.startswith(f"{service}::")]
    for name in _top(schema, "createOnlyProperties"):
        pointed = next((name.removesuffix(end) for end in _POINTING if name.endswith(end)), name)
        held = any(kind.endswith(pointed) for kind in kinds) or pointed in ("Resource", "Version")
        if name not in naming and pointed and held and not pointed.endswith(_NOT_HOLDING):
            yield name
