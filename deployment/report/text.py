"""What happens and how it ended, as lines of text. Nothing here prints."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cloudformation.environment.delivery.stack_recovery import ADVICE
from cloudformation.environment.keys.routing.explained import explained, in_a_line, misled
from deployment.artifacts.releases import SHORT
from deployment.change_set.leftovers import warning
from deployment.errors import DeploymentError
from deployment.guards.guards import needing_approval
from deployment.report.escaping import clean, one_line, wrapped
from deployment.report.facts import Failure
from deployment.run.outcome import (
    Absent,
    Declined,
    Deleted,
    Deployed,
    Detached,
    Discarded,
    Drifted,
    Followed,
    Listed,
    Logged,
    Outcome,
    Planned,
    Ran,
    Recovered,
    Routed,
    SettingsChanged,
    Shown,
    Unchanged,
)
from deployment.settings.setting_change import ABANDONED_CHANGE_SETS, BESIDE, SettingChange, due
from deployment.stack.events import Event
from deployment.stack.stack import Stack

NEXT = "next: "
_STATUS_WIDTH = 18  # CREATE_IN_PROGRESS; longer ones push the line


def duration(seconds: float) -> str:
    """`42s`, `2m 05s`, `1h 02m`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02d}m"


def event_line(event: Event, since: datetime, width: int | None) -> str:
    """One event: time since the start, status, path, reason; wrapped to `width` where one is given."""
    name = str(event.path) or event.stack.split("/")[1]
    start = f"{duration((event.at - since).total_seconds()):>7}  {event.status:<{_STATUS_WIDTH}}  {name}"
    line = f"{start}  {one_line(event.reason)}" if event.reason else start
    return wrapped(line, width, " " * 9)


def repeats(event: Event, *, briefly: bool) -> bool:
    """Whether a nested stack says of itself what its parent says too, or, `briefly`, a resource only got its id."""
    if briefly and event.reason == "Resource creation Initiated":
        return True
    return event.of_stack and bool(event.path) and event.reason in (None, "User Initiated")


def error_lines(error: DeploymentError | Failure) -> Iterator[str]:
    """What happened, what was found, what to do next."""
    yield f"error: {one_line(error.happened)}"
    for finding in error.findings:
        yield f"  {one_line(finding)}"
    if error.remedy:
        # A command in it is pasted: what is between two words may be part of one.
        yield f"{NEXT}{clean(error.remedy)}"


def summary(outcome: Outcome) -> Iterator[str]:
    """How it ended, for a person."""
    if isinstance(outcome, Unchanged):
        yield f"{outcome.stack.name} is up to date ({outcome.stack.status.value}); nothing to do"
        if outcome.settings:
            yield f"  not changed by this run: {_names(outcome.settings)}; the next change of the stack applies it"
    elif isinstance(outcome, SettingsChanged):
        yield f"{outcome.stack.name} is {outcome.stack.status.value}; changed: {_names(due(outcome.review.settings))}"
        if later := [setting for setting in outcome.review.settings if setting.deferred]:
            yield f"  not changed by this run: {_names(later)}; the next change of the stack applies it"
    elif isinstance(outcome, Planned):
        yield from _planned(outcome)
    elif isinstance(outcome, Declined):
        yield f"declined; nothing was changed on {outcome.stack}"
        yield from _needed(outcome.needed)
    elif isinstance(outcome, Deployed | Followed):
        yield from _ended(outcome)
    elif isinstance(outcome, Detached):
        yield f"an operation on {outcome.stack} is in progress; to see how it ends:"
        yield f"  {clean(outcome.look)}"
        if later := [setting for setting in outcome.review.settings if setting.name in BESIDE]:
            yield f"  not set yet: {_names(later)}; the next deployment after it sets it"
    elif isinstance(outcome, Discarded):
        yield f"deleted without being executed: {outcome.change_set}"
    elif isinstance(outcome, Deleted):
        yield f"{outcome.stack} is deleted after {duration(outcome.seconds)}"
    elif isinstance(outcome, Absent):
        yield f"stack {outcome.stack} does not exist"
    elif isinstance(outcome, Shown):
        yield from _shown(outcome)
    elif isinstance(outcome, Recovered):
        yield from _recovered(outcome)
    elif isinstance(outcome, Drifted):
        yield from drift_lines(outcome)
    elif isinstance(outcome, Listed):
        yield from _listed(outcome)
    elif isinstance(outcome, Ran | Logged):
        yield from _of_tasks(outcome)
    else:
        yield from _routed(outcome)
    if isinstance(outcome, Unchanged | SettingsChanged | Deployed | Followed | Shown):
        yield from (f"  {line}" for line in made_up(outcome.stack))


