"""What an operation could not delete, by its events: the last that was said of a resource is that it failed."""

from collections.abc import Iterable, Iterator

from cloudformation.statuses import ResourceStatus
from deployment.diagnosis.deletion_protection import Refused, holds
from deployment.stack.events import Event


def refused_deletions(events: Iterable[Event], region: str) -> Iterator[Refused]:
    """The resources of which the last that was said is that they could not be deleted."""
    last = {event.path: event for event in events if not event.of_stack}
    for path, event in last.items():
        if event.status == ResourceStatus.DELETE_FAILED.value and event.reason and not event.nested:
            yield Refused(path, event.type, event.physical_id, region, event.reason)


def left_over(events: Iterable[Event], region: str) -> Iterator[str]:
    """What a cleanup gave up, as lines: it is of no stack any more, and no other operation deletes it."""
    for refused in refused_deletions(events, region):
        yield (
            f"{refused.path} ({refused.physical_id}) could not be deleted: it stays in the account, outside the stack; "
            "delete it by hand"
        )
        for hold in holds([refused]):
            if hold.command:
                yield f"  first: {hold.command}"
