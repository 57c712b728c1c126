"""What Ctrl-C means: before an operation it ends the command, during one it asks what to do, and twice it detaches.

While another program has the terminal, it is meant for that one. Where a terminal is closed, or the process is ended
from outside, nobody is asked: the command detaches, or deletes what it created.

A signal's handler runs between any two instructions. So that no signal gets lost, the first Ctrl-C of an
operation is only noted here, and raised out of the next sleep.
"""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from deployment.aws.clock import Clock, Interrupted

_SLICE_SECONDS = 0.2


class Interruptions:
    """Whether a person can be asked now, and whether one wants to be."""

    ending = False
    """Whether the command is to end, so that it waits only for what it must."""

    def __init__(self) -> None:
        self._asks = False
        self._noted = False
        self._terminated = False

    def signalled(self, *_: object) -> None:
        """The handler of SIGINT; KeyboardInterrupt where nobody can be asked, or it is the second."""
        if not self._asks or self._noted:
            self.ending = True
            raise KeyboardInterrupt
        self._noted = True

    def terminated(self, *_: object) -> None:
        """The handler of SIGTERM and SIGHUP; only the first of them counts.

        A shell and its terminal may each send one when they end, and the second must not stop what the first has
        started: the deletion of what was created.
        """
        if not self._terminated:
            self._terminated = self.ending = True
            raise KeyboardInterrupt

    def lost(self) -> None:
        """An exception is lost: Python swallows what a handler raises while an object is deallocated."""
        self._terminated = False

    def ask(self) -> None:
        """From here on the first Ctrl-C asks."""
        self._asks = True

    def rest(self) -> None:
        """From here on nobody is asked: an interrupt that was noted ends the command at the next sleep."""
        self._asks = False

    @contextmanager
    def asking(self) -> Iterator[None]:
        """During a question, Ctrl-C is its answer."""
        self._asks = False
        yield
        self._asks = True

    def slept(self, seconds: float, clock: Clock, tick: Callable[[], None]) -> None:
        """Lets seconds pass in slices, with a tick after each; raises what a person has asked for."""
        until = clock.monotonic() + seconds
        while True:
            if self._noted:
                self._noted = False
                raise Interrupted if self._asks else KeyboardInterrupt
            left = until - clock.monotonic()
            if left <= 0:
                return
            clock.sleep(min(left, _SLICE_SECONDS))
            tick()


def hand_over(words: Sequence[str]) -> int:
    """The exit code of a program that has this terminal; Ctrl-C is meant for it.

    A signal that ended it is 128 and its number, as a shell has it.
    """
    # A handler that does nothing, not SIG_IGN: a program that is started inherits what is ignored, and would ignore it
    # too.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        code = subprocess.run(list(words), check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
    return 128 - code if code < 0 else code
