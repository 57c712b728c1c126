"""Amazon S3: https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html."""

from collections.abc import Iterable
from typing import Any

from cloudformation.unknown import ABSENT, Unknown, is_unknown
from templates.security.controls import (
    INFERRED,
    Control,
    Held,
    Service,
    absent,
    all_of,
    any_item,
    any_of,
    every,
    is_true,
    member,
    negated,
    of_the_account,
    one_of,
)
from templates.security.policy_statements import allows, listed, statements
from templates.security.resolved_system import Resource, System

_BUCKET = "AWS::S3::Bucket"
_ALL_FOUR = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_NOT_FOR_OTHERS = (
    *("s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration"),
    "s3:PutObjectAcl",
)


def _blocks(*settings: str) -> Any:
    def holds(bucket: Resource, system: System) -> Held:
        blocked = bucket["PublicAccessBlockConfiguration"]
        # A new bucket blocks public access where nothing is said (S3, April 2023): what is left out is not known here.
        return all_of(is_true(member(blocked, name), absent=None) for name in settings)

    return holds


def _policies(bucket: Resource, system: System) -> list[tuple[Resource, Held]]:
    """Every bucket policy that is, or may be, this bucket's, and whether it is."""
    named = bucket["BucketName"]
    return [
        (one, True if isinstance(one["Bucket"], str) and one["Bucket"] == named else here)
        for one in system.of("AWS::S3::BucketPolicy")
        for here in [system.leads_to(one["Bucket"], bucket)]
        if here is not False
    ]


def _refuses_plain_http(bucket: Resource, system: System) -> Held:
    def refuses(policy: Resource) -> Held:
        return all_of([policy.certain or None, any_of(_refusal(one, bucket, system) for one in statements(policy))])

    return any_of(refuses(policy) for policy, here in _policies(bucket, system) if here)


def _refusal(statement: Any, bucket: Resource, system: System) -> Held:
    condition = member(statement, "Condition")
    # Another condition beside it would let plain requests through.
    alone = is_unknown(condition) or (isinstance(condition, dict) and _keys(condition) == ["aws:SecureTransport"])
    return all_of(
        [
            one_of(member(statement, "Effect"), ("Deny",)),
            any_of([one_of(member(statement, "Principal"), ("*",)), one_of(_aws(statement), ("*",))]),
            any_of(one_of(action, ("*", "s3:*")) for action in listed(member(statement, "Action"))),
            one_of(member(condition, "Bool", "aws:SecureTransport"), ("false",)),
            alone,
            _speaks_of_all(listed(member(statement, "Resource")), bucket, system),
        ]
    )


def _keys(condition: dict[str, Any]) -> list[str]:
    return [key for operator in condition.values() for key in (operator if isinstance(operator, dict) else [""])]


def _speaks_of_all(resources: list[Any], bucket: Resource, system: System) -> Held:
    """Whether a statement speaks of the bucket and of all its objects; None where that is not seen."""
    rests = {_rest(resource, bucket, system) for resource in resources}
    return True if "*" in rests or {"", "/*"} <= rests else None


def _rest(resource: Any, bucket: Resource, system: System) -> str | None:
    """What follows the bucket's ARN, or a `*` for all."""
    if isinstance(resource, Unknown):
        return resource.text.rpartition("}")[2] if system.leads_to(resource, bucket) else None
    bare = str(resource).rpartition(":::")[2]
    name = bucket["BucketName"]
    return bare.removeprefix(name) if isinstance(name, str) and bare.startswith(name) else "*" if bare == "*" else None


def _aws(statement: Any) -> Any:
    principal = member(statement, "Principal")
    return member(principal, "AWS") if isinstance(principal, dict) else principal


def _nothing_for_others(bucket: Resource, system: System) -> Held:
    account = system.environment.account

    def harmless(statement: Any) -> Held:
        ours = all_of(_is_ours(one, account) for one in _accounts(statement))
        refuses = one_of(member(statement, "Effect"), ("Deny",))
        return any_of([refuses, ours, negated(allows(statement, _NOT_FOR_OTHERS))])

    return all_of(
        any_of([negated(here), all_of(map(harmless, statements(policy)))]) for policy, here in _policies(bucket, system)
    )


