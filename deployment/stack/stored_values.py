"""Which versions Systems Manager has of what templates read, so that another value is noticed before it is executed."""

from collections.abc import Iterable, Mapping
from typing import Any

from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, Overtaken, StoredValuesUnread
from deployment.stack.invocation import Invocation

StoredVersions = Mapping[str, "int | None"]
"""The version of each name; None of one that is not there."""
_MOST = 10  # names a call (API reference, GetParameters)


def stored_versions_of(ssm: Client, names: Iterable[str]) -> dict[str, int | None]:
    """The version of each, None of one that is not there; raises StoredValuesUnread where they may not be read."""
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
            "templates read values from Systems Manager that these credentials may not read: what is executed could be "
            "others than what is reviewed",
            findings=[*names, f"Systems Manager says: {error.message} ({error.code})"],
            remedy="allow ssm:GetParameters for them, or name a version: {{resolve:ssm:NAME:VERSION}}",
        ) from error
    return answer


def moved(ssm: Client, before: StoredVersions) -> list[str]:
    """What has another version now, one line each; nothing is asked where nothing was read."""
    now = stored_versions_of(ssm, before)
    return [f"{name}: version {before[name]} -> {now[name]}" for name in before if now[name] != before[name]]


def refuse_moved(ssm: Client, before: StoredVersions, invocation: Invocation) -> None:
    """Raises Overtaken where a value is not the one that was read before the change set was made."""
    if findings := moved(ssm, before):
        raise Overtaken(
            "Systems Manager has other values than when the change set was made; nothing was executed",
            findings=findings,
            remedy=f"review again: {invocation.again()}",
        )
