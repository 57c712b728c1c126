"""policy/: who deploys, what CloudFormation may do, and the bucket of the templates, as CloudFormation templates.

The documents are those of rendered/policies/, and the bucket is what deploy.py makes; each of an environment is a stack
that the account's owner makes once. Beside them the bodies of the calls that make the bucket.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from troposphere import AWSHelperFn, Join, Output, Ref, Template
from troposphere.iam import ManagedPolicy
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
    VersioningConfiguration,
)

from cloudformation.environment.delivery import artifacts_bucket as made
from templates.bundle.deployables import Deployable
from templates.bundle.files import BundleFile, json_file, text_file
from templates.bundle.system import CI_ROLE, System
from templates.parts.document import document
from templates.rendering.yaml_writer import write

_SOURCE = "templates/bundle/permissions/policies.py"
_BUCKET = "artifacts-bucket"


def policies(system: System, platforms: list[Deployable]) -> Iterator[BundleFile]:
    """All files of policy/, of these environments."""
    for one in platforms:
        folder = f"policy/{one.environment.name}"
        yield _template(f"{folder}/deployer.yaml", deployer(system, one))
        role = f"policies/{one.environment.name}-service-role.yaml"
        yield text_file(f"{folder}/service-role.yaml", system.others[role].text)
        yield _template(f"{folder}/artifacts-bucket.yaml", bucket(one))
    if CI_ROLE in system.others:
        yield text_file(f"policy/{CI_ROLE}", system.others[CI_ROLE].text)
    yield json_file("policy/bucket/public-access-block.json", made.NO_PUBLIC_ACCESS)
    yield json_file("policy/bucket/versioning.json", made.VERSIONING)
    yield json_file("policy/bucket/encryption.json", made.ENCRYPTION)
    yield json_file("policy/bucket/lifecycle.json", made.LIFECYCLE)


def deployer(system: System, one: Deployable) -> Template:
    """Managed policies: for deploying, and for creating the bucket on first use."""
    name = one.environment.name
    deploys = _managed("Deployer", f"What a deployment of {name} calls.", system.policies(f"{name}-deployer"))
    makes = _managed("BucketMaker", "Creates the bucket for the templates.", system.policies(_BUCKET))
    return document(
        f"The policies for deploying environment {name}: attach those of DeployerPolicyArns to a user, group or "
        "role, and those of BucketMakerPolicyArns to the caller of the first deployment, which creates the bucket.",
        parameters=[],
        resources=[*deploys, *makes],
        outputs=[
            Output("DeployerPolicyArns", Description="ARNs of the policies for deploying.", Value=_arns(deploys)),
            Output(
                "BucketMakerPolicyArns", Description="ARNs of the policies for creating the bucket.", Value=_arns(makes)
            ),
        ],
    )


def _managed(name: str, description: str, documents: Sequence[Mapping[str, Any]]) -> list[ManagedPolicy]:
    """A policy as the resources that it takes: one, or several where it is longer than IAM has it."""
    titles = [name] if len(documents) == 1 else [f"{name}{number}" for number in range(1, len(documents) + 1)]
    return [
        ManagedPolicy(title, Description=description, PolicyDocument=own)
        for title, own in zip(titles, documents, strict=True)
    ]


def _arns(policies: list[ManagedPolicy]) -> AWSHelperFn:
    return Join(",", [Ref(policy) for policy in policies])


def bucket(one: Deployable) -> Template:
    """The bucket for the templates, as deploy.py creates it; it is retained when the stack is deleted."""
    name = one.environment.bucket
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    artifacts = Bucket(
        "ArtifactsBucket",
        **kept,
        BucketName=name,
        OwnershipControls=OwnershipControls(Rules=[OwnershipControlsRule(ObjectOwnership=made.OWNERSHIP)]),
        PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(**made.NO_PUBLIC_ACCESS),
        VersioningConfiguration=VersioningConfiguration(**made.VERSIONING),
        BucketEncryption=BucketEncryption(
            ServerSideEncryptionConfiguration=[
                ServerSideEncryptionRule(
                    ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(
                        **rule["ApplyServerSideEncryptionByDefault"]
                    )
                )
                for rule in made.ENCRYPTION["Rules"]
            ]
        ),
        LifecycleConfiguration=LifecycleConfiguration(Rules=[_rule(rule) for rule in made.LIFECYCLE["Rules"]]),
    )
    policy = BucketPolicy(
        "ArtifactsBucketPolicy",
        **kept,
        Bucket=Ref(artifacts),
        PolicyDocument=made.bucket_policy(one.partition.name, name),
    )
    return document(
        "The bucket for the templates, for a team whose deployers may not create it: private, versioned, "
        "encrypted, over "
        "TLS only, and what was put stays.",
        parameters=[],
        resources=[artifacts, policy],
        outputs=[Output("BucketName", Description="Name of the bucket.", Value=Ref(artifacts))],
    )


def _rule(rule: dict[str, Any]) -> LifecycleRule:
    """A rule of the API as the resource type has it, where a prefix has no Filter."""
    days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
    return LifecycleRule(
        Id=rule["ID"],
        Status=rule["Status"],
        Prefix=rule["Filter"]["Prefix"],
        AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=days),
    )


def _template(path: str, template: Template) -> BundleFile:
    return text_file(path, write(template.to_dict(), _SOURCE))
