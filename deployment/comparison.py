"""A change set judged with the templates on both sides of it: what the stacks have, and what they would be given."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from deployment.changes import Action, ChangeSet
from deployment.movement import Documents, Path
from deployment.no_echo import masked_review
from deployment.review import Review, review
from deployment.session import Client
from deployment.stack import original_template
from deployment.template import STACK_TYPE, parse_document

_AT_ONCE = 4


@dataclass(frozen=True)
class Texts:
    """The root's template: as the stack has it (None where nothing stands yet), and as it would be given."""

    old: str | None
    new: str


def compared(
    cloudformation: Client, tree: ChangeSet, root: Texts, after: Documents, given: frozenset[str] = frozenset()
) -> Review:
    """Reads the old template of each layer whose template changes, then judges; no secret is in what comes out.

    `after` has the documents that would be given, `given` the root's parameters that get another value.
    """
    if root.old is None:
        return masked_review(review(tree, {}, after, frozenset()), after)
    changed = _rewritten(root.old, root.new, tree)
    before: dict[Path, Mapping[str, Any]] = {(): parse_document(root.old)}
    if changed:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            texts = pool.map(lambda arn: original_template(cloudformation, arn), changed.values())
            before |= {path: parse_document(text) for path, text in zip(changed, texts, strict=True) if text}
    own = {()} if root.old != root.new else set()
    # Below a layer that changes, what changed is not looked up: it is doubted.
    below = {path for path in after if path[:1] in changed}
    return masked_review(review(tree, before, after, frozenset({*changed, *own, *below}), given), after)


def _rewritten(old: str, new: str, tree: ChangeSet) -> dict[Path, str]:
    """The layers of the root whose TemplateURL is another one now, with the ARN of their stack."""
    before, after = (_urls(parse_document(text)) for text in (old, new))
    return {
        (change.logical_id,): change.physical_id
        for change in tree.changes
        if change.action is Action.MODIFY and change.physical_id and change.type == STACK_TYPE
        if before.get(change.logical_id) != after.get(change.logical_id)
    }


def _urls(document: Mapping[str, Any]) -> dict[str, str]:
    resources = document.get("Resources", {})
    return {
        name: str(body.get("Properties", {}).get("TemplateURL"))
        for name, body in resources.items()
        if body.get("Type") == STACK_TYPE
    }
