"""What an environment file says beside templates and values: who is notified, who works, what protects the stack."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from tests.soundness.system import System

PROTECTION, POLICY, ROLE, NOTIFICATIONS, MINUTES = (
    "termination-protection",
    "stack-policy",
    "role",
    "notifications",
    "monitoring-minutes",
)
_ACCOUNT = "111122223333"
_ALL = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def _policy(effect: str, action: str, resource: str) -> dict[str, Any]:
    return {"Statement": [_ALL, {"Effect": effect, "Action": action, "Principal": "*", "Resource": resource}]}


_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "termination_protection": ("true", "false"),
    "role": tuple(f"arn:aws:iam::{_ACCOUNT}:role/{name}" for name in ("builder", "other")),
    "notifications": ([], *([f"arn:aws:sns:eu-west-1:{_ACCOUNT}:{name}"] for name in ("ops", "dev"))),
    "stack_policy": (
        {"Statement": [_ALL]},
        _policy("Deny", "Update:Delete", "LogicalResourceId/Kept"),
        _policy("Deny", "Update:Replace", "*"),
    ),
    "monitoring_minutes": ("0", "5"),
}


def add_settings(random: Random, system: System) -> None:
    """A few systems say more than they must."""
    for key, options in _CHOICES.items():
        if random.random() < 0.08:
            system.settings[key] = random.choice(options)


def setting_changed(random: Random, system: System) -> str:
    """Another setting, or one less."""
    key = random.choice([*_CHOICES])
    options = [option for option in _CHOICES[key] if option != system.settings.get(key)]
    if key in system.settings and random.random() < 0.3:
        del system.settings[key]
        return f"{key} is not said any more"
    system.settings[key] = random.choice(options)
    return f"{key} is {system.settings[key]}"


def settings_of(cloudformation: Any, body: Mapping[str, Any], *, policy: bool) -> dict[str, str]:
    """What a stack has of these, by the names that a review uses; its policy where that is asked for."""
    rollback = body.get("RollbackConfiguration", {})
    found = {
        PROTECTION: "on" if body.get("EnableTerminationProtection") else "off",
        ROLE: body.get("RoleARN", ""),
        NOTIFICATIONS: ",".join(sorted(body.get("NotificationARNs", ()))),
        MINUTES: str(rollback.get("MonitoringTimeInMinutes", 0)),
    }
    if policy:
        found[POLICY] = cloudformation.get_stack_policy(StackName=body["StackId"]).get("StackPolicyBody", "")
    return found
