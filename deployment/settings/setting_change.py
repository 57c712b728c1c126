"""One setting that a run changes, and the names of all: those that `--allow` takes are among them."""

from dataclasses import dataclass, replace

from cloudformation.environment.delivery.guarded_settings import (
    MONITORING_MINUTES,
    ROLLBACK_TRIGGERS,
    STACK_POLICY,
    TERMINATION_PROTECTION,
)

ROLE = "role"
NOTIFICATIONS = "notifications"
CAPABILITIES = "capabilities"
ON_STACK_FAILURE = "on-stack-failure"
TEMPLATE_URLS = "template-urls"
ARTIFACTS_BUCKET = "artifacts-bucket"
ABANDONED_CHANGE_SETS = "abandoned-change-sets"
PARAMETER = "parameter:NAME"
"""A parameter, by its name, that a creation omits."""
BESIDE = (TERMINATION_PROTECTION, STACK_POLICY)
"""What a call of its own sets, once the operation has succeeded."""
CARRIED = (ROLE, NOTIFICATIONS, ROLLBACK_TRIGGERS, MONITORING_MINUTES)
"""What is part of a change set, and is applied only where that is executed."""
_LATER = "not by this run: no resource changes, and CloudFormation applies it only with a change of the stack"
_NOW = "by itself, once it is approved"


@dataclass(frozen=True)
class SettingChange:
    """A setting before and after; None where one side does not have it.

    `applied` says when this run does it, or why it does not; then it is `deferred`. `guard` says why it needs an
    approval of its own, by its name; None where it does not. Neither side contains a secret.
    """

    name: str
    before: str | None
    after: str | None
    applied: str
    guard: str | None = None
    deferred: bool = False


def without_change_set(settings: tuple[SettingChange, ...]) -> tuple[SettingChange, ...]:
    """The settings where no change set is executed: those that are part of one wait for the next, unguarded."""
    left = [setting for setting in settings if setting.name in (*BESIDE, *CARRIED)]
    return tuple(
        replace(setting, applied=_LATER, guard=None, deferred=True)
        if setting.name in CARRIED
        else replace(setting, applied=_NOW)
        for setting in left
    )


def due(settings: tuple[SettingChange, ...]) -> tuple[SettingChange, ...]:
    """Those that the run applies."""
    return tuple(setting for setting in settings if not setting.deferred)
