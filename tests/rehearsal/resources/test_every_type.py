"""What is made up for every resource type of the registry: it fits its schema, it identifies, Ref is as published."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from cloudformation.scalars import text_of
from rehearsal.resources.generated_values import name_from
from rehearsal.resources.identifier_words import Where, Words
from rehearsal.resources.identifiers import Identity, new_resource
from rehearsal.resources.made_up.noted_forms import NOTED
from rehearsal.resources.made_up.return_values import REF, return_values
from rehearsal.resources.resource_schema import children, forms, matches, region_index, resolve, value_types
from rehearsal.resources.resource_types import ResourceType, ResourceTypes

REGION = "us-east-1"
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop-dev/0f0e0d0c"
WHERE = Where("123456789012", REGION, "aws", "shop-dev", STACK, "2030-01-02T03:04:05Z")
SOURCE = random.Random(7)

# AWS's schema says object, and Fn::GetAtt gives JSON text; a pattern in quotation marks, which no ARN has.
NOT_BY_SCHEMA = {
    ("AWS::CloudFormation::WaitCondition", "Data"),
    ("AWS::Amplify::Domain", "Certificate.CertificateArn"),
}
# One of each in an account, or one of each logical id in a stack.
ONE_OF_EACH = {
    "AWS::DevOpsGuru::ResourceCollection",
    "AWS::CloudFormation::WaitCondition",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::Lightsail::ContactMethod",
}
# What they are made of is not required by their schemas, and is of the schema's making.
NEEDED = {
    "AWS::ApplicationAutoScaling::ScalableTarget": ("ResourceId", "ScalableDimension", "ServiceNamespace"),
    "AWS::EC2::Route": ("DestinationCidrBlock",),
    "AWS::Lambda::Version": ("FunctionName",),
}


class Made(NamedTuple):
    kind: ResourceType
    properties: Mapping[str, Any]
    identity: Identity


def token(length: int, alphabet: str) -> str:
    return "".join(SOURCE.choices(alphabet, k=length))


def made(kind: ResourceType, *more: str) -> Made:
    """A resource with the texts that its schema requires, and with `more` of its properties."""
    words = Words("Thing", {}, WHERE, token)
    texts = {*kind.schema.get("required", ()), *NEEDED.get(kind.name, ()), *more}
    writable = texts & set(kind.properties) - {path[0] for path in kind.read_only}
    given = {name: kind.forms_at((name,)) for name in sorted(writable)}
    properties = {name: name_from(found, words) for name, found in given.items() if "string" in value_types(found)}
    return Made(kind, properties, new_resource(kind, Words("Thing", properties, WHERE, token)))


@cache
def every() -> tuple[tuple[Made, Made], ...]:
    types = ResourceTypes(REGION)
    kinds = [kind for kind in map(types.get, sorted(region_index(REGION))) if kind is not None]
    return tuple((made(kind), made(kind)) for kind in kinds)


def test_made_up_values_satisfy_the_schema_of_their_own_type() -> None:
    offences = [
        f"{one.kind.name} {attribute}: {value!r}"
        for one, _ in every()
        for attribute, value in one.identity.attributes.items()
        if aws_writes(one.kind, attribute) and (one.kind.name, attribute) not in NOT_BY_SCHEMA
        if not fits_any(one.kind, attribute, value)
    ]
    assert offences == []


def aws_writes(kind: ResourceType, attribute: str) -> bool:
    path = tuple(attribute.split("."))
    return "/".join(path) in kind.primary_identifier or any(path[: len(own)] == own for own in kind.read_only)


def fits_any(kind: ResourceType, attribute: str, value: Any) -> bool:
    nodes = [kind.schema]
    for step in attribute.split("."):
        nodes = [child for node in nodes for form in forms(kind.schema, node) for child in children(form, step)]
    return any(fits(kind.schema, node, value) for node in nodes)


def fits(root: Mapping[str, Any], node: Mapping[str, Any], value: Any) -> bool:
    """A validator of its own: alternatives too, which the rehearsal does not judge."""
    form = resolve(root, node)
    alternatives = [form[word] for word in ("anyOf", "oneOf") if word in form]
    if not all(any(fits(root, one, value) for one in some) for some in alternatives):
        return False
    if not all(fits(root, one, value) for one in form.get("allOf", ())) or not is_of_type(form, value):
        return False
    if isinstance(value, dict):
        known = form.get("properties", {})
        return set(form.get("required", ())) <= set(value) and all(
            fits(root, known[name], item) for name, item in value.items() if name in known
        )
    if isinstance(value, list):
        return len(value) >= form.get("minItems", 0) and all(fits(root, form.get("items", {}), one) for one in value)
    return fits_scalar(form, value)


def is_of_type(form: Mapping[str, Any], value: Any) -> bool:
    kinds = value_types((form,))
    named = {dict: "object", list: "array", bool: "boolean", int: "integer", float: "number"}.get(type(value), "string")
    return not kinds or named in kinds or (named == "integer" and "number" in kinds)


def fits_scalar(form: Mapping[str, Any], value: Any) -> bool:
    if "enum" in form and text_of(value) not in map(text_of, form["enum"]):
        return False
    if isinstance(value, str):
        bounds = form.get("minLength", 0) <= len(value) <= form.get("maxLength", len(value))
        return bounds and matches(form.get("pattern", ""), value)
    return bool(form.get("minimum", value) <= value <= form.get("maximum", value))


def test_two_resources_never_share_what_identifies_them() -> None:
    shared = [
        f"{one.kind.name} {one.identity.ref}"
        for one, other in every()
        if one.kind.name not in ONE_OF_EACH and identifying(one) == identifying(other)
    ]
    assert shared == []


def identifying(one: Made) -> tuple[Any, ...]:
    return (one.identity.physical_id, *(one.properties.get(name) for name in one.kind.identified_beside))


# A rule on the default bus is its name alone (docs:attributes/Ref), on another what the table says (recorded).
RECORDED_OTHERWISE = {"AWS::Events::Rule"}


def test_ref_is_as_published() -> None:
    types = ResourceTypes(REGION)
    published = {kind: kind.published for kind in map(types.get, return_values()) if kind is not None}
    wrong = []
    for kind, what in published.items():
        if REF in what and kind.name not in RECORDED_OTHERWISE:
            one = made(kind, *named_in(what[REF]))
            if not re.fullmatch(expected(one, what[REF]), one.identity.ref):
                wrong.append(f"{kind.name}: {one.identity.ref} is not {what[REF]}")
    assert wrong == []


def named_in(form: str) -> Iterator[str]:
    yield from re.findall(r"\{([A-Z][\w/]*)\}", form)


def expected(one: Made, form: str) -> str:
    """The pattern that a published form is, for a resource with these properties and attributes."""
    known = {**one.identity.attributes, **one.properties}
    return "".join(
        re.escape(piece if number % 2 == 0 else str(known[piece])) if number % 2 == 0 or piece in known else ".+"
        for number, piece in enumerate(re.split(r"\{([\w/]+)\}", form))
    )


def test_what_is_noted_by_hand_is_of_types_that_exist_and_shows() -> None:
    types = ResourceTypes(REGION)
    for name, what in NOTED.items():
        kind = types.get(name)
        assert kind is not None, name
        one = made(kind, *(piece for form in what.values() for piece in named_in(form)))
        for pointer, form in kind.published.items():
            attribute = pointer.replace("/", ".")
            if attribute in one.identity.attributes:
                value = one.identity.attributes[attribute]
                assert re.fullmatch(expected(one, form), value), (name, attribute, value)
