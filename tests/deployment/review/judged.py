"""Trees of change sets and templates, as short to write as the tests of a review need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.statuses import ChangeSetStatus, ExecutionStatus
from deployment.aws.clock import Waiting
from deployment.change_set.change_set import ChangeSet, change_from
from deployment.review.local_comparison import Comparison
from deployment.review.phantoms import Phantoms
from deployment.review.review import LayerReview, ResourceChange, WillChange
from deployment.review.sides import Sides
from deployment.review.stack_templates import StackTemplates
from deployment.template.resource_path import ResourcePath
from deployment.template.template import parse_document
from deployment.template.values import Values
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime
from tests.deployment.shapes import NO_CHANGES, STACK_TYPE, START, set_arn, stack_arn


def path(text: str) -> ResourcePath:
    """A path, from its text: the root's is empty."""
    return ResourcePath(text.split("/") if text else ())


def a_set(
    *rows: dict[str, Any],
    below: Mapping[str, ChangeSet] | None = None,
    parameters: Mapping[str, str] | None = None,
    nested: bool = True,
    listed: bool = True,
) -> ChangeSet:
    """A change set with these rows, and those of nested stacks `below` it."""
    return ChangeSet(
        arn=set_arn("one"),
        stack_arn=stack_arn("one"),
        status=ChangeSetStatus.CREATE_COMPLETE,
        execution=ExecutionStatus.AVAILABLE,
        reason=None,
        parameters=parameters or {},
        created=START,
        changes=tuple(change_from(row) for row in rows),
        children=below or {},
        nested=nested,
        listed=listed,
    )


def empty_set(**more: Any) -> ChangeSet:
    """A change set that finds nothing to change."""
    made = a_set(**more)
    return ChangeSet(**{**vars(made), "status": ChangeSetStatus.FAILED, "reason": NO_CHANGES})


def values(texts: Mapping[str, str], given: Mapping[str, str] | None = None) -> Values:
    """One side, of templates by the texts of their paths."""
    return Values({path(at): parse_document(text) for at, text in texts.items()}, given or {}, {})


def sides(
    after: Mapping[str, str],
    before: Mapping[str, str | None] | None = None,
    given: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
    **more: Any,
) -> Sides:
    """Both sides; `before` has the templates that were others, or None where one is not at hand."""
    old = {at: text for at, text in {**after, **(before or {})}.items() if text is not None}
    return Sides(values(old, given[0]), values(after, given[1]), **more)


def phantoms(tree: ChangeSet, both: Sides, compared: Callable[..., WillChange] = lambda *_: WillChange.NO) -> Phantoms:
    """What follows unknown values; of what no change set lists, `compared` says whether it changes."""
    return Phantoms(tree, both, compared)


def comparison(
    tree: ChangeSet, both: Sides, existing: Mapping[str, tuple[str, ...]] | None = None, *, create: bool = False
) -> Comparison:
    """A comparison; `existing` are the nested stacks of those that CloudFormation is asked for, by the stack above."""
    client = FakeClient(
        "cloudformation",
        list_stack_resources=lambda StackName: _listed(StackName, existing or {}),  # noqa: N803
    )
    standing = StackTemplates(client, Waiting(FakeTime().clock, POLLING), tree, lambda *_: None, {})
    for at in filter(None, both.before.documents if existing else ()):
        standing.arn(at)
    return Comparison(both, tree, standing, create=create)


def _listed(stack: str, existing: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    summaries = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": stack_arn(name),
            "ResourceType": STACK_TYPE,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": START,
        }
        for name in existing.get(stack.split("/")[1], ())
    ]
    return {"StackResourceSummaries": summaries}


def lines(layer: LayerReview) -> list[str]:
    """A review as text: each nested stack that is new, and each change; a question mark where one is not certain."""
    return [line for below in layer.walk() for line in (*_new(below), *map(_line, below.resources))]


def _new(layer: LayerReview) -> list[str]:
    return [f"{layer.path} is new"] if layer.kind is not None else []


def _line(change: ResourceChange) -> str:
    said = ", ".join(f"{told.name}{'' if told.certain else '?'}" for told in change.properties)
    return f"{change.path} {change.kind.value}{'' if change.certain else '?'}{f': {said}' if said else ''}"
