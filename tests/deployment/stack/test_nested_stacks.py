"""What stands in a stack."""

from __future__ import annotations

from deployment.stack.nested_stacks import list_resources
from tests.deployment.fake_client import FakeClient
from tests.deployment.shapes import START, stack_arn


def test_every_page_is_read() -> None:
    row = {"ResourceType": "AWS::SNS::Topic", "ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": START}
    pages = [
        {"StackResourceSummaries": [{"LogicalResourceId": "A", **row}], "NextToken": "more"},
        {"StackResourceSummaries": [{"LogicalResourceId": "B", **row}]},
    ]
    client = FakeClient("cloudformation", list_stack_resources=pages)
    assert [each["LogicalResourceId"] for each in list_resources(client, stack_arn())] == ["A", "B"]
    assert client.named("list_stack_resources")[1] == {"StackName": stack_arn(), "NextToken": "more"}
