"""What a stack is now, and what may be done to it in that state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import NotFound


class StackStatus(Enum):
    """CloudFormation's StackStatus; a test holds it equal to the service model's."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_FAILED = "CREATE_FAILED"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"
    ROLLBACK_COMPLETE = "ROLLBACK_COMPLETE"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_FAILED = "DELETE_FAILED"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED = "UPDATE_FAILED"
    UPDATE_ROLLBACK_IN_PROGRESS = "UPDATE_ROLLBACK_IN_PROGRESS"
    UPDATE_ROLLBACK_FAILED = "UPDATE_ROLLBACK_FAILED"
    UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    UPDATE_ROLLBACK_COMPLETE = "UPDATE_ROLLBACK_COMPLETE"
    REVIEW_IN_PROGRESS = "REVIEW_IN_PROGRESS"
    IMPORT_IN_PROGRESS = "IMPORT_IN_PROGRESS"
    IMPORT_COMPLETE = "IMPORT_COMPLETE"
    IMPORT_ROLLBACK_IN_PROGRESS = "IMPORT_ROLLBACK_IN_PROGRESS"
    IMPORT_ROLLBACK_FAILED = "IMPORT_ROLLBACK_FAILED"
    IMPORT_ROLLBACK_COMPLETE = "IMPORT_ROLLBACK_COMPLETE"

    @property
    def in_progress(self) -> bool:
        """Whether an operation is at work; a stack under review has none."""
        return self.value.endswith("_IN_PROGRESS") and self is not StackStatus.REVIEW_IN_PROGRESS

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return not self.in_progress

    @property
    def succeeded(self) -> bool:
        """Whether the last operation did what was asked."""
        return self in _SUCCEEDED

    @property
    def updatable(self) -> bool:
        """Whether an update change set is accepted."""
        return self in _UPDATABLE


_SUCCEEDED = frozenset({StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE, StackStatus.IMPORT_COMPLETE})
_UPDATABLE = _SUCCEEDED | {StackStatus.UPDATE_ROLLBACK_COMPLETE, StackStatus.IMPORT_ROLLBACK_COMPLETE}


@dataclass(frozen=True)
class Output:
    """One output of a stack, with the name that it is exported under, if it is."""

    name: str
    value: str
    description: str | None
    export: str | None


@dataclass(frozen=True)
class Stack:
    """A stack as DescribeStacks shows it. Empty members are absent on the wire and empty here."""

    arn: str
    name: str
    status: StackStatus
    reason: str | None
    parameters: Mapping[str, str]
    outputs: tuple[Output, ...]
    tags: Mapping[str, str]
    protected: bool
    created: datetime
    updated: datetime | None
    role: str | None = None

    @property
    def exists(self) -> bool:
        """Whether there is something: a stack under review has an ARN and nothing else."""
        return self.status not in (StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE)


def describe_stack(cloudformation: Client, name: str) -> Stack | None:
    """The stack of that name or ARN; None where there is none."""
    try:
        response = call(cloudformation.describe_stacks, StackName=name)
    except NotFound:
        return None
    return stack_from(response["Stacks"][0])


def original_template(cloudformation: Client, name: str) -> str | None:
    """The text that the stack was last given; None where there is no stack or no template."""
    try:
        return given_template(cloudformation, name)
    except NotFound:
        return None


def given_template(cloudformation: Client, name: str) -> str | None:
    """The same of a stack that must be there: raises NotFound where it is not."""
    return template_text(call(cloudformation.get_template, StackName=name, TemplateStage="Original"))


def template_text(answer: Mapping[str, Any]) -> str | None:
    """The text of a GetTemplate answer; one in JSON, which the SDK has read already, is written again."""
    body = answer.get("TemplateBody")
    return body if body is None or isinstance(body, str) else json.dumps(body)


def stack_from(body: Mapping[str, Any]) -> Stack:
    """A member of DescribeStacks' Stacks."""
    return Stack(
        arn=body["StackId"],
        name=body["StackName"],
        status=StackStatus(body["StackStatus"]),
        reason=body.get("StackStatusReason"),
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in body.get("Parameters", ())},
        outputs=tuple(
            Output(each["OutputKey"], each["OutputValue"], each.get("Description"), each.get("ExportName"))
            for each in body.get("Outputs", ())
        ),
        tags={each["Key"]: each["Value"] for each in body.get("Tags", ())},
        protected=bool(body.get("EnableTerminationProtection")),
        created=body["CreationTime"],
        updated=body.get("LastUpdatedTime"),
        role=body.get("RoleARN"),
    )
