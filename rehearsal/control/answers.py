"""Answers that a scenario makes misleading: out of date, too early, in small pages, or incomplete.

AWS gives each of them on its own at times. After ExecuteChangeSet DescribeStacks may still show the previous
status; the ARN of a new nested stack may not be known for a moment (aws-cdk-cli reads again for both);
a description with property values may lack rows, and says so in its StatusReason (aws/aws-cdk-cli#1780).
"""

from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.api.requests import PAGE_ROWS
from rehearsal.change_sets.planning.planner import INCOMPLETE
from rehearsal.execution.deletion.settlement import USER
from rehearsal.loopback.wire import Call
from rehearsal.state.stacks import Stack
from rehearsal.state.world import World

Request = dict[str, Any]
Ask = Callable[[Request], dict[str, Any]]


def shaped(world: World, call: Call, ask: Ask) -> dict[str, Any]:
    """The answer to a call, as the scenario wants it to be given.

    Errors: CloudFormationError, the operation's own for a stack that it does not find yet.
    """
    request = call.parameters
    stack = world.find(request.get("StackName", ""), call.region)
    fault = world.scenario.answer_fault(call.operation, lambda kind: _strikes(kind, call.operation, stack, request))
    if fault is None:
        return ask(request)
    kind, _, count = fault.partition(":")
    if kind == "pages":
        return ask(request | {PAGE_ROWS: int(count)})
    return _SHAPES[kind](stack, request, ask)


def _strikes(fault: str, operation: str, stack: Stack | None, request: Mapping[str, Any]) -> bool:
    """Whether this call is one that the fault can meet."""
    if fault == "stale":
        return operation == "DescribeStacks" and stack is not None and _before(stack) is not None
    if fault == "unseen":
        return stack is not None and stack.parent is not None
    return fault != "incomplete" or (operation == "DescribeChangeSet" and bool(request.get("IncludePropertyValues")))


def _before(stack: Stack) -> tuple[str, str | None] | None:
    """Status and reason that the stack had when its last operation began; None for its first."""
    own = [event for event in stack.events if event.physical_id == stack.id]
    begun = [number for number, event in enumerate(own) if number and event.reason == USER]
    return (own[begun[-1] - 1].status, own[begun[-1] - 1].reason) if begun else None


def _stale(stack: Stack | None, request: Request, ask: Ask) -> dict[str, Any]:
    answer = ask(request)
    status, reason = (_before(stack) if stack else None) or ("", None)
    for row in answer["Stacks"]:
        row["StackStatus"] = status
        row.pop("StackStatusReason", None)
        row |= {"StackStatusReason": reason} if reason else {}
    return answer


def _unseen(stack: Stack | None, request: Request, ask: Ask) -> dict[str, Any]:
    name = request["StackName"]
    absent = f"{name}-not-yet"
    try:
        return ask(request | {"StackName": absent})
    except CloudFormationError as error:
        raise CloudFormationError(error.code, error.message.replace(absent, name), error.status) from None


def _incomplete(stack: Stack | None, request: Request, ask: Ask) -> dict[str, Any]:
    answer = ask(request)
    if answer["Status"] == "CREATE_COMPLETE" and answer["Changes"]:
        dropped = answer["Changes"].pop()["ResourceChange"]["LogicalResourceId"]
        answer["StatusReason"] = f"{INCOMPLETE}Logical Id: {dropped}, failed property validation"
    return answer


_SHAPES: dict[str, Callable[[Stack | None, Request, Ask], dict[str, Any]]] = {
    "stale": _stale,
    "unseen": _unseen,
    "incomplete": _incomplete,
}
