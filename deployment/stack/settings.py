"""What a stack or a change set was given beside templates, values and tags: how operations go, who hears of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The settings as DescribeChangeSet tells them, which never tells the role (RoleARN); DescribeStacks has most.

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
    """The settings in an answer of DescribeChangeSet, or of a stack in one of DescribeStacks."""
    rollback = body.get("RollbackConfiguration") or {}
    return Settings(
        capabilities=frozenset(body.get("Capabilities", ())),
        notifications=frozenset(body.get("NotificationARNs", ())),
        on_stack_failure=body.get("OnStackFailure") or "ROLLBACK",
        triggers=frozenset(f"{trigger['Arn']} ({trigger['Type']})" for trigger in rollback.get("RollbackTriggers", ())),
        monitoring_minutes=int(rollback.get("MonitoringTimeInMinutes") or 0),
    )


@dataclass(frozen=True)
class Setting:
    """One setting of a change set; `doubt` is what the environment file asks for, where that is something else."""

    name: str
    value: str
    doubt: str | None = None

    @property
    def path(self) -> str:
        """What approves it where it is a doubt: `--allow settings/NotificationARNs`."""
        return f"settings/{self.name}"

    def __str__(self) -> str:
        wanted = "" if self.doubt is None else f" (the environment file asks for: {self.doubt})"
        return f"{self.name}: {self.value}{wanted}"


def held_against(given: Settings, wanted: Settings, standing: Settings) -> tuple[Setting, ...]:
    """Each setting of a change set that somebody made; a doubt where it is neither asked for nor the stack's own.

    What a change set does not name, a stack keeps. Capabilities only acknowledge: fewer than wanted do no harm.
    """
    asked, kept = wanted.shown, standing.shown
    same = {name: value in (asked[name], kept[name]) for name, value in given.shown.items()}
    same["OnStackFailure"] = given.on_stack_failure == wanted.on_stack_failure
    same["Capabilities"] = given.capabilities <= wanted.capabilities | standing.capabilities
    told = [Setting(name, value, None if same[name] else asked[name]) for name, value in given.shown.items()]
    return (*told, Setting("RoleARN", "cannot be told: DescribeChangeSet does not give it"))


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or "none"
