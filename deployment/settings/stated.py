"""How the settings that an environment file states differ from those of the existing stack.

What a file does not state stays as it is, except termination protection, which is off unless it is switched on.
A role stays too: CloudFormation has no way to remove one from a stack.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cloudformation.environment.delivery.guarded_settings import (
    LOOSER,
    MONITORING_MINUTES,
    ROLLBACK_TRIGGERS,
    STACK_POLICY,
    TERMINATION_PROTECTION,
    UNPROTECTED,
    UNWATCHED,
)
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.keys.rollback_trigger import ALARM, Trigger
from deployment.settings.setting_change import (
    CAPABILITIES,
    NOTIFICATIONS,
    ON_STACK_FAILURE,
    ROLE,
    SettingChange,
)
from deployment.settings.stack_policy import NO_POLICY, loosens, one_spelling
from deployment.stack.settings import Rollback, Settings
from deployment.stack.stack import Stack

WITH = "with the change set"
_AFTER = "after the operation, where that succeeds"
_UNASKED = "is not in the environment file"
_STUCK = "weakens a protection: where the operation fails, the stack is not rolled back"


def beside(environment: Environment, stack: Stack | None, policy: str | None) -> tuple[SettingChange, ...]:
    """What calls of their own set after a success; `policy` is the stack's own, where the file states one."""
    return (*_protection(environment, stack), *_policy(environment, policy))


def _protection(environment: Environment, stack: Stack | None) -> Iterator[SettingChange]:
    before, after = stack is not None and stack.protected, environment.termination_protection
    if before != after:
        guard = None if after else UNPROTECTED
        yield SettingChange(TERMINATION_PROTECTION, _switch(before), _switch(after), _AFTER, guard)


def _policy(environment: Environment, policy: str | None) -> Iterator[SettingChange]:
    stated, stands = environment.operation.stack_policy, one_spelling(policy)
    if stated is not None and one_spelling(stated) != stands:
        guard = LOOSER if loosens(stands, stated) else None
        yield SettingChange(STACK_POLICY, _text(stands), _text(one_spelling(stated)), _AFTER, guard)


def carried(environment: Environment, stack: Stack | None) -> tuple[SettingChange, ...]:
    """The settings that are part of the change set that a deployment creates."""
    role, stands = environment.role, stack.role if stack else None
    changes = [SettingChange(ROLE, stands, role, WITH)] if role and role != stands else []
    notifications = environment.operation.notifications
    return (
        *changes,
        *_notifications(stack, _standing(stack).notifications if notifications is None else notifications),
        *_rollback(stack, stated_rollback(environment, stack) or _standing(stack).rollback),
    )


def stated_rollback(environment: Environment, stack: Stack | None) -> Rollback | None:
    """The rollback configuration from now on; None where the file states nothing; what it omits stays as it is."""
    said, stands = environment.operation, _standing(stack).rollback
    if said.triggers is None and said.monitoring_minutes is None:
        return None
    minutes = stands.minutes if said.monitoring_minutes is None else said.monitoring_minutes
    return Rollback(stands.triggers if said.triggers is None else said.triggers, minutes)


def _standing(stack: Stack | None) -> Settings:
    """What the stack has now; a new one has nothing."""
    return stack.settings if stack else Settings()


def described(
    environment: Environment, stack: Stack | None, told: Settings, needed: Iterable[str]
) -> tuple[SettingChange, ...]:
    """What a change set that was created before would change; what the environment file does not ask for is guarded.

    `stated` is what DescribeChangeSet returns of its settings, without its role. `needed` are the capabilities that
    this environment would acknowledge.
    """
    asked = environment.operation
    rollback = stated_rollback(environment, stack)
    as_asked = {
        NOTIFICATIONS: told.notifications == set(asked.notifications or ()),
        ROLLBACK_TRIGGERS: rollback is not None and set(rollback.triggers) == set(told.rollback.triggers),
        MONITORING_MINUTES: rollback is not None and rollback.minutes == told.rollback.minutes,
        CAPABILITIES: told.capabilities <= {*needed, *_standing(stack).capabilities},
    }
    changes = (
        *_notifications(stack, told.notifications),
        *_rollback(stack, told.rollback),
        *acknowledged(stack, told.capabilities),
    )
    failing = SettingChange(ON_STACK_FAILURE, "ROLLBACK", told.on_stack_failure, WITH, _STUCK)
    return (
        *(change if as_asked[change.name] else replace(change, guard=change.guard or _UNASKED) for change in changes),
        *([failing] if told.on_stack_failure != "ROLLBACK" else []),
    )


def acknowledged(stack: Stack | None, capabilities: Iterable[str]) -> tuple[SettingChange, ...]:
    """The capabilities that are sent, where they differ from those of the stack's last operation."""
    before, after = _listed(_standing(stack).capabilities), _listed(capabilities)
    if before == after:
        return ()
    return (SettingChange(CAPABILITIES, before, after, WITH),)


def _notifications(stack: Stack | None, after: Iterable[str]) -> Iterator[SettingChange]:
    before = _standing(stack).notifications
    if before != set(after):
        yield SettingChange(NOTIFICATIONS, _listed(before), _listed(after), WITH)


def _rollback(stack: Stack | None, after: Rollback) -> Iterator[SettingChange]:
    before = _standing(stack).rollback
    if set(before.triggers) != set(after.triggers):
        old, new = (_listed(map(_shown, rollback.triggers)) for rollback in (before, after))
        guard = UNWATCHED if set(before.triggers) - set(after.triggers) else None
        yield SettingChange(ROLLBACK_TRIGGERS, old, new, WITH, guard)
    if before.minutes != after.minutes:
        guard = UNWATCHED if after.minutes < before.minutes else None
        yield SettingChange(MONITORING_MINUTES, str(before.minutes), str(after.minutes), WITH, guard)


def _shown(trigger: Trigger) -> str:
    return trigger.arn if trigger.type == ALARM else f"{trigger.arn} ({trigger.type})"


def _listed(names: Iterable[str]) -> str | None:
    return ", ".join(sorted(names)) or None


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _text(policy: str) -> str | None:
    return None if policy == NO_POLICY else policy
