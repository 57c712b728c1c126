"""How the stacks of an environment that were acted on together ended, and the worst ending."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from deployment.errors import DeploymentError
from deployment.report.facts import Failure, failure_of
from deployment.report.record import Record
from deployment.report.text import duration, error_lines, summary
from deployment.run.outcome import Absent, Declined, Deployed, Drifted, Outcome, Planned, Shown, Unchanged
from deployment.run.telling import Started, TaskStarted
from deployment.terminal.ending import Ending, only_tells
from deployment.terminal.last_resort import left_behind as left_to_others
from deployment.terminal.together.allowances import SEPARATOR
from deployment.terminal.together.left_behind import LeftBehind

PLATFORM = "platform"
INTERRUPTED = "Interrupted"


@dataclass(frozen=True)
class Part:
    """One stack's ending, and the record that its report is made from."""

    ending: Ending
    record: Record
    begun: Started | TaskStarted | None = None
    at_work: bool = False

    @property
    def reported(self) -> Outcome | Failure:
        """The ending as a report takes it, without secrets."""
        return self.record.masked(self._plain())

    def _plain(self) -> Outcome | Failure:
        if isinstance(self.ending, KeyboardInterrupt):
            left = left_to_others(self.begun, at_work=self.at_work)
            texts, look = tuple(text for text, _, _ in left), left[0][2] if left else None
            return Failure(INTERRUPTED, "interrupted", texts, look, None, nothing_sent=False)
        return failure_of(self.ending) if isinstance(self.ending, DeploymentError) else self.ending


@dataclass(frozen=True)
class Together:
    """Every stack's ending; `not_begun` are the services that were not started, and `why`."""

    platform: Part
    services: Mapping[str, Part] = field(default_factory=dict)
    not_begun: tuple[str, ...] = ()
    why: str = ""
    left_behind: tuple[LeftBehind, ...] = ()

    @property
    def parts(self) -> dict[str, Part]:
        """The platform's and each service's, by what they are called."""
        return {PLATFORM: self.platform, **self.services}

    @property
    def endings(self) -> tuple[Ending, ...]:
        """How each ended."""
        return tuple(part.ending for part in self.parts.values())

    @property
    def only_tells(self) -> bool:
        """Whether the command only reported."""
        return all(not isinstance(one, BaseException) and only_tells(one) for one in self.endings)


def told(together: Together) -> Iterator[str]:
    """A line or more for each stack, those with nothing to do in one."""
    for name, part in together.parts.items():
        if not unremarkable(part.ending):
            first, *rest = list(_lines(part.reported))
            yield f"{name}: {first}"
            yield from rest
    yield from beside(together)


def beside(together: Together) -> Iterator[str]:
    """Those with nothing to do, by their result; the services that were not started, and what is left behind."""
    folded: dict[str, list[str]] = {}
    for name, part in together.parts.items():
        if word := unremarkable(part.ending):
            folded.setdefault(word, []).append(name)
    for word, names in folded.items():
        yield f"{', '.join(names)}: {word}"
    if together.not_begun:
        yield f"{', '.join(together.not_begun)}: not started: {together.why}"
    for left in together.left_behind:
        yield from left.lines


def within(ending: Ending, service: str) -> Ending:
    """The ending of a service, where what `--allow` is to name begins with its name; a stack keeps its name."""
    before = f"{service}{SEPARATOR}"
    if isinstance(ending, Planned):
        return replace(ending, within=before)
    if isinstance(ending, Declined):
        needed = tuple(path if path == ending.stack else f"{before}{path}" for path in ending.needed)
        return replace(ending, needed=needed)
    return ending


def unremarkable(ending: Ending) -> str | None:
    """The word for a stack that needs no further report."""
    if isinstance(ending, Unchanged) and not ending.settings:
        return "unchanged"
    if isinstance(ending, Planned) and not ending.changes:
        return "unchanged"
    if isinstance(ending, Drifted) and not ending.drifts:
        return "no drift"
    if isinstance(ending, Shown) and _as_the_files_say(ending):
        return f"{ending.stack.status.value}, up to date"
    return "the stack does not exist" if isinstance(ending, Absent) else None


def _as_the_files_say(ending: Shown) -> bool:
    differing = ending.differences or ending.template_differs or ending.uncompared or ending.settings
    return ending.stack.status.succeeded and not (differing or any(layer.stuck for layer in ending.layers))


def _lines(ending: Outcome | Failure) -> Iterator[str]:
    if isinstance(ending, Failure) and ending.error == INTERRUPTED:
        yield ending.happened
        yield from (f"  {finding}; to look at it: {ending.remedy}" for finding in ending.findings)
    elif isinstance(ending, Failure):
        yield from error_lines(ending)
    elif isinstance(ending, Deployed):
        yield f"{ending.stack.name} is {ending.stack.status.value} after {duration(ending.seconds)}"
    else:
        yield from summary(ending)
