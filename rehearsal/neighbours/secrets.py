"""What Secrets Manager beside CloudFormation holds, read in this process as CloudFormation reads it."""

from __future__ import annotations

from rehearsal.state.service_error import ServiceError

_NOT_FOUND = "ResourceNotFoundException"


def secret_string(account: str, region: str, secret_id: str, stage: str, version: str) -> str:
    """The text of a secret; AWSCURRENT where neither a staging label nor a version's id is given.

    Errors: ServiceError with Secrets Manager's own words, in place of moto's where those differ.
    """
    from moto.secretsmanager.exceptions import SecretsManagerClientError
    from moto.secretsmanager.models import secretsmanager_backends

    try:
        backend = secretsmanager_backends[account][region]
    except KeyError:
        raise ServiceError(_NOT_FOUND, "Secrets Manager can't find the specified secret.") from None
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
            _NOT_FOUND, f"Secrets Manager can't find the specified secret value for staging label: {label}"
        )
    try:
        # moto declares text and means None by what is left out.
        found = backend.get_secret_value(secret_id, version or None, stage or None)  # type: ignore[arg-type]
    except SecretsManagerClientError as error:
        raise ServiceError(error.error_type, error.message) from None
    if "SecretString" not in found:
        raise ServiceError(_NOT_FOUND, f"{secret_id} holds no SecretString, and SecretBinary is not simulated")
    return str(found["SecretString"])
