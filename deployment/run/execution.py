"""From an approved change set to the end of its operation."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from cloudformation.environment.delivery.guarded_settings import STACK_POLICY
from cloudformation.statuses import StackStatus
from deployment.artifacts.packaging import Package
from deployment.aws.calls import at_once, call, unanswered
from deployment.aws.retries import retried
from deployment.aws.waiting import uninterrupted
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.discard import made
from deployment.change_set.holder import Asking, taken_line, taken_remedy
from deployment.change_set.leftovers import counts, keeping, warning
from deployment.change_set.lifecycle import (
    Request,
    await_change_set,
    create_change_set,
    execute_change_set,
    unchanged,
)
from deployment.change_set.refused import executable, located
from deployment.change_set.removal import delete_change_set
from deployment.change_set.sameness import compare
from deployment.diagnosis.causes import names
from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.deletion_protection import holds
from deployment.diagnosis.diagnosis import diagnose
from deployment.diagnosis.left_over import left_over, refused_deletions
from deployment.errors import AwsRefusal, DeploymentError, OperationFailed, Overtaken, Unreachable, WatchLost
from deployment.review.review import Review
from deployment.run.confirmation import confirm
from deployment.run.other_deployers import refuse_obsolete
from deployment.run.outcome import Deployed, Detached
from deployment.run.prepare import Prepared, refuse_other_values, tell_other_values
from deployment.run.run import Run
from deployment.run.telling import Started
from deployment.run.watching import watch as watch
from deployment.settings.applying import apply, protected_after
from deployment.stack.events import Event, Operation, layer_durations, span_seconds
from deployment.stack.last_operation import last_operation
from deployment.stack.stack import Stack, change_set_template
from deployment.stack.states import next_step
from deployment.stack.stored_values import StoredVersions
from deployment.template.resource_path import ROOT
from deployment.template.template import Documents, same_text
from deployment.template.unpinned import unpinned

_UNDELETED = (StackStatus.DELETE_FAILED, StackStatus.ROLLBACK_FAILED)


def made_for(run: Run, request: Request) -> AbstractContextManager[tuple[str, str]]:
    """A new change set, by its ARN and its stack's, that is deleted where the block does not end well."""

    def create() -> tuple[str, str]:
        try:
            return create_change_set(run.cloudformation, request, run.waiting, run.token())
        except AwsRefusal as error:
            given = {name: value.place for name, value in run.values.items()}
            role = {request.role: run.environment.place_of("role")} if request.role else {}
            again = run.invocation.again(run.invocation.action)
            raise located(error, dict(run.root.walk()), given, role, again) from error.__cause__

    return made(run.cloudformation, create, run.waiting, run.token)


def start(run: Run, request: Request, tree: ChangeSet, review: Review, token: str, prepared: Prepared) -> ChangeSet:
    """Executes what was reviewed, or a plain change set that provably does the same, where some nested stack is
    unchanged.

    The set of an unchanged nested stack is FAILED, cannot be deleted once its root was executed, and such sets
    accumulate until the stack accepts no more. A plain one creates none, and updates the nested stacks all the same.
    Where that cannot be proved, the reviewed set itself is executed. `token` is on every event of the operation;
    `prepared` has what the request names, and what was stored elsewhere. Gives the change set that is executed.
    """
    sent, stored = prepared.package, prepared.stored
    if not sent.pinned:
        _refuse_other_templates(run, request, tree, sent)
    if request.create or not request.nested or not _leaves_some_out(run, tree):
        begin(run, tree.arn, token, stored)
        return tree
    if reasons := _unseen(run, sent):
        return _itself(run, tree, token, stored, reasons)
    with made_for(run, replace(request, nested=False)) as (arn, _):
        plain, doubts = _doing_the_same(run, tree, review, arn, sent)
        # While the reviewed set exists, nobody has executed anything since; from here on the other one shows it.
        refuse_obsolete(run, tree.arn)
        delete_change_set(run.cloudformation, arn if doubts else tree.arn, run.waiting)
        if not doubts:
            begin(run, arn, token, stored)
            return plain
    return _itself(run, tree, token, stored, doubts)


