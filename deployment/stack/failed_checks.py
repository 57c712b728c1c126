"""What hooks and validations found wrong, which only DescribeEvents returns.

DescribeStackEvents never shows it, and the reason of a change set that they refused only points to DescribeEvents.
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployment.aws.pages import members
from deployment.aws.session import Client

_CHECKS = ("VALIDATION_ERROR", "HOOK_INVOCATION_ERROR")


def failed_checks(cloudformation: Client, **subject: str) -> tuple[Mapping[str, Any], ...]:
    """The hooks and validations that failed, of a stack or a change set's creation (only DescribeEvents has them)."""
    failed = members(cloudformation.describe_events, "OperationEvents", **subject, Filters={"FailedEvents": True})
    return tuple(row for row in failed if row.get("EventType") in _CHECKS)
