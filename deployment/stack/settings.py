"""What a stack or a change set was given beside templates, values and tags: failure behaviour, notifications."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.environment.keys.rollback_trigger import Trigger


@dataclass(frozen=True)
class Rollback:
    """What rolls an operation back beside its own failures: alarms, and for how long after it they are monitored."""

    triggers: tuple[Trigger, ...] = ()
    minutes: int = 0


@dataclass(frozen=True)
class Settings:
    """The settings as DescribeChangeSet returns them, which never returns the role (RoleARN); DescribeStacks has most.

    Without an OnStackFailure, a failure is rolled back.
    """

    capabilities: frozenset[str] = field(default_factory=frozenset)
    notifications: frozenset[str] = field(default_factory=frozenset)
    on_stack_failure: str = "ROLLBACK"
    rollback: Rollback = field(default_factory=Rollback)

    @property
    def shown(self) -> dict[str, str]:
        """Each setting as a text, by AWS's name for it."""
        return {
            "Capabilities": _listed(self.capabilities),
            "NotificationARNs": _listed(self.notifications),
            "OnStackFailure": self.on_stack_failure,
            "RollbackTriggers": _listed(f"{trigger.arn} ({trigger.type})" for trigger in self.rollback.triggers),
            "MonitoringTimeInMinutes": str(self.rollback.minutes),
        }


def settings_from(body: Mapping[str, Any]) -> Settings:
    """The settings in an answer of DescribeChangeSet, or of a stack in one of DescribeStacks."""
    rollback = body.get("RollbackConfiguration") or {}
    triggers = tuple(Trigger(trigger["Arn"], trigger["Type"]) for trigger in rollback.get("RollbackTriggers", ()))
    return Settings(
        capabilities=frozenset(body.get("Capabilities", ())),
        notifications=frozenset(body.get("NotificationARNs", ())),
        on_stack_failure=body.get("OnStackFailure") or "ROLLBACK",
        rollback=Rollback(triggers, int(rollback.get("MonitoringTimeInMinutes") or 0)),
    )


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "none"
