"""An unexpected error ends as any other: with a sentence, the state of the stack, the reports and an exit code.

Where it happened is for the person who fixes this program: it is in a file, or is shown where `--debug` was given.
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
    """The error that is reported for it: what is known of the stack, where the traceback is, and the next step.

    `begun` is the operation that this run has started, if any, and `at_work` whether its end was not seen.
    """
    told = "".join(traceback.format_exception_only(error)).strip()
    if begun is None:
        state = "this run has no operation in progress on the stack"
    elif at_work:
        state = _goes_on(begun)
    else:
        state = f"the operation on {begun.stack} has ended; its result is not known here"
    look = begun.look if begun and at_work else invocation.again("status")
    return Unexpected(
        f"something that this program does not foresee: {told}",
        findings=[state, *([begun.outstanding.text] if begun and begun.outstanding else []), trace],
        remedy=f"see the state of the stack, then report this error with the traceback: {look}",
        goes_on=begun.stack if begun else None,
    )


def _goes_on(begun: Started | TaskStarted) -> str:
    what = f"a task of {begun.stack}" if isinstance(begun, TaskStarted) else f"the operation on stack {begun.stack}"
    return f"{what} continues"


def left_behind(begun: Started | TaskStarted | None, *, at_work: bool) -> list[tuple[str, str, str]]:
    """What a command that is interrupted leaves unfinished: what it is, what the command is for, and the command."""
    left = [(_goes_on(begun), "look at it with", begun.look)] if begun and at_work else []
    if begun and (due := begun.outstanding):
        left.append((due.text, "the next deployment does it, once the stack exists", due.command))
    return left


def kept_trace(error: BaseException, masked: Mask) -> str:
    """Writes the traceback to a file that only its owner can read; says where it is."""
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
