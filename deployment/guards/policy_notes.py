"""What a stack policy would refuse of a review: CloudFormation finds it only while it updates, and then rolls back.

A policy is of one stack: it speaks of root's own resources, its nested stacks among them, not of what is in those.
"""

from collections.abc import Iterator

from deployment.change_set.change_set import ChangeSet
from deployment.review.review import Kind, Review
from deployment.settings.stack_policy import DELETE, MODIFY, REPLACE, denies, one_spelling
from deployment.template.template import STACK_TYPE

_ACTIONS = {
    Kind.CHANGED: (MODIFY,),
    Kind.MAY_BE_REPLACED: (REPLACE, MODIFY),
    Kind.REPLACED: (REPLACE,),
    Kind.REMOVED: (DELETE,),
}
_LISTED = {"Modify": MODIFY, "Remove": DELETE, "Dynamic": MODIFY}


def policy_notes(review: Review, tree: ChangeSet, policy: str | None) -> tuple[str, ...]:
    """A note for each change that the policy denies; none without a policy.

    A nested stack that the change set lists counts, also where none of its resources changes: it is updated.
    """
    if policy is None:
        return ()
    stands, asked = one_spelling(policy), _asked_for(review, tree)
    first = [(next((act for act in acts if denies(stands, act, name, kind)), None), name) for acts, name, kind in asked]
    denied = [f"{action} of {name}" for action, name in first if action]
    remedy = "CloudFormation would refuse it; first deploy, by itself, a policy that allows it"
    return tuple(f"the stack's policy denies {what}: {remedy}" for what in denied)


def _asked_for(review: Review, tree: ChangeSet) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for change in review.root.resources:
        if change.kind in _ACTIONS:
            yield _ACTIONS[change.kind], change.path.name, change.type
    told = {change.path.name for change in review.root.resources}
    for row in tree.changes:
        if row.type == STACK_TYPE and row.logical_id not in told and row.action.value in _LISTED:
            yield (_LISTED[row.action.value],), row.logical_id, row.type
