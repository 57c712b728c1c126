"""What an update in place deletes because it is kept for less time from then on: backups, log events, messages."""

from cloudformation.resource_types.retentions import RETENTIONS
from deployment.review.review import ResourceChange


def shortened(change: ResourceChange) -> str | None:
    """Why a resource that stays is guarded: what it keeps is kept for less time; None where it is not."""
    retention = RETENTIONS.get(change.type)
    changed = change.updated(retention.name) if retention else None
    if retention is None or changed is None:
        return None
    before = _time(changed.before, retention.absent)
    after = _time(changed.after, retention.absent if changed.known else None)
    if before is None or after is None or not changed.certain:
        return retention.perhaps
    return retention.shorter(before, after) if after < before else None


def _time(text: str | None, absent: float | None) -> float | None:
    """A number of days, hours or seconds; None where it is not known."""
    if text is None:
        return absent
    return int(text) if text.isdecimal() else None
