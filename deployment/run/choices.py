"""What the person chose for one run: how far it goes by itself, and what it may do unasked."""

import argparse
import re
from dataclasses import dataclass

from cloudformation.environment.findings import Place
from cloudformation.environment.keys.routing.http_request import Request
from cloudformation.environment.value_sources import INPUT, KEPT, Setting, variable
from deployment.errors import NothingSent


@dataclass(frozen=True)
class Choices:
    """The options of deploy.py that change how a run proceeds; the defaults are those of a run without any."""

    allowed: tuple[str, ...] = ()
    """Paths of guarded changes that are approved beforehand (--allow)."""
    keep: bool = False
    """Whether a plan saves its change set."""
    change_set: str | None = None
    """The ARN of a saved change set that is to be executed, or deleted."""
    detach: bool = False
    """Whether to return as soon as the operation has started."""
    follow: bool = False
    """Whether status follows the last operation to its end."""
    wait: bool = False
    """Whether to wait for an operation in progress."""
    skip: tuple[str, ...] = ()
    """Paths of resources that recover leaves as they are: their rollback failed."""
    retain: tuple[str, ...] = ()
    """Paths of resources that recover leaves in the account: their deletion failed."""
    revert: bool = False
    """Whether drift is reverted."""
    rehearsed: bool = False
    """Whether everything happens on this machine, where a bucket costs nothing."""
    to: str | None = None
    """The earlier release that is deployed, as it was named."""
    command: tuple[str, ...] = ()
    """The command that a task runs instead of its own."""
    since: float = 3600.0
    """How many seconds back the logs are shown."""
    preflight: bool = False
    """Whether to insist that IAM allows what the changes need."""
    request: Request | None = None
    """The request that route is asked about; None for those of the environment file."""


NO_CHOICES = Choices()


def given_elsewhere(options: argparse.Namespace) -> dict[str, Setting]:
    """The parameters whose values the options have come from somewhere else; raises NothingSent for a wrong name."""
    settings: dict[str, Setting] = {}
    for assignment in options.set_from_env:
        name, _, named = assignment.partition("=")
        if not name or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", named):
            # What is in the place of the name may be the secret itself.
            raise NothingSent(
                "--set-from-env needs KEY=VARIABLE", remedy="for example: --set-from-env Password=DB_PASSWORD"
            )
        settings[name] = Setting("", Place(f"--set-from-env {name}"), source=variable(named))
    if name := options.set_from_stdin:
        settings[name] = Setting("", Place(f"--set-from-stdin {name}"), source=INPUT)
    return settings | {name: Setting("", Place(f"--keep-value {name}"), source=KEPT) for name in options.keep_value}


def choices_of(options: argparse.Namespace) -> Choices:
    """The choices among the options of the command line."""
    return Choices(
        allowed=tuple(dict.fromkeys(options.allow)),
        keep=options.keep,
        change_set=options.change_set,
        detach=options.detach,
        follow=options.follow,
        wait=options.wait,
        skip=tuple(options.skip),
        retain=tuple(options.retain),
        revert=options.revert,
        rehearsed=options.rehearse,
        to=options.to,
        preflight=options.preflight,
        command=tuple(options.command),
        since=options.since or NO_CHOICES.since,
        request=options.request,
    )
