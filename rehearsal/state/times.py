"""Moments of the virtual clock as the wire carries them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a UTC datetime, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
