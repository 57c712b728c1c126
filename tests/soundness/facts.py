"""What really happened to a stack and all that is nested in it, as anybody may ask CloudFormation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.soundness.settings import settings_of
from tests.soundness.vocabulary import STACK

Path = tuple[str, ...]
_TOUCHES = ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", "CREATE_COMPLETE")
_URL = re.compile(r"(TemplateURL: ).*")


@dataclass(frozen=True)
class Stood:
    """One resource that stands."""

    type: str
    physical_id: str
    status: str = "CREATE_COMPLETE"


@dataclass(frozen=True)
class Snapshot:
    """A tree of stacks at one moment; `stacks` has the ARN of each, `texts` its template without its TemplateURLs."""

    status: str = ""
    resources: Mapping[Path, Stood] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    stacks: Mapping[Path, str] = field(default_factory=dict)
    texts: Mapping[Path, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


def snapshot(cloudformation: Any, stack: str, *, texts: bool = True, policy: bool = False) -> Snapshot:
    """How a stack is now, with all that is nested in it; its templates and its policy where they are wanted."""
    [body] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    stacks: dict[Path, str] = {(): body["StackId"]}
    resources: dict[Path, Stood] = {}
    todo: list[Path] = [()]
    while todo:
        at = todo.pop()
        for row in _rows(cloudformation, stacks[at]):
            if row["ResourceStatus"].startswith("DELETE_") or not row.get("PhysicalResourceId"):
                continue
            path = (*at, row["LogicalResourceId"])
            resources[path] = Stood(row["ResourceType"], row["PhysicalResourceId"], row["ResourceStatus"])
            if row["ResourceType"] == STACK:
                stacks[path] = row["PhysicalResourceId"]
                todo.append(path)
    outputs = {each["OutputKey"]: each["OutputValue"] for each in body.get("Outputs", ())}
    bodies = {path: executed_text(cloudformation, arn) for path, arn in stacks.items()} if texts else {}
    settings = settings_of(cloudformation, body, policy=policy)
    return Snapshot(body["StackStatus"], resources, outputs, stacks, bodies, settings)


def executed_text(cloudformation: Any, stack: str) -> str:
    """The template that a stack has, but for its TemplateURLs."""
    body = cloudformation.get_template(StackName=stack, TemplateStage="Original")["TemplateBody"]
    return without_urls(body if isinstance(body, str) else repr(body))


def without_urls(text: str) -> str:
    """A template's text but for its TemplateURLs: packaging gives them others."""
    return _URL.sub(r"\1", text)


def _rows(cloudformation: Any, stack: str) -> Iterator[Any]:
    more: dict[str, str] = {}
    while True:
        page = cloudformation.list_stack_resources(StackName=stack, **more)
        yield from page["StackResourceSummaries"]
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}


def touched(cloudformation: Any, stood: Snapshot, stands: Snapshot, tokens: Collection[str]) -> frozenset[Path]:
    """The resources that events report, of the operation whose token ends with one of these."""
    stacks = {(path, arn) for each in (stood, stands) for path, arn in each.stacks.items()}
    return frozenset(
        (*path, each["LogicalResourceId"])
        for path, arn in stacks
        for each in _events(cloudformation, arn, tokens)
        if each["ResourceType"] != STACK and each["ResourceStatus"] in _TOUCHES
    )


def _events(cloudformation: Any, stack: str, tokens: Collection[str]) -> Iterator[Any]:
    """The events of a stack of these tokens, the newest first; those of others end it."""
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
        for each in page["StackEvents"]:
            if not each.get("ClientRequestToken", "").endswith(tuple(tokens)):
                return
            yield each
