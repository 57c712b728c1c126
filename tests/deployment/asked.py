"""What a CloudFormation of this process answers, asked without an SDK: how something ended, not its messages."""

from __future__ import annotations

from typing import Any

from rehearsal.control.cloud import Cloud
from rehearsal.loopback.wire import Call
from tests.deployment.project import ACCOUNT

REGION = "eu-west-1"


def asked(cloud: Cloud, operation: str, **parameters: Any) -> dict[str, Any]:
    """The answer; raises CloudFormationError."""
    return cloud.handle(Call(operation, parameters, REGION, ACCOUNT, "asked"))


def stacks(cloud: Cloud) -> list[dict[str, Any]]:
    """Every stack that is not deleted, newest first."""
    return _pages(cloud, "DescribeStacks", "Stacks")


def unexecuted(cloud: Cloud, *names: str) -> list[str]:
    """Change sets of these stacks that wait for an execution."""
    rows = [row for name in names for row in _pages(cloud, "ListChangeSets", "Summaries", StackName=name)]
    return [row["ChangeSetName"] for row in rows if not row["ExecutionStatus"].startswith("EXECUTE_")]


def _pages(cloud: Cloud, operation: str, member: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = asked(cloud, operation, **parameters)
    rows = list(answer[member])
    while token := answer.get("NextToken"):
        answer = asked(cloud, operation, NextToken=token, **parameters)
        rows += answer[member]
    return rows
