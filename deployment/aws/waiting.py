"""How long a call is repeated that got no answer or was throttled, and how one waits for something to end.

The SDK sends a request up to SDK_ATTEMPTS times by itself. Above that, what asks for one answer tries TRIES times, ever
later (half a minute in all, at the pace for AWS), and what follows an operation goes on for UNANSWERED_SECONDS without
an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as await_all
from threading import Thread
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


def asked_until(waiting: Waiting, ask: Callable[[], T], done: Callable[[T], bool], *, soon: bool = False) -> T:
    """The first answer of `ask` that is `done`; between two questions it waits, ever longer.

    `soon` is for what takes CloudFormation a second or two: the first wait is half as long.
    """
    pause = waiting.polling.first / 2 if soon else waiting.polling.first
    while not done(answer := ask()):
        waiting.clock.sleep(pause)
        pause = waiting.polling.after(pause)
    return answer


def not_known_yet(error: DeploymentError) -> bool:
    """Whether a nested stack was not found: one that was just made may be unknown for a moment (aws-cdk-cli waits)."""
    return isinstance(error, NotFound)


def uninterrupted(act: Callable[[], T]) -> T:
    """What `act` gives; an interrupt is heard once that has come to its end, a second one at once.

    A request that changes something is carried out whether its answer is read or not, and only the answer tells what
    it did.
    """
    done: Future[T] = Future()

    def run() -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(act())
        except BaseException as error:
            done.set_exception(error)

    try:
        Thread(target=run, daemon=True).start()
        return done.result()
    except KeyboardInterrupt:
        if not done.cancel():
            await_all([done])
        raise
