"""One budget of requests for everything that a run asks of AWS, however many stacks it follows.

CloudFormation's rates are per account and region and unpublished; what a deployment uses up, the account's other
tools lack. So it is found as TCP finds the capacity of a line: a little more each second while the budget is used
up and nothing is throttled, half of it at once where something is. Every attempt counts, also those that the SDK makes
again by itself.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from deployment.aws.calls import THROTTLES
from deployment.aws.clock import Clock
from deployment.aws.retries import UNANSWERED_SECONDS

FIRST, LEAST, MOST, MORE = 5.0, 1.0, 40.0, 2.0
"""Requests a second: at first, at least, at most; and what comes to it each second."""
_WINDOW_SECONDS = 1.0
_PAUSE_SECONDS, _GROWTH, _LONGEST_PAUSE_SECONDS = 0.5, 1.5, 10.0
_BEGAN, _PAUSES = "deploy_throttled_since", "deploy_throttled_times"


class RequestBudget:
    """No more than so many requests in any one second, over all threads and clients that spend from it."""

    def __init__(self, clock: Clock, first: float = FIRST, most: float = MOST) -> None:
        self.clock = clock
        self.rate = min(first, most)
        self._most = most
        self._sent: deque[float] = deque()
        self._changed = clock.monotonic()
        self._halved: float | None = None
        self._lock = threading.Lock()

    def spend(self) -> None:
        """Returns when one more request may go out."""
        with self._lock:
            while self._used() >= int(self.rate):
                self._grow()
                if self._used() < int(self.rate):
                    break
                self.clock.sleep(self._sent[0] + _WINDOW_SECONDS - self.clock.monotonic())
            self._sent.append(self.clock.monotonic())

    def throttled(self) -> None:
        """Something was: half of the rate, once for all that was under way in the same second."""
        now = self.clock.monotonic()
        if self._halved is None or now - self._halved >= _WINDOW_SECONDS:
            self.rate, self._changed, self._halved = max(LEAST, self.rate / 2), now, now

    def _used(self) -> int:
        """How many requests the last second had."""
        now = self.clock.monotonic()
        # The sum that `spend` sleeps until: rounded otherwise, it could be reached while the request still counts.
        while self._sent and self._sent[0] + _WINDOW_SECONDS <= now:
            self._sent.popleft()
        return len(self._sent)

    def _grow(self) -> None:
        """It is used up: more of it, where a second has passed since it last changed."""
        now = self.clock.monotonic()
        if now - self._changed >= _WINDOW_SECONDS:
            self.rate, self._changed = min(self._most, self.rate + MORE), now


def bear_throttling(client: Any, budget: RequestBudget, patient: Callable[[], bool]) -> None:
    """Repeats a request of the client that is throttled, ever later, for as long as what follows an operation waits.

    While nobody is `patient`, the caller decides.
    """

    def needs_retry(response: Any, request_dict: dict[str, Any], **_: Any) -> float | None:
        parsed = response[1] if response else {}
        if parsed.get("Error", {}).get("Code") not in THROTTLES:
            return None
        budget.throttled()
        context, now = request_dict["context"], budget.clock.monotonic()
        if not patient() or now - context.setdefault(_BEGAN, now) > UNANSWERED_SECONDS:
            return None
        times = context[_PAUSES] = context.get(_PAUSES, 0) + 1
        budget.clock.sleep(min(_LONGEST_PAUSE_SECONDS, _PAUSE_SECONDS * _GROWTH ** min(times, 20)))
        return 0.0  # botocore sends again after that many seconds

    client.meta.events.register_first("needs-retry", needs_retry)
