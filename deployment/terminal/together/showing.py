"""The result of a command over several stacks: what the next command uses, a line a stack, and the reports."""

from collections.abc import Iterator

from deployment.report.facts import Failure
from deployment.report.text import error_lines, result
from deployment.run.outcome import Deployed, Planned, SettingsChanged, Unchanged
from deployment.terminal.github_actions import Workflow
from deployment.terminal.screen import Screen
from deployment.terminal.together.allowances import SEPARATOR
from deployment.terminal.together.endings import PLATFORM, Part, Together, told, unremarkable


def show(together: Together, screen: Screen) -> None:
    """Shows the result, then how each stack ended."""
    screen.settle()
    if screen.output == "text":
        for name, part in together.parts.items():
            _reviewed(name, part, screen)
        screen.give(_outputs(together))
    screen.say(*told(together))
    if screen.output != "text" or screen.page:
        from deployment.terminal.together.reports import reported

        now = screen.now()
        screen.deliver(lambda form: reported(together, form, now))
    if screen.workflow:
        _annotated(together, Workflow(screen.told.write))


def _reviewed(name: str, part: Part, screen: Screen) -> None:
    ending = part.reported
    if isinstance(ending, Planned) and ending.reviewed:
        screen.give([f"{name}:"])
        screen.review(ending.reviewed, screen.given)


def _outputs(together: Together) -> Iterator[str]:
    """The platform's as NAME=VALUE, a service's with its name before that; and who shows no change."""
    for name, part in together.parts.items():
        if isinstance(part.ending, BaseException):
            continue
        before = "" if name == PLATFORM else f"{name}{SEPARATOR}"
        yield from (f"{before}{line}" for line in result(part.record.masked(part.ending)))
    still = [
        name for name, part in together.parts.items() if isinstance(part.ending, Planned) and unremarkable(part.ending)
    ]
    if still:
        yield f"{', '.join(still)}: unchanged"


def _annotated(together: Together, workflow: Workflow) -> None:
    for name, part in together.parts.items():
        if isinstance(failure := part.reported, Failure):
            workflow.failed([f"{name}:", *error_lines(failure)], part.record.cause)
        elif isinstance(part.ending, Deployed | SettingsChanged | Unchanged):
            workflow.ended(part.ending.stack.outputs)
