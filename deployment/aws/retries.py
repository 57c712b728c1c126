"""How long a call is repeated that was throttled or got no answer.

The SDK sends a request up to SDK_ATTEMPTS times by itself. Above that, what asks for one answer tries TRIES times, ever
later (half a minute in all, at the pace for AWS), and what follows an operation continues for UNANSWERED_SECONDS
without an answer.
"""

from collections.abc import Callable
from typing import TypeVar

from deployment.aws.calls import unanswered
from deployment.aws.clock import Waiting
from deployment.errors import DeploymentError, NotFound

SDK_ATTEMPTS = 5
TRIES = 6
UNANSWERED_SECONDS = 600.0
T = TypeVar("T")


def retried(waiting: Waiting, act: Callable[[], T], passes: Callable[[DeploymentError], bool] = unanswered) -> T:
    """What `act` gives; it is done again, ever later, while `passes` says of its error that it may pass."""
    pause = waiting.polling.first
    for _ in range(TRIES - 1):
        try:
            return act()
        except DeploymentError as error:
            if not passes(error):
                raise
        waiting.clock.sleep(pause)
        pause = waiting.polling.after(pause)
    return act()


def not_known_yet(error: DeploymentError) -> bool:
    """Whether a nested stack was not found: one that was just made may be unknown for a moment (aws-cdk-cli waits)."""
    return isinstance(error, NotFound)
