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
    """The stack is what the files say already, but for settings that only its next change can take along."""

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

    The change set is gone again, unless it was `saved`: then this is its ARN, and `commands` execute or delete it.
    """

    stack: str
    reviewed: Reviewed | None
    saved: str | None = None
    commands: tuple[str, ...] = ()
    within: str = ""
    """What stands before each path that --allow is to name, where several stacks are planned together."""

    @property
    def changes(self) -> bool:
        """Whether a deployment would change anything."""
        return self.reviewed is not None


@dataclass(frozen=True)
class Declined:
    """The answer was no, or nobody was there to ask; nothing is left behind.

    `needed` are the paths of the guarded changes that had no approval beforehand.
    """

    stack: str
    question: str
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deployed:
    """The operation ended well; `seconds` is what the server's clock says."""

    stack: Stack
    review: Review
    seconds: float
    layers: tuple[Duration, ...]


@dataclass(frozen=True)
class Detached:
    """CloudFormation is at work on what was approved; nobody watches it from here. `look` is the command that does."""

    stack: str
    review: Review
    look: str = "status --follow"


@dataclass(frozen=True)
class Followed:
    """An operation that was started before ended well; `seconds` is what the server's clock says.

    `settings` are what the next deployment changes beside resources.
    """

    stack: Stack
    seconds: float
    layers: tuple[Duration, ...]
    settings: tuple[SettingChange, ...] = ()


@dataclass(frozen=True)
class Discarded:
    """A change set that was kept is deleted, unexecuted."""

    stack: str
    change_set: str


@dataclass(frozen=True)
class Deleted:
    """The stack is gone."""

    stack: str
    arn: str
    seconds: float


@dataclass(frozen=True)
class Absent:
    """There is no stack."""

    stack: str


@dataclass(frozen=True)
class LayerStatus:
    """What a nested stack is; `change_sets` counts those that were left on it, unexecuted.

    It is `stuck` where it takes no update although nothing is at work on it, whatever its parent says.
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
    """A parameter or tag that the next deploy would send differently; None where it is not there on one side."""

    name: str
    deployed: str | None
    file: str | None


@dataclass(frozen=True)
class Shown:
    """What a stack is now, and how the files differ from it; `uncompared` is what only a change set would tell."""

    stack: Stack
    layers: tuple[LayerStatus, ...]
    differences: tuple[Difference, ...]
    template_differs: bool
    uncompared: tuple[str, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    way_out: str = ""
    """What to do, with its command, in a state in which nothing can be deployed."""


@dataclass(frozen=True)
class Recovered:
    """What a recovery did, step by step, and the state that it led to (None: the stack is gone).

    Without a step nothing was to be done.
    """

    stack: str
    status: str | None
    steps: tuple[str, ...]


@dataclass(frozen=True)
class PropertyDrift:
    """One property that is not as the template says; None where it is not there on one side."""

    name: str
    expected: str | None
    actual: str | None


@dataclass(frozen=True)
class ResourceDrift:
    """A resource that somebody changed, or deleted, beside CloudFormation."""

    path: ResourcePath
    type: str
    physical_id: str
    deleted: bool
    properties: tuple[PropertyDrift, ...]


@dataclass(frozen=True)
class Drifted:
    """How the resources differ from what the stacks made of them; `reverted` are the layers that were taken back.

    `layers` is the number of nested stacks that were looked at beside the root, `back` the command that takes it back.
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
    """A release that the artifacts bucket has a record of; `outcome` is None where nobody watched how it ended."""

    time: datetime
    digest: str
    by: str
    outcome: str | None
    current: bool


@dataclass(frozen=True)
class Listed:
    """The releases of a stack, the newest first; `further` older ones are not shown, `unread` records are none."""

    stack: str
    releases: tuple[ListedRelease, ...]
    further: int = 0
    unread: tuple[str, ...] = ()
    back: str = ""
    """The command that goes back to the one before."""


@dataclass(frozen=True)
class Ran:
    """A task has run to its end, or `through` a program a command in it; `look` is what tells its log again."""

    stack: str
    service: str
    task: str
    exit_code: int
    seconds: float = 0.0
    look: str = ""
    through: str | None = None


@dataclass(frozen=True)
class Logged:
    """How many lines of a service's log group were told."""

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
        """The requests that are not answered as is expected, or of which it cannot be told who answers."""
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
