"""What must hold between the values of the database, and what neither a pattern nor a Rule can say: numbers and times.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html
"""

import re
from collections.abc import Iterator, Mapping

Texts = Mapping[str, str]
# The parameter that a finding stands at, and what it says.
Found = tuple[str, str]

_MODE, _NONE = "DatabaseMode", "none"
_BACKUP, _MAINTENANCE = "DatabaseBackupWindow", "DatabaseMaintenanceWindow"
_TIME = re.compile(r"(?:(mon|tue|wed|thu|fri|sat|sun):)?([0-9]{2}):([0-9]{2})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK, _LEAST = 24 * 60, 7 * 24 * 60, 30
# RDS takes no limit of the storage's growth that is less than a tenth above it.
_GROWTH = 1.1


def database_findings(texts: Texts) -> Iterator[Found]:
    """Every finding; none where there is no database."""
    if texts.get(_MODE, _NONE) == _NONE:
        return
    yield from _storage(texts)
    yield from _windows(texts)


def _storage(texts: Texts) -> Iterator[Found]:
    begins, most = (texts.get(name, "") for name in ("DatabaseStorageGb", "DatabaseMaxStorageGb"))
    if texts[_MODE] != "instance" or not (begins.isdecimal() and most.isdecimal()):
        return
    if int(most) < int(begins) * _GROWTH:
        yield (
            "DatabaseMaxStorageGb",
            f"DatabaseMaxStorageGb ({most}) must be a tenth more than DatabaseStorageGb ({begins}) at least",
        )


def _windows(texts: Texts) -> Iterator[Found]:
    windows = {name: _minutes(texts.get(name, "")) for name in (_BACKUP, _MAINTENANCE)}
    for name, window in windows.items():
        if window and (window[1] - window[0]) % _period(name) < _LEAST:
            yield name, f"{name} ({texts[name]}) must have {_LEAST} minutes at least"
    backup, maintenance = windows.values()
    if backup and maintenance and any(_meet(_on(day, backup), maintenance) for day in range(7)):
        yield (
            _MAINTENANCE,
            f"{_MAINTENANCE} ({texts[_MAINTENANCE]}) must not overlap {_BACKUP} ({texts[_BACKUP]}), which is daily",
        )


def _minutes(window: str) -> tuple[int, int] | None:
    """Begin and end of a window, in minutes of the day, or of the week where it names days."""
    ends = [_TIME.fullmatch(part) for part in window.split("-")]
    if len(ends) != 2 or None in ends:
        return None
    begin, end = (_minute(*found.groups()) for found in ends if found)
    return begin, end


def _minute(day: str | None, hours: str, minutes: str) -> int:
    return (_DAYS.index(day) if day else 0) * _DAY + int(hours) * 60 + int(minutes)


def _period(name: str) -> int:
    return _DAY if name == _BACKUP else _WEEK


def _on(day: int, window: tuple[int, int]) -> tuple[int, int]:
    """A window of every day on one day of the week; one that ends before it begins ends on the next."""
    begin, length = window[0], (window[1] - window[0]) % _DAY
    return day * _DAY + begin, day * _DAY + begin + length


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two windows have a minute in common; the week begins again where it ends."""
    length = (other[1] - other[0]) % _WEEK
    return (other[0] - one[0]) % _WEEK < one[1] - one[0] or (one[0] - other[0]) % _WEEK < length
