"""A deployment from the prepared run to its outcome: package, change set, review, approval, execution."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from deployment.bucket import make_bucket
from deployment.change_set import Request, await_change_set, create_change_set, has_changes
from deployment.changes import Action, ChangeSet
from deployment.conversation import Progress, Question, Reviewed
from deployment.discard import discard, discarded_on_failure
from deployment.execution import execute, protect
from deployment.movement import Path
from deployment.no_echo import masked_review
from deployment.outcome import Declined, Outcome, Planned, Unchanged
from deployment.packaging import missing, upload
from deployment.preflight import Answer, ask, is_due, tell_missing
from deployment.prepare import Prepared, Run, nothing_to_do, prepare, same_values
from deployment.review import Kind, Review, review
from deployment.stack import Stack, original_template
from deployment.template import STACK_TYPE, parse_document


@dataclass(frozen=True)
class Standing:
    """A change set that stands and was reviewed."""

    request: Request
    tree: ChangeSet
    review: Review


def deploy(run: Run) -> Outcome:
    """Brings the stack to what the files say."""
    prepared = prepare(run)
    if nothing_to_do(run, prepared) and prepared.existing:
        protect(run, prepared.existing)
        return Unchanged(prepared.existing)
    if (declined := _provide(run, prepared)) is not None:
        return declined
    return _through_change_set(run, prepared, plan=False)


def plan(run: Run) -> Outcome:
    """What deploy would do; only templates are uploaded, under names that nothing else uses."""
    prepared = prepare(run)
    if nothing_to_do(run, prepared):
        return Planned(run.environment.stack, None)
    return _provide(run, prepared) or _through_change_set(run, prepared, plan=True)


def _provide(run: Run, prepared: Prepared) -> Declined | None:
    """Makes the bucket on first use, after asking, and uploads what is missing."""
    storage = prepared.storage
    if prepared.present is None:
        question = f"Make bucket {storage.bucket} in {storage.region} for the templates?"
        if not run.approve(Question(question)):
            return Declined(run.environment.stack, question)
        run.tell(Progress(f"making bucket {storage.bucket}"))
        make_bucket(run.session.s3, storage)
    artifacts = missing(prepared.package, prepared.present or frozenset())
    if artifacts:
        run.tell(Progress(f"uploading {len(artifacts)} of {len(prepared.package.artifacts)} templates"))
        upload(run.session.s3, storage, artifacts)
    return None


def _through_change_set(run: Run, prepared: Prepared, *, plan: bool) -> Outcome:
    cloudformation = run.session.cloudformation
    request = _request(run, prepared)
    run.tell(Progress(f"asking for a change set of stack {run.environment.stack} and its layers"))
    change_set, stack = create_change_set(cloudformation, request, run.token())
    with discarded_on_failure(cloudformation, change_set, stack, run.waiting, run.token):
        outcome = _judged(run, prepared, request, change_set, plan=plan)
    if not isinstance(outcome, Standing):
        discard(cloudformation, change_set, stack, run.waiting, run.token())
        return outcome
    return execute(run, outcome.request, outcome.tree, outcome.review)


def _judged(run: Run, prepared: Prepared, request: Request, change_set: str, *, plan: bool) -> Outcome | Standing:
    """What the change set means and whether it is wanted; a Standing one is to be executed."""
    tree, answer = _awaited(run, prepared, change_set)
    stack = prepared.existing
    if not has_changes(tree):
        return Planned(run.environment.stack, None) if plan or stack is None else Unchanged(stack)
    judged = _review(run, prepared, tree)
    if not judged.root.touched and stack is not None and _same_text(run, prepared):
        return Planned(stack.name, None) if plan else Unchanged(stack)
    if answer:
        tell_missing(run, answer, tree)
    overridden = tuple((name, run.values[name].shown) for name in run.environment.overridden)
    reviewed = Reviewed(run.environment.stack, stack is None, judged, overridden)
    if plan:
        return Planned(run.environment.stack, reviewed)
    run.tell(reviewed)
    question = _question(run, stack is None, judged)
    return (
        Standing(request, tree, judged)
        if run.approve(Question(question))
        else Declined(run.environment.stack, question)
    )


def _awaited(run: Run, prepared: Prepared, change_set: str) -> tuple[ChangeSet, Answer | None]:
    """The change set, and what IAM said meanwhile where it was to be asked."""
    if not is_due(run, prepared):
        return await_change_set(run.session.cloudformation, change_set, run.waiting), None
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, run, prepared)
        return await_change_set(run.session.cloudformation, change_set, run.waiting), answer.result()


def _same_text(run: Run, prepared: Prepared) -> bool:
    """Whether neither the templates nor the values say anything new."""
    stack = prepared.existing
    return stack is not None and prepared.text == prepared.package.text and same_values(run, stack)


def _request(run: Run, prepared: Prepared) -> Request:
    stack = prepared.existing
    return Request(
        stack=stack.arn if stack else run.environment.stack,
        create=stack is None,
        template_url=prepared.package.url,
        parameters=tuple(run.parameters.items()),
        tags=run.environment.tags,
        capabilities=run.root.capabilities,
        role=run.environment.role,
    )


def _review(run: Run, prepared: Prepared, tree: ChangeSet) -> Review:
    """Reads the old template of each layer whose template changes, then judges."""
    after = {path: template.document for path, template in run.root.walk()}
    if prepared.existing is None or prepared.text is None:
        return masked_review(review(tree, {}, after, frozenset()), after)
    changed = _rewritten(prepared.text, prepared.package.text, tree)
    before: dict[Path, Mapping[str, Any]] = {(): parse_document(prepared.text)}
    if changed:
        with ThreadPoolExecutor(4) as pool:
            texts = pool.map(lambda arn: original_template(run.session.cloudformation, arn), changed.values())
            before |= {path: parse_document(text) for path, text in zip(changed, texts, strict=True) if text}
    own = {()} if prepared.text != prepared.package.text else set()
    # Below a layer that changes, what changed is not looked up: it is doubted.
    below = {path for path in after if path[:1] in changed}
    return review(tree, before, after, frozenset({*changed, *own, *below}), _given(run, prepared.existing))


def _given(run: Run, stack: Stack) -> frozenset[str]:
    """The parameters that get another value, or one that cannot be compared."""
    return frozenset(
        name
        for name, value in run.values.items()
        if value.declared.is_ssm or value.declared.secret or stack.parameters.get(name) != value.text
    )


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


def _question(run: Run, create: bool, judged: Review) -> str:
    verb = "Create" if create else "Update"
    grave = [kind for kind in (Kind.REPLACED, Kind.MAY_BE_REPLACED, Kind.REMOVED) if judged.count(kind)]
    warning = f" ({', '.join(f'{judged.count(kind)} {kind.value}' for kind in grave)})" if grave else ""
    return f"{verb} stack {run.environment.stack} in {run.environment.account}/{run.environment.region}{warning}?"
