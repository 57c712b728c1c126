"""Simulated time: operations that take minutes on AWS take as long as the pace of the rehearsal sets.

The clock follows real time while nothing happens and leaps to the next due moment while something
does, so that each of its times is later than the one before.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a UTC datetime, to the millisecond, as answers give them."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


class Clock:
    """Seconds since the epoch on the simulated clock; `real` gives the real ones."""

    def __init__(self, real: Callable[[], float], offset: float = 0.0) -> None:
        self._real = real
        self.offset = offset
        self._last = 0.0

    def now(self) -> float:
        """The simulated time; never the same twice, so that events keep their order."""
        self._last = max(self._real() + self.offset, self._last + 0.001)
        return self._last

    def reading(self) -> float:
        """The same, without advancing the clock."""
        return max(self._real() + self.offset, self._last)

    def leap_to(self, moment: float) -> None:
        """Move forward to a moment; a moment that has passed is left alone."""
        self.offset = max(self.offset, moment - self._real())


@dataclass(frozen=True, order=True)
class Due:
    """One step that is to happen at a moment: of a stack's operation, a change set, or (by its ARN) a stack set."""

    moment: float
    number: int
    stack_id: str
    operation: str
    subject: str = ""


class Agenda:
    """The steps to come, soonest first.

    `touched` names what may have changed since it was last saved, in all accounts: stacks and stack sets by ARN, drift
    detections by their stack and id. Whatever is at work has steps, so that most of it is known here.
    """

    def __init__(self) -> None:
        self.touched: set[str] = set()
        self._heap: list[Due] = []
        self._numbers = itertools.count()

    def add(self, moment: float, stack_id: str, operation: str, subject: str = "") -> None:
        self._touch(stack_id, operation)
        heapq.heappush(self._heap, Due(moment, next(self._numbers), stack_id, operation, subject))

    def next(self) -> Due | None:
        """The soonest step, left in place."""
        return self._heap[0] if self._heap else None

    def take(self) -> Due:
        due = heapq.heappop(self._heap)
        self._touch(due.stack_id, due.operation)
        return due

    def _touch(self, stack_id: str, operation: str) -> None:
        self.touched.add(stack_id)
        if operation.startswith("drift:"):
            self.touched.add(f"{stack_id} {operation}")

    def drop(self, stack_id: str, operation: str) -> None:
        """Forget the steps of a stack's operation that is over, so that time does not leap to them.

        A nested stack's operation has its parent's id: the parent's steps stay.
        """
        self._heap = [due for due in self._heap if (due.stack_id, due.operation) != (stack_id, operation)]
        heapq.heapify(self._heap)

    def subjects(self) -> set[tuple[str, str]]:
        """The stack and the operation of every step to come."""
        return {(due.stack_id, due.operation) for due in self._heap}

    def holds(self, wanted: Callable[[Due], bool]) -> bool:
        """Whether any of the steps to come is such."""
        return any(wanted(due) for due in self._heap)
