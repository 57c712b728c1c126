"""What DescribeEvents reports about hooks and validations."""

from __future__ import annotations

from deployment.stack.failed_checks import failed_checks
from tests.deployment.fake_client import FakeClient
from tests.deployment.shapes import at, stack_arn


def test_failed_checks_are_read_page_by_page_without_other_events() -> None:
    row = {"EventId": "1", "StackId": stack_arn(), "Timestamp": at(1)}
    pages = [
        {"OperationEvents": [row | {"EventType": "VALIDATION_ERROR"}], "NextToken": "2"},
        {"OperationEvents": [row | {"EventType": "STACK_EVENT"}, row | {"EventType": "HOOK_INVOCATION_ERROR"}]},
    ]
    client = FakeClient("cloudformation", describe_events=pages)
    assert [each["EventType"] for each in failed_checks(client, StackName="x")] == [
        "VALIDATION_ERROR",
        "HOOK_INVOCATION_ERROR",
    ]
    assert client.named("describe_events")[1]["NextToken"] == "2"
