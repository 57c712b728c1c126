"""Dynamic references: `{{resolve:ssm:name:version}}` and its like in the properties of resources.

They are read after the functions. A reference to a plain Systems Manager parameter becomes its value; one
to a secure parameter stays as it is written, since CloudFormation never shows what it stands for.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rehearsal.errors import ValidationError
from rehearsal.language.parameters import refuse_secure

_REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):([^{}]*)\}\}")
_PARAMETER = re.compile(r"[a-zA-Z0-9_.\-/]+(:[0-9]{1,9})?")
# The properties that take a secure parameter (user guide, "Resources that support dynamic parameter patterns").
_SECURE = {
    "AWS::DirectoryService::MicrosoftAD": ("Password",),
    "AWS::DirectoryService::SimpleAD": ("Password",),
    "AWS::ElastiCache::ReplicationGroup": ("AuthToken",),
    "AWS::IAM::User": ("LoginProfile/Password",),
    "AWS::KinesisFirehose::DeliveryStream": ("RedshiftDestinationConfiguration/Password",),
    "AWS::OpsWorks::App": ("AppSource/Password",),
    "AWS::OpsWorks::Stack": ("CustomCookbooksSource/Password", "RdsDbInstances/DbPassword"),
    "AWS::RDS::DBCluster": ("MasterUserPassword",),
    "AWS::RDS::DBInstance": ("MasterUserPassword",),
    "AWS::Redshift::Cluster": ("MasterUserPassword",),
}

Fetch = Callable[[str], str | None]


@dataclass(frozen=True)
class DynamicReference:
    """One reference, and the path of the property that holds it (without the places in lists)."""

    path: tuple[str, ...]
    service: str
    name: str

    @property
    def text(self) -> str:
        return f"{{{{resolve:{self.service}:{self.name}}}}}"


def dynamic_references(value: Any, path: tuple[str, ...] = ()) -> Iterator[DynamicReference]:
    """Every reference in a resolved value."""
    if isinstance(value, str):
        if "{{resolve:" in value:
            yield from (DynamicReference(path, hit[1], hit[2]) for hit in _REFERENCE.finditer(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from dynamic_references(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from dynamic_references(item, path)


def check_references(properties: Any, fetch: Fetch) -> None:
    """Refuse references of the wrong form and to what is not there; CreateChangeSet answers so at once.

    Errors: ValidationError; a secret of Secrets Manager is refused as not simulated.
    """
    asked = cache(fetch)
    for reference in dynamic_references(properties):
        if reference.service not in ("ssm", "ssm-secure"):
            raise ValidationError(
                f"Dynamic references to {reference.service} are not simulated by the rehearsal: {reference.text}"
            )
        if not _PARAMETER.fullmatch(reference.name):
            raise ValidationError(f"Incorrect format is used in the following SSM reference: [{reference.text}]")
        if asked(reference.name) is None:
            raise ValidationError(f"Parameters: [{reference.service}:{reference.name}] cannot be found.")
        if reference.service == "ssm":
            refuse_secure({reference.name: asked(reference.name)})


def refer(type_name: str, properties: Any, fetch: Fetch) -> Any:
    """The properties with the value of every plain parameter in place of its reference.

    Errors: as `check_references`, and ValidationError for a secure parameter where its type does not take one.
    """
    found = list(dynamic_references(properties))
    if not found:
        return properties
    check_references(properties, fetch)
    places = [_place(type_name, reference) for reference in found if _misplaced(type_name, reference)]
    if places:
        raise ValidationError(f"SSM Secure reference is not supported in: [{','.join(places)}]")
    return _replaced(properties, cache(fetch))


def _misplaced(type_name: str, reference: DynamicReference) -> bool:
    return reference.service == "ssm-secure" and "/".join(reference.path) not in _SECURE.get(type_name, ())


def _place(type_name: str, reference: DynamicReference) -> str:
    return f"{type_name}/Properties/{'/'.join(reference.path)}"


def _replaced(value: Any, fetch: Fetch) -> Any:
    if isinstance(value, str):
        return _REFERENCE.sub(lambda hit: (fetch(hit[2]) or "") if hit[1] == "ssm" else hit[0], value)
    if isinstance(value, dict):
        return {key: _replaced(item, fetch) for key, item in value.items()}
    return [_replaced(item, fetch) for item in value] if isinstance(value, list) else value
