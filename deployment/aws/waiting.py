"""How one waits for something to end, and for the answer to what changes something.

How long a call is repeated that was throttled or got no answer is in retries.py.
"""

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as await_all
from dataclasses import dataclass
from threading import Thread
from typing import Generic, TypeVar

from deployment.aws.clock import Waiting
from deployment.errors import DeploymentError

T = TypeVar("T")


@dataclass(frozen=True)
class Limit(Generic[T]):
    """How long something may take that AWS says no limit of, and what is raised, by the last answer, beyond that."""

    seconds: float
    overdue: Callable[[T], DeploymentError]


def asked_until(
    waiting: Waiting,
    ask: Callable[[], T],
    done: Callable[[T], bool],
    limit: Limit[T] | None = None,
    *,
    soon: bool = False,
) -> T:
    """The first answer of `ask` that is `done`; between two questions it waits, ever longer.

    `soon` is for what takes CloudFormation a second or two: the first wait is half as long. Without a `limit` it is
    CloudFormation that ends what is waited for, however long that takes, as it ends every operation on a stack.
    """
    pause = waiting.polling.first / 2 if soon else waiting.polling.first
    begun = waiting.clock.monotonic()
    while not done(answer := ask()):
        if limit and waiting.clock.monotonic() - begun > limit.seconds:
            raise limit.overdue(answer)
        waiting.clock.sleep(pause)
        pause = waiting.polling.after(pause)
    return answer


def uninterrupted(act: Callable[[], T]) -> T:
    """What `act` returns; an interrupt takes effect once that has ended, a second one at once.

    A request that changes something is executed whether its answer is read or not, and only the answer shows what
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
