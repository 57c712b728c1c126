"""Drift of a stack set: a detection in the stack of every instance, and what they come to together.

Only what was changed behind CloudFormation's back counts; a stack that its own account updated through CloudFormation
is in sync with itself. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-drift.html
"""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.drift import detection
from rehearsal.state.stack_set import StackInstance, StackSetOperation
from rehearsal.state.stacks import Stack
from rehearsal.state.world import World

ACTION = "DETECT_DRIFT"
_ENDINGS = {"FAILED": "FAILED", "STOPPED": "STOPPED", "SUCCEEDED": "COMPLETED"}


def begin_detection(world: World, instance: StackInstance) -> None:
    """Begin a detection in an instance's stack, in the world of its account. Errors: ValidationError."""
    stack = world.state.stacks.get(instance.stack_id or "")
    if stack is None or stack.gone:
        raise ValidationError(f"Stack [{instance.stack_id or 'of the instance'}] does not exist")
    detection.refuse_undetectable(stack)
    instance.detection = detection.detect(world, stack, ())


def detected(world: World, instance: StackInstance, operation: StackSetOperation) -> str | None:
    """The drift status that a detection found, noted with the instance and the operation; None: it is under way.

    Errors: ValidationError for a detection that failed.
    """
    detection_status = world.state.detections[instance.detection or ""]
    if detection_status["DetectionStatus"] == detection.IN_PROGRESS:
        return None
    if detection_status["DetectionStatus"] == detection.FAILED:
        raise ValidationError(detection_status["DetectionStatusReason"])
    status: str = detection_status["StackDriftStatus"]
    stack = world.state.stacks[detection_status["StackId"]]
    instance.drift = {"DriftStatus": status, "LastDriftCheckTimestamp": stack.drift["LastCheckTimestamp"]}
    operation.drifts[f"{instance.account}/{instance.region}"] = {
        **instance.drift,
        "Resources": _resources(stack, detection_status["Timestamp"]),
    }
    return status


def _resources(stack: Stack, began: float) -> list[dict[str, Any]]:
    """The rows of ListStackInstanceResourceDrifts; only modified resources have differences."""
    rows = []
    for row in detection.drift_rows(stack):
        left_out = {"ExpectedProperties", "ActualProperties"}
        if row["StackResourceDriftStatus"] != "MODIFIED":
            left_out.add("PropertyDifferences")
        rows.append({key: value for key, value in row.items() if key not in left_out} | {"Timestamp": began})
    return rows


def summed_up(operation: StackSetOperation) -> dict[str, Any]:
    """StackSetDriftDetectionDetails of an operation, as far as it has come; its time is that of the last instance."""
    statuses = [drift["DriftStatus"] for drift in operation.drifts.values()]
    drifted, failed = statuses.count("DRIFTED"), operation.count("FAILED")
    ending = _ENDINGS.get(operation.status, "IN_PROGRESS")
    details = {
        "DriftStatus": "DRIFTED" if drifted else "IN_SYNC" if statuses else "NOT_CHECKED",
        "DriftDetectionStatus": "PARTIAL_SUCCESS" if ending == "COMPLETED" and failed else ending,
        "TotalStackInstancesCount": len(operation.results),
        "DriftedStackInstancesCount": drifted,
        "InSyncStackInstancesCount": len(statuses) - drifted,
        "InProgressStackInstancesCount": operation.count("PENDING") + operation.count("RUNNING"),
        "FailedStackInstancesCount": failed,
    }
    times = [drift["LastDriftCheckTimestamp"] for drift in operation.drifts.values()]
    return details | ({"LastDriftCheckTimestamp": max(times)} if times else {})