def made_up(stack: Stack) -> Iterator[str]:
    """Which outputs of a rehearsed stack are not of the form that they have on AWS, as far as is known."""
    rests = [f"{output.name} ({clean(', '.join(output.made_up))})" for output in stack.outputs if output.made_up]
    if rests:
        yield f"the form of these outputs is made up, and may differ on AWS: {', '.join(sorted(rests))}"


def _of_tasks(outcome: Ran | Logged) -> Iterator[str]:
    if isinstance(outcome, Logged):
        yield f"{outcome.lines:,} lines of {outcome.service}, from log group {clean(outcome.log_group)}"
        return
    who = f"{outcome.through} in task" if outcome.through else "task"
    took = f" after {duration(outcome.seconds)}" if outcome.seconds else ""
    yield f"{who} {outcome.task.rpartition('/')[2]} of {outcome.service}: exit code {outcome.exit_code}{took}"
    if outcome.exit_code and outcome.look:
        yield f"to see its log again: {clean(outcome.look)}"


def _routed(outcome: Routed) -> Iterator[str]:
    if not outcome.held:
        yield from (clean(line) for answer in outcome.answers for line in explained(answer))
        return
    count = len(outcome.answers)
    yield f"{count - len(outcome.differences)} of {count} requests are answered as routes: expects"
    yield from (f"  {clean(misled(answer))}" for answer in outcome.differences)


def result(outcome: Outcome) -> Iterator[str]:
    """What the next command may use: the outputs, as NAME=VALUE."""
    if isinstance(outcome, Unchanged | SettingsChanged | Deployed | Followed | Shown):
        yield from outputs(outcome.stack)
    elif isinstance(outcome, Planned) and outcome.saved:
        yield outcome.saved
    elif isinstance(outcome, Listed):
        yield from release_lines(outcome)
    elif isinstance(outcome, Routed):
        yield from (clean(in_a_line(answer)) for answer in outcome.answers)


def release_lines(outcome: Listed) -> Iterator[str]:
    """Time, digest, how it ended, who: a line for each."""
    for release in outcome.releases:
        when, ended = release.time.isoformat(sep=" ", timespec="seconds"), release.outcome or "not watched"
        current = "  (current)" if release.current else ""
        yield f"{when}  {release.digest[:SHORT]}  {ended:<15}  {clean(release.by)}{current}"


def outputs(stack: Stack) -> Iterator[str]:
    """The stack's outputs, one a line."""
    for output in sorted(stack.outputs, key=lambda output: output.name):
        yield f"{output.name}={clean(output.value)}"


def _planned(outcome: Planned) -> Iterator[str]:
    if outcome.saved is None:
        alone = outcome.reviewed and outcome.reviewed.review.settings and not outcome.reviewed.review.root.touched
        done = "nothing was changed" if alone else "the change set is deleted"
        yield f"planned only; {done}" if outcome.changes else f"{outcome.stack}: no changes"
    else:
        yield "planned and saved: the ARN of its change set is on stdout; to execute exactly this, or to delete it:"
        yield from (f"  {clean(command)}" for command in outcome.commands)
    if outcome.reviewed:
        yield from _needed([f"{outcome.within}{path}" for path in needing_approval(outcome.reviewed.review)])


def _needed(paths: Sequence[str]) -> Iterator[str]:
    """How guarded changes are approved without a person: --yes alone never does."""
    if paths:
        yield f"guarded, so that --yes is not enough: {', '.join(paths)}"
        yield f"  to approve: {' '.join(f'--allow {path}' for path in paths)}"


def _ended(outcome: Deployed | Followed) -> Iterator[str]:
    stack = outcome.stack
    yield f"{stack.name} is {stack.status.value} after {duration(outcome.seconds)}"
    if outcome.layers:
        yield "  " + ", ".join(f"{layer.path} {duration(layer.seconds)}" for layer in outcome.layers)
    if stack.reason:
        yield f"  note: {clean(stack.reason)}"
    if isinstance(outcome, Followed):
        yield from _next_settings(outcome.settings)


def _names(settings: Iterable[SettingChange]) -> str:
    return ", ".join(setting.name for setting in settings)


def _next_settings(settings: Iterable[SettingChange]) -> Iterator[str]:
    """What the next deployment changes beside resources."""
    for setting in settings:
        sides = f"{_side(setting.before)} -> {_side(setting.after)}"
        yield f"  the next deployment would change {setting.name}: {sides}  ({setting.applied})"


