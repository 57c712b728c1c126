"""Change sets that were left on a stack: they count against its limit until it takes no more.

Where a change set with nested ones is executed, the failed set of a nested stack without a change stays, and nobody can
delete it any more (aws/copilot-cli#4426, #5614): it is counted, and a warning comes long before the limit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudformation.limits import CHANGE_SETS
from cloudformation.statuses import ExecutionStatus
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import unchanged
from deployment.change_set.removal import delete_change_set
from deployment.errors import NotFound
from deployment.stack.layers import layers
from deployment.template.resource_path import ResourcePath

_NOT_EXECUTED = tuple(
    status.value for status in (ExecutionStatus.UNAVAILABLE, ExecutionStatus.AVAILABLE, ExecutionStatus.OBSOLETE)
)
MANY = CHANGE_SETS // 2
"""From how many on a stack is warned of."""


@dataclass(frozen=True)
class Leftover:
    """A change set that was never executed; `state` is how its making ended and whether it can be executed.

    `maker` is its description: our own name for any maker (change_set.py).
    """

    arn: str
    name: str
    state: str
    executable: bool
    obsolete: bool
    created: datetime | None
    maker: str | None

    @property
    def made(self) -> str:
        """When it was created, as far as that is known."""
        return self.created.isoformat(timespec="seconds") if self.created else "at an unknown time"


def leftovers(cloudformation: Client, stack: str) -> list[Leftover]:
    """Every change set of the stack that was not executed, all pages; what was executed stays as its history.

    One for which that is unknown, or has a status that is new to us, may have been.
    """
    rows = members(cloudformation.list_change_sets, "Summaries", StackName=stack)
    return [_leftover(row) for row in rows if "ChangeSetId" in row and row.get("ExecutionStatus") in _NOT_EXECUTED]


def counts(cloudformation: Client, stacks: Mapping[ResourcePath, str]) -> dict[ResourcePath, int]:
    """How many change sets that were never executed each stack has, by its path; each stack is given by its ARN."""
    return at_once(lambda stack: _count(cloudformation, stack), stacks)


def _count(cloudformation: Client, stack: str) -> int:
    """None on a nested stack that is gone although its parent lists it."""
    try:
        return len(leftovers(cloudformation, stack))
    except NotFound:
        return 0


def keeping(cloudformation: Client, tree: ChangeSet, waiting: Waiting) -> dict[ResourcePath, str]:
    """The nested stacks that keep a failed change set of this tree once it is executed, each by the ARN of its stack.

    A root need not list a nested stack without a change, and the nested stack has a set all the same.
    """
    sets = dict(tree.walk())
    kept = {path: layer.stack_arn for path, layer in sets.items() if path and unchanged(layer)}
    if not tree.nested:
        return kept
    below = layers(cloudformation, tree.stack_arn, waiting)
    unlisted = {layer.path: layer.stack.arn for layer in below if layer.stack and layer.path not in sets}
    made = at_once(lambda stack: _made_since(cloudformation, stack, tree.created), unlisted)
    return kept | {path: arn for path, arn in unlisted.items() if made[path]}


def _made_since(cloudformation: Client, stack: str, moment: datetime) -> bool:
    """Whether a change set that cannot be executed was made for a stack from that moment on."""
    try:
        rows = leftovers(cloudformation, stack)
    except NotFound:
        return False
    return any(row.created and row.created >= moment and not row.executable for row in rows)


def warning(path: ResourcePath, count: int) -> str | None:
    """What to say of a nested stack that comes near the limit."""
    if count < MANY:
        return None
    return (
        f"{path} has {count:,} change sets that cannot be deleted; at about {CHANGE_SETS:,} CloudFormation accepts no "
        "more: "
        "pin what its templates read elsewhere, or create the nested stack again under another logical id"
    )


def remove(cloudformation: Client, change_sets: Iterable[Leftover], waiting: Waiting) -> None:
    """Deletes each with its nested ones, and returns when they are gone."""
    for leftover in change_sets:
        delete_change_set(cloudformation, leftover.arn, waiting)


def _leftover(row: dict[str, Any]) -> Leftover:
    reason = f": {row['StatusReason']}" if row.get("StatusReason") else ""
    execution = row["ExecutionStatus"]
    state = f"{row.get('Status', 'no status')}, {execution}{reason}"
    return Leftover(
        arn=row["ChangeSetId"],
        name=row.get("ChangeSetName") or str(row["ChangeSetId"]).split("/")[-2],
        state=state,
        executable=execution == ExecutionStatus.AVAILABLE.value,
        obsolete=execution == ExecutionStatus.OBSOLETE.value,
        created=row.get("CreationTime"),
        maker=row.get("Description"),
    )