def _itself(run: Run, tree: ChangeSet, token: str, stored: StoredVersions, reasons: tuple[str, ...]) -> ChangeSet:
    """Executes the reviewed set itself, with the change sets that it leaves."""
    more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    run.say(
        f"executing the reviewed change set itself, because a plain one cannot be compared with it: {reasons[0]}{more}"
    )
    tell_what_stays(run, tree)
    begin(run, tree.arn, token, stored)
    return tree


def tell_what_stays(run: Run, tree: ChangeSet) -> None:
    """Reports how many nested stacks keep a failed change set after the execution, and where those become too many."""
    kept = keeping(run.cloudformation, tree, run.waiting)
    if not kept:
        return
    run.say(f"note: unchanged nested stacks that will keep a failed change set: {len(kept)}; status counts them")
    for path, count in counts(run.cloudformation, kept).items():
        if text := warning(path, count):
            run.say(f"warning: {text}")


def begin(run: Run, change_set: str, token: str, stored: StoredVersions) -> None:
    """Executes exactly the change set of that ARN; an interrupt takes effect before all of it, or after it.

    Raises Overtaken where the values that dynamic references read are no longer `stored`: checked last, because
    CloudFormation reads them itself during the execution.
    """
    refuse_other_values(run, stored)
    run.say(f"executing on stack {run.environment.stack}")

    def execute() -> None:
        run.tell(Started(run.environment.stack, run.invocation.again("status", "--follow"), run.outstanding))
        execute_change_set(run.cloudformation, change_set, run.waiting, token)

    uninterrupted(execute)


@dataclass(frozen=True)
class Execution:
    """A change set in execution, how it was reviewed, and the token that is on every event of the operation.

    `documents` are the templates that the stack is given, as far as they are known: what they declare must exist
    afterwards.
    """

    change_set: ChangeSet
    review: Review
    token: str
    documents: Documents
    stored: StoredVersions = field(default_factory=dict)


def followed(run: Run, execution: Execution, settled: Callable[[Stack], None] = lambda _: None) -> Deployed | Detached:
    """How an execution that has started ends; at once, where the run is to detach.

    `settled` is called with the stack after it succeeded, before its settings are applied.
    """
    if run.choices.detach:
        return Detached(run.environment.stack, execution.review, run.invocation.again("status", "--follow"))
    change_set = execution.change_set
    root, events = watch(run, Operation(change_set.stack_arn, execution.token, change_set.created))
    if not root.status.succeeded:
        raise failure(run, root, events)
    for line in left_over(events, run.environment.region):
        run.say(f"warning: {line}")
    confirm(run, root, execution.documents)
    tell_other_values(run, execution.stored)
    settled(root)
    # A policy may deny what the second change set of a creation is to do: it is set after that one.
    left = (STACK_POLICY,) if run.postponed else ()
    apply(run.cloudformation, root.arn, [one for one in execution.review.settings if one.name not in left], run.say)
    root = replace(root, protected=protected_after(root.protected, execution.review.settings))
    return Deployed(root, execution.review, span_seconds(events), layer_durations(events))


def operate(run: Run, stack: Stack, begin: Callable[[str], object]) -> tuple[Stack, list[Event]]:
    """Starts an operation on an existing stack (`begin` is given its token) and follows it to its end."""
    cloudformation, token = run.cloudformation, run.token()
    log = call(cloudformation.describe_stack_events, StackName=stack.arn).get("StackEvents", [])

    def started() -> None:
        run.tell(Started(stack.name, run.invocation.again("status", "--follow")))
        _begun(run, stack, token, begin)

    uninterrupted(started)
    since = log[0]["Timestamp"] if log else stack.created
    return watch(run, Operation(stack.arn, token, since, frozenset(body["EventId"] for body in log)))


def _begun(run: Run, stack: Stack, token: str, begin: Callable[[str], object]) -> None:
    """Starts it; where no answer came, the stack's own events show whether it is in progress all the same.

    They do too where it is refused: a request without an answer was repeated, and the operation is in progress already.
    """
    try:
        begin(token)
    except (AwsRefusal, Unreachable) as error:
        try:
            last = retried(run.waiting, lambda: last_operation(run.cloudformation, stack.arn))
        except DeploymentError as unseen:
            if not unanswered(error):
                raise error from None
            raise WatchLost(
                f"whether the operation on stack {stack.name} has started is unknown",
                findings=[error.happened, unseen.happened],
                remedy=f"see the state of the stack: {run.invocation.again('status')}",
            ) from error
        if last is None or last.token != token:
            raise


