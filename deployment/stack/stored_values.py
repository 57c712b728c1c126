"""Which versions Systems Manager has of the values that templates read, so that a change is seen before execution."""

from collections.abc import Iterable, Mapping
from typing import Any

from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, Overtaken, StoredValuesUnread
from deployment.stack.invocation import Invocation

StoredVersions = Mapping[str, "int | None"]
"""The version of each name; None where the name does not exist."""
_MOST = 10  # names a call (API reference, GetParameters)


def stored_versions_of(ssm: Client, names: Iterable[str]) -> dict[str, int | None]:
    """The version of each, None where it does not exist; raises StoredValuesUnread where they may not be read."""
    wanted = sorted(names)
    versions: dict[str, int | None] = dict.fromkeys(wanted)
    for first in range(0, len(wanted), _MOST):
        for body in _asked(ssm, wanted[first : first + _MOST]):
            name, version = needed(body, "Name", "Version")
            # A parameter that another account shares is named by its ARN.
            versions |= {known: int(version) for known in (str(name), body.get("ARN")) if known in versions}
    return versions


def _asked(ssm: Client, names: list[str]) -> list[dict[str, Any]]:
    try:
        answer: list[dict[str, Any]] = call(ssm.get_parameters, Names=names).get("Parameters") or []
    except AwsRefusal as error:
        raise StoredValuesUnread(
            "the templates read values from Systems Manager that these credentials may not read, so that other values "
            "than the "
            "reviewed ones could be deployed",
            findings=[*names, f"Systems Manager says: {error.message} ({error.code})"],
            remedy="allow ssm:GetParameters for them, or name a version: {{resolve:ssm:NAME:VERSION}}",
        ) from error
    return answer


def moved(ssm: Client, before: StoredVersions) -> list[str]:
    """What has another version now, one line each; nothing is asked where nothing was read."""
    now = stored_versions_of(ssm, before)
    return [f"{name}: version {before[name]} -> {now[name]}" for name in before if now[name] != before[name]]


def refuse_moved(ssm: Client, before: StoredVersions, invocation: Invocation) -> None:
    """Raises Overtaken where a value is not the one that was read before the change set was created."""
    if findings := moved(ssm, before):
        raise Overtaken(
            "values in Systems Manager have changed since the change set was created; nothing was executed",
            findings=findings,
            remedy=f"review again: {invocation.again()}",
        )
