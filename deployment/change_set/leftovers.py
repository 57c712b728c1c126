"""Change sets that were left on a stack: they count against its limit until it takes no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudformation.statuses import ExecutionStatus
from deployment.aws.clock import Waiting
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.change_set.lifecycle import delete_change_set, executes


@dataclass(frozen=True)
class Leftover:
    """A change set that was never executed; `state` is how its making ended and whether it can be executed.

    `maker` is its description: our own name whoever made them (change_set.py).
    """

    arn: str
    name: str
    state: str
    executable: bool
    obsolete: bool
    created: datetime
    maker: str | None


def leftovers(cloudformation: Client, stack: str) -> list[Leftover]:
    """Every change set of the stack that was not executed, all pages; what was executed stays as its history."""
    rows = members(cloudformation.list_change_sets, "Summaries", StackName=stack)
    return [_leftover(row) for row in rows if not executes(row)]


def remove(cloudformation: Client, change_sets: Iterable[Leftover], waiting: Waiting) -> None:
    """Deletes each with its nested ones, and returns when they are gone."""
    for leftover in change_sets:
        delete_change_set(cloudformation, leftover.arn, waiting)


def _leftover(row: dict[str, Any]) -> Leftover:
    reason = f": {row['StatusReason']}" if row.get("StatusReason") else ""
    state = f"{row['Status']}, {row['ExecutionStatus']}{reason}"
    execution = ExecutionStatus(row["ExecutionStatus"])
    return Leftover(
        arn=row["ChangeSetId"],
        name=row["ChangeSetName"],
        state=state,
        executable=execution is ExecutionStatus.AVAILABLE,
        obsolete=execution is ExecutionStatus.OBSOLETE,
        created=row["CreationTime"],
        maker=row.get("Description"),
    )
