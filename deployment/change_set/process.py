"""Which process of which machine a run is, so that what a killed run leaves is distinguished from what is in use."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass

_WRITTEN = re.compile(r"process (?P<number>\d+) on (?P<host>\S+)$")


@dataclass(frozen=True)
class Process:
    """A process by its number on a host; `alive` says whether one of this host lives still."""

    host: str
    number: int
    alive: Callable[[int], bool]

    def __str__(self) -> str:
        return f"process {self.number} on {self.host}"

    def outlived(self, maker: str) -> bool:
        """Whether a text that names its maker names a process of this machine that has ended."""
        written = _WRITTEN.search(maker)
        if written is None or written["host"] != self.host:
            return False
        return int(written["number"]) != self.number and not self.alive(int(written["number"]))


def alive(process: int) -> bool:
    """Whether a process of this machine lives, regardless of its owner."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
