"""Time as it is handed in: nothing below the commands reads a clock or sleeps by itself."""

from collections.abc import Callable
from dataclasses import dataclass


class Interrupted(Exception):  # noqa: N818 - an error is named for what happened
    """A person asked to stop; raised out of a sleep only, when all events so far have been reported."""


@dataclass(frozen=True)
class Clock:
    """Seconds that only go up, and a way to let them pass."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Polling:
    """How often to ask: `first` seconds while things move, growing to `most` while they don't; how many stacks a round.

    AWS throttles an account that asks more than about every two seconds a stack; an endpoint on this machine does not.
    """

    first: float = 2.0
    most: float = 10.0
    growth: float = 1.5
    stacks: int = 10

    def after(self, wait: float) -> float:
        """The wait that follows one in vain."""
        return min(self.most, wait * self.growth)


FOR_AWS = Polling()
FOR_LOOPBACK = Polling(first=0.02, most=0.2, stacks=200)
"""An endpoint on this machine throttles nobody, and what it simulates may be over in a moment."""
FOR_PACED = Polling(first=0.2, most=0.5, stacks=200)
"""The same where what it simulates takes its time, for somebody to look at."""


@dataclass(frozen=True)
class Waiting:
    """How one waits: the clock and how often to ask."""

    clock: Clock
    polling: Polling
