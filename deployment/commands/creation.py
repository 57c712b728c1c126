"""A creation in two steps: what one that fails could not undo follows by a second change set, once the stack exists.

Both are announced and approved before the first. The second is made, compared and executed as any other; it may change
what was announced, and nothing else (guards/announced.py). docs/decisions/0022 says why.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from cloudformation.environment.at_creation import WHERE
from cloudformation.environment.at_creation import as_created as values_as_created
from cloudformation.environment.delivery.guarded_settings import STACK_POLICY
from cloudformation.environment.value_sources import KEPT
from deployment.diagnosis.undeletable import undeletable
from deployment.errors import DeploymentError, NothingSent, Overtaken, Unconfirmed, WatchLost
from deployment.guards.announced import Announced, announced, resources, unannounced
from deployment.review.review import Review
from deployment.run.outcome import Declined, Deployed, Detached, Outcome
from deployment.run.prepare import Prepared, prepare
from deployment.run.run import Run
from deployment.settings.at_creation import NEXT_RUN, SAME_RUN, postponed, sentence
from deployment.settings.setting_change import SettingChange
from deployment.stack.stack import Stack
from deployment.template.values import Values


def as_created(run: Run, prepared: Prepared) -> Run:
    """The same run with the values that a creation sends; the run itself where the stack exists."""
    if prepared.existing is not None:
        return run
    left = postponed(run.root, run.parameters)
    return replace(run, values=values_as_created(run.root, run.values), postponed=left) if left else run


def postponed_settings(run: Run) -> tuple[SettingChange, ...]:
    """What a creation leaves out, as its review shows it."""
    return tuple(left.setting(SAME_RUN if _goes_on(run) else NEXT_RUN) for left in run.postponed)


def _goes_on(run: Run) -> bool:
    """Whether this run sees the creation to its end."""
    return not (run.choices.detach or run.choices.keep or run.choices.change_set)


def announced_changes(run: Run) -> Announced:
    """What changes where that follows."""
    first, then = (Values(run.root.documents, given, run.pseudo_parameters) for given in (run.parameters, run.wanted))
    return announced(first, then)


def creation_notes(run: Run, prepared: Prepared) -> tuple[str, ...]:
    """What the review of a creation notes: what follows it, and what of it a failure could not undo."""
    if prepared.existing is not None:
        return ()
    follows = (announced_changes(run).note,) if run.postponed and _goes_on(run) else ()
    return (*follows, *_protected_from_the_start(run))


def _protected_from_the_start(run: Run) -> Iterator[str]:
    side = Values(run.root.documents, run.parameters, run.pseudo_parameters)
    standing = set(resources(side))
    protected = [str(at) for at in sorted(undeletable(side).protected) if at in standing]
    if protected:
        yield (
            "a creation that fails could not delete resources that are protected from the start: "
            f"{', '.join(protected)}; "
            f"{WHERE} of the root template can omit a parameter until the stack exists"
        )


def in_two_steps(run: Run, first: Run, prepared: Prepared, through: Callable[[Run, Prepared], Outcome]) -> Outcome:
    """A creation that leaves something out, and what follows it: `run` is as it was asked for, `first` as it is sent.

    `through` takes a run through a change set of its own.
    """
    ended = created(first, lambda: through(first, prepared))
    if not isinstance(ended, Deployed):
        return ended
    names = ", ".join(left.name for left in first.postponed)
    run.say(f"stack {ended.stack.name} exists; a second change set follows with what the creation omitted: {names}")
    with _outstanding(first):
        again = replace(_keeping_secrets(run), announced=announced_changes(first))
        standing = prepare(again)
        _refuse_another(first, ended.stack, standing.existing)
        then = through(again, standing)
    if not isinstance(then, Deployed):
        _tell_outstanding(first)
        return then if isinstance(then, Declined) else ended
    return replace(ended, stack=then.stack, seconds=ended.seconds + then.seconds)


def created(first: Run, create: Callable[[], Outcome]) -> Outcome:
    """How a creation ends; it says what it left out, wherever this run does not continue to that."""
    try:
        ended = create()
    except (WatchLost, Unconfirmed) as error:
        error.findings += (sentence(first.postponed),) if first.postponed else ()
        raise
    if isinstance(ended, Deployed | Detached) and not _goes_on(first):
        _tell_outstanding(first)
    return ended


def _tell_outstanding(first: Run) -> None:
    if due := first.outstanding:
        first.say(f"note: {due.text}; the next deployment does it, once the stack exists: {due.command}")


def _keeping_secrets(run: Run) -> Run:
    """The run that leaves NoEcho values as the stack has them: what is sent again is never known to be the same."""
    kept = {
        name: replace(value, text="", source=KEPT) if value.declared.secret else value
        for name, value in run.values.items()
    }
    return replace(run, values=kept)


def _refuse_another(first: Run, created: Stack, stands: Stack | None) -> None:
    """Raises Overtaken where the stack is another one than was created, or has other parameters than were sent."""
    if stands is None or stands.arn != created.arn:
        raise _overtaken(first, ["the stack that was created does not exist any more"])
    sent = {name: text for name, text in first.parameters.items() if not first.values[name].declared.secret}
    others = [name for name, text in sent.items() if stands.parameters.get(name) != text]
    if others:
        raise _overtaken(first, [f"parameter {name} differs from what the creation sent" for name in others])


def refuse_unannounced(run: Run, review: Review, announcement: Announced) -> None:
    """Raises Overtaken where the second change set would change more than was announced."""
    allowed = frozenset({STACK_POLICY})
    if findings := list(unannounced(review, announcement, allowed)):
        raise _overtaken(run, findings)


def _overtaken(run: Run, findings: list[str]) -> Overtaken:
    return Overtaken(
        "the second change set of the creation would make changes that were not announced; it was not executed",
        findings=findings,
        remedy=f"review it by itself: {run.invocation.again()}",
    )


@contextmanager
def _outstanding(first: Run) -> Iterator[None]:
    """If an error occurs now, the stack exists, and something is not done: the error says both."""
    stands = f"stack {first.environment.stack} was created and exists"
    try:
        yield
    except NothingSent as error:  # which is not so any more: it would end as a wrong use
        remedy = error.remedy or f"deploy again: {first.invocation.again()}"
        findings = [*error.findings, stands, sentence(first.postponed)]
        raise DeploymentError(error.happened, findings=findings, remedy=remedy) from error
    except DeploymentError as error:
        error.findings += (stands, sentence(first.postponed))
        error.remedy = error.remedy or f"deploy again: {first.invocation.again()}"
        raise
