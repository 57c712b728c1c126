"""Every call to AWS goes through `call`: what the SDK raises becomes this project's errors, here and nowhere else.

CloudFormation gives most refusals one code, ValidationError. The texts that distinguish errors are here; those
that say more of a refusal, a reason or an event are in texts.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, cast

from deployment.errors import (
    AwsRefusal,
    CredentialsExpired,
    DeploymentError,
    NoCredentials,
    NotFound,
    ServiceUnavailable,
    TerminationProtected,
    Throttled,
    Unreachable,
)

Key = TypeVar("Key")
Argument = TypeVar("Argument")
Answer = TypeVar("Answer")
_TRIES = 3
_AT_ONCE = 8
THROTTLES = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN_CREDENTIALS = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "AuthFailure",
}
# What the SDK's parsers raise of an XML or JSON document that has another form than the service's, or a date or number
# that is none. The arguments are ours, and are checked against the model before they are sent: they raise none of
# these.
_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError)
# A request is signed with its time. CloudFormation, STS and IAM refuse one that is minutes away from theirs as they
# refuse a wrong secret (SignatureDoesNotMatch, hashicorp/terraform-provider-aws#326, aws/aws-cli#6676); S3 has a code.
_SKEWED = re.compile(r"Signature (expired|not yet current): ")
_SKEWED_CODES = {"RequestTimeTooSkewed"}
# "Unable to parse response (not well-formed ...), invalid XML received. Further retries may succeed:" and then all of
# the body, which is a page of anybody's, or a template of ours that was cut.
_BODY = re.compile(r"\.? Further retries may succeed:.*", re.DOTALL)
_NETWORK_REMEDY = "check the network, AWS_ENDPOINT_URL and proxies, then try again"
_CLOCK_REMEDY = "set the clock of this machine, then try again"
# `Stack with id x does not exist`, `Stack [x] does not exist`, `Stack 'x' does not exist`, `ChangeSet [x] does not
# exist`: one fact in four texts, three of them with code ValidationError.
_ABSENT = re.compile(r"(Stack with id|Stack|ChangeSet) .*does not exist$")
_PROTECTED = "cannot be deleted while TerminationProtection is enabled"
_CREDENTIALS_REMEDY = "sign in (aws sso login, aws configure), or name a profile: AWS_PROFILE=<profile>"
_REMEDIES = {
    "AccessDenied": "allow these credentials to call the action that the message names",
    "AccessDeniedException": "allow these credentials to call the action that the message names",
    "LimitExceededException": "delete what the message names: leftover change sets (recover lists and asks), or stacks",
    "InsufficientCapabilitiesException": "acknowledge what the message names: capabilities, in the environment file",
}


def at_once(ask: Callable[[Argument], Answer], arguments: Mapping[Key, Argument]) -> dict[Key, Answer]:
    """The answer for each argument, by its key; a few are asked for at the same time."""
    if not arguments:
        return {}
    with ThreadPoolExecutor(min(_AT_ONCE, len(arguments))) as pool:
        return dict(zip(arguments, pool.map(ask, arguments.values()), strict=True))


def call(method: Callable[..., Any], /, **arguments: Any) -> dict[str, Any]:
    """The response of one SDK method; raises DeploymentError for whatever the SDK raises."""
    with _translated(getattr(method, "__name__", "the call")):
        return _whole(method, arguments)


def streamed(answer: dict[str, Any]) -> bytes:
    """The Body of an answer that comes as a stream; raises as `call` does."""
    with _translated("reading the answer"):
        return bytes(answer["Body"].read())


def streamed_text(answer: dict[str, Any]) -> str:
    """The same as text."""
    return streamed(answer).decode()


@contextmanager
def _translated(operation: str) -> Iterator[None]:
    import botocore.exceptions as sdk
    from botocore.parsers import ResponseParserError

    try:
        yield
    except sdk.ClientError as error:
        raise _refusal(operation, error.response) from error
    except (sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError) as error:
        raise NoCredentials(f"there are no usable AWS credentials: {error}", remedy=_CREDENTIALS_REMEDY) from error
    except (sdk.SSOError, sdk.TokenRetrievalError) as error:
        raise NoCredentials(f"you must sign in: {error}", remedy=_CREDENTIALS_REMEDY) from error
    # ResponseParserError: a proxy's page, or an answer that was cut; there is none from AWS.
    except (sdk.HTTPClientError, sdk.ConnectionError, ResponseParserError) as error:
        raise Unreachable(f"no answer: {_BODY.sub('', str(error))}", remedy=_NETWORK_REMEDY) from error
    except sdk.BotoCoreError as error:
        raise AwsRefusal(operation, type(error).__name__, str(error)) from error
    except _UNREADABLE as error:
        told = f"{type(error).__name__}: {error}"
        raise Unreachable(f"no usable answer to {operation}: {told}", remedy=_NETWORK_REMEDY) from error


def _whole(method: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """The response, asked for again where it was cut on the way or is a proxy's page; the SDK gives up at once there.

    A request that changes something has a token or a name of its own, so that repeating it changes nothing more.
    """
    from botocore.parsers import ResponseParserError

    for _ in range(_TRIES - 1):
        with suppress(ResponseParserError, *_UNREADABLE):
            return cast(dict[str, Any], method(**arguments))
    return cast(dict[str, Any], method(**arguments))


def _refusal(operation: str, response: dict[str, Any]) -> DeploymentError:
    error = response.get("Error", {})
    code, message = str(error.get("Code") or "Unknown"), str(error.get("Message", ""))
    if code in _SKEWED_CODES or _SKEWED.match(message):
        return NoCredentials(f"the clock of this machine differs from AWS's: {message} ({code})", remedy=_CLOCK_REMEDY)
    if code in _UNKNOWN_CREDENTIALS:
        return NoCredentials(f"AWS does not accept these credentials: {message} ({code})", remedy=_CREDENTIALS_REMEDY)
    if code in EXPIRED:
        return CredentialsExpired(operation, code, message, remedy=_CREDENTIALS_REMEDY)
    if code in THROTTLES:
        return Throttled(operation, code, message, remedy="try again in a minute")
    if code == "ChangeSetNotFound" or (code == "ValidationError" and _ABSENT.search(message)):
        return NotFound(operation, code, message)
    if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return ServiceUnavailable(operation, code, message, remedy="try again in a minute")
    if _PROTECTED in message:
        return TerminationProtected(message, remedy="set termination_protection: false, deploy, then delete")
    return AwsRefusal(operation, code, message, remedy=_REMEDIES.get(code))


def unanswered(error: DeploymentError) -> bool:
    """Whether it is not known what became of a request: it may have been done all the same."""
    return isinstance(error, Unreachable | ServiceUnavailable | Throttled)
