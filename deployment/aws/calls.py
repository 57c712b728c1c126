"""Every call to AWS goes through `call`: what the SDK raises becomes this project's errors, here and nowhere else.

AWS gives most refusals of CloudFormation one code, ValidationError, so that its texts must be matched. They are
matched in this module only; each text stands with where it is known from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

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

_TRIES = 3
_THROTTLES = {
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
# A request is signed with its time. CloudFormation, STS and IAM refuse one that is minutes away from theirs as they
# refuse a wrong secret (SignatureDoesNotMatch, hashicorp/terraform-provider-aws#326, aws/aws-cli#6676); S3 has a code.
_SKEWED = re.compile(r"Signature (expired|not yet current): ")
_SKEWED_CODES = {"RequestTimeTooSkewed"}
_CLOCK_REMEDY = "set the clock of this machine, then try again"
# `Stack with id x does not exist`, `Stack [x] does not exist`, `Stack 'x' does not exist`, `ChangeSet [x] does not
# exist`: one fact in four texts, three of them with code ValidationError.
_ABSENT = re.compile(r"(Stack with id|Stack|ChangeSet) .*does not exist$")
# Of a change set whose template and values are the stack's own: the first text is CreateChangeSet's, the second
# UpdateStack's, which some sets carry too.
_NO_CHANGES = ("The submitted information didn't contain changes", "No updates are to be performed")
_WARNING = "[WARN] --include-property-values"
_ONLY_FROM_ROOT = ("Only executable from the root change set", "Executable from root change set")
_CANCELLED = re.compile(r"Resource (creation|update|deletion) cancelled|Stack update cancelled")
_EMBEDDED = re.compile(r"^Embedded stack \S+ was not successfully \w+")
_NESTED_SET = re.compile(r"Nested change set (\S+) was not successfully created")
# What a nested set says that could not evaluate a placeholder. Some name it, some the function, the parameter, the
# resource or the export that met it, and some nothing at all (change_set/unresolved.py asks the templates then).
_PLACEHOLDER = re.compile(r"\{\{(IntrinsicFunction|changeSet):")
_FUNCTION_FAILED = re.compile(r"^Template error: .*\b(Fn::(?:Select|Split))\b")
_PARAMETER_REFUSED = re.compile(
    r"^(?:Each value of parameter|Parameter) '(\w+)' |^Parameter validation failed: .* for parameter name (\w+) "
)
_UNRESOLVED = re.compile(r"Unresolved resource dependencies \[([^\]]*)\] in the (?:Resources|Outputs) block")
_DUPLICATE_EXPORTS = "duplicate Export names"
_NO_URL = "TemplateURL must be a supported URL"
_PROTECTED = "cannot be deleted while TerminationProtection is enabled"
_IN_EXECUTION = re.compile(r"current execution status of \[EXECUTE_\w+\]")
_OVERTAKEN = re.compile(
    r"current execution status of \[OBSOLETE\]"
    r"|is in \w+ state and can not be updated"
    r"|already exists and cannot be created again with the changeSet"
)
_BEING_MADE = re.compile(
    r"Cannot delete ChangeSet in status CREATE_|operation on this ChangeSet is currently in progress"
)
_TOO_LATE = "CancelUpdateStack cannot be called from current stack status"
# The event of a certificate that waits for its validation: {Name: _x.example.com.,Type: CNAME,Value: _y.acm...}
_VALIDATION_RECORD = re.compile(r"Content of DNS Record is: \{Name: ([^,]+),\s*Type: (\w+),\s*Value: ([^}]+)\}")
_CREDENTIALS_REMEDY = "sign in (aws sso login, aws configure), or name a profile: AWS_PROFILE=<profile>"
_REMEDIES = {
    "AccessDenied": "let these credentials call the action that the message names",
    "AccessDeniedException": "let these credentials call the action that the message names",
    "LimitExceededException": "delete leftover change sets: aws cloudformation list-change-sets",
    "InsufficientCapabilitiesException": "the templates hold IAM resources that were not seen; please report this",
}


def call(method: Callable[..., Any], /, **arguments: Any) -> dict[str, Any]:
    """The response of one SDK method; raises DeploymentError for whatever the SDK raises."""
    with _translated(getattr(method, "__name__", "the call")):
        return _whole(method, arguments)


def streamed_text(answer: dict[str, Any]) -> str:
    """The Body of an answer that comes as a stream; raises as `call` does."""
    with _translated("reading the answer"):
        return str(answer["Body"].read().decode())


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
        raise NoCredentials(f"signing in is needed: {error}", remedy=_CREDENTIALS_REMEDY) from error
    except (sdk.HTTPClientError, sdk.ConnectionError) as error:
        raise _unreachable(error) from error
    except ResponseParserError as error:  # a proxy's page, or an answer that was cut: there is none from AWS
        raise _unreachable(error) from error
    except sdk.BotoCoreError as error:
        raise AwsRefusal(operation, type(error).__name__, str(error)) from error


def _whole(method: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """The response, asked for again where it was cut on the way or is a proxy's page; the SDK gives up at once there.

    What changes something carries a token or a name of its own, so that asking again changes nothing more.
    """
    from botocore.parsers import ResponseParserError

    for _ in range(_TRIES - 1):
        with suppress(ResponseParserError):
            return cast(dict[str, Any], method(**arguments))
    return cast(dict[str, Any], method(**arguments))


def _unreachable(error: Any) -> Unreachable:
    return Unreachable(f"no answer: {error}", remedy="check the network, AWS_ENDPOINT_URL and proxies, then try again")


def _refusal(operation: str, response: dict[str, Any]) -> DeploymentError:
    error = response.get("Error", {})
    code, message = str(error.get("Code", "Unknown")), str(error.get("Message", ""))
    if code in _SKEWED_CODES or _SKEWED.match(message):
        return NoCredentials(f"the clock of this machine is not AWS's: {message} ({code})", remedy=_CLOCK_REMEDY)
    if code in _UNKNOWN_CREDENTIALS:
        return NoCredentials(f"AWS does not accept these credentials: {message} ({code})", remedy=_CREDENTIALS_REMEDY)
    if code in EXPIRED:
        return CredentialsExpired(operation, code, message, remedy=_CREDENTIALS_REMEDY)
    if code in _THROTTLES:
        return Throttled(operation, code, message, remedy="try again in a minute")
    if code == "ChangeSetNotFound" or (code == "ValidationError" and _ABSENT.search(message)):
        return NotFound(operation, code, message)
    if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return ServiceUnavailable(operation, code, message, remedy="try again in a minute")
    if _PROTECTED in message:
        return TerminationProtected(message, remedy="set termination_protection: false, deploy, then delete")
    return AwsRefusal(operation, code, message, remedy=_REMEDIES.get(code))


def says_no_changes(reason: str | None) -> bool:
    """Whether a FAILED change set failed because there is nothing to change."""
    return any(text in (reason or "") for text in _NO_CHANGES)


def says_incomplete(reason: str | None) -> bool:
    """Whether a change set described with property values may have left changes out."""
    return (reason or "").startswith(_WARNING)


def says_only_from_root(reason: str | None) -> bool:
    """Whether a nested change set is in order: only its root can be executed."""
    return any(text in (reason or "") for text in _ONLY_FROM_ROOT)


def failed_nested_set(reason: str | None) -> str | None:
    """The ARN of the nested change set that a failed root names; it names only the first, without the cause."""
    found = _NESTED_SET.search(reason or "")
    return found[1] if found else None


def names_placeholder(reason: str) -> bool:
    """Whether a reason quotes what stands for a value that is not known yet."""
    return _PLACEHOLDER.search(reason) is not None


def failed_function(reason: str) -> str | None:
    """Fn::Select or Fn::Split where that could not be evaluated; other functions were never seen to fail so."""
    found = _FUNCTION_FAILED.search(reason)
    return found[1] if found else None


def refused_parameter(reason: str) -> str | None:
    """The parameter whose value was refused; what follows its name may be its own ConstraintDescription."""
    found = _PARAMETER_REFUSED.search(reason)
    return found[1] or found[2] if found else None


def unresolved_resources(reason: str) -> tuple[str, ...]:
    """The logical ids that are referred to and not there, or switched off by their conditions."""
    found = _UNRESOLVED.search(reason)
    return tuple(each.strip() for each in found[1].split(",")) if found else ()


def says_duplicate_exports(reason: str) -> bool:
    """Whether two exports have one name; names of values that are not known yet are all one placeholder."""
    return _DUPLICATE_EXPORTS in reason


def says_unsupported_url(reason: str) -> bool:
    """Whether a TemplateURL is none, as one that is not known yet is none."""
    return _NO_URL in reason


def says_cancelled(reason: str | None) -> bool:
    """Whether an event tells of a victim of another failure, not of a failure of its own."""
    return _CANCELLED.search(reason or "") is not None


def says_embedded(reason: str | None) -> bool:
    """Whether a parent tells what became of a nested stack's own operation: then the cause is in that stack.

    Any other reason of a nested stack that failed is a cause: its template could not be read, a parameter did not fit.
    """
    return _EMBEDDED.search(reason or "") is not None


def says_in_execution(error: DeploymentError) -> bool:
    """Whether an execute was refused because that very set is executing: the reply to our first try was lost."""
    if not isinstance(error, AwsRefusal):
        return False
    return error.code in ("InvalidChangeSetStatus", "InvalidChangeSetStatusException") and bool(
        _IN_EXECUTION.search(error.message)
    )


def says_overtaken(error: AwsRefusal) -> bool:
    """Whether a change set was refused because somebody else began, or ended, an operation in the meantime."""
    return _OVERTAKEN.search(error.message) is not None


def says_being_made(error: AwsRefusal) -> bool:
    """Whether a change set cannot be deleted yet because it is still being made."""
    return _BEING_MADE.search(error.message) is not None


def says_too_late(error: AwsRefusal) -> bool:
    """Whether an update cannot be cancelled any more."""
    return _TOO_LATE in error.message


def validation_record(reason: str | None) -> str | None:
    """Name, type and value of the DNS record that an event of a certificate tells of."""
    found = _VALIDATION_RECORD.search(reason or "")
    return " ".join(part.strip() for part in found.groups()) if found else None


def unanswered(error: DeploymentError) -> bool:
    """Whether it is not known what became of a request: it may have been done all the same."""
    return isinstance(error, Unreachable | ServiceUnavailable | Throttled)


def says_exists(error: DeploymentError) -> bool:
    """Whether something of that name exists already: with a random name, the reply to our first try was lost."""
    return isinstance(error, AwsRefusal) and error.code in ("AlreadyExistsException", "TokenAlreadyExistsException")
