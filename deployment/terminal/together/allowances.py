"""Which stack an approval that was given beforehand is for: `--allow api:TargetGroup` is for that of service api.

No logical id and no name of a setting that needs an approval has a colon, except `setting:` of one stack alone. The
name of a service's stack, which approves its deletion, needs no service before it.
"""

from collections.abc import Sequence

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.keys.service_settings import service_stack
from deployment.errors import NothingSent

SEPARATOR = ":"
_OF_ONE_STACK = ("setting", "parameter")


def shares(allowed: Sequence[str], platform: Environment) -> dict[str | None, tuple[str, ...]]:
    """The approvals of each service by its name, and under None those of the platform; raises NothingSent."""
    stacks = {service_stack(platform.stack, name): name for name in platform.services}
    given: dict[str | None, tuple[str, ...]] = {None: (), **dict.fromkeys(platform.services, ())}
    for text in allowed:
        named, separator, rest = text.partition(SEPARATOR)
        owner: str | None
        if separator and named in platform.services:
            owner, approved = named, rest
        elif separator and named not in _OF_ONE_STACK:
            known = ", ".join(platform.services) or "none"
            raise NothingSent(
                f"--allow {text}: {platform.place} has no service named {named!r}; its services: {known}",
                remedy="name a guarded change of the platform by its path, one of a service as SERVICE:PATH",
            )
        else:
            owner, approved = stacks.get(text), text
        given[owner] = (*given[owner], approved)
    return given
