"""Change sets of earlier runs that were killed: deleted by the next deployment, before they fill the stack's limit.

One that another run is about to execute must stay. A run writes into its change set's description which process it is;
a process of this machine that has ended no longer needs its change set, and no review takes an hour.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cloudformation.environment.delivery.change_set_names import OURS
from deployment.change_set.leftovers import Leftover, leftovers, remove
from deployment.run.run import Run
from deployment.settings.setting_change import ABANDONED_CHANGE_SETS, SettingChange

_LONGEST_REVIEW = timedelta(hours=1)


def abandoned(run: Run, stack: str, own: str | None = None) -> tuple[Leftover, ...]:
    """The change sets that earlier runs left on the stack of that ARN; notes which others may be in use.

    `own` is the ARN of this run's change set, which was created just now: its time is the server's. Without it, the age
    of the others is unknown.
    """
    unexecuted = leftovers(run.cloudformation, stack)
    now = next((leftover.created for leftover in unexecuted if leftover.arn == own), None)
    others = [leftover for leftover in unexecuted if leftover.name.startswith(OURS) and leftover.arn != own]
    if (own is not None and now is None) or not others:
        return ()
    left = [leftover for leftover in others if _abandoned(run, leftover, now)]
    if in_use := [leftover for leftover in others if leftover not in left]:
        made = ", ".join(f"{leftover.maker or 'somebody'}, {leftover.made}" for leftover in in_use)
        run.say(
            f"note: other runs have {_counted(in_use)} on this stack ({made}): only the first to be executed can be"
        )
    return tuple(left)


def shown(left: Sequence[Leftover]) -> tuple[SettingChange, ...]:
    """What is to be deleted of them, as a review shows it."""
    if not left:
        return ()
    names = ", ".join(leftover.name for leftover in left)
    why = "deleted before the next execution; earlier runs left them"
    return (SettingChange(ABANDONED_CHANGE_SETS, names, None, why),)


def clear(run: Run, left: Sequence[Leftover]) -> None:
    """Deletes them."""
    if left:
        run.say(f"deleting {_counted(left)} that earlier runs left")
        remove(run.cloudformation, left, run.waiting)


def _abandoned(run: Run, leftover: Leftover, now: datetime | None) -> bool:
    if leftover.obsolete or (now and leftover.created and now - leftover.created > _LONGEST_REVIEW):
        return True
    return run.process is not None and leftover.maker is not None and run.process.outlived(leftover.maker)


def _counted(change_sets: Sequence[Leftover]) -> str:
    return f"{len(change_sets)} change set{'s' if len(change_sets) != 1 else ''}"
