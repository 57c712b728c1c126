"""A change set judged with the templates on both sides of it: what the stacks have, and what they would be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.parameters.declarations import is_no_echo, is_stored
from cloudformation.scalars import text_of
from cloudformation.statuses import ChangeAction
from deployment.aws.calls import at_once
from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.aws.waiting import not_known_yet, retried
from deployment.change_set.change_set import ChangeSet
from deployment.review.local_comparison import Comparison
from deployment.review.no_echo import masked_review
from deployment.review.review import Local, Review, review
from deployment.review.stack_templates import Read, StackTemplates, documents, template_urls
from deployment.stack.stack import Stack, given_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents, parse_document
from deployment.template.values import Values


@dataclass(frozen=True)
class Proposal:
    """A change set with all that it would give a stack: template, parameters and tags.

    `stack` is what stands, with its template `old`; None where nothing does. `layers` has the root's document, and all
    others of a set that includes nested ones; `read` finds those of one that does not, by their TemplateURLs, and
    `unevaluated` says why it does not.
    """

    tree: ChangeSet
    stack: Stack | None
    old: str | None
    new: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    pseudo: Mapping[str, str]
    nested: bool
    layers: Documents
    read: Read
    unevaluated: tuple[str, ...] = ()


def reviewed(cloudformation: Client, waiting: Waiting, proposal: Proposal) -> Review:
    """What a change set means, made now or saved earlier; no secret is in what comes out."""
    stack = proposal.stack
    moved = _moved(proposal.layers[ROOT], stack.parameters, proposal.parameters) if stack else frozenset[str]()
    compare = compared if proposal.nested else compared_locally
    return compare(cloudformation, waiting, proposal, moved)


def _moved(template: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """The parameters that get another value, or one that cannot be compared: masked, or resolved from SSM."""
    declared = template.get("Parameters") or {}
    return frozenset(
        name
        for name, value in after.items()
        if is_stored(text_of(declared[name].get("Type"))) or is_no_echo(declared[name]) or before.get(name) != value
    )


def compared(cloudformation: Client, waiting: Waiting, proposal: Proposal, moved: frozenset[str]) -> Review:
    """Reads the old template of each layer whose template changes, then judges; `moved` are parameters of the root."""
    tree, after, old = proposal.tree, proposal.layers, proposal.old
    if proposal.stack is None or old is None:
        return masked_review(review(tree, {}, after, frozenset()), after)
    before: dict[ResourcePath, Mapping[str, Any]] = {ROOT: parse_document(old)}
    changed = _rewritten(before[ROOT], parse_document(proposal.new), tree)
    texts = at_once(lambda arn: _of_layer(cloudformation, waiting, arn), changed)
    before |= {path: parse_document(text) for path, text in texts.items() if text}
    own = {ROOT} if old != proposal.new else set()
    # Below a layer that changes, what changed is not looked up: it is doubted.
    below = {path for path in after if path[:1] in changed}
    return masked_review(review(tree, before, after, frozenset({*changed, *own, *below}), moved), after, before)


def _of_layer(cloudformation: Client, waiting: Waiting, arn: str) -> str | None:
    return retried(waiting, lambda: given_template(cloudformation, arn), not_known_yet)


def _rewritten(old: Mapping[str, Any], new: Mapping[str, Any], tree: ChangeSet) -> dict[ResourcePath, str]:
    """The layers of the root whose TemplateURL is another one now, with the ARN of their stack."""
    before, after = template_urls(old), template_urls(new)
    return {
        ROOT / change.logical_id: change.physical_id
        for change in tree.changes
        if change.action is ChangeAction.MODIFY and change.physical_id and change.type == STACK_TYPE
        if before.get(change.logical_id) != after.get(change.logical_id)
    }


def compared_locally(cloudformation: Client, waiting: Waiting, proposal: Proposal, moved: frozenset[str]) -> Review:
    """Judges a change set without nested ones; what is below the root is compared here."""
    stack, plain, pseudo = proposal.stack, proposal.tree, proposal.pseudo
    after = documents(proposal.new, proposal.read)
    urls = {path / name: url for path, document in after.items() for name, url in template_urls(document).items()}
    standing = StackTemplates(cloudformation, waiting, plain, proposal.read, urls)
    before = documents(proposal.old or "", standing.read) if stack else {}
    rewritten = frozenset(path for path, document in after.items() if before.get(path, document) != document)
    itself = review(plain, before, after, rewritten & {()}, moved).root
    sides = Values(before, stack.parameters if stack else {}, pseudo), Values(after, proposal.parameters, pseudo)
    tree = Comparison(*sides, itself, moved, standing).tree()
    local = Local(proposal.unevaluated, _tags_note(proposal)) if urls else None
    return masked_review(Review(tree, tuple(sorted(rewritten)), local), after, before)


def _tags_note(proposal: Proposal) -> tuple[str, ...]:
    """What templates do not tell: the stack's tags are copied to the resources of every layer (guide, "Tags")."""
    if proposal.stack is None or dict(proposal.stack.tags) == dict(proposal.tags):
        return ()
    return ("the stack's tags change, and with them those of its resources",)
