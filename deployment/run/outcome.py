"""How a command ends when nothing went wrong. Failures are errors (errors.py); "no changes" is an outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from cloudformation.environment.keys.routing.answers import Answer
from deployment.review.review import Review
from deployment.run.telling import Reviewed
from deployment.settings.setting_change import SettingChange
from deployment.stack.events import Duration
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath


@dataclass(frozen=True)
class Unchanged:
    """The stack is up to date, except for settings that only its next change can apply."""

    stack: Stack
    settings: tuple[SettingChange, ...] = ()


@dataclass(frozen=True)
class SettingsChanged:
    """No resource had to change, and settings were changed as the review shows."""

    stack: Stack
    review: Review


@dataclass(frozen=True)
class Planned:
    """What a deployment would do; `reviewed` is None where there is no change.

    The change set is deleted again, unless it was `saved`: then this is its ARN, and `commands` execute or delete it.
    """

    stack: str
    reviewed: Reviewed | None
    saved: str | None = None
    commands: tuple[str, ...] = ()
    within: str = ""
    """What is before each path that --allow is to name, where several stacks are planned together."""

    @property
    def changes(self) -> bool:
        """Whether a deployment would change anything."""
        return self.reviewed is not None


@dataclass(frozen=True)
class Declined:
    """The answer was no, or nobody could be asked; nothing is left behind.

    `needed` are the paths of the guarded changes that had no approval beforehand.
    """

    stack: str
    question: str
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deployed:
    """The operation succeeded; `seconds` is measured by the server's clock."""

    stack: Stack
    review: Review
    seconds: float
    layers: tuple[Duration, ...]


@dataclass(frozen=True)
class Detached:
    """The approved operation is in progress; this run does not watch it. `look` is the command that does."""

    stack: str
    review: Review
    look: str = "status --follow"


@dataclass(frozen=True)
class Followed:
    """An operation that was started before has succeeded; `seconds` is measured by the server's clock.

    `settings` are what the next deployment changes beside resources.
    """

    stack: Stack
    seconds: float
    layers: tuple[Duration, ...]
    settings: tuple[SettingChange, ...] = ()


@dataclass(frozen=True)
class Discarded:
    """A saved change set was deleted without being executed."""

    stack: str
    change_set: str


@dataclass(frozen=True)
class Deleted:
    """The stack is deleted."""

    stack: str
    arn: str
    seconds: float


@dataclass(frozen=True)
class Absent:
    """The stack does not exist."""

    stack: str


@dataclass(frozen=True)
class LayerStatus:
    """The state of a nested stack; `change_sets` counts those that were left on it, unexecuted.

    It is `stuck` where it accepts no update although no operation on it is in progress, whatever its parent reports.
    """

    path: ResourcePath
    status: str
    reason: str | None
    change_sets: int = 0
    stuck: bool = False

    @property
    def remark(self) -> str:
        """The reason of its status, and what is left on it."""
        left = f"{self.change_sets:,} change sets left on it" if self.change_sets else ""
        return "; ".join(part for part in (self.reason, left) if part)


@dataclass(frozen=True)
class Difference:
    """A parameter or tag that the next deployment would send differently; None where one side does not have it."""

    name: str
    deployed: str | None
    file: str | None


@dataclass(frozen=True)
class Shown:
    """The state of a stack, and how the files differ from it; `uncompared` is what only a change set would show."""

    stack: Stack
    layers: tuple[LayerStatus, ...]
    differences: tuple[Difference, ...]
    template_differs: bool
    uncompared: tuple[str, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    way_out: str = ""
    """The next step, with its command, in a state in which nothing can be deployed."""


@dataclass(frozen=True)
class Recovered:
    """What a recovery did, step by step, and the state afterwards (None: the stack is deleted).

    Without a step there was nothing to do.
    """

    stack: str
    status: str | None
    steps: tuple[str, ...]


@dataclass(frozen=True)
class PropertyDrift:
    """One property that differs from the template; None where one side does not have it."""

    name: str
    expected: str | None
    actual: str | None


@dataclass(frozen=True)
class ResourceDrift:
    """A resource that was changed or deleted outside CloudFormation."""

    path: ResourcePath
    type: str
    physical_id: str
    deleted: bool
    properties: tuple[PropertyDrift, ...]


@dataclass(frozen=True)
class Drifted:
    """How the resources differ from the templates; `reverted` are the stacks whose drift was reverted.

    `layers` is the number of nested stacks that were read beside the root, `back` the command that reverts the drift.
    """

    stack: str
    layers: int
    drifts: tuple[ResourceDrift, ...]
    reverted: tuple[ResourcePath, ...] = ()
    back: str = "drift --revert"

    @property
    def changes(self) -> bool:
        """Whether anything still differs."""
        return any(drift.path.parent not in self.reverted for drift in self.drifts)


@dataclass(frozen=True)
class ListedRelease:
    """A release that the artifacts bucket has a record of; `outcome` is None where its end was not watched."""

    time: datetime
    digest: str
    by: str
    outcome: str | None
    current: bool


@dataclass(frozen=True)
class Listed:
    """The releases of a stack, the newest first; `further` older ones are not shown, `unread` records are not valid."""

    stack: str
    releases: tuple[ListedRelease, ...]
    further: int = 0
    unread: tuple[str, ...] = ()
    back: str = ""
    """The command that goes back to the previous one."""


@dataclass(frozen=True)
class Ran:
    """A task has run to its end, or `through` a program a command in it; `look` is the command that shows its log."""

    stack: str
    service: str
    task: str
    exit_code: int
    seconds: float = 0.0
    look: str = ""
    through: str | None = None


@dataclass(frozen=True)
class Logged:
    """How many lines of a service's log group were shown."""

    stack: str
    service: str
    log_group: str
    lines: int


@dataclass(frozen=True)
class Routed:
    """What the listeners of the stack's load balancer do with requests; `held` says whether something was expected."""

    stack: str
    balancer: str
    answers: tuple[Answer, ...]
    held: bool

    @property
    def differences(self) -> tuple[Answer, ...]:
        """The requests that are not answered as expected, or for which the target is unknown."""
        return tuple(answer for answer in self.answers if answer.difference)


Outcome: TypeAlias = (
    Unchanged
    | SettingsChanged
    | Planned
    | Declined
    | Deployed
    | Detached
    | Followed
    | Discarded
    | Deleted
    | Absent
    | Shown
    | Recovered
    | Drifted
    | Listed
    | Ran
    | Logged
    | Routed
)