def _is_ours(principal: Any, account: str) -> Held:
    """Whether a principal is of this account: its number, or an ARN that has it in its place."""
    if is_unknown(principal):
        return None
    parts = str(principal).split(":")
    return account in (str(principal), parts[4] if len(parts) > 4 else "")


def _accounts(statement: Any) -> list[Any]:
    """Who a statement speaks of that may be another account: a service's principal is AWS's."""
    principal = member(statement, "Principal")
    if isinstance(principal, dict):
        return [account for name, who in principal.items() if name != "Service" for account in listed(who)]
    # NotPrincipal: everybody else.
    return ["*"] if principal is ABSENT else listed(principal)


def _expires(bucket: Resource, system: System) -> Held:
    rules = member(bucket["LifecycleConfiguration"], "Rules")
    return any_item(rules, lambda rule: one_of(member(rule, "Status"), ("Enabled",)))


def _encrypted(algorithms: Iterable[str]) -> Any:
    def holds(bucket: Resource, system: System) -> Held:
        rules = member(bucket["BucketEncryption"], "ServerSideEncryptionConfiguration")
        return any_item(
            rules,
            lambda rule: one_of(member(rule, "ServerSideEncryptionByDefault", "SSEAlgorithm"), algorithms),
        )

    return holds


def _owner_enforced(bucket: Resource, system: System) -> Held:
    rules = member(bucket["OwnershipControls"], "Rules")
    return any_item(rules, lambda rule: one_of(member(rule, "ObjectOwnership"), ("BucketOwnerEnforced",)))


def _logged(bucket: Resource, system: System) -> Held:
    logging = bucket["LoggingConfiguration"]
    # A bucket may log to itself: then no destination is named.
    return None if is_unknown(logging) else logging is not ABSENT


_CONTROLS = (
    Control((1,), "the account blocks public access", of_the_account),
    Control((2,), "nobody reads in public", every(_BUCKET, holds=_blocks("IgnorePublicAcls", "RestrictPublicBuckets"))),
    Control(
        (3,), "nobody writes in public", every(_BUCKET, holds=_blocks("IgnorePublicAcls", "RestrictPublicBuckets"))
    ),
    Control((5,), "requests over TLS only", every(_BUCKET, holds=_refuses_plain_http)),
    Control((6,), "other accounts may not change the bucket", every(_BUCKET, holds=_nothing_for_others)),
    Control((8,), "the bucket blocks public access", every(_BUCKET, holds=_blocks(*_ALL_FOUR))),
    Control(
        (9,),
        "access to the bucket is logged",
        every(_BUCKET, holds=_logged),
        because={"AccessLogsBucket": "it holds logs: a log of who wrote logs would need a bucket of its own"},
    ),
    Control((12,), "no ACLs", every(_BUCKET, holds=_owner_enforced)),
    Control((13,), "objects expire", every(_BUCKET, holds=_expires)),
    Control(
        (14,),
        "objects have versions",
        every(_BUCKET, holds=lambda one, _: one_of(member(one["VersioningConfiguration"], "Status"), ("Enabled",))),
        because={"AccessLogsBucket": "objects are written once and expire"},
        standard="NIST SP 800-53",
    ),
    Control(
        (17,),
        "encrypted with a KMS key",
        every(_BUCKET, holds=_encrypted(("aws:kms", "aws:kms:dsse"))),
        because={"AccessLogsBucket": "the log delivery supports SSE-S3 alone"},
        standard="NIST SP 800-53",
    ),
    Control((19, 24), "access points", absent("AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint")),
    Control((25,), "directory buckets", absent("AWS::S3Express::DirectoryBucket"), standard=INFERRED),
)

SERVICES = (Service("Amazon S3", "S3", "s3-controls", _CONTROLS),)
