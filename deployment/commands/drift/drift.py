"""What was changed by hand: detection over the root and every nested stack at once, and the way back from it.

Drift detection looks at one stack only and not into its nested ones (user guide, "Detect unmanaged configuration
changes"). A drift-aware change set (DeploymentMode REVERT_DRIFT) cannot be made together with nested ones, so that each
drifted stack gets one of its own, over the template and the values that it has.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudformation.environment.delivery.stack_recovery import ADVICE
from cloudformation.parameters.declarations import MASK
from cloudformation.statuses import StackStatus
from deployment.aws.answers import needed
from deployment.aws.calls import at_once, call
from deployment.aws.pages import members
from deployment.aws.waiting import Limit, asked_until
from deployment.commands.drift.revert_drift import revert
from deployment.errors import DeploymentError, DriftNotDetected, StackStuck
from deployment.guards.removed_layers import looked_into
from deployment.run.identity import caller_of
from deployment.run.outcome import Absent, Declined, Drifted, Outcome, PropertyDrift, ResourceDrift
from deployment.run.run import Run
from deployment.stack.last_operation import refuse_busy
from deployment.stack.nested_stacks import LiveStack, live_stack
from deployment.stack.stack import Stack, standing_stack
from deployment.stack.states import next_step, refuse_stuck
from deployment.template.resource_path import ResourcePath

_DETECTED_SECONDS = 3600.0
# User guide, "Detect drift on an entire CloudFormation stack": the states in which it is possible.
_DETECTABLE = frozenset(
    {
        StackStatus.CREATE_COMPLETE,
        StackStatus.UPDATE_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_COMPLETE,
        StackStatus.UPDATE_ROLLBACK_FAILED,
        StackStatus.IMPORT_COMPLETE,
        StackStatus.IMPORT_ROLLBACK_COMPLETE,
    }
)


def drift(run: Run) -> Outcome:
    """Compares every resource of every nested stack with its expected configuration; reverts it if asked."""
    caller_of(run)
    stack = standing_stack(run.cloudformation, run.environment.stack)
    if stack is None or stack.status is StackStatus.REVIEW_IN_PROGRESS:
        return Absent(run.environment.stack)
    run.found(stack)
    _refuse(run, stack)
    live = live_stack(run.cloudformation, stack.arn, run.waiting)
    if MASK in stack.parameters.values():  # the templates that the nested stacks have say where secrets are
        run.found(stack, documents=looked_into(run.cloudformation, live)[1])
    stacks = {layer.path: layer for layer in live.walk()}
    run.say(f"comparing the resources of {stack.name} and {len(stacks) - 1} nested stacks with their templates")
    back = run.invocation.again("drift", "--revert")
    outcome = Drifted(stack.name, len(stacks) - 1, _drifts(run, stacks), back=back)
    if not outcome.changes or not run.choices.revert:
        return outcome
    refuse_stuck(stack, run.invocation)  # drift is reverted by a change set too
    drifted = dict.fromkeys(drift.path.parent for drift in outcome.drifts)
    done = revert(run, {path: stacks[path].arn for path in drifted})
    return done if isinstance(done, Declined) else replace(outcome, reverted=done)


def _refuse(run: Run, stack: Stack) -> None:
    refuse_busy(run.cloudformation, stack, run.invocation)
    if stack.status not in _DETECTABLE:
        raise StackStuck(
            f"stack {stack.name} is in {stack.status.value}: its drift cannot be detected",
            findings=[ADVICE[stack.status].why],
            remedy=next_step(stack.status, run.invocation),
        )


def _drifts(run: Run, stacks: Mapping[ResourcePath, LiveStack]) -> tuple[ResourceDrift, ...]:
    """All detections are started at once; AWS works on each for itself."""
    detections = at_once(lambda stack: _detected(run, stack), stacks)
    drifts = tuple(drift for drifted, _ in detections.values() for drift in drifted)
    failed = {str(path) or run.environment.stack: why for path, (_, why) in detections.items() if why}
    if not failed:
        return drifts
    raise DriftNotDetected(
        f"the drift of {', '.join(failed)} could not be detected",
        findings=[
            *(f"{name}: {reason}" for name, reason in failed.items()),
            *(f"drifted: {drift.path}" for drift in drifts),
        ],
        remedy="allow these credentials to read what the lines above name, then try again",
    )


def _detected(run: Run, stack: LiveStack) -> tuple[tuple[ResourceDrift, ...], str | None]:
    """What differs in one stack, and why some of its resources could not be compared, where that is so.

    Results are there for what was compared, also where some resource could not be (API, DetectionStatus).
    """
    if stack.gone:
        return (), "its stack does not exist"
    [detection] = needed(call(run.cloudformation.detect_stack_drift, StackName=stack.arn), "StackDriftDetectionId")
    failed = _await(run, detection)
    asked = {"StackName": stack.arn, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    rows = members(run.cloudformation.describe_stack_resource_drifts, "StackResourceDrifts", **asked)
    return tuple(_resource(stack.path, row) for row in rows), failed


def _await(run: Run, detection: str) -> str | None:
    """Returns when the detection has ended; why it failed, where it did."""
    describe = run.cloudformation.describe_stack_drift_detection_status
    ended = asked_until(
        run.waiting,
        lambda: call(describe, StackDriftDetectionId=detection),
        lambda status: status["DetectionStatus"] != "DETECTION_IN_PROGRESS",
        Limit(_DETECTED_SECONDS, lambda _: _undetected()),
    )
    status = ended["DetectionStatus"]
    if status == "DETECTION_COMPLETE":
        return None
    return str(ended.get("DetectionStatusReason") or f"{status}, and no reason was given")


def _undetected() -> DeploymentError:
    return DriftNotDetected(
        f"a drift detection has not ended after {_DETECTED_SECONDS / 60:.0f} minutes; nothing was changed",
        remedy="try again later: CloudFormation ends it by itself",
    )


def _resource(path: ResourcePath, body: dict[str, Any]) -> ResourceDrift:
    return ResourceDrift(
        path=path / body["LogicalResourceId"],
        type=body["ResourceType"],
        physical_id=body.get("PhysicalResourceId", ""),
        deleted=body["StackResourceDriftStatus"] == "DELETED",
        properties=tuple(_property(difference) for difference in body.get("PropertyDifferences", ())),
    )


def _property(body: dict[str, Any]) -> PropertyDrift:
    """One of PropertyDifferences: ADD is there and should not be, REMOVE should be there and is not."""
    kind = body["DifferenceType"]
    return PropertyDrift(
        name=body["PropertyPath"].removeprefix("/"),
        expected=None if kind == "ADD" else _text(body["ExpectedValue"]),
        actual=None if kind == "REMOVE" else _text(body["ActualValue"]),
    )


def _text(value: str) -> str:
    """A value on one line, its JSON without needless space."""
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return json.dumps(read, separators=(",", ":")) if isinstance(read, dict | list) else value
