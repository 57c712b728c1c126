"""An operation in progress: nested stacks and resources, each with its state and since when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from deployment.stack.events import Event
from deployment.template.resource_path import ResourcePath


@dataclass(frozen=True)
class ResourceProgress:
    """One resource or nested stack: its last event, and since when it is in that state."""

    event: Event
    since: datetime

    @property
    def at_work(self) -> bool:
        return self.event.status.endswith("_IN_PROGRESS")

    @property
    def name(self) -> str:
        return self.event.path.name

    def seconds(self, now: datetime) -> float:
        """How long its operation has lasted, or did."""
        return ((now if self.at_work else self.event.at) - self.since).total_seconds()


@dataclass(frozen=True)
class LayerProgress:
    """A nested stack with the events of its resources."""

    item: ResourceProgress
    done: int
    at_work: tuple[ResourceProgress, ...]


class OperationProgress:
    """Everything that the events of one operation showed so far."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self.status = ""
        self.started: datetime | None = None
        self.waits: Mapping[ResourcePath, str] = {}
        self._items: dict[ResourcePath, ResourceProgress] = {}

    def add(self, event: Event) -> ResourceProgress | None:
        """Takes an event; the item of its resource or nested stack, None for an event of a stack about itself."""
        self.started = self.started or event.at
        if event.of_stack:
            if not event.path:
                self.status = event.status
            return None
        before = self._items.get(event.path)
        self._items[event.path] = after = _after(before, event)
        return after

    def layers(self) -> tuple[LayerProgress, ...]:
        """The nested stacks in the order of their beginning."""
        return tuple(self._layer(item) for item in self._items.values() if item.event.nested)

    @property
    def done(self) -> int:
        """How many resources are no longer in progress."""
        return sum(1 for item in self._resources(None) if not item.at_work)

    def at_work(self, within: ResourcePath | None = None) -> tuple[ResourceProgress, ...]:
        """The resources in progress, the longest first; of one nested stack, or of all."""
        working = [item for item in self._resources(within) if item.at_work]
        return tuple(sorted(working, key=lambda item: item.since))

    def _layer(self, item: ResourceProgress) -> LayerProgress:
        path = item.event.path
        done = sum(1 for item in self._resources(path) if not item.at_work)
        return LayerProgress(item, done, self.at_work(path))

    def _resources(self, within: ResourcePath | None) -> Iterator[ResourceProgress]:
        for path, item in self._items.items():
            if not item.event.nested and (within is None or path.parent == within):
                yield item


def _after(before: ResourceProgress | None, event: Event) -> ResourceProgress:
    if before is None:
        return ResourceProgress(event, event.at)
    # A new operation on a resource is timed anew: the deletion of the old resource after its replacement, or a
    # rollback, of which a resource has no event but UPDATE_COMPLETE.
    goes_on = before.at_work and (not _begins(event) or _verb(before.event) == _verb(event))
    return replace(before, event=event, since=before.since if goes_on else event.at)


def _begins(event: Event) -> bool:
    return event.status.endswith("_IN_PROGRESS")


def _verb(event: Event) -> str:
    return event.status.partition("_")[0]
