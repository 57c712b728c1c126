"""What an update would leave in the account, outside the stack, because a service would refuse to delete it.

At a creation the root template can omit a protection until the stack exists (docs/decisions/0022). An update that
creates something that is protected at once has no second step: the review says what a rollback could not delete.
"""

from collections.abc import Iterable, Sequence

from deployment.review.review import Kind, ResourceChange, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE

_NEW = (Kind.ADDED, Kind.REPLACED, Kind.MAY_BE_REPLACED)
_GOING = (Kind.REMOVED, Kind.REPLACED, Kind.MAY_BE_REPLACED)
PROTECTED = (
    "its deletion protection is on, so that its deletion is refused and it stays in the account, outside the stack: "
    "switch it off in an update before"
)


def stays_protected(review: Review, change: ResourceChange) -> bool:
    """Whether a resource goes, or may, that its service would refuse to delete."""
    kept = (change.policy or "").endswith("Retain")
    return change.kind in _GOING and change.path in review.undeletable_before.protected and not kept


def left_over_notes(review: Review) -> tuple[str, ...]:
    """A note on what is new and protected, one on what is new and filled at once, one on what goes with its layer."""
    before, after = review.undeletable_before, review.undeletable_after
    made = [change.path for change in review.resources if change.kind in _NEW]
    gone = [change.path for change in review.resources if change.type == STACK_TYPE and change.kind is Kind.REMOVED]
    notes = []
    if protected := _within(made, after.protected):
        notes.append(
            f"an update that fails could not delete the new protected resource {_listed(protected)}; it would stay in "
            "the account, outside the stack: switch the protection on in the next update"
        )
    if filled := _within(made, after.filled):
        notes.append(
            f"an update that fails could not delete {_listed(filled)}: Elastic Load Balancing writes a test object at "
            "once; it would stay in the account, outside the stack"
        )
    notes += [f"{at}: {PROTECTED}" for at in _within(gone, before.protected)]
    return tuple(notes)


def _within(tops: Sequence[ResourcePath], paths: Iterable[ResourcePath]) -> list[ResourcePath]:
    """Those of the paths that are, or are in, one of the others: a nested stack is there with all that is in it."""
    return sorted(at for at in paths if any(at[: len(top)] == top for top in tops))


def _listed(paths: Iterable[ResourcePath]) -> str:
    return ", ".join(map(str, paths))
