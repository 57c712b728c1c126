"""Secrets in the properties of resources: they are read in a resource's turn, and stored nowhere.

CloudFormation looks for a secret when the resource that names it is created or updated for whatever reason, and
fails that resource where there is none; that a secret changed is no change. Parameters of nested stacks go down as
they are written, and custom resources get no secrets at all.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html

A secret that a stack made exists in the rehearsal alone: its content is what the template says, with a value made
up of its ARN where Secrets Manager would draw one. What another service keeps there (an RDS master password, the
connection that a SecretTargetAttachment adds) is made up too.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from cloudformation.refusals import ValidationError
from cloudformation.scalars import text_of
from rehearsal.language.dynamic_references import SECRETS_MANAGER, reference_text, substituted
from rehearsal.language.secret_references import SecretReference, part_of, secret_reference
from rehearsal.state.services import ServiceError
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource
from rehearsal.state.world import World

_SECRET = "AWS::SecretsManager::Secret"
_ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"
_WITHOUT = ("AWS::CloudFormation::CustomResource", STACK_TYPE)
# "JSON structure of AWS Secrets Manager secrets": what an attachment adds to a database's secret.
_CONNECTION = frozenset({"engine", "host", "port", "dbname", "dbInstanceIdentifier", "dbClusterIdentifier"})


def with_secrets(world: World, stack: Stack, resource: StackResource) -> StackResource:
    """The resource as its service sees it, with the values of its secrets.

    Errors: ValidationError, whose text is the reason with which the resource fails.
    """
    if resource.type in _WITHOUT or resource.type.startswith("Custom::"):
        return resource
    properties = substituted(resource.properties, SECRETS_MANAGER, lambda name: _value(world, stack.region, name))
    return replace(resource, properties=properties)


def _value(world: World, region: str, name: str) -> str:
    text = reference_text(SECRETS_MANAGER, name)
    reference = secret_reference(text, name)
    if reference.account not in ("", world.state.account):
        raise ValidationError(f"Secrets of other accounts are not simulated by the rehearsal: {text}")
    try:
        made = next((one for one in _standing(world, region, _SECRET) if reference.id in _names(one)), None)
        if made is not None:
            return _of_a_stack(world, region, made, reference)
        if any(reference.id in resource.attributes.values() for _, resource in world.standing(region)):
            return _made_up(reference.id, reference.key)
        return part_of(world.services.secret(reference.id, reference.stage, reference.version, region), reference.key)
    except ServiceError as error:
        raise ValidationError(
            f"{error.message} (Service: AWSSecretsManager; Status Code: 400; Error Code: {error.code}; "
            f"Request ID: {world.uuid()}; Proxy: null)"
        ) from None


def _of_a_stack(world: World, region: str, secret: StackResource, reference: SecretReference) -> str:
    """A part of a secret that a stack made; it has one version, without an id that anybody knows."""
    content, label = secret_text(secret), reference.stage or "AWSCURRENT"
    missing = f"VersionId: {reference.version}" if reference.version else f"staging label: {label}"
    if content is None or reference.version or label != "AWSCURRENT":
        text = f"Secrets Manager can't find the specified secret value for {missing}"
        raise ServiceError("ResourceNotFoundException", text)
    attached = any(one.physical_id == secret.physical_id for one in _standing(world, region, _ATTACHMENT))
    if attached and reference.key in _CONNECTION:
        return _made_up(secret.physical_id, reference.key)
    return part_of(content, reference.key)


def secret_text(secret: StackResource) -> str | None:
    """What the properties of a secret make of it; None: nothing yet."""
    given, drawn = secret.properties.get("SecretString"), secret.properties.get("GenerateSecretString")
    if given is not None or not isinstance(drawn, dict):
        return None if given is None else text_of(given)
    key = text_of(drawn.get("GenerateStringKey", ""))
    password = _made_up(secret.physical_id, key)
    try:
        document = json.loads(text_of(drawn.get("SecretStringTemplate", "")))
    except ValueError:
        return password
    return json.dumps(document | {key: password}) if isinstance(document, dict) else password


def _standing(world: World, region: str, type_name: str) -> Iterator[StackResource]:
    return (resource for _, resource in world.standing(region) if resource.type == type_name)


def _names(secret: StackResource) -> tuple[str, ...]:
    """A secret is known by its ARN, with or without the six characters at its end, and by its name."""
    partial = secret.physical_id[: -len("-abcdef")]
    return secret.physical_id, partial, partial.rpartition(":secret:")[2]


def _made_up(*source: Any) -> str:
    return sha256("\n".join(source).encode()).hexdigest()[:32]
