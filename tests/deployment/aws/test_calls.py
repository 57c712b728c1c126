"""What the SDK raises becomes one of this project's errors, by code or by text."""

import botocore.exceptions as sdk
import pytest

from deployment.aws import calls
from deployment.errors import (
    AwsRefusal,
    CredentialsExpired,
    DeploymentError,
    NoCredentials,
    NotFound,
    TerminationProtected,
    Throttled,
    Unreachable,
)
from tests.deployment.fake_client import refusal


def _raised(error: Exception) -> DeploymentError:
    def describe_stacks() -> None:
        raise error

    with pytest.raises(DeploymentError) as caught:
        calls.call(describe_stacks)
    return caught.value


def test_an_answer_is_passed_on() -> None:
    assert calls.call(lambda **given: given, StackName="x") == {"StackName": "x"}


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("ValidationError", "Stack with id shop does not exist", NotFound),
        ("ValidationError", "Stack [shop] does not exist", NotFound),
        ("ValidationError", "Stack 'shop' does not exist", NotFound),
        ("ChangeSetNotFound", "ChangeSet [x] does not exist", NotFound),
        ("ValidationError", "Parameters: [X] do not exist in the template", AwsRefusal),
        ("Throttling", "Rate exceeded", Throttled),
        ("TooManyRequestsException", "slow down", Throttled),
        ("ExpiredToken", "The security token included in the request is expired", CredentialsExpired),
        ("InvalidClientTokenId", "The security token included in the request is invalid", NoCredentials),
        (
            "ValidationError",
            "Stack [shop] cannot be deleted while TerminationProtection is enabled",
            TerminationProtected,
        ),
        ("AccessDenied", "not authorized to perform: cloudformation:DescribeStacks", AwsRefusal),
    ],
)
def test_an_error_answer_becomes_an_error_of_its_kind(code: str, message: str, kind: type) -> None:
    error = _raised(refusal(code, message))
    assert type(error) is kind
    assert message in error.happened


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "SignatureDoesNotMatch",
            "Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)",
        ),
        (
            "SignatureDoesNotMatch",
            "Signature not yet current: 20181120T211543Z is still later than 20181120T211529Z",
        ),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
    ],
)
def test_a_clock_that_is_wrong_is_not_taken_for_wrong_credentials(code: str, message: str) -> None:
    error = _raised(refusal(code, message, 403))
    assert error.happened == f"the clock of this machine differs from AWS's: {message} ({code})"
    assert error.remedy == "set the clock of this machine, then try again"


def test_a_refusal_keeps_the_operation_the_code_and_the_message() -> None:
    error = _raised(refusal("AccessDenied", "no"))
    assert isinstance(error, AwsRefusal)
    assert (error.operation, error.code, error.message) == ("describe_stacks", "AccessDenied", "no")
    assert error.remedy == "allow these credentials to call the action that the message names"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sdk.NoCredentialsError(), NoCredentials),
        (sdk.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), NoCredentials),
        (sdk.UnauthorizedSSOTokenError(), NoCredentials),
        (sdk.EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ReadTimeoutError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ConnectionClosedError(endpoint_url="http://127.0.0.1:9"), Unreachable),
        (sdk.ParamValidationError(report="bad"), AwsRefusal),
    ],
)
def test_what_never_reached_aws_is_told_apart(error: Exception, kind: type) -> None:
    assert type(_raised(error)) is kind
