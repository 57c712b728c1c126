"""Which changes nobody makes unattended: the removal or replacement of anything that is not known to be harmless.

`--yes` approves none of them: each is approved by its own path, typed or given with `--allow`. A resource that MAY be
replaced counts as replaced, also where CloudFormation's change set says nothing of it (update_policies.py). What is
harmless is written in harmless.py, what is lost otherwise in losses.py; what the environment file protects is guarded
all the same. Pure functions: what is in a removed nested stack comes in as `contents`, the templates that are sent as
`templates`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from cloudformation.resource_types.losses import nature_of
from cloudformation.resource_types.policies import replace_policy
from deployment.errors import UnknownAllowance
from deployment.guards.databases import exchanged, upgraded
from deployment.guards.left_behind import left_behind
from deployment.guards.left_over import PROTECTED, stays_protected
from deployment.guards.retentions import shortened
from deployment.guards.update_policies import UpdateEffect, is_spared, update_effect
from deployment.review.review import Kind, LayerReview, ResourceChange, Review
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, Documents

_UNREAD = "is a whole nested stack whose templates could not be compared: anything in it may be replaced or deleted"
_LOSES_NOTHING = (Kind.ADDED, Kind.CHANGED, Kind.IMPORTED)


@dataclass(frozen=True)
class Held:
    """One resource of a stack that goes; `policy` is its DeletionPolicy, or that of the nested stack that it is in."""

    path: ResourcePath
    type: str
    policy: str
    physical_id: str = ""


Contents = Mapping[ResourcePath, Sequence[Held]]


def with_guards(
    review: Review, protect: Sequence[str], contents: Contents, templates: Documents | None = None
) -> Review:
    """The same review, where each guarded change says why it is one.

    `protect` holds the environment file's paths: of a resource, of a nested stack with all in it, or with `*`.
    `contents` has what is in the nested stacks that go, `templates` what is sent: the update policies are in it.
    """

    moving, emptied = left_behind(review), exchanged(review)

    def judged(change: ResourceChange) -> ResourceChange:
        alone = judged_alone(change)
        moves = None if change.kind is Kind.REMOVED else moving.get(change.path)
        reasons = [f"{alone.guard}; but {PROTECTED}" if alone.guard and stays_protected(review, alone) else alone.guard]
        reasons += [moves, emptied.get(change.path), upgraded(alone), shortened(alone)]
        guard = "; it ".join(reason for reason in reasons if reason)
        return replace(alone, guard=guard or None)

    def judged_alone(change: ResourceChange) -> ResourceChange:
        body = _body(templates or {}, change.path)
        if is_spared(change, body):
            change = replace(change, kind=Kind.CHANGED, policy=None)
        effect = update_effect(change, body)
        if effect is None:
            return replace(change, guard=_reason(change, protect, contents))
        return _with_effect(change, effect, protect, body or {})

    def marked(layer: LayerReview) -> LayerReview:
        resources = tuple(judged(change) for change in layer.resources)
        return replace(layer, resources=resources, layers=tuple(marked(below) for below in layer.layers))

    return replace(review, root=marked(review.root))


def guarded(review: Review) -> tuple[ResourceChange, ...]:
    """The changes that need an approval of their own."""
    return tuple(change for change in review.resources if change.guard is not None)


def needing_approval(review: Review) -> dict[str, str]:
    """What needs an approval of its own, as `--allow` takes it: the path of a resource or the name of a setting.

    A setting that is called as one of the resources is `setting:NAME`: one approval is never for both.
    """
    changes = {str(change.path): change.guard or "" for change in guarded(review)}
    settings = {setting.name: setting.guard for setting in review.settings if setting.guard is not None}
    return changes | {f"setting:{name}" if name in changes else name: why for name, why in settings.items()}


def refuse_unknown(allowed: Iterable[str], guards: Sequence[str]) -> None:
    """Raises UnknownAllowance where an approval given beforehand is for no guarded change."""
    unknown = [path for path in allowed if path not in guards]
    if unknown:
        raise UnknownAllowance(unknown, guards)


def protecting(path: ResourcePath, protect: Sequence[str]) -> str | None:
    """The entry of the environment file that protects a path, if any does."""
    prefixes = ["/".join(path[:length]) for length in range(1, len(path) + 1)]
    return next((entry for entry in protect if any(fnmatchcase(prefix, entry.strip("/")) for prefix in prefixes)), None)


def unmatched(protect: Sequence[str], paths: Iterable[ResourcePath]) -> tuple[str, ...]:
    """The entries that protect nothing there is: most likely misspelt."""
    known = list(paths)
    return tuple(entry for entry in protect if not any(protecting(path, [entry]) for path in known))


def removal_guard(held: Held, protect: Sequence[str]) -> str | None:
    """Why the deletion of a resource needs an approval of its own; None where it is harmless, or stays."""
    if held.policy.startswith("Retain"):
        return None
    change = ResourceChange(held.path, held.type, Kind.REMOVED, held.physical_id, held.policy, ())
    if held.type == STACK_TYPE:  # one that could not be looked into
        return _layer_goes(change, ())
    return _reason(change, protect, {})


def _reason(change: ResourceChange, protect: Sequence[str], contents: Contents) -> str | None:
    """Why a change is guarded and what it costs, as one sentence; None where it is not guarded."""
    if change.kind in _LOSES_NOTHING:
        return None
    if change.type == STACK_TYPE:
        return _layer(change, contents)
    because, lost = _because(change, protect)
    return f"{because}: {_fate(change, lost)}" if because else None


def _because(change: ResourceChange, protect: Sequence[str]) -> tuple[str, str | None]:
    """Why a resource is guarded, empty where it is not, and what is lost with it where that is known."""
    nature, lost = nature_of(change.type) or (None, None)
    entry = protecting(change.path, protect)
    reasons = [nature, f"is protected by the environment file ({entry})" if entry else None]
    return " and ".join(reason for reason in reasons if reason), lost


def _with_effect(
    change: ResourceChange, effect: UpdateEffect, protect: Sequence[str], body: Mapping[str, Any]
) -> ResourceChange:
    """An update in place as what its update policy makes of it."""
    because, lost = _because(change, protect)
    if not effect.replaces:
        return replace(change, guard=f"{because}: {effect.why}")
    kept = replace_policy(change.type, str(body.get("UpdateReplacePolicy")))
    policy = {"Retain": "ReplaceAndRetain", "Snapshot": "ReplaceAndSnapshot"}.get(kept or "")
    replaced = replace(change, kind=Kind.MAY_BE_REPLACED, policy=policy or "ReplaceAndDelete")
    return replace(replaced, guard=f"{because}: {effect.why}: {_fate(replaced, lost)}")


def _body(templates: Documents, path: ResourcePath) -> Mapping[str, Any] | None:
    """A resource as its template declares it; None where that is not at hand."""
    body = (templates.get(path.parent, {}).get("Resources") or {}).get(path.name)
    return body if isinstance(body, Mapping) else None


def _fate(change: ResourceChange, lost: str | None) -> str:
    """What becomes of the old resource, by CloudFormation's PolicyAction; a change set may leave that out."""
    policy, lost = change.policy or "Delete", f", with {lost}" if lost else ""
    if change.kind is Kind.REMOVED:
        is_, leaves = ("is", "leaves") if change.certain else ("may be", "may leave")
        if policy == "Retain":
            return f"it {leaves} the stack and stays in the account"
        return f"it {is_} deleted{' after a snapshot' if policy == 'Snapshot' else lost}"
    new = "a new one takes its place" if change.kind is Kind.REPLACED else "a new one may take its place"
    if policy == "ReplaceAndRetain":
        return f"{new}; the old one stays in the account, outside the stack"
    return f"{new}; the old one is deleted{' after a snapshot' if policy == 'ReplaceAndSnapshot' else lost}"


