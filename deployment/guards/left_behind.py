"""Tasks that leave their subnets while what they stand on goes, in one update: the tasks go first, in one of their own.

Whatever a template deletes, CloudFormation deletes when all else is done; but what changes in place changes in its
turn, and a nested stack that feeds the service's has its turn first: an endpoint that loses the table of private
subnets loses it while tasks still start there. What is deleted at the end is not brought back by a rollback, and stays
where something of the old tasks is still in it. Nothing of that is in a change set.
"""

from collections.abc import Sequence

from cloudformation.resource_types.ways_out import WAY_TYPES
from deployment.review.review import Kind, ResourceChange, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE
from deployment.template.ways_out import Leaving

_TAKES_NOTHING = (Kind.ADDED, Kind.IMPORTED)
_SHOWN = 3


def left_behind(review: Review) -> dict[ResourcePath, str]:
    """By service, why its tasks must move in an update of their own; nothing of one whose route out stays."""
    told = {}
    for service in review.leaving:
        goes = [change.path for change in review.resources if _takes_away(change, service)]
        if goes:
            told[service.service] = _sentence(service, goes)
    return told


def _takes_away(change: ResourceChange, service: Leaving) -> bool:
    if change.kind in _TAKES_NOTHING or change.path == service.service:
        return False
    if service.way is None:
        return change.type in WAY_TYPES or change.type == STACK_TYPE
    if change.type == STACK_TYPE:
        return any(at[: len(change.path)] == change.path for at in service.way)
    return change.path in service.way and not (change.kind is Kind.CHANGED and change.path in service.growing)


def _sentence(service: Leaving, goes: Sequence[ResourcePath]) -> str:
    leaves = "may leave the subnets of its tasks" if service.way is None else f"leaves {_listed(service.subnets)}"
    return (
        f"{leaves} while what its tasks stand on there goes or changes in the same update ({_listed(goes)}): what "
        "still starts there may not reach its image; move the tasks in an update of their own, and the rest in the next"
    )


def _listed(paths: Sequence[ResourcePath]) -> str:
    more = [f"{len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    return ", ".join([*map(str, paths[:_SHOWN]), *more])
