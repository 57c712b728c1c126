"""ECR repositories and log groups of stacks."""

from cloudformation.scalars import text_of
from rehearsal.neighbours.made.played_type import (
    PlayedType,
    changed,
    document_text,
    dropped_tags,
    has_new_tags,
    lowered,
    tag_list,
    tags_of,
)
from rehearsal.neighbours.service_calls import ServiceCalls
from rehearsal.state.services import Made


def _make_repository(call: ServiceCalls, made: Made) -> None:
    given = made.properties
    call(
        "ecr",
        "CreateRepository",
        repositoryName=made.physical_id,
        imageTagMutability=given.get("ImageTagMutability"),
        imageScanningConfiguration=lowered(given.get("ImageScanningConfiguration")),
        encryptionConfiguration=lowered(given.get("EncryptionConfiguration")),
        tags=tag_list(made) or None,
    )


def _settle_repository(call: ServiceCalls, made: Made, before: Made | None) -> None:
    given, name = made.properties, made.physical_id
    if before and changed(before, made, "ImageTagMutability"):
        wanted = given.get("ImageTagMutability", "MUTABLE")
        call("ecr", "PutImageTagMutability", repositoryName=name, imageTagMutability=wanted)
    if before and changed(before, made, "ImageScanningConfiguration"):
        scanning = lowered(given.get("ImageScanningConfiguration", {}))
        call("ecr", "PutImageScanningConfiguration", repositoryName=name, imageScanningConfiguration=scanning)
    if changed(before, made, "RepositoryPolicyText"):
        policy = given.get("RepositoryPolicyText")
        if policy is None:
            call("ecr", "DeleteRepositoryPolicy", repositoryName=name)
        else:
            call("ecr", "SetRepositoryPolicy", repositoryName=name, policyText=document_text(policy))
    if changed(before, made, "LifecyclePolicy"):
        lifecycle = given.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        if lifecycle is None:
            call("ecr", "DeleteLifecyclePolicy", repositoryName=name)
        else:
            call("ecr", "PutLifecyclePolicy", repositoryName=name, lifecyclePolicyText=document_text(lifecycle))


REPOSITORY = PlayedType(
    "ecr",
    _make_repository,
    _settle_repository,
    lambda call, made: call("ecr", "DeleteRepository", repositoryName=made.physical_id, force=True),
    lambda backend, name: backend.repositories.get(name),
)


def _make_log_group(call: ServiceCalls, made: Made) -> None:
    key, tags = made.properties.get("KmsKeyId"), tags_of(made) or None
    call("logs", "CreateLogGroup", logGroupName=made.physical_id, kmsKeyId=key, tags=tags)


def _settle_log_group(call: ServiceCalls, made: Made, before: Made | None) -> None:
    name = made.physical_id
    if changed(before, made, "RetentionInDays"):
        days = made.properties.get("RetentionInDays")
        if days is None:
            call("logs", "DeleteRetentionPolicy", logGroupName=name)
        else:
            call("logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=int(text_of(days)))
    if dropped := dropped_tags(before, made):
        call("logs", "UntagLogGroup", logGroupName=name, tags=dropped)
    if has_new_tags(before, made):
        call("logs", "TagLogGroup", logGroupName=name, tags=tags_of(made))


LOG_GROUP = PlayedType(
    "logs",
    _make_log_group,
    _settle_log_group,
    lambda call, made: call("logs", "DeleteLogGroup", logGroupName=made.physical_id),
    lambda backend, name: backend.groups.get(name),
)
