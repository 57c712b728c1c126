"""A change set judged with the templates on both sides of it: what the stacks have, and what they would be given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cloudformation.environment.price_table import Price
from cloudformation.parameters.declarations import is_no_echo, is_stored
from cloudformation.scalars import text_of
from cloudformation.unknown import Source
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.retries import not_known_yet, retried
from deployment.aws.session import Client
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import unchanged
from deployment.diagnosis.undeletable import undeletable
from deployment.review.local_comparison import Comparison
from deployment.review.masked_review import masked_review
from deployment.review.output_changes import output_changes, with_importers
from deployment.review.phantoms import Phantoms
from deployment.review.review import Kind, Local, ResourceChange, Review, WillChange
from deployment.review.sides import Sides
from deployment.review.stack_templates import Read, StackTemplates, documents, template_urls
from deployment.stack.stack import Stack, describe_stack
from deployment.template.costs.cost_change import Changed, Fate, Sided, cost_change
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.stored_by_tree import STORED, WRITING, StoredByTree
from deployment.template.template import STACK_TYPE, Documents
from deployment.template.values import LiveValues, Values
from deployment.template.ways_out import leaving


@dataclass(frozen=True)
class Proposal:
    """A change set with all that it would give a stack: template, parameters and tags.

    `stack` is the existing stack, with its template `old`; None where there is none. `read` finds nested templates
    by their TemplateURLs; `unevaluated` says why the change set does not include nested ones, where it should.
    """

    tree: ChangeSet
    stack: Stack | None
    old: str | None
    new: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    pseudo: Mapping[str, str]
    read: Read
    unevaluated: tuple[str, ...] = ()
    found: Callable[[Documents], None] = lambda _: None
    """Receives the templates that the stack and its nested stacks have now."""
    prices: Mapping[str, Price] = field(default_factory=dict)
    """What is paid by the hour in the stack's Region; empty where nothing is known of it."""


def reviewed(cloudformation: Client, waiting: Waiting, proposal: Proposal) -> Review:
    """What a change set means, made now or saved earlier; no secret is in what comes out."""
    stack, tree = proposal.stack, proposal.tree
    after = documents(proposal.new, proposal.read)
    urls = {path / name: url for path, document in after.items() for name, url in template_urls(document).items()}
    templates = StackTemplates(cloudformation, waiting, tree, proposal.read, urls)
    before = documents(proposal.old, templates.read) if stack and proposal.old else {}
    proposal.found(before)
    sides = _sides(proposal, before, after, _standing(cloudformation, waiting, proposal, after))
    comparison = Comparison(sides, tree, templates, create=stack is None)
    root = comparison.tree()
    rewritten = tuple(sorted(path for path, document in after.items() if before.get(path, document) != document))
    outputs = with_importers(cloudformation, output_changes(sides, stack, comparison.phantoms.between)) if stack else ()
    local = _local(proposal, sides, comparison.untold)
    notes = tuple(_read_before(sides, comparison.phantoms)) if stack else ()
    review = Review(root, rewritten, local, outputs, notes=notes)
    sided = Sided(sides.before, sides.after, {change.path: _changed(change) for change in review.resources})
    cost = cost_change(sided, proposal.pseudo.get("AWS::Region", ""), proposal.prices)
    review = replace(review, cost=cost)
    return masked_review(_with_what_it_leaves(review, sides) if stack else review, after, before)


_FATES = {
    Kind.ADDED: (Fate.COMES, Fate.COMES),
    Kind.REMOVED: (Fate.GOES, Fate.UNPAID),
    Kind.CHANGED: (Fate.STAYS, Fate.STAYS),
    Kind.REPLACED: (Fate.STAYS, Fate.DOUBLES),
    Kind.MAY_BE_REPLACED: (Fate.STAYS, Fate.DOUBTFUL),
    Kind.IMPORTED: (Fate.UNPAID, Fate.UNPAID),
}
"""What becomes of what is paid for a resource, and where a policy keeps what goes."""


def _changed(change: ResourceChange) -> Changed:
    fate = _FATES[change.kind]["Retain" in (change.policy or "")]
    doubtful = not change.certain and fate is not Fate.UNPAID
    properties: dict[str, str | None] = {}
    for changed in change.properties:
        name, _, within = changed.name.partition("/")
        properties[name] = None if within else changed.before
    return Changed(change.type, Fate.DOUBTFUL if doubtful else fate, properties)


def _with_what_it_leaves(review: Review, sides: Sides) -> Review:
    """The review of an update, with what it may leave without what it stands on, or outside the stack."""
    return replace(
        review,
        leaving=tuple(leaving(sides.before, sides.after)),
        undeletable_before=undeletable(sides.before),
        undeletable_after=undeletable(sides.after),
    )


def _read_before(sides: Sides, phantoms: Phantoms) -> Iterator[str]:
    """What was read for this change set, and is stored anew when it executes: it is frozen till then."""
    for path in sides.after.documents:
        for name, body in sides.after.section(path, "Parameters").items():
            writers = sides.stored.writers_for(path, name) if _is_stored(body) else ()
            if (path, name) not in sides.reread and phantoms.rewritten(writers) is not WillChange.NO:
                yield f"{path / name} was read from Systems Manager: it keeps that value until the next deployment"


