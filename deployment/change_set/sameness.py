"""Whether a plain change set does what the reviewed one does, with the nested ones that it was reviewed with.

Both are compared in all that DescribeChangeSet returns. What only the execution will show has no value in either, and
may be listed in one alone: a description with values leaves such rows out, or shows a placeholder (recorded). A plain
set reads what nested stacks output now, where one with nested sets has a placeholder: that is compared with the review,
which followed the placeholder.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cloudformation.statuses import ChangeAction
from deployment.change_set.change_set import Change, ChangeSet, Detail
from deployment.template.template import STACK_TYPE

_PLACEHOLDER = "{{"


@dataclass(frozen=True)
class Sameness:
    """`contradictions`: facts that have changed, so that somebody was at work; `doubts`: what cannot be compared."""

    contradictions: tuple[str, ...]
    doubts: tuple[str, ...]


def compare(reviewed: ChangeSet, plain: ChangeSet, stored: frozenset[str], folded: frozenset[str]) -> Sameness:
    """What the root of a reviewed tree and a plain change set say differently.

    `stored` are root's parameters that Systems Manager stores: they are the same where both sets resolved them so.
    `folded` are the resources of root that are listed, and of which the review says that they do not change.
    """
    doubts: list[str] = []
    contradictions = [*_values(reviewed, plain), *_settings(reviewed, plain)]
    for name in sorted(stored):
        before, after = reviewed.resolved.get(name), plain.resolved.get(name)
        if before is None or after is None:
            doubts.append(f"the value of parameter {name} is not reported")
        elif before != after:
            contradictions.append(f"parameter {name} has another value in Systems Manager")
    rows, others = _rows(reviewed), _rows(plain)
    for name in dict.fromkeys([*rows, *others]):
        differs, unsure = _row(rows.get(name), others.get(name), name in folded)
        contradictions += [f"{name}: {differs}"] if differs else []
        doubts += [f"{name}: {unsure}"] if unsure else []
    return Sameness(tuple(contradictions), tuple(doubts))


def _values(reviewed: ChangeSet, plain: ChangeSet) -> Iterator[str]:
    for what, before, after in (
        ("parameter", reviewed.parameters, plain.parameters),
        ("tag", reviewed.tags, plain.tags),
    ):
        yield from (
            f"{what} {name} has another value"
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        )


def _settings(reviewed: ChangeSet, plain: ChangeSet) -> Iterator[str]:
    before, after = reviewed.settings.shown, plain.settings.shown
    yield from (f"{name} is {after[name]}, not {before[name]}" for name in before if before[name] != after[name])


def _rows(change_set: ChangeSet) -> dict[str, Change]:
    return {change.logical_id: change for change in change_set.changes}


def _row(reviewed: Change | None, plain: Change | None, folded: bool) -> tuple[str | None, str | None]:
    """What two rows of one resource contradict each other in, and what cannot be compared."""
    if folded and plain is not None and _changes(plain):
        return "changes, and the review said that it does not", None
    if reviewed is None or plain is None:
        return _alone(reviewed, plain)
    same_resource = reviewed.physical_id == plain.physical_id or _is_layer(reviewed)
    if (reviewed.type, reviewed.action) != (plain.type, plain.action) or not same_resource:
        return f"{_named(plain)}, not {_named(reviewed)}", None
    differing = _differing(reviewed, plain)
    if differing:
        return f"{', '.join(differing)} changes otherwise", None
    if (reviewed.replacement, reviewed.policy) == (plain.replacement, plain.policy) or _is_layer(reviewed):
        return None, None
    open_ = any(_is_open(detail) for detail in (*reviewed.details, *plain.details))
    return (None, "may be replaced in one alone") if open_ else ("is replaced in one alone", None)


def _differing(reviewed: Change, plain: Change) -> list[str]:
    """The paths at which two rows have different facts."""
    before, after = _known(reviewed), _known(plain)
    in_both, in_one = before.keys() & after.keys(), before.keys() ^ after.keys()
    if _is_layer(reviewed):
        in_one = set()  # a set without nested ones may name fewer; templates and values are held otherwise
    # A list of which one item is open is listed as a whole, or item by item.
    open_ = _open_properties(reviewed) | _open_properties(plain)
    paths = in_both | {path for path in in_one if _property(path) not in open_}
    return sorted(path for path in paths if before.get(path) != after.get(path))


def _alone(reviewed: Change | None, plain: Change | None) -> tuple[str | None, str | None]:
    """What a row means that only one of the two sets has; what is open may be listed or not: nothing depends on it."""
    row = plain or reviewed
    assert row is not None
    is_open = not _changes(row) if plain else not _known_properties(row) - _open_properties(row)
    if row.action is ChangeAction.MODIFY and (_is_layer(row) or is_open):
        return None, "may change, and was not in the review" if plain and not _is_layer(row) else None
    return f"{row.action.value}{' was not in the review' if plain else ' is no longer in it'}", None


def _changes(row: Change) -> bool:
    """Whether a row has anything that is known before the execution."""
    return row.action is not ChangeAction.MODIFY or bool(_known(row))


def _open_properties(row: Change) -> set[str]:
    return {_property(detail.path) for detail in row.details if _is_open(detail)}


def _known_properties(row: Change) -> set[str]:
    return {_property(path) for path in _known(row)}


def _property(path: str) -> str:
    """The property that a path leads into: `/Properties/Tags`."""
    return "/".join(path.split("/")[:3])


def _is_layer(change: Change) -> bool:
    return change.type == STACK_TYPE


def _is_open(detail: Detail) -> bool:
    """Whether a property's value is known only after the execution."""
    if detail.after is not None:
        return _PLACEHOLDER in detail.after
    return not detail.static and detail.before is None


def _known(change: Change) -> dict[str, tuple[object, ...]]:
    """What is certain of each property."""
    return {
        detail.path: (detail.before, detail.after, detail.recreation)
        for detail in change.details
        if not _is_open(detail)
    }


def _named(change: Change) -> str:
    return f"{change.action.value} of {change.type} {change.physical_id or ''}".rstrip()
