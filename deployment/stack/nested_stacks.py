"""What stands in a stack, as ListStackResources gives it: page by page, not only the first hundred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployment.aws.calls import call
from deployment.aws.session import Client


def list_resources(cloudformation: Client, arn: str) -> Iterator[dict[str, Any]]:
    """All rows of ListStackResources."""
    arguments: dict[str, Any] = {"StackName": arn}
    while True:
        page = call(cloudformation.list_stack_resources, **arguments)
        yield from page.get("StackResourceSummaries", ())
        if not page.get("NextToken"):
            return
        arguments["NextToken"] = page["NextToken"]
