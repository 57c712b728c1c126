"""Create or update the stack of an environment from its rendered templates, through change sets that people review."""

from __future__ import annotations

import gc
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

if __name__ == "__main__":  # while the rest is imported, Ctrl-C ends this as it ends any program, without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from deployment.commands.command_line import read_arguments
from deployment.errors import (
    DeploymentError,
    NothingSent,
    RehearsalFailed,
    StackBlocked,
    Unconfirmed,
    Unexpected,
    WatchLost,
)
from deployment.terminal.interruption import Interruptions
from deployment.terminal.streams import fill_closed, let_go, say_plainly, settle_encodings
from rehearsal.control.child import RehearsalDidNotStartError, RehearsalProcess

if TYPE_CHECKING:
    from deployment.terminal.ending import Ending
    from deployment.terminal.together.endings import Together

_AGAIN_SECONDS = 0.01
_ENCODING_REMEDY = "next: unset PYTHONIOENCODING, or set it to utf-8, then try again"
PROJECT = Path(__file__).resolve().parent


def main(
    arguments: Sequence[str],
    project: Path = PROJECT,
    interruptions: Interruptions | None = None,
    rehearsal: Callable[[Path, Sequence[str]], RehearsalProcess] | None = None,
) -> int:
    """Runs the command over the project in `project`; gives its exit code (`--help` lists them).

    `interruptions` notes Ctrl-C. `rehearsal` starts a rehearsal in place of this command's own child process.
    """
    if encoding := settle_encodings():
        say_plainly(f"error: {encoding} is no encoding of text that holds ASCII as it is\n{_ENCODING_REMEDY}\n")
        return 2
    options = read_arguments(arguments)

    def again(*more: str) -> str:
        return acting.invocation.again(options.action, *more)

    @contextmanager
    def rehearse(given: Sequence[str]) -> Iterator[_Rehearsal]:
        with (rehearsal or RehearsalProcess)(PROJECT, given) as process:
            yield _Rehearsal(process, again)

    try:
        from deployment.terminal.command import Command  # what it imports takes time; --help does without

        acting = Command(options, project, rehearse, PROJECT / Path(__file__).name)
        ending = acting.ending(interruptions)
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    except ImportError as error:
        _say(f"error: {error}\nnext: install what requirements/run.txt names (make), and use the Python of .venv/bin")
        return 2
    except Exception as error:  # before there was a screen to report it on, or where the report failed
        from deployment.terminal.last_resort import kept_trace

        _say(f"error: something that this program does not foresee: {type(error).__name__}\n  {kept_trace(error, str)}")
        return 1
    return exit_code(ending, differences_count=options.exit_code)


@dataclass(frozen=True)
class _Rehearsal:
    """The rehearsal as a child process; where it does not start, that is an error of the deployer.

    `again` is the command as it is typed once more, with further options.
    """

    process: RehearsalProcess
    again: Callable[..., str]

    def url(self) -> str:
        try:
            return self.process.url()
        except RehearsalDidNotStartError as error:
            raise RehearsalFailed(
                "the rehearsal did not start", findings=str(error).splitlines(), remedy=self._remedy(error)
            ) from error

    def unmet(self) -> Sequence[str]:
        return self.process.unmet

    def unstruck(self) -> Sequence[str]:
        return self.process.unstruck

    def _remedy(self, error: RehearsalDidNotStartError) -> str:
        """What the child says is to be done, with the command that does it; what it needs, where that is missing."""
        from deployment.aws.shell_words import command, python_command

        if error.missing:
            interpreter, requirements = python_command(PROJECT / "requirements/run.txt")
            return f"install what it needs: {command(interpreter, '-m', 'pip', 'install', '-r', requirements)}"
        if error.remedy is None:
            return f"try again: {self.again()}"
        what, colon, options = error.remedy.rpartition(": ")
        return f"{what}: {self.again(*shlex.split(options))}" if colon else error.remedy


# Of several stacks the worst code is the command's: the first of these that any of them has.
_WORST = (130, 1, 6, 5, 2, 3, 4, 0)


def exit_code(ending: Ending | Together, *, differences_count: bool) -> int:
    """The exit code of how a command ended.

    `differences_count`: --exit-code was given, so that a plan with changes and a drift have a code of their own.
    """
    from deployment.run.outcome import Declined, Drifted, Planned, Ran, Routed
    from deployment.terminal.together.endings import Together

    match ending:
        case Together():
            codes = [exit_code(one, differences_count=differences_count) for one in ending.endings]
            return min(codes, key=_WORST.index)
        case KeyboardInterrupt():
            return 130
        case NothingSent():
            return 2
        case StackBlocked():
            return 5
        case WatchLost() | Unconfirmed():
            return 6
        case Unexpected() if ending.goes_on:
            return 6
        case DeploymentError():
            return 1
        case Declined():
            return 3
        case Ran():
            return ending.exit_code
        case Routed() if ending.differences:
            return 1
        case Planned() | Drifted() if ending.changes and differences_count:
            return 4
    return 0


def listen(noted: Interruptions) -> None:
    """From here on Ctrl-C, the end of the terminal and a request to end are noted."""
    signal.signal(signal.SIGINT, noted.signalled)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, noted.terminated)
    others = sys.unraisablehook

    def swallowed(what: sys.UnraisableHookArgs) -> None:
        if what.exc_type is not KeyboardInterrupt:
            others(what)
            return
        noted.lost()
        Timer(_AGAIN_SECONDS, os.kill, (os.getpid(), signal.SIGTERM)).start()

    sys.unraisablehook = swallowed


def _say(text: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr)


if __name__ == "__main__":
    fill_closed()
    gc.freeze()
    noted = Interruptions()
    listen(noted)
    code = main(sys.argv[1:], interruptions=noted)
    let_go()
    sys.exit(code)