def failure(run: Run, root: Stack, events: list[Event]) -> OperationFailed:
    """The first cause, the state that the stack is in now, and the next step."""
    diagnosis = diagnose(events, lambda event: _evidence(run, root, event), root.name)
    run.evidence.end()
    happened = f"stack {root.name} is in {root.status.value}"
    region = run.environment.region
    held = holds(refused_deletions(events, region)) if root.status in _UNDELETED else []
    left = () if root.status in _UNDELETED else left_over(events, region)
    fix = f"do what the lines above say of {', '.join(str(hold.path) for hold in held)}" if held else diagnosis.remedy
    return OperationFailed(
        f"the update was cancelled; {happened}" if diagnosis.cancelled else happened,
        status=root.status.value,
        findings=(*diagnosis.lines, *(line for hold in held for line in hold.lines), *left),
        remedy=next_step(root.status, run.invocation, fix, failed=not diagnosis.cancelled),
    )


def _evidence(run: Run, root: Stack, event: Event) -> Evidence:
    """What is known of one failure; for a name that is taken, also which stack has it."""
    evidence, name = run.evidence.about(run.session, event), names.taken(event.reason)
    if name is None:
        return evidence
    holder = Asking(run.cloudformation, run.waiting, root.arn, run.neighbours).holder(name, event.type)
    return replace(evidence, holder=(taken_line(name, holder), taken_remedy(holder)))


def _doing_the_same(
    run: Run, tree: ChangeSet, review: Review, arn: str, sent: Package
) -> tuple[ChangeSet, tuple[str, ...]]:
    """The plain change set of that ARN, in place of the reviewed tree, and what of it cannot be compared.

    Raises Overtaken where it has different changes.
    """
    plain = await_change_set(run.cloudformation, arn, run.waiting)
    stored = frozenset(name for name, value in run.values.items() if value.declared.is_ssm)
    folded = frozenset(phantom.path.name for phantom in review.root.folded)
    same, files = compare(tree, plain, stored, folded), dict(run.root.walk())
    differing = (
        same.contradictions
        if executable(run.cloudformation, plain, run.waiting, files, run.neighbours)
        else ("nothing changes any more",)
    )
    given = change_set_template(run.cloudformation, arn)
    if not differing and given is not None and not same_text(given, sent.text):
        differing = ("its template differs from the one that was sent",)
    if differing:
        refuse_obsolete(run, tree.arn)
        raise Overtaken(
            "the change set to execute differs from the reviewed one; nothing was executed",
            findings=differing,
            remedy=f"review again: {run.invocation.again()}",
        )
    return plain, (*same.doubts, *(() if given is not None else ("CloudFormation returned no template of it",)))


def _refuse_other_templates(run: Run, request: Request, tree: ChangeSet, sent: Package) -> None:
    """Raises Overtaken where CloudFormation read other templates than were sent, from a bucket without versions.

    A set without nested ones contains root's alone: its nested stacks' templates are read when it is executed.
    """
    sets = dict(tree.walk()) if request.nested else {ROOT: tree}
    given = at_once(lambda layer: change_set_template(run.cloudformation, layer.arn), sets)
    others = [
        f"{path or 'root'}: CloudFormation read another template than was sent"
        for path, text in given.items()
        if text is not None and path in sent.texts and not same_text(text, sent.texts[path])
    ]
    if others:
        raise Overtaken(
            "CloudFormation read other templates from the artifacts bucket than were uploaded; nothing was executed",
            findings=others,
            remedy="enable versioning of the bucket, or name another one in the environment file: artifacts_bucket",
        )


def _unseen(run: Run, sent: Package) -> tuple[str, ...]:
    """What could change below root and is not shown by a plain change set; root's own stored values can be compared."""
    documents = run.root.documents
    root = {name: section for name, section in documents[ROOT].items() if name != "Parameters"}
    moving = tuple(unpinned({**documents, ROOT: root}, run.parameters))
    return moving if sent.pinned else (*moving, "the bucket of the templates has no versioning")


def _leaves_some_out(run: Run, tree: ChangeSet) -> bool:
    """Whether some nested stack has no change; the root may list such a one, or not."""
    sets = dict(tree.walk())
    return any(path not in sets or unchanged(sets[path]) for path, _ in run.root.walk())
