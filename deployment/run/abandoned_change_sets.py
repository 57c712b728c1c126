"""Change sets of earlier runs that were killed: deleted by the next run, before they fill the stack's limit.

One that another run is about to execute must stay. A run says in its change set's description which process it is;
one of this machine that has ended needs it no more, and nobody's review takes an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from deployment.change_set.leftovers import Leftover, leftovers, remove
from deployment.change_set.lifecycle import OURS
from deployment.run.run import Run

_LONGEST_REVIEW = timedelta(hours=1)


def clear_abandoned(run: Run, stack: str, own: str) -> None:
    """Deletes what earlier runs left on the stack of that ARN; says which change sets of others may be in use.

    `own` is the ARN of the change set of this run, which was made just now: its time is the server's.
    """
    found = leftovers(run.session.cloudformation, stack)
    now = next((each.created for each in found if each.arn == own), None)
    others = [each for each in found if each.name.startswith(OURS) and each.arn != own]
    if now is None or not others:
        return
    left = [each for each in others if _abandoned(run, each, now)]
    if left:
        run.say(f"deleting {_counted(left)} that earlier runs left")
        remove(run.session.cloudformation, left, run.waiting)
    if in_use := [each for each in others if each not in left]:
        made = ", ".join(f"{each.maker or 'somebody'}, {each.created.isoformat(timespec='seconds')}" for each in in_use)
        run.say(f"note: {_counted(in_use)} of other runs on this stack ({made}): the first executed wins")


def _abandoned(run: Run, each: Leftover, now: datetime) -> bool:
    if each.obsolete or now - each.created > _LONGEST_REVIEW:
        return True
    return run.process is not None and each.maker is not None and run.process.outlived(each.maker)


def _counted(found: Sequence[Leftover]) -> str:
    return f"{len(found)} change set{'s' if len(found) != 1 else ''}"
