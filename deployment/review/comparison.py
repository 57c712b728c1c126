"""A change set judged with the templates on both sides of it: what the stacks have, and what they would be given."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from deployment.aws.clock import Waiting
from deployment.aws.session import Client
from deployment.aws.waiting import not_known_yet, retried
from deployment.change_set.change_set import Action, ChangeSet
from deployment.environment.parameter_values import Declared
from deployment.review.local_comparison import Comparison
from deployment.review.no_echo import masked_review
from deployment.review.review import Local, Review, review
from deployment.review.stack_templates import Read, StackTemplates, documents, template_urls
from deployment.stack.stack import Stack, given_template
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents, parse_document
from deployment.template.values import Values

_AT_ONCE = 4


@dataclass(frozen=True)
class Texts:
    """The root's template: as the stack has it (None where nothing stands yet), and as it would be given."""

    old: str | None
    new: str


@dataclass(frozen=True)
class Given:
    """What the root's parameters are given, before and after, and what pseudo parameters are.

    `moved` names those that get another value, or one that cannot be compared.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    moved: frozenset[str]
    pseudo: Mapping[str, str]


@dataclass(frozen=True)
class Proposal:
    """A change set with all that it would give a stack: template, parameters and tags.

    `stack` is what stands, with its template `old`; None where nothing does. `layers` has the documents of a set that
    includes nested ones, `read` finds those of one that does not, by their TemplateURLs; `unevaluated` says why.
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
    moved = _moved(proposal.new, stack.parameters, proposal.parameters) if stack else frozenset[str]()
    if proposal.nested:
        texts = Texts(proposal.old if stack else None, proposal.new)
        return compared(cloudformation, waiting, proposal.tree, texts, proposal.layers, moved)
    texts = Texts(proposal.old or "" if stack else None, proposal.new)
    given = Given(stack.parameters if stack else {}, proposal.parameters, moved, proposal.pseudo)
    told = Local(proposal.unevaluated, _tags_note(stack.tags, proposal.tags) if stack else ())
    return compared_locally(cloudformation, waiting, proposal.tree, texts, proposal.read, given, told)


def _moved(template: str, before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """The parameters that get another value, or one that cannot be compared: masked, or resolved from SSM."""
    declared = parse_document(template).get("Parameters") or {}
    parameters = {name: Declared(name, str(declared[name].get("Type")), declared[name]) for name in after}
    return frozenset(
        name
        for name, value in after.items()
        if parameters[name].is_ssm or parameters[name].secret or before.get(name) != value
    )


def compared(
    cloudformation: Client,
    waiting: Waiting,
    tree: ChangeSet,
    root: Texts,
    after: Documents,
    given: frozenset[str] = frozenset(),
) -> Review:
    """Reads the old template of each layer whose template changes, then judges; no secret is in what comes out.

    `after` has the documents that would be given, `given` the root's parameters that get another value.
    """
    if root.old is None:
        return masked_review(review(tree, {}, after, frozenset()), after)
    changed = _rewritten(root.old, root.new, tree)
    before: dict[ResourcePath, Mapping[str, Any]] = {ROOT: parse_document(root.old)}
    if changed:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            texts = pool.map(lambda arn: _of_layer(cloudformation, waiting, arn), changed.values())
            before |= {path: parse_document(text) for path, text in zip(changed, texts, strict=True) if text}
    own = {ROOT} if root.old != root.new else set()
    # Below a layer that changes, what changed is not looked up: it is doubted.
    below = {path for path in after if path[:1] in changed}
    return masked_review(review(tree, before, after, frozenset({*changed, *own, *below}), given), after)


def _of_layer(cloudformation: Client, waiting: Waiting, arn: str) -> str | None:
    return retried(waiting, lambda: given_template(cloudformation, arn), not_known_yet)


def _rewritten(old: str, new: str, tree: ChangeSet) -> dict[ResourcePath, str]:
    """The layers of the root whose TemplateURL is another one now, with the ARN of their stack."""
    before, after = (template_urls(parse_document(text)) for text in (old, new))
    return {
        ROOT / change.logical_id: change.physical_id
        for change in tree.changes
        if change.action is Action.MODIFY and change.physical_id and change.type == STACK_TYPE
        if before.get(change.logical_id) != after.get(change.logical_id)
    }


def _tags_note(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What templates do not tell: the stack's tags are copied to the resources of every layer (guide, "Tags")."""
    return () if dict(before) == dict(after) else ("the stack's tags change, and with them those of its resources",)


def compared_locally(
    cloudformation: Client, waiting: Waiting, plain: ChangeSet, root: Texts, read: Read, given: Given, told: Local
) -> Review:
    """Judges a change set without nested ones; what is below the root is compared here.

    `read` gives the templates that would be given, by their URLs.
    """
    after = documents(root.new, read)
    urls = {path / name: url for path, each in after.items() for name, url in template_urls(each).items()}
    standing = StackTemplates(cloudformation, waiting, plain, read, urls)
    before = {} if root.old is None else documents(root.old, standing.read)
    rewritten = frozenset(path for path, document in after.items() if before.get(path, document) != document)
    itself = review(plain, before, after, rewritten & {()}, given.moved).root
    sides = Values(before, given.before, given.pseudo), Values(after, given.after, given.pseudo)
    tree = Comparison(*sides, itself, given.moved, standing).tree()
    return masked_review(Review(tree, tuple(sorted(rewritten)), told if urls else None), after)
