"""What Systems Manager beside CloudFormation holds, read in this process as GetParameter decrypts it."""

from __future__ import annotations

from rehearsal.state.services import SecureString


def stored_parameter(account: str, region: str, name: str) -> str | None:
    """The value of a parameter by name, ARN, or `name:version`; None when there is none."""
    from moto.ssm.exceptions import ParameterVersionNotFound
    from moto.ssm.models import ssm_backends

    try:
        found = ssm_backends[account][region].get_parameter(name)
    except (KeyError, ParameterVersionNotFound):
        return None
    if found is None:
        return None
    answer = found.response_object(decrypt=True, region=region)
    value = str(answer["Value"])
    return SecureString(value) if answer["Type"] == "SecureString" else value
