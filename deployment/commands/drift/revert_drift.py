"""Reverting drift: drift-aware change sets over the drifted stacks' own templates, reviewed together, and executed.

A drift-aware change set holds one stack only, so that each drifted stack of the tree gets one of its own. All are made
before anybody is asked: what is approved is all that will happen, and what is declined leaves nothing behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from cloudformation.environment.delivery.change_set_names import REVERT, change_set_name
from cloudformation.statuses import StackStatus
from deployment.aws.answers import needed
from deployment.aws.calls import call
from deployment.aws.waiting import uninterrupted
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.discard import discard, made
from deployment.change_set.lifecycle import await_change_set, execute_change_set
from deployment.change_set.refused import executable
from deployment.commands.settings_alone import acknowledged_capabilities
from deployment.errors import AwsRefusal, ChangeSetFailed, OperationFailed
from deployment.guards.guards import with_guards
from deployment.review.listed_changes import listed
from deployment.review.masked_review import masked_review
from deployment.review.phantoms import Phantoms
from deployment.review.review import LayerReview, Review
from deployment.review.sides import Sides
from deployment.run.approval import declined
from deployment.run.execution import failure, watch
from deployment.run.outcome import Declined
from deployment.run.run import Run
from deployment.run.telling import Reviewed, Started
from deployment.stack.events import Operation
from deployment.stack.stack import Stack, describe_stack, original_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values

_NOTHING = "CloudFormation finds nothing that it could revert"


@dataclass(frozen=True)
class DriftChangeSet:
    """A drift-aware change set that stands: of which stack, at which path, over which template."""

    path: ResourcePath
    stack: Stack
    tree: ChangeSet
    document: Mapping[str, Any]


def revert(run: Run, stacks: Mapping[ResourcePath, str]) -> Declined | tuple[ResourcePath, ...]:
    """Brings these stacks' resources back to what they made of them; the paths of the stacks where that was done.

    Raises ChangeSetFailed where CloudFormation would not do it for one of them, when the others are done.
    """
    with ExitStack() as undo:  # whatever was made and does not execute goes again where this does not end well
        answers = {path: _asked(run, path, arn, undo) for path, arn in stacks.items()}
        standing = [answer for answer in answers.values() if isinstance(answer, DriftChangeSet)]
        unavailable = {path: answer for path, answer in answers.items() if isinstance(answer, str)}
        for path, why in unavailable.items():
            run.say(f"note: the drift of {_name(run, path)} cannot be reverted: {why}")
        if standing and (refused := _refused(run, standing)):
            for change_set in standing:
                _discard(run, change_set.tree.arn, change_set.stack)
            return refused
        done = tuple(_executed(run, change_set) for change_set in standing)
    if unavailable:
        raise _not_reverted(run, unavailable)
    return done


def _refused(run: Run, standing: Sequence[DriftChangeSet]) -> Declined | None:
    judged = _judged(run, standing)
    run.tell(Reviewed(run.environment.stack, False, judged, ()))
    names = ", ".join(_name(run, change_set.path) for change_set in standing)
    return declined(run, judged, f"Revert the drift of {names}")


def _discard(run: Run, change_set: str, stack: Stack) -> None:
    discard(run.cloudformation, change_set, stack.arn, run.waiting, run.token())


def _asked(run: Run, path: ResourcePath, arn: str, undo: ExitStack) -> DriftChangeSet | str:
    """The change set of one stack, or why there is none: CloudFormation sees no change, or cannot make one."""
    try:
        return _made(run, path, arn, undo) or _NOTHING
    except (AwsRefusal, ChangeSetFailed) as error:
        return "; ".join([error.happened, *error.findings])


def _made(run: Run, path: ResourcePath, arn: str, undo: ExitStack) -> DriftChangeSet | None:
    cloudformation = run.cloudformation
    stack = describe_stack(cloudformation, arn)
    if stack is None:
        raise ChangeSetFailed("its stack does not exist")
    if not stack.status.updatable:
        raise ChangeSetFailed(f"its stack is in {stack.status.value} and cannot be updated")
    run.say(f"creating a drift-aware change set of {_name(run, path)}")
    change_set, _ = undo.enter_context(made(cloudformation, lambda: (_create(run, stack), arn), run.waiting, run.token))
    tree = await_change_set(cloudformation, change_set, run.waiting)
    try:
        changes = executable(cloudformation, tree, run.waiting, {})
    except ChangeSetFailed:
        _discard(run, change_set, stack)
        raise
    if not changes:
        _discard(run, change_set, stack)
        return None
    return DriftChangeSet(path, stack, tree, parse_document(original_template(cloudformation, arn) or "{}"))


def _create(run: Run, stack: Stack) -> str:
    """Over the template and the values that the stack has: nothing but the drift is to change."""
    token = run.token()
    answer = call(
        run.cloudformation.create_change_set,
        StackName=stack.arn,
        ChangeSetName=change_set_name(REVERT, run.environment.owner, token),
        ClientToken=token,
        ChangeSetType="UPDATE",
        DeploymentMode="REVERT_DRIFT",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in stack.parameters],
        Tags=[{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
        Capabilities=sorted(acknowledged_capabilities(run)),
    )
    [arn] = needed(answer, "Id")
    return str(arn)


def _judged(run: Run, standing: Sequence[DriftChangeSet]) -> Review:
    """One review of all, in which each resource has its path from the root, masked and guarded as any other."""
    own = {change_set.path: _placed(change_set) for change_set in standing}
    documents = run.root.documents | {change_set.path: change_set.document for change_set in standing}
    judged = masked_review(Review(_layer(ROOT, own), (), notes=_no_way_back(own)), documents)
    return with_guards(judged, run.environment.protect, {}, documents)


def _no_way_back(paths: Iterable[ResourcePath]) -> tuple[str, ...]:
    """What is to be known before nested stacks are updated by themselves."""
    nested = ", ".join(str(path) for path in paths if path)
    if not nested:
        return ()
    return (
        f"if this fails and cannot be rolled back, {nested} is stuck: AWS continues a rollback only from the root "
        "stack, "
        "which is not part of this operation",
    )


def _placed(change_set: DriftChangeSet) -> LayerReview:
    """What one change set says, under the path of its stack."""
    values = Values({ROOT: change_set.document}, change_set.stack.parameters, {})
    sides = Sides(values, values)
    own = listed(Phantoms(change_set.tree, sides), sides, change_set.tree, ROOT)
    return LayerReview(
        path=change_set.path,
        kind=None,
        resources=tuple(
            replace(change, path=ResourcePath((*change_set.path, *change.path))) for change in own.resources
        ),
        folded=tuple(replace(fold, path=ResourcePath((*change_set.path, *fold.path))) for fold in own.folded),
        layers=(),
    )


def _layer(path: ResourcePath, own: Mapping[ResourcePath, LayerReview]) -> LayerReview:
    """A nested stack of the tree with those below it that drifted."""
    deeper = (at for at in own if at[: len(path)] == path and len(at) > len(path))
    below = dict.fromkeys(ResourcePath(at[: len(path) + 1]) for at in deeper)
    layer = own.get(path, LayerReview(path, None, (), (), ()))
    return replace(layer, layers=tuple(_layer(at, own) for at in below))


def _executed(run: Run, change_set: DriftChangeSet) -> ResourcePath:
    cloudformation, token = run.cloudformation, run.token()
    run.say(f"reverting the drift of {_name(run, change_set.path)}")

    def execute() -> None:
        run.tell(Started(change_set.stack.name, run.invocation.again("drift")))
        execute_change_set(cloudformation, change_set.tree.arn, run.waiting, token)

    uninterrupted(execute)
    root, events = watch(
        run, Operation(change_set.stack.arn, token, change_set.tree.created, nested=bool(change_set.path))
    )
    if not root.status.succeeded:
        raise _advised(run, root, failure(run, root, events))
    _tell_outputs(run, change_set, root)
    return change_set.path


def _tell_outputs(run: Run, change_set: DriftChangeSet, root: Stack) -> None:
    """A parent hands outputs on when it is updated itself, which this was not."""
    before = {output.name: output.value for output in change_set.stack.outputs}
    moved = [output.name for output in root.outputs if before.get(output.name) != output.value]
    if change_set.path and moved:
        run.say(
            f"note: {_name(run, change_set.path)} has other outputs now ({', '.join(moved)}); "
            "what reads them keeps the old values until its own stack is updated"
        )


def _advised(run: Run, root: Stack, error: OperationFailed) -> OperationFailed:
    """The same failure with the way on: a nested stack's rollback is not continued by itself.

    API reference, ContinueUpdateRollback: not with the name of a nested stack, but with that of its parent.
    """
    again = f"fix the cause, then: {run.invocation.again('drift', '--revert')}"
    if root.status is StackStatus.UPDATE_ROLLBACK_FAILED:
        again = f"see the events of {root.name}; CloudFormation continues a rollback only from the root stack"
    return OperationFailed(error.happened, status=error.status, findings=error.findings, remedy=again)


def _not_reverted(run: Run, refused: Mapping[ResourcePath, str]) -> ChangeSetFailed:
    return ChangeSetFailed(
        f"the drift of {', '.join(_name(run, path) for path in refused)} was not reverted",
        findings=[f"{_name(run, path)}: {why}" for path, why in refused.items()],
        remedy="change it by hand, or deploy the rendered templates",
    )


def _name(run: Run, path: ResourcePath) -> str:
    return str(path) or run.environment.stack
