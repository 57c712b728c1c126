"""How an action ends: its result or its error is shown before the command ends with its exit code."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from deployment.errors import DeploymentError
from deployment.run.outcome import Absent, Drifted, Followed, Listed, Outcome, Planned, Routed, Shown
from deployment.stack.invocation import Invocation
from deployment.terminal.screen import Screen

Ending: TypeAlias = Outcome | DeploymentError | KeyboardInterrupt
"""The result of an action, or its error."""
Result = TypeVar("Result")


def ended(act: Callable[[], Outcome], screen: Screen, invocation: Callable[[], Invocation]) -> Ending:
    """How an action ended; it is shown before it is returned. `invocation` is what was typed."""
    return shown(act, screen, invocation, screen.end, only_tells)


def shown(
    act: Callable[[], Result],
    screen: Screen,
    invocation: Callable[[], Invocation],
    show: Callable[[Result], None],
    tells: Callable[[Result], bool],
) -> Result | DeploymentError | KeyboardInterrupt:
    """The result of an action, which `show` shows, or its error.

    An action that cannot be shown has still been done: only an action that `reports_only` fails then.
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
    """Whether the command only reports."""
    if isinstance(outcome, Drifted):
        return not outcome.reverted
    if isinstance(outcome, Planned):
        return not outcome.saved
    return isinstance(outcome, Shown | Followed | Absent | Listed | Routed)
