"""Buckets of stacks in S3, with the settings that calls read."""

from collections.abc import Callable
from typing import Any

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import PlayedType, changed, picked, tag_list, tags_of
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made

Shape = Callable[[Any], Any]


def _encryption(value: Any) -> Any:
    rules = [
        picked(rule, ["BucketKeyEnabled"])
        | {"ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault", {})}
        for rule in value.get("ServerSideEncryptionConfiguration", ())
    ]
    return {"Rules": rules}


def _cors(value: Any) -> Any:
    names = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = value.get("CorsRules", ())
    return {"CORSRules": [{names.get(name, name): part for name, part in rule.items()} for rule in rules]}


def _website(value: Any) -> Any:
    shaped: dict[str, Any] = picked(value, ["RedirectAllRequestsTo"])
    if "IndexDocument" in value:
        shaped["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        shaped["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    return shaped


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(rule) for rule in value.get("Rules", ())]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    shaped = picked(rule, ["Status"]) | {"Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        shaped["ID"] = rule["Id"]
    if "ExpirationInDays" in rule:
        shaped["Expiration"] = {"Days": rule["ExpirationInDays"]}
    superseded = rule.get("NoncurrentVersionExpiration", {})
    days = superseded.get("NoncurrentDays", rule.get("NoncurrentVersionExpirationInDays"))
    if days is not None:
        shaped["NoncurrentVersionExpiration"] = superseded | {"NoncurrentDays": days}
    if "AbortIncompleteMultipartUpload" in rule:
        shaped["AbortIncompleteMultipartUpload"] = rule["AbortIncompleteMultipartUpload"]
    moves = [
        {"Days": move["TransitionInDays"], "StorageClass": move["StorageClass"]}
        for move in rule.get("Transitions", ())
        if "TransitionInDays" in move
    ]
    return shaped | ({"Transitions": moves} if moves else {})


def _same(value: Any) -> Any:
    return value


# By property: the calls that put and delete the setting, the member that contains it, and its shape there.
_SETTINGS: dict[str, tuple[str, str, str, Shape]] = {
    "BucketEncryption": (
        "PutBucketEncryption",
        "DeleteBucketEncryption",
        "ServerSideEncryptionConfiguration",
        _encryption,
    ),
    "CorsConfiguration": ("PutBucketCors", "DeleteBucketCors", "CORSConfiguration", _cors),
    "LifecycleConfiguration": (
        "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        "LifecycleConfiguration",
        _lifecycle,
    ),
    "OwnershipControls": (
        "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls",
        "OwnershipControls",
        _same,
    ),
    "PublicAccessBlockConfiguration": (
        "PutPublicAccessBlock",
        "DeletePublicAccessBlock",
        "PublicAccessBlockConfiguration",
        _same,
    ),
    "WebsiteConfiguration": ("PutBucketWebsite", "DeleteBucketWebsite", "WebsiteConfiguration", _website),
}


def _make(call: ServiceCalls, made: Made) -> None:
    """Where the Region is the first one, S3 wants none to be named."""
    located = {"LocationConstraint": call.region} if call.region != "us-east-1" else None
    locked = str(made.properties.get("ObjectLockEnabled", "")).lower() == "true" or None
    call(
        "s3",
        "CreateBucket",
        Bucket=made.physical_id,
        CreateBucketConfiguration=located,
        ObjectLockEnabledForBucket=locked,
    )


def _settle(call: ServiceCalls, made: Made, before: Made | None) -> None:
    name = made.physical_id
    if changed(before, made, "VersioningConfiguration"):
        status = made.properties.get("VersioningConfiguration", {}).get("Status", "Suspended")
        call("s3", "PutBucketVersioning", Bucket=name, VersioningConfiguration={"Status": text_of(status)})
    for setting, (put, drop, member, shape) in _SETTINGS.items():
        if changed(before, made, setting):
            value = made.properties.get(setting)
            if value is None:
                call("s3", drop, Bucket=name)
            else:
                call("s3", put, Bucket=name, **{member: shape(value)})
    if (tags_of(before) if before else {}) != tags_of(made):
        if tags_of(made):
            call("s3", "PutBucketTagging", Bucket=name, Tagging={"TagSet": tag_list(made)})
        else:
            call("s3", "DeleteBucketTagging", Bucket=name)


def _remove(call: ServiceCalls, made: Made) -> None:
    """What was put into it since goes with it; moto deletes empty buckets alone."""
    kept = call.backend("s3").buckets.get(made.physical_id)
    if kept is not None:
        kept.keys.clear()
        call("s3", "DeleteBucket", Bucket=made.physical_id)


BUCKET = PlayedType("s3", _make, _settle, _remove, lambda backend, name: backend.buckets.get(name))
