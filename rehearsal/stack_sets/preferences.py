"""The preferences of a stack set operation: whose turn it is, how many accounts at once, how many may fail.

StackSetOperationPreferences in the API reference; what it leaves open (a Region that fails while others are worked on
at the same time, Regions without an order) is a reading of "StackSets concepts" in the user guide.
"""

from typing import Any

from cloudformation.refusals import ValidationError
from rehearsal.state.stack_set import StackSetOperation

_ONE_OF = (("FailureToleranceCount", "FailureTolerancePercentage"), ("MaxConcurrentCount", "MaxConcurrentPercentage"))


def checked(preferences: dict[str, Any]) -> dict[str, Any]:
    """The preferences of a request. Errors: ValidationError where one thing is said in two ways."""
    for count, percentage in _ONE_OF:
        if count in preferences and percentage in preferences:
            raise ValidationError(f"You can specify either {count} or {percentage}, but not both")
    return dict(preferences)


def in_order(keys: list[str], regions: list[str]) -> list[str]:
    """Instances by the order of their regions; regions that are not named come last."""
    named = {region: number for number, region in enumerate(regions)}
    order = list(dict.fromkeys(key.split("/")[1] for key in keys))
    order.sort(key=lambda region: named.get(region, len(named)))
    return sorted(keys, key=lambda key: order.index(key.split("/")[1]))


def whose_turn(operation: StackSetOperation) -> list[str]:
    """The instances that begin now."""
    chosen = []
    regions = dict.fromkeys(key.split("/")[1] for key in operation.results)
    parallel = operation.preferences.get("RegionConcurrencyType") == "PARALLEL"
    ordered = list(dict.fromkeys(key.split("/")[1] for key in operation.waiting))
    busy = [region for region in regions if operation.count("RUNNING", region)]
    for region in ordered if parallel else (busy or ordered)[:1]:
        free = _concurrent(operation, region) - operation.count("RUNNING", region)
        chosen += [key for key in operation.waiting if key.endswith(f"/{region}")][: max(free, 0)]
    return chosen


def intolerable(operation: StackSetOperation) -> bool:
    """Whether more accounts of a region have failed than may."""
    regions = dict.fromkeys(key.split("/")[1] for key in operation.results)
    return any(operation.count("FAILED", region) > _tolerated(operation, region) for region in regions)


def _concurrent(operation: StackSetOperation, region: str) -> int:
    """How many accounts at once; a strict mode never has more at work than may still fail, and one."""
    share = _accounts(operation, region) * operation.preferences.get("MaxConcurrentPercentage", 0) // 100
    wanted = int(operation.preferences.get("MaxConcurrentCount", max(share, 1)))
    if operation.preferences.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE":
        return wanted
    return min(wanted, _tolerated(operation, region) + 1 - operation.count("FAILED", region))


def _tolerated(operation: StackSetOperation, region: str) -> int:
    percentage = operation.preferences.get("FailureTolerancePercentage", 0)
    share = _accounts(operation, region) * percentage // 100
    return int(operation.preferences.get("FailureToleranceCount", share))


def _accounts(operation: StackSetOperation, region: str) -> int:
    return sum(key.endswith(f"/{region}") for key in operation.results)
