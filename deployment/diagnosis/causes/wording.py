"""The texts of AWS by which a failure is told apart: here and nowhere else.

A resource that failed has a status and a reason; the reason is prose. Newer handlers end it with a HandlerErrorCode
(CloudFormation CLI user guide, "Handler error codes"), which is matched where there is one. Older ones quote the
service's own error, and many services hide theirs behind GeneralServiceException: there, only the prose is left. Each
text below was seen in a public bug report or in AWS's documentation.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"HandlerErrorCode: (\w+)")
# `User: arn:... is not authorized to perform: ecs:CreateService on resource: arn:... because no identity-based policy
# allows the ecs:CreateService action`; a boundary, an SCP or an explicit deny is named in the last part.
_DENIED = re.compile(
    r"User: (?P<user>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>.+?))?(?= because | with an explicit deny| \(Service|[.\"]? ?\(|\"|$)"
    r"(?: (?P<why>because [^.(\"]+|with an explicit deny[^.(\"]*))?"
)
# EC2 says less: `API: ec2:CreateInternetGateway You are not authorized to perform this operation.`
_DENIED_BY_EC2 = re.compile(r"API: (?P<action>[\w-]+:\w+) You are not authorized to perform this operation")
_ACCESS_CODES = {"AccessDenied", "UnauthorizedTaggingOperation", "InvalidCredentials"}
# EC2: `The maximum number of VPCs has been reached.`; others name their quota or limit.
_LIMIT = re.compile(r"[Tt]he maximum number of (?P<what>[\w -]+?) has been reached")
_LIMIT_ERRORS = re.compile(
    r"\b\w*(LimitExceeded|QuotaExceeded|TooMany[A-Z]\w+)(Exception)?\b|[Ss]ervice limit exceeded"
)
# `ECS Deployment Circuit Breaker was triggered` is ECS giving up; `Exceeded attempts to wait` and `did not stabilize`
# are CloudFormation giving up on it (three hours for a service).
_UNSTABLE = re.compile(r"Circuit Breaker was triggered|Exceeded attempts to wait|did not stabili[sz]e|NotStabilized")
_TIMED_OUT = re.compile(r"timed out|Exceeded attempts to wait|did not stabili[sz]e|NotStabilized", re.IGNORECASE)
# `Content of DNS Record is: {Name: _x.example.com.,Type: CNAME,Value: _y.acm-validations.aws.}`
# `A load balancer cannot be attached to multiple subnets in the same Availability Zone`, `At least two subnets in two
# different Availability Zones must be specified`, `Not enough IP space available in subnet-x. ELB requires ...`
_ZONES = re.compile(r"multiple subnets in the same Availability Zone|two subnets in two different Availability Zones")
_NO_ADDRESSES = re.compile(r"Not enough IP space available in (?P<subnet>subnet-\w+)")
_OTHER_SETTINGS = re.compile(r"with the same name '?(?P<name>[\w-]+)'? exists, but with different settings")
# `Resource of type 'AWS::X' with identifier 'x' already exists.`, `x already exists in stack arn:...`
_EXISTS = re.compile(r"\balready exists\b|\balready has this name\b|name is not available")
_IDENTIFIER = re.compile(r"with identifier '(?P<name>[^']+)' already exists")
_OWNER = re.compile(r"already exists in stack (?P<stack>\S+)")
_HOOK = re.compile(r"[Hh]ook(\(s\))? failed|Hook failed with message|hook\(s\)/validation failed")
_VALIDATION = re.compile(r"Property validation failure|Properties validation failed|Model validation failed")


def handler_error_code(reason: str) -> str | None:
    """The handler's error code, where the reason holds one."""
    match = _CODE.search(reason)
    return match[1] if match else None


def denied(reason: str) -> dict[str, str] | None:
    """Who was denied what on which resource and why, as far as it is said; None where nothing was denied."""
    match = _DENIED.search(reason) or _DENIED_BY_EC2.search(reason)
    if match:
        return {name: text.strip() for name, text in match.groupdict().items() if text}
    return {} if handler_error_code(reason) in _ACCESS_CODES else None


def limit(reason: str) -> str | None:
    """What there may be no more of; empty where it is a limit that is not named, None where it is none."""
    match = _LIMIT.search(reason)
    if match:
        return match["what"]
    if handler_error_code(reason) == "ServiceLimitExceeded" or _LIMIT_ERRORS.search(reason):
        return ""
    return None


def says_unstable(reason: str) -> bool:
    """Whether something was made and did not come to work."""
    return _UNSTABLE.search(reason) is not None


def says_timed_out(reason: str) -> bool:
    """Whether CloudFormation waited too long."""
    return _TIMED_OUT.search(reason) is not None


def says_wrong_zones(reason: str) -> bool:
    """Whether a load balancer's subnets are not each in a zone of its own."""
    return _ZONES.search(reason) is not None


def subnet_without_addresses(reason: str) -> str | None:
    """The subnet that has no addresses left for a load balancer."""
    match = _NO_ADDRESSES.search(reason)
    return match["subnet"] if match else None


def other_settings(reason: str) -> str | None:
    """The name that another load balancer or target group has."""
    match = _OTHER_SETTINGS.search(reason)
    return match["name"] if match else None


def taken_name(reason: str) -> tuple[str | None, str | None] | None:
    """The identifier that exists already, and the stack that has it, as far as both are said; None where none does."""
    if handler_error_code(reason) != "AlreadyExists" and not _EXISTS.search(reason):
        return None
    name, owner = _IDENTIFIER.search(reason), _OWNER.search(reason)
    return (name["name"] if name else None), (owner["stack"] if owner else None)


def says_hook(reason: str) -> bool:
    """Whether a hook or an early validation refused."""
    return _HOOK.search(reason) is not None


def says_invalid(reason: str) -> bool:
    """Whether the properties do not fit the resource type's schema."""
    return _VALIDATION.search(reason) is not None
