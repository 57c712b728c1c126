"""Taking one stack's drift back: a drift-aware change set over what it has, reviewed as any other, and executed."""

from __future__ import annotations

from deployment.aws import call
from deployment.change_set import await_change_set, execute_change_set, has_changes
from deployment.changes import ChangeSet
from deployment.conversation import Progress, Question, Reviewed, Started
from deployment.discard import discard, made
from deployment.errors import ChangeSetFailed
from deployment.events import Operation
from deployment.execution import failure, watch
from deployment.outcome import Declined
from deployment.patience import uninterrupted
from deployment.prepare import Run
from deployment.review import Review, review
from deployment.stack import Stack, describe_stack

Path = tuple[str, ...]


def revert(run: Run, path: Path, arn: str) -> Declined | None:
    """Brings the resources of one stack back to what it made of them; None where that was done."""
    cloudformation, name = run.session.cloudformation, "/".join(path) or run.environment.stack
    stack = describe_stack(cloudformation, arn)
    if stack is None:
        raise ChangeSetFailed(f"the stack of {name} is gone", remedy=f"python deploy.py {run.selection}")
    with made(cloudformation, lambda: (_change_set(run, stack), arn), run.waiting, run.token) as (change_set, _):
        tree = await_change_set(cloudformation, change_set, run.waiting)
        if not has_changes(tree):
            raise ChangeSetFailed(
                f"CloudFormation sees nothing that it could take back in {name}",
                remedy="change it by hand, or deploy what the files say",
            )
        run.tell(Reviewed(stack.name, False, _review(path, tree), ()))
        question = f"Take the drift of {name} back?"
        if not run.approve(Question(question)):
            discard(cloudformation, change_set, arn, run.waiting, run.token())
            return Declined(run.environment.stack, question)
        token = run.token()
        uninterrupted(lambda: execute_change_set(cloudformation, tree.arn, run.waiting, token))
    _follow(run, tree, token)
    return None


def _change_set(run: Run, stack: Stack) -> str:
    """Over the template and the values that the stack has: nothing but the drift is to change."""
    token = run.token()
    run.tell(Progress(f"asking for a drift-aware change set of stack {stack.name}"))
    made = call(
        run.session.cloudformation.create_change_set,
        StackName=stack.arn,
        ChangeSetName=f"revert-{token}",
        ClientToken=token,
        ChangeSetType="UPDATE",
        DeploymentMode="REVERT_DRIFT",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in stack.parameters],
        Tags=[{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
        Capabilities=sorted(run.root.capabilities),
    )
    return str(made["Id"])


def _review(path: Path, tree: ChangeSet) -> Review:
    return review(tree, {}, {}, frozenset())


def _follow(run: Run, tree: ChangeSet, token: str) -> None:
    run.tell(Started(tree.stack_arn.split("/")[1]))
    stack, events = watch(run, Operation(tree.stack_arn, token, tree.created))
    if not stack.status.succeeded:
        raise failure(run, stack, events)
