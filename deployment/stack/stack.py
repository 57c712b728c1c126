"""What a stack is now, and what may be done to it in that state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudformation.statuses import StackStatus
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import NotFound


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
