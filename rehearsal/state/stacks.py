"""What the rehearsal knows of one account's stacks: plain data, all of it saved by the store.

A stack here is what AWS would answer about it, plus what CloudFormation must remember to go on: the
resources with their resolved properties, the change sets, and the operation that is under way.
Times are seconds since the epoch on the simulated clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cloudformation.parameters.declarations import MASK
from rehearsal.state.stack_set import StackSet

STACK_TYPE = "AWS::CloudFormation::Stack"
CLEANUPS = ("cleanup", "undo-cleanup")  # phases of an operation: what an update, or its rollback, leaves behind goes


@dataclass
class StackResource:
    """One resource that exists, or existed, in a stack.

    `contents` has what other services wrote into a bucket, by key. `drifted` has, by property path, the manual changes
    (None: not detected yet), `drift` the result of the last drift detection, in the API's shape.
    """

    logical_id: str
    type: str
    physical_id: str = ""
    ref: Any = None
    attributes: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    status: str = ""
    reason: str | None = None
    updated: float = 0.0
    metadata: Any = None
    deletion_policy: str | None = None
    update_replace_policy: str | None = None
    policies: dict[str, Any] = field(default_factory=dict)
    depends: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    drifted: dict[str, Any] | None = None
    drift: dict[str, Any] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether there is something behind it that a delete would have to remove."""
        return bool(self.physical_id) and self.status not in ("DELETE_COMPLETE", "DELETE_SKIPPED")

    @property
    def stands(self) -> bool:
        """Whether an update starts from it; what an earlier operation failed to create is made anew."""
        return self.exists and (self.status != "CREATE_FAILED" or self.type == STACK_TYPE)


@dataclass(frozen=True)
class Event:
    """One row of DescribeStackEvents; `hook` has the members of a hook's event, in the API's shape."""

    id: str
    time: float
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None = None
    properties: str | None = None
    token: str | None = None
    operation: str | None = None
    detailed_status: str | None = None
    hook: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ParameterValue:
    """One parameter of a stack: the text that was given, and what SSM made of it where it names one."""

    key: str
    value: str
    resolved: str | None = None
    no_echo: bool = False

    @property
    def effective(self) -> str:
        """The text that a Ref sees (before it is split, for list types)."""
        return self.value if self.resolved is None else self.resolved

    def described(self) -> dict[str, Any]:
        """The parameter as DescribeStacks shows it: NoEcho values masked."""
        shown = {"ParameterKey": self.key, "ParameterValue": MASK if self.no_echo else self.value}
        if self.resolved is not None:
            shown["ResolvedValue"] = MASK if self.no_echo else self.resolved
        return shown


@dataclass(frozen=True)
class Target:
    """What an operation leads a stack to: template, values and settings.

    `template` is the processed template, `original` the one that was submitted where transforms made another of
    it, `refusal` why they could not; the template is then empty.
    """

    template: str
    parameters: dict[str, ParameterValue] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    notification_arns: tuple[str, ...] = ()
    role: str | None = None
    rollback_configuration: dict[str, Any] = field(default_factory=dict)
    original: str | None = None
    refusal: str | None = None


@dataclass
class Task:
    """What one resource has to go through in the phase under way.

    `step`: waiting (for what it needs), begun (first event written), made (physical id known), configured
    (only stabilising), child (a nested stack is at work), hanging and late (a fault was asked for), deaf (hangs,
    and no cancel reaches it), done, failed, cancelled. `tries` counts the attempts of a cleanup.
    """

    logical_id: str
    action: str = ""
    step: str = "waiting"
    needs: int = 0
    dependants: list[str] = field(default_factory=list)
    made: StackResource | None = None
    reason: str | None = None
    tries: int = 0


