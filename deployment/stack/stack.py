"""The state of a stack, and what may be done to it in that state."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from cloudformation.statuses import StackStatus, open_member
from deployment.aws.answers import needed
from deployment.aws.calls import at_once, call
from deployment.aws.pages import members
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, NotFound, Unreachable
from deployment.stack.settings import Settings, settings_from

# For ListStacks, which returns deleted stacks for 90 days.
_STANDING = [status.value for status in StackStatus if status is not StackStatus.DELETE_COMPLETE]


@dataclass(frozen=True)
class Output:
    """One output of a stack."""

    name: str
    value: str
    description: str | None
    made_up: tuple[str, ...] = ()
    """Of a rehearsal: values that it made up and this output contains, as `Layer/Resource.Attribute`."""


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
    settings: Settings = field(default_factory=Settings)
    resolved: Mapping[str, str] = field(default_factory=dict)
    """The values of parameters that Systems Manager stores, when they were last read."""

    @property
    def values(self) -> dict[str, str]:
        """The value of each output."""
        return {output.name: output.value for output in self.outputs}

    @property
    def exists(self) -> bool:
        """Whether the stack has been created: a stack under review has an ARN and nothing else."""
        return self.status not in (StackStatus.REVIEW_IN_PROGRESS, StackStatus.DELETE_COMPLETE)


def describe_stack(cloudformation: Client, name: str) -> Stack | None:
    """The stack of that name or ARN; None where there is none."""
    try:
        response = call(cloudformation.describe_stacks, StackName=name)
    except NotFound:
        return None
    [body] = needed(response, "Stacks")[0][:1] or [{}]
    stack = stack_from(body if body.get("StackId") or not name.startswith("arn:") else {**body, "StackId": name})
    forms = _made_up(response)
    return replace(
        stack, outputs=tuple(replace(output, made_up=forms.get(output.name, ())) for output in stack.outputs)
    )


def _made_up(response: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a rehearsal adds to its answer: `OUTPUT=RESOURCE.ATTRIBUTE, ...`; AWS has no such header."""
    header = response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-rehearsal-made-up", "")
    forms: dict[str, tuple[str, ...]] = {}
    for entry in header.split(", "):
        name, given, form = entry.partition("=")
        if given:
            forms[unquote(name)] = (*forms.get(unquote(name), ()), unquote(form))
    return forms


def stacks_called(cloudformation: Client, prefix: str) -> dict[str, Stack]:
    """The stacks whose names begin so, by name, without nested stacks and those that the caller may not read.

    ListStacks returns names and states alone, of every stack of the account and Region. DescribeStacks without a name
    would return all of them, for a permission to read the parameters and outputs of every stack.
    """
    rows = members(cloudformation.list_stacks, "StackSummaries", StackStatusFilter=_STANDING)
    names = [str(row.get("StackName", "")) for row in rows if not row.get("ParentId")]
    return described(cloudformation, [name for name in names if name.startswith(prefix)])


def described(cloudformation: Client, names: Iterable[str]) -> dict[str, Stack]:
    """Those of these stacks that exist, by name; one that the caller may not read is another environment's."""
    stacks = at_once(lambda name: _allowed_stack(cloudformation, name), {name: name for name in names})
    return {name: stack for name, stack in stacks.items() if stack is not None}


def _allowed_stack(cloudformation: Client, name: str) -> Stack | None:
    try:
        return describe_stack(cloudformation, name)
    except AwsRefusal as error:
        if error.code not in ("AccessDenied", "AccessDeniedException"):
            raise
        return None


def standing_stack(cloudformation: Client, name: str) -> Stack | None:
    """The same where its absence is an answer to a person, which GetTemplate must not contradict."""
    stack = describe_stack(cloudformation, name)
    if stack is None:
        refuse_contradicted(name, original_template(cloudformation, name))
    return stack


def refuse_contradicted(name: str, template: str | None) -> None:
    """Raises Unreachable where a stack of that name is reported not to exist, and has a template all the same."""
    if template is not None:
        raise Unreachable(
            f"no usable answer: DescribeStacks reports that stack {name} does not "
            "exist, and "
            "GetTemplate returns its template",
            remedy="try again in a minute",
        )


def original_template(cloudformation: Client, name: str) -> str | None:
    """The text that the stack was last given; None where there is no stack or no template."""
    try:
        return given_template(cloudformation, name)
    except NotFound:
        return None


def processed_template(cloudformation: Client, name: str) -> str | None:
    """The text that CloudFormation uses, after its transforms; None where there is no stack or no template."""
    try:
        return template_text(call(cloudformation.get_template, StackName=name, TemplateStage="Processed"))
    except NotFound:
        return None


def given_template(cloudformation: Client, name: str) -> str | None:
    """The same of a stack that must exist: raises NotFound where it does not."""
    return template_text(call(cloudformation.get_template, StackName=name, TemplateStage="Original"))


def change_set_template(cloudformation: Client, arn: str) -> str | None:
    """The template of one change set; None where CloudFormation has none to return, as for one without changes."""
    try:
        return template_text(call(cloudformation.get_template, ChangeSetName=arn, TemplateStage="Original"))
    except AwsRefusal:
        return None


def template_text(answer: Mapping[str, Any]) -> str | None:
    """The text of a GetTemplate answer; one in JSON, which the SDK has read already, is written again."""
    body = answer.get("TemplateBody")
    return body if body is None or isinstance(body, str) else json.dumps(body)


def parameters_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The Parameters of a stack, or of a change set, as they are described."""
    return {
        parameter["ParameterKey"]: parameter.get("ParameterValue", "")
        for parameter in body.get("Parameters", ())
        if "ParameterKey" in parameter
    }


def tags_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The Tags of a stack, or of a change set, as they are described."""
    return {tag["Key"]: tag["Value"] for tag in body.get("Tags", ())}


def stack_from(body: Mapping[str, Any]) -> Stack:
    """A member of DescribeStacks' Stacks; raises Unreachable where it lacks what distinguishes stacks."""
    arn, name, status, created = needed(body, "StackId", "StackName", "StackStatus", "CreationTime")
    return Stack(
        arn=arn,
        name=name,
        status=open_member(StackStatus, status),
        reason=body.get("StackStatusReason"),
        parameters=parameters_of(body),
        outputs=tuple(
            Output(output["OutputKey"], output.get("OutputValue", ""), output.get("Description"))
            for output in body.get("Outputs", ())
            if "OutputKey" in output
        ),
        tags=tags_of(body),
        protected=bool(body.get("EnableTerminationProtection")),
        created=created,
        updated=body.get("LastUpdatedTime"),
        role=body.get("RoleARN"),
        resolved=resolved_values(body.get("Parameters", ())),
        settings=settings_from(body),
    )


def stack_policy(cloudformation: Client, name: str) -> str | None:
    """The policy of a stack, as its text; None where there is none, or no stack."""
    try:
        body: str | None = call(cloudformation.get_stack_policy, StackName=name).get("StackPolicyBody")
    except NotFound:
        return None
    return body or None


def resolved_values(parameters: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The values of the parameters that Systems Manager stores, of those that a stack or a change set has."""
    return {
        body["ParameterKey"]: body["ResolvedValue"]
        for body in parameters
        if {"ParameterKey", "ResolvedValue"} <= body.keys()
    }
