"""What stands in a stack, as ListStackResources gives it: page by page, not only the first hundred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployment.aws.pages import members
from deployment.aws.session import Client


def list_resources(cloudformation: Client, arn: str) -> Iterator[dict[str, Any]]:
    """All rows of ListStackResources."""
    return members(cloudformation.list_stack_resources, "StackResourceSummaries", StackName=arn)
