"""Systems Manager parameters and secrets of stacks, with their values."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import PlayedType, changed, dropped_tags, tag_list, tags_of
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made


def _put_parameter(call: ServiceCalls, made: Made, *, overwrite: bool) -> None:
    given = made.properties
    call(
        "ssm",
        "PutParameter",
        Name=made.physical_id,
        Value=text_of(given.get("Value", "")),
        Type=given.get("Type", "String"),
        Description=given.get("Description"),
        AllowedPattern=given.get("AllowedPattern"),
        DataType=given.get("DataType"),
        Tier=given.get("Tier"),
        Overwrite=overwrite,
    )


def _settle_parameter(call: ServiceCalls, made: Made, before: Made | None) -> None:
    if before and changed(before, made, "Value", "Type", "Description", "AllowedPattern", "DataType", "Tier"):
        _put_parameter(call, made, overwrite=True)
    of_it = {"ResourceType": "Parameter", "ResourceId": made.physical_id}
    if dropped := dropped_tags(before, made):
        call("ssm", "RemoveTagsFromResource", **of_it, TagKeys=dropped)
    if tags_of(made):
        call("ssm", "AddTagsToResource", **of_it, Tags=tag_list(made))


PARAMETER = PlayedType(
    "ssm",
    lambda call, made: _put_parameter(call, made, overwrite=False),
    _settle_parameter,
    lambda call, made: call("ssm", "DeleteParameter", Name=made.physical_id),
    lambda backend, name: backend.get_parameter(name) if name in backend._parameters else None,
)


def secret_name(physical_id: str) -> str:
    """The name in a secret's ARN, which ends in a dash and six characters of its own."""
    return physical_id.partition(":secret:")[2][: -len("-abcdef")] or physical_id


def _make_secret(call: ServiceCalls, made: Made) -> None:
    name = secret_name(made.physical_id)
    call(
        "secretsmanager",
        "CreateSecret",
        Name=name,
        Description=made.properties.get("Description"),
        KmsKeyId=made.properties.get("KmsKeyId"),
        SecretString=_text(made),
        Tags=tag_list(made) or None,
    )
    kept = call.backend("secretsmanager").secrets.get(name)
    if kept is not None:
        kept.arn = made.physical_id


def _settle_secret(call: ServiceCalls, made: Made, before: Made | None) -> None:
    if before is None:
        return
    text = _text(made) if changed(before, made, "SecretString") else None
    if text is not None or changed(before, made, "Description", "KmsKeyId"):
        given = {name: made.properties.get(name) for name in ("Description", "KmsKeyId")}
        given["ClientRequestToken"] = _next_version(call, made)
        call("secretsmanager", "UpdateSecret", SecretId=made.physical_id, SecretString=text, **given)
    if dropped := dropped_tags(before, made):
        call("secretsmanager", "UntagResource", SecretId=made.physical_id, TagKeys=dropped)
    if tags_of(before) != tags_of(made):
        call("secretsmanager", "TagResource", SecretId=made.physical_id, Tags=tag_list(made))


def _next_version(call: ServiceCalls, made: Made) -> str:
    """The id of a version that there is not yet; every SDK draws one for a request that names none."""
    kept = _secret(call.backend("secretsmanager"), made.physical_id)
    return str(uuid5(NAMESPACE_URL, f"{made.physical_id}#{len(kept.versions) if kept else 0}"))


def _text(made: Made) -> str | None:
    value = made.properties.get("SecretString")
    return None if value is None else text_of(value)


def _remove_secret(call: ServiceCalls, made: Made) -> None:
    call("secretsmanager", "DeleteSecret", SecretId=made.physical_id, ForceDeleteWithoutRecovery=True)


def _secret(backend: Any, physical_id: str) -> Any:
    return backend.secrets.get(secret_name(physical_id))


SECRET = PlayedType("secretsmanager", _make_secret, _settle_secret, _remove_secret, _secret, secret_name)
