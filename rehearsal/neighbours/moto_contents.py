"""The contents of moto, read in this process as CloudFormation reads them."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.neighbours.made import PLAYED
from rehearsal.neighbours.service_calls import moto_backend
from rehearsal.state.public_parameters import public_parameter
from rehearsal.state.services import SecureString, ServiceError

_PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)
# Types that can have contents, and where moto stores them.
CONTAINERS = {"AWS::ECR::Repository": "images", "AWS::S3::Bucket": "keys"}
_NO_SECRET = "ResourceNotFoundException"


def is_used(service: str) -> bool:
    """Whether anybody has asked moto for a service: until then nothing is in it, and it is not imported."""
    return f"moto.{service}.models" in sys.modules


def stands(account: str, region: str, type_name: str, physical_id: str) -> bool:
    """Whether moto has a resource of that type. KeyError: no type of PLAYED."""
    return _kept(account, region, type_name, physical_id) is not None


def holds(account: str, region: str, type_name: str, name: str) -> bool:
    """Whether something is in the bucket or repository of that name, be it a delete marker (all versions count)."""
    kept = _kept(account, region, type_name, name)
    return kept is not None and len(getattr(kept, CONTAINERS[type_name])) > 0


def _kept(account: str, region: str, type_name: str, physical_id: str) -> Any:
    played = PLAYED[type_name]
    try:
        return played.find(moto_backend(played.service, account, region), physical_id)
    except KeyError:
        return None


def has_alarm(account: str, region: str, arn: str) -> bool:
    """Whether CloudWatch of a region has the alarm of an ARN; moto knows no composite ones."""
    from moto.cloudwatch.models import cloudwatch_backends

    try:
        alarms = cloudwatch_backends[account][region].alarms
    except KeyError:
        return False
    return any(alarm.alarm_arn == arn for alarm in alarms.values())


def stored_parameter(account: str, region: str, name: str) -> str | None:
    """The decrypted value of a parameter by name, ARN, or `name:version`; None when there is none."""
    from moto.ssm.exceptions import ParameterVersionNotFound
    from moto.ssm.models import ssm_backends

    try:
        parameter = ssm_backends[account][region].get_parameter(name)
    except (KeyError, ParameterVersionNotFound):
        return None
    if parameter is None:
        return None
    answer = parameter.response_object(decrypt=True, region=region)
    value = _as_text(answer["Value"])
    return SecureString(value) if answer["Type"] == "SecureString" else value


def _as_text(value: Any) -> str:
    """A value as Systems Manager has it: moto keeps `.../optimized-ami/.../recommended` as an object, AWS its JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def correct_public_parameters(account: str, region: str, body: bytes) -> None:
    """Have public parameters as Systems Manager has them: as text, and what moto lacks where a request names it."""
    from moto.ssm.models import Parameter, ssm_backends

    kept = ssm_backends[account][region]._parameters
    if b"/aws/service/ecs" in body:
        kept.get("/aws/service/ecs/optimized-ami")  # moto reads them when the first is asked for
        for parameter in (one for versions in list(kept.values()) for one in versions):
            parameter.value = _as_text(parameter.value)
    for name in _asked_for(body):
        try:
            value = None if name in kept else public_parameter(name, region)
        except ValidationError:
            value = None
        if value is not None:
            # moto makes them so itself, whatever its own base class says.
            made = Parameter(account, name, value, "String", None, None, None, _PUBLISHED, 1, "text")  # type: ignore[abstract]
            kept[name].append(made)


def _asked_for(body: bytes) -> list[str]:
    try:
        asked = json.loads(body)
        names = [asked.get("Name"), *(asked.get("Names") or ())]
    except (ValueError, AttributeError, TypeError):
        return []
    return [name.partition(":")[0] for name in names if isinstance(name, str) and name.startswith("/")]


def secret_string(account: str, region: str, secret_id: str, stage: str, version: str) -> str:
    """The text of a secret; AWSCURRENT where neither a staging label nor a version's id is given.

    Errors: ServiceError with Secrets Manager's own words, in place of moto's where those differ.
    """
    from moto.secretsmanager.exceptions import SecretsManagerClientError
    from moto.secretsmanager.models import secretsmanager_backends

    try:
        backend = secretsmanager_backends[account][region]
    except KeyError:
        raise ServiceError(_NO_SECRET, "Secrets Manager can't find the specified secret.") from None
    secret = backend.secrets.get(secret_id)
    if secret is not None and secret.is_deleted():
        raise ServiceError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    labels = [label for one in secret.versions.values() for label in one["version_stages"]] if secret else []
    if secret is not None and not version and (stage or "AWSCURRENT") not in labels:
        label = stage or "AWSCURRENT"
        raise ServiceError(
            _NO_SECRET, f"Secrets Manager can't find the specified secret value for staging label: {label}"
        )
    try:
        # moto declares text and means None by what is left out.
        content = backend.get_secret_value(secret_id, version or None, stage or None)  # type: ignore[arg-type]
    except SecretsManagerClientError as error:
        raise ServiceError(error.error_type, error.message) from None
    if "SecretString" not in content:
        raise ServiceError(_NO_SECRET, f"{secret_id} has no SecretString, and SecretBinary is not simulated")
    return str(content["SecretString"])
