"""Dynamic references: `{{resolve:ssm:name:version}}` and its like in the properties of resources.

They are read after the functions. A reference to a plain Systems Manager parameter becomes its value; one to a
secure parameter or to a secret stays as it is written, since CloudFormation never shows its value: in
change sets and events it is its text, and only another text is a change.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.language.parameters import Fetch, refuse_secure
from rehearsal.language.secret_references import secret_reference

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

SECRETS_MANAGER = "secretsmanager"


@dataclass(frozen=True)
class DynamicReference:
    """One reference, and the path of the property that contains it (without the places in lists)."""

    path: tuple[str, ...]
    service: str
    name: str

    @property
    def text(self) -> str:
        return reference_text(self.service, self.name)


def reference_text(service: str, name: str) -> str:
    """A reference as a template writes it."""
    return f"{{{{resolve:{service}:{name}}}}}"


def holds_reference(value: Any) -> bool:
    """Whether a value is text with a reference in it, so that only its service will see what it comes to."""
    return isinstance(value, str) and _REFERENCE.search(value) is not None


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
    """Refuse references of the wrong form and to parameters that are not there; CreateChangeSet answers so at once.

    Whether a secret is there turns out in its resource's turn. Errors: ValidationError.
    """
    asked = cache(fetch)
    for reference in dynamic_references(properties):
        if reference.service == SECRETS_MANAGER:
            secret_reference(reference.text, reference.name)
            continue
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
    dynamic = list(dynamic_references(properties))
    if not dynamic:
        return properties
    check_references(properties, fetch)
    secure = ["/".join(reference.path) for reference in dynamic if reference.service == "ssm-secure"]
    places = [f"{type_name}/Properties/{path}" for path in secure if path not in _SECURE.get(type_name, ())]
    if places:
        raise ValidationError(f"SSM Secure reference is not supported in: [{','.join(places)}]")
    asked = cache(fetch)
    return substituted(properties, "ssm", lambda name: asked(name) or "")


def substituted(value: Any, service: str, content: Callable[[str], str]) -> Any:
    """The value with the content of every reference to this service in its place."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda hit: content(hit[2]) if hit[1] == service else hit[0], value)
    if isinstance(value, dict):
        return {key: substituted(item, service, content) for key, item in value.items()}
    return [substituted(item, service, content) for item in value] if isinstance(value, list) else value
