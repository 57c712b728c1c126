"""The two interfaces to a person: what is reported during a run, and what is asked before something is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from deployment.review.review import Review
from deployment.stack.events import Event
from deployment.stack.stack import Stack
from deployment.template.resource_path import ResourcePath
from deployment.template.template import Documents


@dataclass(frozen=True)
class Progress:
    """One sentence about what is being done."""

    text: str


@dataclass(frozen=True)
class Outstanding:
    """What is still to be done after an operation, and the command that does it where this run does not."""

    text: str
    command: str


@dataclass(frozen=True)
class Started:
    """From here on an operation is in progress, whatever happens to this process; `look` is the command that shows it.

    `outstanding` is what this one operation does not apply.
    """

    stack: str
    look: str
    outstanding: Outstanding | None = None


@dataclass(frozen=True)
class TaskStarted:
    """From here on ECS runs a task of a service, whatever happens to this process; `look` shows what it writes."""

    stack: str
    look: str
    outstanding: Outstanding | None = None


@dataclass(frozen=True)
class LogLine:
    """A line that a task has written: the result of a command that is about it, else progress, of a `source`."""

    text: str
    source: str | None = None


@dataclass(frozen=True)
class Settled:
    """The operation that had started has ended; what is reported next does not belong to it."""


@dataclass(frozen=True)
class Reviewed:
    """A change set that was created and reviewed; `overridden` are the parameters of --set.

    `sources` says where values that are written nowhere come from, never the value.
    """

    stack: str
    create: bool
    review: Review
    overridden: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Stands:
    """What was read, for the views that must know what it contains: the stack, and its template or a change set's."""

    stack: Stack
    template: str | None = None
    documents: Documents = field(default_factory=dict)


@dataclass(frozen=True)
class Deletion:
    """What a deletion deletes, with or without a snapshot, and what it keeps: (path, type, physical id) each.

    `guards` gives for each deletion that --yes alone does not approve the reason: (path, why); `exports` which of its
    exports other stacks import, or may: (name, by whom) each. CloudFormation refuses to delete those.
    """

    stack: str
    goes: tuple[tuple[ResourcePath, str, str], ...]
    stays: tuple[tuple[ResourcePath, str, str], ...]
    guards: tuple[tuple[ResourcePath, str], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
    protections: tuple[tuple[ResourcePath, tuple[str, ...]], ...] = ()
    """What is deleted and protected by its service, as far as the templates show: (path, reason and next step)."""

    def protection(self, path: ResourcePath) -> tuple[str, ...]:
        """Why the deletion of a resource will be refused, and the next step; nothing where it is not known to be."""
        return next((lines for held, lines in self.protections if held == path), ())

    def guard(self, path: ResourcePath) -> str | None:
        """Why a resource needs an approval of its own; None where it does not."""
        return next((why for guarded, why in self.guards if guarded == path), None)


@dataclass(frozen=True)
class Happened:
    """One event of the operation that began at `since`."""

    event: Event
    since: datetime


@dataclass(frozen=True)
class Question:
    """The question; where `typed` is given, that name must be typed instead of `y`.

    Where it `insists`, a person must answer: --yes is not enough.
    """

    text: str
    typed: str | None = None
    insists: bool = False

    @property
    def unasked(self) -> str:
        """What to do where nobody can be asked."""
        return "use a terminal: --yes is not enough for this" if self.insists else "use a terminal, or give --yes"


@dataclass(frozen=True)
class Looked:
    """The state of an operation in progress: what its slow resources wait for, as far as that is known."""

    waits: Mapping[ResourcePath, str]


@dataclass(frozen=True)
class Choice:
    """What a person who interrupts may choose from, each by its first letter; the last where there is no answer."""

    text: str
    options: tuple[str, ...]


Told: TypeAlias = (
    Progress | Started | TaskStarted | LogLine | Settled | Stands | Reviewed | Deletion | Happened | Looked
)
Tell: TypeAlias = Callable[[Told], None]
Approve: TypeAlias = Callable[[Question], bool]
Choose: TypeAlias = Callable[[Choice], str]
