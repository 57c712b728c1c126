"""policy/: who deploys, what CloudFormation may do, and the bucket of the templates, as CloudFormation templates.

The documents are those of rendered/policies/, and the bucket is what deploy.py makes; each of an environment is a stack
that the account's owner makes once. Beside them the bodies of the calls that make the bucket.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from troposphere import AWSHelperFn, GetAtt, Join, Output, Ref, Template
from troposphere.iam import ManagedPolicy, Role
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
from templates.bundle.permissions.policy_documents import divided
from templates.bundle.system import CI_ROLE, System
from templates.parts.document import document
from templates.parts.policies import trusted_by
from templates.rendering.yaml_writer import write

_SOURCE = "templates/bundle/permissions/policies.py"
_BUCKET = "artifacts-bucket"


def policies(system: System, platforms: list[Deployable]) -> Iterator[BundleFile]:
    """All files of policy/, of these environments."""
    for one in platforms:
        folder = f"policy/{one.environment.name}"
        yield _template(f"{folder}/deployer.yaml", deployer(system, one))
        yield _template(f"{folder}/service-role.yaml", service_role(system, one))
        yield _template(f"{folder}/artifacts-bucket.yaml", bucket(one))
    if CI_ROLE in system.others:
        yield text_file(f"policy/{CI_ROLE}", system.others[CI_ROLE].text)
    yield json_file("policy/bucket/public-access-block.json", made.NO_PUBLIC_ACCESS)
    yield json_file("policy/bucket/versioning.json", made.VERSIONING)
    yield json_file("policy/bucket/encryption.json", made.ENCRYPTION)
    yield json_file("policy/bucket/lifecycle.json", made.LIFECYCLE)


def deployer(system: System, one: Deployable) -> Template:
    """Managed policies: of whoever deploys, and of whoever makes the bucket on first use."""
    name = one.environment.name
    deploys = _managed("Deployer", f"What a deployment of {name} calls.", system.policy(f"{name}-deployer"))
    makes = _managed("BucketMaker", "What it takes to make the bucket of the templates.", system.policy(_BUCKET))
    return document(
        f"The policies of whoever deploys environment {name}: attach those of DeployerPolicyArns to a user, group or "
        "role, and BucketMakerPolicyArns to whoever deploys first, while there is no bucket yet.",
        parameters=[],
        resources=[*deploys, *makes],
        outputs=[
            Output("DeployerPolicyArns", Description="ARNs of the policies of whoever deploys.", Value=_arns(deploys)),
            Output("BucketMakerPolicyArns", Description="ARNs of those of whoever makes it.", Value=_arns(makes)),
        ],
    )


def service_role(system: System, one: Deployable) -> Template:
    """The role that CloudFormation works as; with the name that the environment gives it, where it gives one."""
    environment = one.environment
    path, name = _path_and_name(environment.role) if environment.role else (None, None)
    named = {"RoleName": name} if name else {}
    placed = {"Path": path} if path and path != "/" else {}
    allows = _managed(
        "Resources",
        f"What CloudFormation may do to the resources of {environment.name}.",
        system.policy(f"{environment.name}-service-role"),
    )
    role = Role(
        "ServiceRole",
        Description=f"CloudFormation works as it on the stacks of environment {environment.name}.",
        **placed,
        **named,
        AssumeRolePolicyDocument=trusted_by("cloudformation"),
        ManagedPolicyArns=[Ref(policy) for policy in allows],
    )
    return document(
        f"The role that CloudFormation takes to work on the stacks of environment {environment.name}.",
        parameters=[],
        resources=[*allows, role],
        outputs=[Output("ServiceRoleArn", Description="ARN of the role.", Value=GetAtt(role, "Arn"))],
    )


def _managed(name: str, description: str, policy: Mapping[str, Any]) -> list[ManagedPolicy]:
    """A policy as the resources that it takes: one, or several where it is longer than IAM has it."""
    documents = divided(policy)
    titles = [name] if len(documents) == 1 else [f"{name}{number}" for number in range(1, len(documents) + 1)]
    return [
        ManagedPolicy(title, Description=description, PolicyDocument=own)
        for title, own in zip(titles, documents, strict=True)
    ]


def _arns(policies: list[ManagedPolicy]) -> AWSHelperFn:
    return Join(",", [Ref(policy) for policy in policies])


def _path_and_name(arn: str) -> tuple[str, str]:
    """What stands behind `role` in an ARN: `/`, or `/team/`, and the name."""
    path, _, name = arn.partition(":role")[2].rpartition("/")
    return f"{path}/", name


def bucket(one: Deployable) -> Template:
    """The bucket that holds the templates, as deploy.py makes it; it stays when the stack goes."""
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
        "The bucket of the templates, for a team whose deployers may not make it: private, versioned, encrypted, over "
        "TLS only, and what was put stays.",
        parameters=[],
        resources=[artifacts, policy],
        outputs=[Output("BucketName", Description="Name of the bucket.", Value=Ref(artifacts))],
    )


def _rule(rule: dict[str, Any]) -> LifecycleRule:
    """A rule of the API as the resource type has it, where a prefix stands without Filter."""
    days = rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
    return LifecycleRule(
        Id=rule["ID"],
        Status=rule["Status"],
        Prefix=rule["Filter"]["Prefix"],
        AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(DaysAfterInitiation=days),
    )


def _template(path: str, template: Template) -> BundleFile:
    return text_file(path, write(template.to_dict(), _SOURCE))
