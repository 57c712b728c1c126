"""The stored data of stack sets: the set, its instances, its operations. They are

stored with the account that administers them; the stack of an instance is stored with the instance's account.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class StackInstance:
    """One account and region of a stack set, in the API's words.

    `detection` is the id of the last drift detection in its stack, `drift` what the last one that ended found.
    """

    account: str
    region: str
    stack_id: str | None = None
    status: str = "OUTDATED"
    detailed_status: str = "PENDING"
    reason: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    last_operation: str | None = None
    detection: str | None = None
    drift: dict[str, Any] = field(default_factory=dict)


@dataclass
class StackSetOperation:
    """One operation on a stack set; `waiting` are the `account/region` keys whose turn is still to come.

    `results` has, by the same keys, the status and its reason; `drifts` what a drift detection found, with the
    rows of ListStackInstanceResourceDrifts.
    """

    id: str
    action: str
    status: str
    created: float
    ended: float | None = None
    preferences: dict[str, Any] = field(default_factory=dict)
    retain: bool = False
    waiting: list[str] = field(default_factory=list)
    results: dict[str, dict[str, str]] = field(default_factory=dict)
    drifts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def count(self, status: str, region: str = "") -> int:
        """How many instances are in a status, in one region or in all of them."""
        results = self.results.items()
        return sum(result["Status"] == status and region in ("", key.split("/")[1]) for key, result in results)


@dataclass
class StackSet:
    """One self-managed stack set of a region; `drift` has its StackSetDriftDetectionDetails after a detection."""

    id: str
    name: str
    region: str
    template: str
    status: str = "ACTIVE"
    description: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    administration_role: str | None = None
    execution_role: str | None = None
    managed_execution: bool = False
    instances: dict[str, StackInstance] = field(default_factory=dict)
    operations: dict[str, StackSetOperation] = field(default_factory=dict)
    drift: dict[str, Any] = field(default_factory=dict)
