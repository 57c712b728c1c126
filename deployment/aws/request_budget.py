"""One budget of requests for everything that a run asks of AWS, however many stacks it follows.

CloudFormation's rates are per account and region and unpublished; what a deployment uses up, the account's other
tools lack. Every attempt counts, also those that the SDK makes again by itself.
"""

import threading
from collections import deque

from deployment.aws.clock import Clock

REQUESTS_A_SECOND = 5
_WINDOW_SECONDS = 1.0


class RequestBudget:
    """No more than `most` requests in any one second, over all threads and clients that spend from it."""

    def __init__(self, clock: Clock, most: int = REQUESTS_A_SECOND) -> None:
        self._clock = clock
        self._sent: deque[float] = deque(maxlen=most)
        self._lock = threading.Lock()

    def spend(self) -> None:
        """Returns when one more request may go out."""
        with self._lock:
            if len(self._sent) == self._sent.maxlen:
                left = self._sent[0] + _WINDOW_SECONDS - self._clock.monotonic()
                if left > 0:
                    self._clock.sleep(left)
            self._sent.append(self._clock.monotonic())
