"""The XML that goes out, read back by botocore's own parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

import pytest
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.session import get_session
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire.response import respond, respond_error

NOW = datetime(2026, 11, 3, 7, 8, 9, 120_000, tzinfo=UTC)
STACK: dict[str, Any] = {
    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1",
    "StackName": "web",
    "CreationTime": NOW,
    "StackStatus": "CREATE_COMPLETE",
}


@cache
def service_model() -> ServiceModel:
    return get_session().get_service_model("cloudformation")


def as_read(operation: str, body: bytes, status: int = 200) -> dict[str, Any]:
    """What boto3 would make of the body."""
    model = service_model().operation_model(operation)
    response = {"body": body, "headers": {}, "status_code": status}
    parsed: dict[str, Any] = create_parser("query").parse(response, model.output_shape)
    return parsed


def test_a_result_comes_back_as_it_was_given() -> None:
    result = {
        "Stacks": [
            {
                **STACK,
                "DisableRollback": False,
                "NotificationARNs": [],
                "RollbackConfiguration": {},
                "Parameters": [{"ParameterKey": "A", "ParameterValue": ' <a & "b">\r\n\tü '}],
                "Tags": [],
            }
        ]
    }
    read = as_read("DescribeStacks", respond("DescribeStacks", result, "r-1"))
    assert read["Stacks"] == result["Stacks"]
    assert read["ResponseMetadata"]["RequestId"] == "r-1"


def test_the_document_has_the_form_of_the_query_protocol() -> None:
    assert respond("CreateStack", {"StackId": "a"}, "r-1") == (
        b'<CreateStackResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">'
        b"<CreateStackResult><StackId>a</StackId></CreateStackResult>"
        b"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></CreateStackResponse>"
    )


def test_an_operation_without_output_still_answers() -> None:
    body = respond("DeleteStack", {}, "r-1")
    assert b"Result" not in body
    assert as_read("DeleteStack", body)["ResponseMetadata"]["RequestId"] == "r-1"


def test_an_operation_whose_output_is_empty_answers_an_empty_result() -> None:
    assert b"<ExecuteChangeSetResult></ExecuteChangeSetResult>" in respond("ExecuteChangeSet", {}, "r-1")


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    for moment in (NOW, tokyo):
        body = respond("DescribeStacks", {"Stacks": [{**STACK, "CreationTime": moment}]}, "r")
        assert b"<CreationTime>2026-11-03T07:08:09.120Z</CreationTime>" in body


def test_none_is_an_absent_member() -> None:
    body = respond("DescribeStacks", {"Stacks": [{**STACK, "Description": None}], "NextToken": None}, "r")
    assert b"Description" not in body
    assert b"NextToken" not in body


def test_a_map_is_written_as_entries() -> None:
    summary = {"ResourceType": "AWS::S3::Bucket", "LogicalResourceIds": ["B"], "ResourceIdentifiers": ["BucketName"]}
    read = as_read("GetTemplateSummary", respond("GetTemplateSummary", {"ResourceIdentifierSummaries": [summary]}, "r"))
    assert read["ResourceIdentifierSummaries"] == [summary]
    resource = {"ResourceType": "A::B::C", "ResourceIdentifier": {"Name": "a<b"}, "ManagedByStack": True}
    body = respond("ListResourceScanResources", {"Resources": [resource]}, "r")
    assert as_read("ListResourceScanResources", body)["Resources"] == [resource]


def test_numbers_come_back_as_numbers() -> None:
    body = respond("DescribeResourceScan", {"PercentageCompleted": 12.5, "ResourcesRead": 3}, "r")
    read = as_read("DescribeResourceScan", body)
    assert (read["PercentageCompleted"], read["ResourcesRead"]) == (12.5, 3)


@pytest.mark.parametrize(
    ("operation", "result", "complaint"),
    [
        ("CreateStack", {"Stack": "a"}, "CreateStack has no member Stack"),
        ("DescribeStacks", {"Stacks": [{**STACK, "Colour": "red"}]}, r"DescribeStacks.Stacks\[\] has no member Colour"),
        ("CreateStack", {"StackId": 3}, "CreateStack.StackId is a string"),
        ("CreateStack", {"StackId": True}, "CreateStack.StackId is a string"),
        ("DescribeStacks", {"Stacks": "web"}, "DescribeStacks.Stacks is a list"),
        ("DescribeStackResourceDrifts", {"StackResourceDrifts": [1]}, "is a structure"),
        ("DetectStackSetDrift", {"OperationId": None, "Id": "x"}, "no member Id"),
        ("DescribeResourceScan", {"ResourcesRead": True}, "is a integer"),
        ("DeleteStack", {"StackId": "a"}, "answers nothing"),
        ("DescribeStacks", {"Stacks": [{**STACK, "CreationTime": datetime(2026, 1, 1)}]}, "no time zone"),
    ],
)
def test_a_result_that_does_not_fit_the_model_is_a_programming_error(
    operation: str, result: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        respond(operation, result, "r")


def test_an_error_is_read_by_botocore_with_its_code_and_message() -> None:
    error = CloudFormationError("ChangeSetNotFound", "ChangeSet [<c>] does not exist", 404)
    read = as_read("DescribeChangeSet", respond_error(error, "r-9"), 404)
    assert read["Error"] == {"Type": "Sender", "Code": "ChangeSetNotFound", "Message": "ChangeSet [<c>] does not exist"}
    assert read["ResponseMetadata"]["RequestId"] == "r-9"


def test_a_refusal_has_the_form_of_the_query_protocol() -> None:
    error = CloudFormationError("ValidationError", "Stack with id a&b does not exist")
    assert error.status == 400
    assert respond_error(error, "r-1") == (
        b'<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">'
        b"<Error><Type>Sender</Type><Code>ValidationError</Code>"
        b"<Message>Stack with id a&amp;b does not exist</Message></Error>"
        b"<RequestId>r-1</RequestId></ErrorResponse>"
    )


def test_a_failure_of_the_service_is_the_receivers() -> None:
    assert b"<Type>Receiver</Type>" in respond_error(CloudFormationError("InternalFailure", "x", 500), "r")


@settings(deadline=None)
@given(st.text())
def test_any_text_is_carried(text: str) -> None:
    read = as_read("GetTemplate", respond("GetTemplate", {"TemplateBody": text}, "r"))
    expected = "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text)
    assert read["TemplateBody"] == expected
