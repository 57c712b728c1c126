"""What a change set was given beside templates, values and tags: how its execution goes, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The settings of a change set as DescribeChangeSet tells them; it never tells the role (RoleARN).

    A trigger is its alarm's ARN and type. Without an OnStackFailure, a failure is rolled back.
    """

    capabilities: frozenset[str] = field(default_factory=frozenset)
    notifications: frozenset[str] = field(default_factory=frozenset)
    on_stack_failure: str = "ROLLBACK"
    triggers: frozenset[str] = field(default_factory=frozenset)
    monitoring_minutes: int = 0

    @property
    def shown(self) -> dict[str, str]:
        """Each setting as a text, by AWS's name for it."""
        return {
            "Capabilities": _listed(self.capabilities),
            "NotificationARNs": _listed(self.notifications),
            "OnStackFailure": self.on_stack_failure,
            "RollbackTriggers": _listed(self.triggers),
            "MonitoringTimeInMinutes": str(self.monitoring_minutes),
        }


def settings_from(body: Mapping[str, Any]) -> Settings:
    """The settings in a DescribeChangeSet answer."""
    rollback = body.get("RollbackConfiguration") or {}
    return Settings(
        capabilities=frozenset(body.get("Capabilities", ())),
        notifications=frozenset(body.get("NotificationARNs", ())),
        on_stack_failure=body.get("OnStackFailure") or "ROLLBACK",
        triggers=frozenset(f"{trigger['Arn']} ({trigger['Type']})" for trigger in rollback.get("RollbackTriggers", ())),
        monitoring_minutes=int(rollback.get("MonitoringTimeInMinutes") or 0),
    )


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or "none"