@dataclass
class Operation:
    """One create, update or delete under way, with all that a rollback needs.

    `phase`: begin, forward, rollback, cleanup (what an update leaves behind), undo, undo-cleanup, delete.
    `holding` says that a nested stack has done its part and waits for its root, `starting` which status the
    stack had, `deadline` when a creation has taken too long, `alarms` when each rollback trigger goes off that will
    (by ARN), `monitored_until` the end of the monitoring time, `skip` what a continued rollback leaves alone,
    `policy` the stack policy of this update alone, `forced` that a delete passes by what refuses to go, `express` that
    nothing waits for a resource to be ready, `adopted` which resources exist already and are imported.
    """

    id: str
    kind: str
    phase: str
    target: Target
    token: str | None = None
    previous: Target | None = None
    change_set: str | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    originals: dict[str, StackResource] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    superseded: list[StackResource] = field(default_factory=list)
    failed: dict[str, list[str]] = field(default_factory=dict)
    reason: str | None = None
    on_failure: str = "ROLLBACK"
    retain: list[str] = field(default_factory=list)
    holding: bool = False
    cleaning: bool = False
    configured: bool = False
    starting: str = ""
    deadline: float | None = None
    alarms: dict[str, float] = field(default_factory=dict)
    monitored_until: float | None = None
    skip: list[str] = field(default_factory=list)
    policy: str | None = None
    retain_except_on_create: bool = False
    forced: bool = False
    previous_outputs: dict[str, Output] = field(default_factory=dict)
    express: bool = False
    adopted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Output:
    """One output of a stack."""

    value: str
    description: str | None = None
    export: str | None = None


@dataclass
class ChangeSet:
    """One change set; `plain` and `valued` are its rows without and with property values, in the API's shape.

    `outputs_change` says that outputs change, which have no row.

    `operation` is the id of its creation, `validations` what early validation found (both as DescribeEvents
    shows them), `imports` the ResourcesToImport, `adopted` what exists already and is imported with the rest.
    """

    id: str
    name: str
    stack_id: str
    type: str
    created: float
    target: Target
    status: str = "CREATE_PENDING"
    execution: str = "UNAVAILABLE"
    reason: str | None = None
    valued_reason: str | None = None
    description: str | None = None
    token: str | None = None
    nested: bool = False
    parent: str | None = None
    root: str | None = None
    on_failure: str | None = None
    plain: list[dict[str, Any]] = field(default_factory=list)
    valued: list[dict[str, Any]] = field(default_factory=list)
    outputs_change: bool = False
    children: list[str] = field(default_factory=list)
    operation: str = ""
    ended: float | None = None
    validated: bool = True
    validations: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    deployment_mode: str | None = None
    deployment_config: dict[str, Any] = field(default_factory=dict)
    imports_existing: bool = False
    adopted: list[str] = field(default_factory=list)


@dataclass
class Stack:
    """One stack, from its first change set until long after its deletion.

    `forgotten` says that nothing is known of it any more but the resources that it left behind, `deployment_config` is
    that of its last operation.
    """

    id: str
    name: str
    region: str
    created: float
    status: str
    reason: str | None = None
    target: Target | None = None
    updated: float | None = None
    deleted: float | None = None
    executed_change_set: str | None = None
    protected: bool = False
    policy: str | None = None
    disable_rollback: bool = False
    timeout_minutes: int | None = None
    parent: str | None = None
    root: str | None = None
    parent_logical_id: str | None = None
    resources: dict[str, StackResource] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    operation: Operation | None = None
    interrupted: Operation | None = None
    last_operations: list[dict[str, str]] = field(default_factory=list)
    drift: dict[str, Any] = field(default_factory=dict)
    forgotten: bool = False
    deployment_config: dict[str, Any] = field(default_factory=dict)

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return self.operation is not None

    @property
    def gone(self) -> bool:
        return self.status == "DELETE_COMPLETE"


@dataclass
class State:
    """The saved state: the stacks of every Region by ARN, and how far the simulated clock is ahead.

    `stack_sets` are stored by ID, `detections` (of drift) as DescribeStackDriftDetectionStatus shows them, `refactors`
    as DescribeStackRefactor does, with their result. The state of the account of the rehearsal contains those of the
    other `accounts` by their IDs; the clock is its alone.
    """

    account: str
    stacks: dict[str, Stack] = field(default_factory=dict)
    stack_sets: dict[str, StackSet] = field(default_factory=dict)
    detections: dict[str, dict[str, Any]] = field(default_factory=dict)
    refactors: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, State] = field(default_factory=dict)
    clock_offset: float = 0.0
