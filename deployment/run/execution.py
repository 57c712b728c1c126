"""From an approved change set to a settled stack."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from deployment.aws.calls import call
from deployment.aws.waiting import uninterrupted
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.discard import made
from deployment.change_set.lifecycle import (
    Request,
    await_change_set,
    create_change_set,
    delete_change_set,
    execute_change_set,
    has_changes,
    unchanged,
)
from deployment.diagnosis.diagnosis import diagnose
from deployment.errors import OperationFailed, Overtaken
from deployment.review.review import Review
from deployment.run.confirmation import confirm
from deployment.run.other_deployers import refuse_obsolete
from deployment.run.outcome import Deployed, Detached, layer_durations, span_seconds
from deployment.run.run import Run
from deployment.run.telling import Started
from deployment.run.watching import watch as watch
from deployment.settings.applying import apply, protected_after
from deployment.stack.events import Event, Operation
from deployment.stack.stack import Stack
from deployment.stack.states import next_step
from deployment.template.template import STACK_TYPE, Documents


def made_for(run: Run, request: Request) -> AbstractContextManager[tuple[str, str]]:
    """A new change set, by its ARN and its stack's, that is taken away where the block does not end well."""
    return made(
        run.cloudformation,
        lambda: create_change_set(run.cloudformation, request, run.waiting, run.token()),
        run.waiting,
        run.token,
    )


def start(run: Run, request: Request, tree: ChangeSet, token: str) -> ChangeSet:
    """Executes what was reviewed, or a plain change set that does the same, where some nested stack has no change.

    The set of an unchanged nested stack is FAILED, cannot be deleted once its root was executed, and such sets pile
    up until the stack takes no change set any more. A plain one makes none, and updates the nested stacks all the same.
    `token` is on every event of the operation. Gives the change set that is executed.
    """
    if request.create or not request.nested or not _leaves_some_out(run, tree):
        begin(run, tree.arn, token)
        return tree
    with made_for(run, replace(request, nested=False)) as (arn, _):
        plain = _doing_the_same(run, tree, arn)
        begin(run, arn, token)
    return plain


def begin(run: Run, change_set: str, token: str) -> None:
    """Executes exactly the change set of that ARN; says so before, so that an interrupt tells what goes on."""
    run.say(f"executing on stack {run.environment.stack}")
    run.tell(Started(run.environment.stack))
    uninterrupted(lambda: execute_change_set(run.cloudformation, change_set, run.waiting, token))


@dataclass(frozen=True)
class Execution:
    """A change set that executes, how it was reviewed, and the token that is on every event of the operation.

    `documents` are the templates that the stack is given, as far as they are known: what they declare must come of it.
    """

    change_set: ChangeSet
    review: Review
    token: str
    documents: Documents


def followed(run: Run, execution: Execution) -> Deployed | Detached:
    """How an execution that has begun ends; at once, where the run is to detach."""
    if run.choices.detach:
        return Detached(run.environment.stack, execution.review)
    change_set = execution.change_set
    root, events = watch(run, Operation(change_set.stack_arn, execution.token, change_set.created))
    if not root.status.succeeded:
        raise failure(run, root, events)
    confirm(run, root, execution.documents)
    apply(run.cloudformation, root.arn, execution.review.settings, run.say)
    root = replace(root, protected=protected_after(root.protected, execution.review.settings))
    return Deployed(root, execution.review, span_seconds(events), layer_durations(events))


def operate(run: Run, stack: Stack, begin: Callable[[str], object]) -> tuple[Stack, list[Event]]:
    """Begins an operation on a stack that stands (`begin` is given its token) and follows it to its end."""
    cloudformation, token = run.cloudformation, run.token()
    log = call(cloudformation.describe_stack_events, StackName=stack.arn).get("StackEvents", [])
    run.tell(Started(stack.name))
    uninterrupted(lambda: begin(token))
    since = log[0]["Timestamp"] if log else stack.created
    return watch(run, Operation(stack.arn, token, since, frozenset(body["EventId"] for body in log)))


def failure(run: Run, root: Stack, events: list[Event]) -> OperationFailed:
    """The first cause, the state that the stack is in now, and what to do next."""
    diagnosis = diagnose(events, lambda event: run.evidence.about(run.session, event), root.name)
    return OperationFailed(
        f"stack {root.name} is in {root.status.value}",
        status=root.status.value,
        findings=diagnosis.lines,
        remedy=next_step(root.status, run.selection, diagnosis.remedy),
    )


def _doing_the_same(run: Run, tree: ChangeSet, arn: str) -> ChangeSet:
    """The plain change set of that ARN, in place of the reviewed tree; Overtaken where it says something else."""
    plain = await_change_set(run.cloudformation, arn, run.waiting)
    if not has_changes(plain) or _own(plain) != _own(tree):
        raise Overtaken(
            "the stack has changed since it was reviewed; nothing was executed",
            remedy=f"review again: python deploy.py {run.selection}",
        )
    # While the reviewed set stands, nobody has executed anything since; and from here on the plain one shows it.
    refuse_obsolete(run, tree.arn)
    delete_change_set(run.cloudformation, tree.arn, run.waiting)
    return plain


def _leaves_some_out(run: Run, tree: ChangeSet) -> bool:
    """Whether some nested stack has no change; the root may list such a one, or not."""
    sets = dict(tree.walk())
    return any(path not in sets or unchanged(sets[path]) for path, _ in run.root.walk())


def _own(change_set: ChangeSet) -> frozenset[tuple[str, str]]:
    """What a set says of the root: all of its own resources, and which nested stacks come or go."""
    return frozenset(
        (change.logical_id, change.action.value)
        for change in change_set.changes
        if change.type != STACK_TYPE or change.action.value != "Modify"
    )