def _sides(proposal: Proposal, before: Documents, after: Documents, standing: Mapping[ResourcePath, Stack]) -> Sides:
    stack = proposal.stack
    if stack is None:
        return Sides(Values(before, {}, proposal.pseudo), Values(after, proposal.parameters, proposal.pseudo))
    read = {ROOT: stack.resolved, **{path: layer.resolved for path, layer in standing.items()}}
    will = {path: change_set.resolved for path, change_set in proposal.tree.walk()}
    names = dict(_names(proposal.tree))
    old = Values(before, stack.parameters, proposal.pseudo, read, names)
    new = Values(after, proposal.parameters, proposal.pseudo, will, names)
    unseen = frozenset(_unseen(proposal.tree, (old, new)))
    if reread := _reread(proposal, after, StoredByTree(old, new, unseen)):
        old, new = (side.without(reread) for side in (old, new))
    return Sides(
        before=old,
        after=new,
        reread=reread,
        unseen=unseen,
        moved=_moved(after[ROOT], stack, proposal),
        tags=_between(stack.tags, proposal.tags),
        now=LiveValues(old, {path: layer.values for path, layer in standing.items()}),
        standing=standing,
    )


def _reread(proposal: Proposal, after: Documents, stored: StoredByTree) -> frozenset[tuple[ResourcePath, str]]:
    """The parameters of nested stacks that read what the tree stores, where no change set holds what they came to."""
    sets = dict(proposal.tree.walk())
    held = {path for path, known in sets.items() if not path or not unchanged(known)}
    return frozenset(
        (path, name)
        for path in after.keys() - held
        for name, body in (after[path].get("Parameters") or {}).items()
        if _is_stored(body) and stored.writers_for(path, name)
    )


def _unseen(tree: ChangeSet, sides: tuple[Values, Values]) -> Iterator[Source]:
    """The resources that may store values and that CloudFormation lists, although no template has them."""
    for path, known in tree.walk():
        for row in known.changes:
            if row.type in WRITING and not any(side.resource(path, row.logical_id) for side in sides):
                yield Source(path, row.logical_id, STORED)


def _names(tree: ChangeSet) -> Iterator[tuple[ResourcePath, str]]:
    """The name of each existing stack, as far as a tree has it: it is in the ARN of the stack."""
    arns = {path: known.stack_arn for path, known in tree.walk()}
    for path, known in tree.walk():
        arns |= {
            path / row.logical_id: row.physical_id for row in known.changes if row.type == STACK_TYPE if row.physical_id
        }
    yield from ((path, arn.split("/")[1]) for path, arn in arns.items() if arn.startswith("arn:") and "/" in arn)


def _moved(template: Mapping[str, Any], stack: Stack, proposal: Proposal) -> frozenset[str]:
    """The parameters that get another value, or one that cannot be compared: masked, or stored elsewhere."""
    declared, before, read = template.get("Parameters") or {}, stack.parameters, proposal.tree.resolved
    return frozenset(
        name
        for name, value in proposal.parameters.items()
        if before.get(name) != value
        or is_no_echo(declared.get(name))
        or (_is_stored(declared.get(name)) and (name not in read or stack.resolved.get(name) != read[name]))
    )


def _is_stored(declaration: Any) -> bool:
    return isinstance(declaration, Mapping) and is_stored(text_of(declaration.get("Type", "")))


def _between(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """What differs, each with its value before and after."""
    names = sorted({*before, *after})
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def _standing(
    cloudformation: Client, waiting: Waiting, proposal: Proposal, after: Documents
) -> dict[ResourcePath, Stack]:
    """The nested stacks as they are now, a call for each that has a change set.

    Nothing is asked where no nested stack is fed by another and none reads elsewhere: then it does not matter.
    """
    if proposal.stack is None:
        return {}
    sets = {path: known for path, known in proposal.tree.walk() if path}
    fed = any("{{" in value for known in sets.values() for value in known.parameters.values())
    stored = any(_is_stored(body) for path in sets for body in (after.get(path, {}).get("Parameters") or {}).values())
    if not (fed or stored):
        return {}

    def ask(change_set: ChangeSet) -> Stack | None:
        return retried(waiting, lambda: describe_stack(cloudformation, change_set.stack_arn), not_known_yet)

    return {path: stack for path, stack in at_once(ask, sets).items() if stack is not None and stack.exists}


def _local(proposal: Proposal, sides: Sides, untold: list[ResourcePath]) -> Local | None:
    """That nested stacks were compared here, why, and what templates do not show."""
    if not untold:
        return None
    reasons = proposal.unevaluated
    if not reasons and proposal.tree.nested:
        reasons = tuple(f"{path}: it is listed without a change set of its own" for path in untold if len(path) == 1)
    # The stack's tags are copied to the resources of every nested stack (user guide, "Tags").
    notes = ("the stack's tags change, and with them those of its resources",) if sides.tags else ()
    return Local(reasons, notes)