def _layer(change: ResourceChange, contents: Contents) -> str:
    """A whole nested stack that goes, or is made anew: CloudFormation has no reason to, and may say so all the same."""
    if change.kind is Kind.REMOVED:
        return _layer_goes(change, contents.get(change.path, ()))
    return _UNREAD if change.local else f"is a whole nested stack: {_fate(change, 'everything in it')}"


def _layer_goes(change: ResourceChange, held: Sequence[Held]) -> str:
    """What a whole nested stack takes with it; a nested stack's own policy decides before those of its resources."""
    if change.policy == "Retain":
        return "is a whole nested stack: it leaves the stack and stays in the account, with everything in it"
    start = (
        f"is a whole nested stack: it is deleted with its {len(held)} resources"
        if held
        else "is a whole nested stack: it is removed"
    )
    grave = [resource for resource in held if nature_of(resource.type)]
    going = [_name(resource) for resource in grave if not resource.policy.startswith("Retain")]
    staying = [_name(resource) for resource in held if resource.policy.startswith("Retain")]
    among = f", among them {', '.join(going)}" if going else ""
    left = f"; {', '.join(staying)} stays in the account" if staying else ""
    return f"{start}{among}{left}"


def _name(held: Held) -> str:
    snapshot = ", after a snapshot" if held.policy == "Snapshot" else ""
    return f"{held.path} ({held.type}{snapshot})"
