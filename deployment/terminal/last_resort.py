"""What nobody foresaw ends as anything else does: with a sentence, the state of things, the reports and an exit code.

Where it happened is for whoever mends this program: it stands in a file, or is shown where `--debug` was given.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from collections.abc import Callable

from deployment.errors import Unexpected
from deployment.run.telling import Started, TaskStarted
from deployment.stack.invocation import Invocation

Mask = Callable[[str], str]


def unexpected(
    error: Exception, invocation: Invocation, begun: Started | TaskStarted | None, *, at_work: bool, trace: str
) -> Unexpected:
    """The error that stands for it: what of the stack is known, where the traceback is, and what to do next.

    `begun` is the operation that this run has begun, if any, and `at_work` whether it was not seen to end.
    """
    told = "".join(traceback.format_exception_only(error)).strip()
    if begun is None:
        state = "no operation of this run is at work on the stack"
    elif at_work:
        state = _goes_on(begun)
    else:
        state = f"the operation on {begun.stack} has ended; what it came to was not told"
    look = begun.look if begun and at_work else invocation.again("status")
    return Unexpected(
        f"something that this program does not foresee: {told}",
        findings=[state, *([begun.outstanding.text] if begun and begun.outstanding else []), trace],
        remedy=f"see what the stack is now, then report this with the traceback: {look}",
        goes_on=begun.stack if begun else None,
    )


def _goes_on(begun: Started | TaskStarted) -> str:
    who = "a task goes on of" if isinstance(begun, TaskStarted) else "CloudFormation goes on with"
    return f"{who} {begun.stack}"


def left_behind(begun: Started | TaskStarted | None, *, at_work: bool) -> list[tuple[str, str, str]]:
    """What a command that is interrupted leaves to others: what it is, what the command is for, and the command."""
    left = [(_goes_on(begun), "look at it with", begun.look)] if begun and at_work else []
    if begun and (due := begun.outstanding):
        left.append((due.text, "the next deployment does it, once the stack stands", due.command))
    return left


def kept_trace(error: BaseException, masked: Mask) -> str:
    """Writes the traceback to a file that only its owner reads; says where it is."""
    text = masked(traced(error))
    try:
        descriptor, path = tempfile.mkstemp(prefix="deploy-", suffix=".traceback")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as written:
            written.write(text)
    except OSError as failed:
        return f"the traceback could not be written ({failed.strerror}): --debug shows it"
    return f"traceback: {path}"


def traced(error: BaseException) -> str:
    """The traceback, as Python shows it."""
    return "".join(traceback.format_exception(error))
