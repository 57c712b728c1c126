"""What a form body is read into, and how a malformed one is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.model import ServiceModel
from botocore.serialize import create_serializer
from botocore.session import get_session
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire.request import Call, parse

VERSION = "2010-05-15"


def service_model() -> ServiceModel:
    return get_session().get_service_model("cloudformation")


def as_sent(operation: str, parameters: dict[str, Any]) -> bytes:
    """The body that boto3 would send."""
    model = service_model().operation_model(operation)
    request = create_serializer("query", include_validation=False).serialize_to_request(parameters, model)
    return urlencode(request["body"]).encode()


def read(body: bytes) -> Call:
    return parse(body, region="eu-west-1", account="123456789012", request_id="r-1")


def refused(body: bytes) -> CloudFormationError:
    with pytest.raises(CloudFormationError) as caught:
        read(body)
    return caught.value


def outcome(body: bytes) -> str:
    """The operation that was read, or the code of the refusal."""
    try:
        return read(body).operation
    except CloudFormationError as error:
        return error.code


def test_parameters_come_back_as_boto3_was_given_them() -> None:
    given_parameters = {
        "StackName": "web-dev",
        "ChangeSetName": "c-1",
        "TemplateURL": "https://bucket.s3.amazonaws.com/root.yaml",
        "Parameters": [
            {"ParameterKey": "Size", "UsePreviousValue": True},
            {"ParameterKey": "Empty", "ParameterValue": ""},
            {"ParameterKey": "Name", "ParameterValue": "a b&c=d ü 日本"},
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        "Description": "d",
        "Tags": [{"Key": "owner", "Value": "ops"}],
        "IncludeNestedStacks": False,
        "RollbackConfiguration": {"RollbackTriggers": [], "MonitoringTimeInMinutes": 5},
        "ResourcesToImport": [
            {
                "ResourceType": "AWS::S3::Bucket",
                "LogicalResourceId": "Store",
                "ResourceIdentifier": {"BucketName": "store"},
            }
        ],
    }
    call = read(as_sent("CreateChangeSet", given_parameters))
    assert call == Call("CreateChangeSet", given_parameters, "eu-west-1", "123456789012", "r-1")


def test_an_empty_list_is_kept_apart_from_an_absent_one() -> None:
    call = read(as_sent("UpdateStack", {"StackName": "web", "Tags": [], "UsePreviousTemplate": True}))
    assert call.parameters == {"StackName": "web", "Tags": [], "UsePreviousTemplate": True}


def test_more_than_nine_members_keep_their_order() -> None:
    parameters = [{"ParameterKey": f"P{n}", "ParameterValue": str(n)} for n in range(25)]
    call = read(as_sent("CreateStack", {"StackName": "web", "TemplateBody": "{}", "Parameters": parameters}))
    assert call.parameters["Parameters"] == parameters


def test_a_field_that_the_operation_does_not_know_is_ignored() -> None:
    body = f"Action=DeleteStack&Version={VERSION}&StackName=web&Colour=red&X-Amz-Date=now".encode()
    assert read(body).parameters == {"StackName": "web"}


def test_a_creation_by_change_set_has_no_time_limit() -> None:
    limit = f"Version={VERSION}&StackName=web&TimeoutInMinutes=5"
    assert read(f"Action=CreateStack&{limit}".encode()).parameters["TimeoutInMinutes"] == 5
    assert "TimeoutInMinutes" not in read(f"Action=CreateChangeSet&ChangeSetName=c&{limit}".encode()).parameters


def test_gaps_in_the_numbers_of_a_list_close() -> None:
    members = "RetainResources.member.7=B&RetainResources.member.2=A"
    body = f"Action=DeleteStack&Version={VERSION}&StackName=w&{members}".encode()
    assert read(body).parameters["RetainResources"] == ["A", "B"]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "MissingAction", "Missing Action"),
        (b"Version=2010-05-15&StackName=x", "MissingAction", "Missing Action"),
        (b"Action=&Version=2010-05-15", "MissingAction", "Missing Action"),
        (b"Action.member.1=DeleteStack&Version=2010-05-15", "MissingAction", "Missing Action"),
        (b"Action=Dance&Version=2010-05-15", "InvalidAction", "Could not find operation Dance for version 2010-05-15"),
        (
            b"Action=DeleteStack&Version=2009-01-01",
            "InvalidAction",
            "Could not find operation DeleteStack for version 2009-01-01",
        ),
        (
            b"Action=DeleteStack",
            "InvalidAction",
            "Could not find operation DeleteStack for version NO_VERSION_SPECIFIED",
        ),
        (b"Action=DeleteStack&StackName=%ff%fe", "MalformedQueryString", "The query string contains a syntax error."),
        (
            "Action=DeleteStack&StackName=ü".encode(),
            "MalformedQueryString",
            "The query string contains a syntax error.",
        ),
        (b"a=1&" * 20_001, "MalformedQueryString", "The query string contains a syntax error."),
    ],
)
def test_a_request_without_a_known_action_is_refused_as_the_front_end_does(
    body: bytes, code: str, message: str
) -> None:
    error = refused(body)
    assert (error.code, error.message, error.status) == (code, message, 400)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("Tags=x", "Unexpected list element termination"),
        ("Tags.1.Key=x", "Unexpected list element termination"),
        ("Tags.member=x", "Unexpected list element termination"),
        ("Tags.member.one.Key=x", "Unexpected list element termination"),
        ("Tags.member.1=x", "Unexpected complex element termination"),
        ("StackName.member.1=x", "Unexpected complex element termination"),
        ("UsePreviousTemplate=perhaps", "'perhaps' is not a boolean"),
        ("RollbackConfiguration.MonitoringTimeInMinutes=1.5", "'1.5' is not a integer"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(fields: str, message: str) -> None:
    error = refused(f"Action=UpdateStack&Version={VERSION}&{fields}".encode())
    assert (error.code, error.message) == ("MalformedInput", message)


def test_a_name_of_very_many_dots_ends_quickly() -> None:
    body = f"Action=DeleteStack&Version={VERSION}&StackName=web&{'a.' * 500_000}=1".encode()
    assert read(body).parameters == {"StackName": "web"}


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=6))
@example({"Version": ""})
@example({"Version": "1", "Version.member.1": ""})
@example({"Action": ""})
@example({"Action.x": "1"})
def test_any_form_is_read_or_refused(fields: dict[str, str]) -> None:
    body = urlencode({"Action": "CreateChangeSet", "Version": VERSION, **fields}, errors="replace").encode()
    renamed = any(name.split(".")[0] in ("Action", "Version") for name in fields)
    allowed = {"CreateChangeSet", "ValidationError", "MalformedInput"}
    assert outcome(body) in allowed | ({"MissingAction", "InvalidAction"} if renamed else set())


def test_a_version_of_a_strange_form_is_none() -> None:
    error = refused(b"Action=ListStacks&Version.member.1=2010-05-15")
    assert error.message == "Could not find operation ListStacks for version NO_VERSION_SPECIFIED"


def test_every_operation_of_the_model_is_understood() -> None:
    for operation in service_model().operation_names:
        assert outcome(f"Action={operation}&Version={VERSION}".encode()) in {operation, "ValidationError"}
