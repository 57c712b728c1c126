"""How an action ends: its result or its error is shown, whatever it is, before the command ends with its code."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from deployment.errors import DeploymentError
from deployment.run.outcome import Absent, Drifted, Followed, Listed, Outcome, Planned, Routed, Shown
from deployment.stack.invocation import Invocation
from deployment.terminal.screen import Screen

Ending: TypeAlias = Outcome | DeploymentError | KeyboardInterrupt
"""What an action came to, or what it ended with."""
Result = TypeVar("Result")


def ended(act: Callable[[], Outcome], screen: Screen, invocation: Callable[[], Invocation]) -> Ending:
    """How an action ended; it is shown before it is returned. `invocation` gives what was typed."""
    return shown(act, screen, invocation, screen.end, only_tells)


def shown(
    act: Callable[[], Result],
    screen: Screen,
    invocation: Callable[[], Invocation],
    show: Callable[[Result], None],
    tells: Callable[[Result], bool],
) -> Result | DeploymentError | KeyboardInterrupt:
    """What an action came to, which `show` shows, or what it ended with.

    What was done stays done where it cannot be shown: only an action that only `tells` fails then.
    """
    outcome: Result | None = None
    try:
        outcome = act()
        show(outcome)
        return screen.undelivered(counts=tells(outcome)) or outcome
    except DeploymentError as error:
        screen.fail(error)
        return error
    except KeyboardInterrupt as interrupt:
        screen.interrupted()
        return interrupt
    except Exception as error:
        unforeseen = screen.fail_unforeseen(error, invocation())
        return unforeseen if outcome is None or tells(outcome) else outcome


def only_tells(outcome: Outcome) -> bool:
    """Whether the command did nothing but tell what it found."""
    if isinstance(outcome, Drifted):
        return not outcome.reverted
    if isinstance(outcome, Planned):
        return not outcome.saved
    return isinstance(outcome, Shown | Followed | Absent | Listed | Routed)