def _side(value: str | None) -> str:
    return "(none)" if value is None else clean(value)


def _recovered(outcome: Recovered) -> Iterator[str]:
    end = "it can be deployed again" if outcome.steps else "there is nothing to recover"
    yield f"{outcome.stack} {f'is {outcome.status}' if outcome.status else 'is deleted'}; {end}"
    yield from (f"  {clean(step)}" for step in outcome.steps)


def _listed(outcome: Listed) -> Iterator[str]:
    yield f"{outcome.stack}: {len(outcome.releases) or 'no'} release{'s' if len(outcome.releases) != 1 else ''}"
    if outcome.further:
        yield f"  and {outcome.further:,} older releases"
    yield from (f"  not a valid record of a release: {clean(key)}" for key in outcome.unread)
    if outcome.back:
        stands = any(release.current for release in outcome.releases)
        yield f"to {'go back to the previous one' if stands else 'deploy an earlier one'}: {clean(outcome.back)}"


def drift_lines(outcome: Drifted) -> Iterator[str]:
    """What differs, resource by resource, with what the template says and what really is."""
    count, looked = len(outcome.drifts), f"in {outcome.stack} and {outcome.layers} nested stacks"
    if not count:
        yield f"no drift {looked}"
        return
    done = "; reverted" if outcome.reverted and not outcome.changes else ""
    yield f"{count} resource{'s' if count != 1 else ''} drifted {looked}{done}"
    for drift in outcome.drifts:
        gone = "  deleted" if drift.deleted else ""
        back = "  reverted" if not done and drift.path.parent in outcome.reverted else ""
        yield f"  {drift.path}  {drift.type}  {clean(drift.physical_id)}{gone}{back}"
        for difference in drift.properties:
            sides = f"template {_shown_value(difference.expected)}, actual {_shown_value(difference.actual)}"
            yield f"    {difference.name}: {sides}"
    if not outcome.reverted:
        yield f"to revert it, after a review: {clean(outcome.back)}"


def _shown(outcome: Shown) -> Iterator[str]:
    stack = outcome.stack
    when = (stack.updated or stack.created).isoformat(sep=" ", timespec="seconds")
    yield f"{stack.name} is {stack.status.value}, last operation {when}"
    if stack.reason:
        yield f"  {clean(stack.reason)}"
    yield f"  termination protection: {'on' if stack.protected else 'off'}"
    blocked = stack.exists and not stack.status.updatable
    if blocked:
        yield f"  {ADVICE[stack.status].why} To recover: {ADVICE[stack.status].action.value}."
        yield f"  {NEXT}{clean(outcome.way_out)}"
    for layer in outcome.layers:
        yield f"  {layer.status:<{_STATUS_WIDTH}}  {layer.path}{f'  {layer.remark}' if layer.remark else ''}"
        if near := warning(layer.path, layer.change_sets):
            yield f"  warning: {near}"
    stuck = () if blocked else [str(layer.path) for layer in outcome.layers if layer.stuck]
    if stuck:
        yield f"  stuck nested stacks: {', '.join(stuck)}; a deployment that changes them fails; run recover"
    if not (blocked or stuck) or outcome.differences or outcome.template_differs:
        yield from _differences(outcome)
    yield from _next_settings(outcome.settings)


def _differences(outcome: Shown) -> Iterator[str]:
    if not outcome.differences and not outcome.template_differs:
        settled = all(setting.name == ABANDONED_CHANGE_SETS for setting in outcome.settings)
        yield from _nothing_to_send(outcome.uncompared, settled=settled)
        return
    yield "  the next deployment would send:"
    if outcome.template_differs:
        yield "    other templates"
    for difference in outcome.differences:
        yield f"    {difference.name}: {_shown_value(difference.deployed)} -> {_shown_value(difference.file)}"


def _nothing_to_send(uncompared: Sequence[str], *, settled: bool) -> Iterator[str]:
    """Where the files are the stack's; `settled` says whether the settings are too."""
    if uncompared:
        open_ = "a deployment has nothing to do" if settled else "a deployment changes a resource"
        yield f"  the files are the same; only a change set (plan) shows whether {open_}:"
        yield from (f"    {clean(line)}" for line in uncompared)
    elif settled:
        yield "  the files are the same; a deployment has nothing to do"


def _shown_value(value: str | None) -> str:
    return "(none)" if value is None else f"'{clean(value)}'"
