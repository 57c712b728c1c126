"""Stacks of services that the environment no longer names: reported, with the command that deletes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.keys.service_settings import service_stack
from cloudformation.environment.services.attached import Attachment, NotAServiceError, attachment
from cloudformation.statuses import StackStatus
from cloudformation.template.tree import PlainTree
from deployment.aws.calls import at_once
from deployment.aws.session import Client
from deployment.errors import NothingSent
from deployment.review.exports import exports_in_use
from deployment.run.run import Run
from deployment.stack.invocation import Invocation
from deployment.stack.stack import Stack, describe_stack, described, original_template
from deployment.template.template import parse_document


@dataclass(frozen=True)
class LeftBehind:
    """A service's stack that the environment file does not name; `command` deletes it."""

    service: str
    stack: str
    command: str

    @property
    def lines(self) -> Iterator[str]:
        """What to do about it."""
        yield f"left behind: the environment no longer names the service of stack {self.stack}; to delete it:"
        yield f"  {self.command}"


def importing_stacks(cloudformation: Client, platform: str) -> dict[str, Stack]:
    """The stacks named as services that import from the platform: what is known where stacks may not be listed."""
    stack = describe_stack(cloudformation, platform)
    used = exports_in_use(cloudformation, [stack.arn]) if stack else ()
    names = {name for export in used for name in export.importers.names}
    return described(cloudformation, sorted(name for name in names if name.startswith(service_stack(platform, ""))))


def left_behind(
    cloudformation: Client, platform: Environment, stacks: Mapping[str, Stack], invocation: Invocation
) -> tuple[LeftBehind, ...]:
    """The stacks beside the platform's whose templates say that they are its services, and that it does not name.

    One call for each stack that has such a name and whose parameters name the platform.
    """
    before = service_stack(platform.stack, "")
    named = {service_stack(platform.stack, name) for name in platform.services}
    candidates = {
        name: stack
        for name, stack in stacks.items()
        if name.startswith(before) and name not in named and platform.stack in stack.parameters.values()
    }
    templates = at_once(lambda stack: original_template(cloudformation, stack.arn), candidates)
    return tuple(
        LeftBehind(name.removeprefix(before), name, invocation.of_service(name.removeprefix(before)).again("delete"))
        for name, stack in candidates.items()
        if stack.status is not StackStatus.DELETE_COMPLETE and _stands_on(platform.stack, stack, templates[name])
    )


def refuse_foreign(run: Run) -> None:
    """Raises NothingSent where the stack with a service's name is not known to belong to this platform."""
    stack = describe_stack(run.cloudformation, run.environment.stack)
    if stack is None or not stack.exists:
        return
    if not _stands_on(run.environment.owner, stack, original_template(run.cloudformation, stack.arn)):
        raise NothingSent(
            f"{run.environment.place} has no service named {run.environment.service!r}, and the template of stack "
            f"{stack.name} does not say that it is one of {run.environment.owner}",
            remedy="name a service, or delete that stack with the project that it belongs to",
        )


def _stands_on(platform: str, stack: Stack, text: str | None) -> bool:
    stated = _attachment(text)
    return stated is not None and stack.parameters.get(stated.platform) == platform


def _attachment(text: str | None) -> Attachment | None:
    try:
        return attachment(PlainTree(dict(parse_document(text or ""))))
    except NotAServiceError:
        return None
