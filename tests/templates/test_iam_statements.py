"""Every IAM statement of the templates, and of the policies beside them: something uses it, and it reaches no further.

A statement that is added has to be named here, with what it is on and the property that makes use of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from templates.layers import LAYERS as BUILT
from tests.own_system import APP_NAME
from tests.templates.everything import AURORA
from tests.templates.rendering.test_deployer_policy import authorization_reference
from tests.templates.resolved import RENDERED, document, tree
from tests.templates.role_policies import role_statements
from tests.templates.system import STACK, System

LAYERS = ["root", *BUILT]
# With them every statement is there.
EVERYTHING = {"AccessLogsMode": "create", "FlowLogsRetentionDays": "7", "EnableExecuteCommand": "true", **AURORA}
EVERY_LOG_GROUP = "arn:aws:logs:ap-northeast-1:123456789012:log-group:*"
WRITE = "logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents"
CHANNELS = "CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel"
# The service authorization reference that cfn-lint ships has no resource for it; templates/parts/policies.py has this.
ON_ALL_OF_A_KIND = {"logs:DescribeLogGroups": EVERY_LOG_GROUP}
# What CloudFormation makes has no ARN before; roles stand in statements of their own (docs/decisions/0005).
UNSCOPED = {"Handlers"}


@dataclass(frozen=True)
class Use:
    """A statement by its resource and its actions; what it is on; the property that makes use of it."""

    place: str
    actions: str
    on: tuple[str, ...]
    user: str
    property: tuple[str | int, ...]
    value: Any


# What a task writes itself, into the log group of its container; ECS Exec too, where its sessions are logged.
CONTAINER_LOGS = ("ContainerDefinitions", 0, "LogConfiguration", "Options", "awslogs-group")
BUCKET = "alb.AccessLogsBucket"
USES = (
    Use(
        "ecs/ExecutionRole", "sts:AssumeRole", (), "ecs/TaskDefinition", ("ExecutionRoleArn",), "ecs.ExecutionRole.Arn"
    ),
    Use("ecs/TaskRole", "sts:AssumeRole", (), "ecs/TaskDefinition", ("TaskRoleArn",), "ecs.TaskRole.Arn"),
    Use("ecs/TaskRole", WRITE, ("ecs.LogGroup.Arn",), "ecs/TaskDefinition", CONTAINER_LOGS, "ecs.LogGroup"),
    Use(
        *("ecs/TaskRole", "logs:DescribeLogGroups", (EVERY_LOG_GROUP,)),
        *("ecs/TaskDefinition", CONTAINER_LOGS, "ecs.LogGroup"),
    ),
    Use(
        *("ecs/TaskRole", " ".join(f"ssmmessages:{name}" for name in CHANNELS.split()), ("*",)),
        *("ecs/Service", ("EnableExecuteCommand",), "true"),
    ),
    Use(
        *("network/FlowLogRole", "sts:AssumeRole", ()),
        *("network/FlowLog", ("DeliverLogsPermissionArn",), "network.FlowLogRole.Arn"),
    ),
    Use(
        *("network/FlowLogRole", WRITE, ("network.FlowLogGroup.Arn",)),
        *("network/FlowLog", ("LogGroupName",), "network.FlowLogGroup"),
    ),
    Use(
        *("network/FlowLogRole", "logs:DescribeLogGroups", (EVERY_LOG_GROUP,)),
        *("network/FlowLog", ("LogGroupName",), "network.FlowLogGroup"),
    ),
    Use(
        *("data/DatabaseMonitoringRole", "sts:AssumeRole", ()),
        *("data/DatabaseWriter", ("MonitoringRoleArn",), "data.DatabaseMonitoringRole.Arn"),
    ),
    Use(
        *("alb/AccessLogsBucketPolicy", "s3:PutObject", (f"{BUCKET}.Arn/{APP_NAME}/AWSLogs/123456789012/*",)),
        *("alb/LoadBalancer", ("LoadBalancerAttributes", "access_logs.s3.bucket"), BUCKET),
    ),
    Use(
        *("alb/AccessLogsBucketPolicy", "s3:*", (f"{BUCKET}.Arn", f"{BUCKET}.Arn/*")),
        *("alb/AccessLogsBucketPolicy", ("Bucket",), BUCKET),
    ),
)


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Every IAM statement in what a template says, wherever it stands."""
    if isinstance(node, dict) and "Effect" in node:
        yield node
    elif isinstance(node, dict):
        for member in node.values():
            yield from statements(member)
    elif isinstance(node, list):
        for item in node:
            yield from statements(item)


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What exists at a path; an attribute of a load balancer by its key."""
    for step in path:
        by_key = isinstance(value, list) and isinstance(step, str)
        value = {row["Key"]: row["Value"] for row in value}[step] if by_key else value[step]
    return value


def named(statement: dict[str, Any]) -> str:
    return " ".join(statement["Action"])


def test_every_statement_of_a_template_is_named_here_and_none_beside() -> None:
    written = [
        (f"{layer}/{name}", named(statement))
        for layer in LAYERS
        for name, resource in document(layer)["Resources"].items()
        for statement in statements(resource)
    ]
    assert sorted(written) == sorted((use.place, use.actions) for use in USES)


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.place} {use.actions}")
def test_a_statement_is_on_what_its_user_has_and_on_nothing_else(use: Use) -> None:
    layers = tree(**EVERYTHING)
    (layer, resource), (users, user) = use.place.split("/"), use.user.split("/")
    [statement] = [
        statement for statement in statements(layers[layer].resources[resource]) if named(statement) == use.actions
    ]
    assert tuple(statement.get("Resource", ())) == use.on
    assert at(layers[users].properties(user), use.property) == use.value


def formats(action: str) -> list[str]:
    """The ARNs that an action can be on, as patterns; none where it takes no resource."""
    service, _, operation = action.partition(":")
    reference = authorization_reference()[service]
    kinds = reference["Actions"][operation.lower()].get("Resources", ())
    known = {kind.lower(): body["ARNFormats"] for kind, body in reference["Resources"].items()}
    arns = [arn for kind in kinds for arn in known[kind.lower()]]
    return [re.sub(r"\$\{\w+\}", "[^:]*", arn) for arn in arns]


def standing() -> list[dict[str, Any]]:
    """Every statement as CloudFormation hands it to IAM and S3."""
    system = System()
    assert system.deploy(**EVERYTHING) == "CREATE_COMPLETE"
    stacks = system.play.cloud.world.state.stacks.values()
    assert STACK in {stack.name for stack in stacks}
    return [
        statement
        for stack in stacks
        for resource in stack.resources.values()
        for statement in statements(resource.properties)
    ]


def test_what_is_allowed_can_be_on_what_it_is_allowed_on() -> None:
    """An action whose resource is of no kind that it takes is never allowed by that statement."""
    checked = [statement for statement in standing() if statement["Effect"] == "Allow" and "Resource" in statement]
    assert len(checked) == len([use for use in USES if use.on]) - 1  # the one that refuses
    for statement in checked:
        for action in statement["Action"]:
            patterns = formats(action)
            for arn in statement["Resource"]:
                if not patterns:
                    assert arn == ON_ALL_OF_A_KIND.get(action, "*"), action
                else:
                    assert any(re.fullmatch(pattern, arn) for pattern in patterns), (action, arn)


def beside_the_templates(file: Path) -> list[dict[str, Any]]:
    """The statements of what is attached as it is, or by a template."""
    if file.suffix == ".yaml":
        return role_statements(file)
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["Statement"]
    return found


@pytest.mark.parametrize("file", sorted((RENDERED / "policies").iterdir()), ids=lambda file: file.stem)
def test_a_policy_beside_the_templates_names_what_it_is_on(file: Path) -> None:
    written = beside_the_templates(file)
    assert all(statement["Effect"] in ("Allow", "Deny") and statement["Sid"] for statement in written)
    everywhere = [statement for statement in written if "*" in statement["Resource"]]
    further = {
        statement["Sid"]
        for statement in everywhere
        for action in statement["Action"]
        if statement["Effect"] == "Allow" and formats(action)
    }
    assert further == (UNSCOPED if file.stem.endswith("-service-role") else set())


@pytest.mark.parametrize("file", sorted((RENDERED / "policies").iterdir()), ids=lambda file: file.stem)
def test_a_policy_beside_the_templates_allows_nothing_that_cannot_be_on_its_resources(file: Path) -> None:
    for statement in beside_the_templates(file):
        for action in statement["Action"] if statement["Resource"] != ["*"] else ():
            patterns = formats(action)
            fitting = [arn for arn in statement["Resource"] for pattern in patterns if re.fullmatch(pattern, arn)]
            assert fitting, (statement["Sid"], action)
