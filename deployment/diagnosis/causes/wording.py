"""The texts of AWS by which failures are distinguished: here and nowhere else.

A resource that failed has a status and a reason; the reason is prose. Newer handlers end it with a HandlerErrorCode
(CloudFormation CLI user guide, "Handler error codes"), which is matched where there is one. Older ones quote the
service's own error, and many services hide theirs behind GeneralServiceException: there, only the prose is left. Each
text below was seen in a public bug report or in AWS's documentation.
"""

import re

from deployment.aws.texts import named, says

handler_error_code = named(r"HandlerErrorCode: (\w+)")
"""The handler's error code, where the reason holds one."""
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
_limit = named(r"[Tt]he maximum number of ([\w -]+?) has been reached")
_says_limit = says(r"\b\w*(LimitExceeded|QuotaExceeded|TooMany[A-Z]\w+)(Exception)?\b|[Ss]ervice limit exceeded")
# `ECS Deployment Circuit Breaker was triggered` is ECS giving up; `Exceeded attempts to wait` and `did not stabilize`
# are CloudFormation giving up on it (three hours for a service).
says_unstable = says(r"Circuit Breaker was triggered|Exceeded attempts to wait|did not stabili[sz]e|NotStabilized")
"""Whether something was made and did not come to work."""
# `Stack creation time exceeded the specified timeout` is what a nested stack's TimeoutInMinutes ends with.
says_timed_out = says(
    r"(?i)timed out|Exceeded attempts to wait|did not stabili[sz]e|NotStabilized|time exceeded the specified timeout"
)
"""Whether CloudFormation waited too long."""
# `A load balancer cannot be attached to multiple subnets in the same Availability Zone`, `At least two subnets in two
# different Availability Zones must be specified`, `Not enough IP space available in subnet-x. ELB requires ...`
says_wrong_zones = says(
    r"multiple subnets in the same Availability Zone|two subnets in two different Availability Zones"
)
"""Whether a load balancer's subnets are not each in a zone of its own."""
subnet_without_addresses = named(r"Not enough IP space available in (subnet-\w+)")
"""The subnet that has no addresses left for a load balancer."""
other_settings = named(r"with the same name '?([\w-]+)'? exists, but with different settings")
"""The name that another load balancer or target group has."""
# `Resource of type 'AWS::X' with identifier 'x' already exists.`, `x already exists in stack arn:...`
_says_taken = says(r"\balready exists\b|\balready has this name\b|name is not available")
_identifier = named(r"with identifier '([^']+)' already exists")
_owner = named(r"already exists in stack (\S+)")
says_hook = says(r"[Hh]ook(\(s\))? failed|Hook failed with message|hook\(s\)/validation failed")
"""Whether a hook or an early validation refused."""
# `Unable to assume the service linked role. Please verify that the ECS service linked role exists.`
says_no_service_linked_role = says(r"(?i)unable to assume the service[- ]linked role|service[- ]linked role exists")
"""Whether the role that a service works with is not there."""
says_invalid = says(r"Property validation failure|Properties validation failed|Model validation failed")
"""Whether the properties do not fit the resource type's schema."""


def denied(reason: str) -> dict[str, str] | None:
    """Who was denied what on which resource and why, as far as it is said; None where nothing was denied."""
    match = _DENIED.search(reason) or _DENIED_BY_EC2.search(reason)
    if match:
        return {name: text.strip() for name, text in match.groupdict().items() if text}
    return {} if handler_error_code(reason) in _ACCESS_CODES else None


def limit(reason: str) -> str | None:
    """What there may be no more of; empty where it is a limit that is not named, None where it is none."""
    if what := _limit(reason):
        return what
    return "" if handler_error_code(reason) == "ServiceLimitExceeded" or _says_limit(reason) else None


def taken_name(reason: str) -> tuple[str | None, str | None] | None:
    """The identifier that exists already, and the stack that has it, as far as both are said; None where none does."""
    if handler_error_code(reason) != "AlreadyExists" and not _says_taken(reason):
        return None
    return _identifier(reason), _owner(reason)
