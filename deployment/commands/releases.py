"""The releases of a stack: each is recorded once it stands, and listed with the one that stands now."""

from __future__ import annotations

from dataclasses import replace

from cloudformation.parameters.declarations import MASK
from deployment.artifacts.bucket import recorded_releases
from deployment.artifacts.packaging import Package
from deployment.artifacts.releases import (
    SHORT,
    Release,
    StoredTemplate,
    content_digest,
    packed_templates,
    put_release,
    read_release,
    stored_under,
    text_digest,
)
from deployment.aws.calls import at_once
from deployment.errors import DeploymentError, WatchLost
from deployment.review.stack_templates import template_urls
from deployment.run.execution import Execution, followed
from deployment.run.identity import caller_of
from deployment.run.outcome import Deployed, Detached, Listed, ListedRelease, Outcome
from deployment.run.prepare import storage_of
from deployment.run.run import Run
from deployment.stack.stack import Stack, describe_stack, original_template

MOST = 20
"""How many records are read for a list: each is a call."""


def releases(run: Run) -> Outcome:
    """The newest releases of the stack, with time, digest and who deployed them."""
    caller_of(run)
    stack = describe_stack(run.cloudformation, run.environment.stack)
    s3, storage = run.session.s3, storage_of(run)
    keys = recorded_releases(s3, storage)
    read = at_once(lambda key: read_release(s3, storage, key), {key: key for key in keys[:MOST]})
    records = [record for record in read.values() if record is not None]
    current = _current(run, stack, records)
    earlier = [record for record in records if current is None or record.digest != current.digest]
    return Listed(
        run.environment.stack,
        tuple(
            ListedRelease(record.time, record.digest, record.by, record.outcome, record is current)
            for record in records
        ),
        max(0, len(keys) - MOST),
        tuple(key for key, record in read.items() if record is None),
        next((run.invocation.again("deploy", "--to", record.digest[:SHORT]) for record in earlier), ""),
    )


def _current(run: Run, stack: Stack | None, records: list[Release]) -> Release | None:
    """The newest record of what the stack has now; a root in JSON, which the SDK writes anew, is known by its time."""
    if stack is None or not stack.exists:
        return None
    text = original_template(run.cloudformation, stack.arn) or ""
    for record in records:
        parameters = {name: value for name, value in stack.parameters.items() if name not in record.withheld}
        same = record.digest == content_digest(text_digest(text), parameters, stack.tags)
        if same or record.time == (stack.updated or stack.created):
            return record
    return None


def packed_release(run: Run, caller: str, execution: Execution, packed: Package) -> Release:
    """The release that an execution of what was packed makes, as far as it is known when it begins."""
    secret = {name for name, value in run.values.items() if value.declared.secret} | run.kept
    return Release(
        stack=run.environment.stack,
        time=execution.change_set.created,
        by=caller,
        outcome=None,
        root=text_digest(packed.text),
        templates=packed_templates(packed),
        parameters={name: value for name, value in run.wanted.items() if name not in secret},
        withheld=tuple(sorted(secret)),
        tags=dict(run.environment.tags),
    )


def saved_release(run: Run, caller: str, execution: Execution, text: str) -> Release:
    """The same of a change set that was made before: its templates by the URLs that they hold, root's by its name."""
    tree, storage, root = execution.change_set, storage_of(run), text_digest(text)
    wanted = dict(tree.parameters) | {left.name: left.then for left in run.postponed}
    urls = (url for document in execution.documents.values() for url in template_urls(document).values())
    named = (stored_under(storage, url) for url in urls)
    secret = {name for name, value in wanted.items() if value == MASK}
    return Release(
        stack=run.environment.stack,
        time=tree.created,
        by=caller,
        outcome=None,
        root=root,
        templates=(*filter(None, named), StoredTemplate(f"{storage.prefix}/root-{root}.yaml", None, root)),
        parameters={name: value for name, value in wanted.items() if name not in secret},
        withheld=tuple(sorted(secret)),
        tags=dict(tree.tags),
    )


def recorded(run: Run, execution: Execution, release: Release) -> Deployed | Detached:
    """Follows an execution, and records its release once it stands: one call.

    Where nobody watches its end, it is recorded without one. A record that cannot be written changes no outcome.
    """
    written: list[Release] = []

    def record(stack: Stack | None) -> None:
        time = (stack.updated or stack.created) if stack else release.time
        written.append(replace(release, time=time, outcome=stack.status.value if stack else None))
        try:
            put_release(run.session.s3, storage_of(run), written[-1])
        except DeploymentError as error:
            run.say(f"note: this release could not be recorded; --to can deploy it again only from git: {error}")

    try:
        ended = followed(run, execution, record)
    except (WatchLost, KeyboardInterrupt):
        if not written:
            record(None)
        raise
    if not written:
        record(None)
    return ended
