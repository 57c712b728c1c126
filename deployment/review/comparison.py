"""A change set judged with the templates on both sides of it: what the stacks have, and what they would be given."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from deployment.aws.session import Client
from deployment.aws.waiting import not_known_yet, patiently
from deployment.change_set.change_set import Action, ChangeSet
from deployment.review.local_comparison import Comparison
from deployment.review.no_echo import masked_review
from deployment.review.phantoms import Documents, Path
from deployment.review.review import Local, Review, review
from deployment.review.stack_templates import Read, Standing, documents, template_urls
from deployment.run.run import Run
from deployment.stack.stack import given_template
from deployment.template.template import STACK_TYPE, parse_document
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


def compared(run: Run, tree: ChangeSet, root: Texts, after: Documents, given: frozenset[str] = frozenset()) -> Review:
    """Reads the old template of each layer whose template changes, then judges; no secret is in what comes out.

    `after` has the documents that would be given, `given` the root's parameters that get another value.
    """
    if root.old is None:
        return masked_review(review(tree, {}, after, frozenset()), after)
    changed = _rewritten(root.old, root.new, tree)
    before: dict[Path, Mapping[str, Any]] = {(): parse_document(root.old)}
    if changed:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            texts = pool.map(lambda arn: _of_layer(run, arn), changed.values())
            before |= {path: parse_document(text) for path, text in zip(changed, texts, strict=True) if text}
    own = {()} if root.old != root.new else set()
    # Below a layer that changes, what changed is not looked up: it is doubted.
    below = {path for path in after if path[:1] in changed}
    return masked_review(review(tree, before, after, frozenset({*changed, *own, *below}), given), after)


def _of_layer(run: Run, arn: str) -> str | None:
    return patiently(run.waiting, lambda: given_template(run.session.cloudformation, arn), not_known_yet)


def _rewritten(old: str, new: str, tree: ChangeSet) -> dict[Path, str]:
    """The layers of the root whose TemplateURL is another one now, with the ARN of their stack."""
    before, after = (template_urls(parse_document(text)) for text in (old, new))
    return {
        (change.logical_id,): change.physical_id
        for change in tree.changes
        if change.action is Action.MODIFY and change.physical_id and change.type == STACK_TYPE
        if before.get(change.logical_id) != after.get(change.logical_id)
    }


def tags_note(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """What templates do not tell: the stack's tags are copied to the resources of every layer (guide, "Tags")."""
    return () if dict(before) == dict(after) else ("the stack's tags change, and with them those of its resources",)


def compared_locally(
    cloudformation: Client, plain: ChangeSet, root: Texts, read: Read, given: Given, told: Local
) -> Review:
    """Judges a change set without nested ones; what is below the root is compared here.

    `read` gives the templates that would be given, by their URLs.
    """
    after = documents(root.new, read)
    urls = {(*path, name): url for path, each in after.items() for name, url in template_urls(each).items()}
    standing = Standing(cloudformation, plain, read, urls)
    before = {} if root.old is None else documents(root.old, standing.read)
    rewritten = frozenset(path for path, document in after.items() if before.get(path, document) != document)
    itself = review(plain, before, after, rewritten & {()}, given.moved).root
    sides = Values(before, given.before, given.pseudo), Values(after, given.after, given.pseudo)
    tree = Comparison(*sides, itself, given.moved, standing).tree()
    return masked_review(Review(tree, tuple(sorted(rewritten)), told if urls else None), after)
