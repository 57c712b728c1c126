"""policy/ says as templates what rendered/policies/ says, and makes the bucket that deploy.py makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cloudformation.text import read
from deployment.artifacts.bucket import make_bucket
from deployment.artifacts.packaging import Storage
from templates.bundle.bundle import Bundle
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV, PROD, PROJECT
from tests.rehearsal.boto import client
from tests.test_aws_cli import Shell

REGION = DEV.region


@pytest.fixture(scope="module")
def content(made: Bundle) -> dict[str, bytes]:
    return {file.path: file.content for file in made.files}


def _resources(content: Mapping[str, bytes], path: str) -> dict[str, dict[str, Any]]:
    resources: dict[str, dict[str, Any]] = read(content[path].decode())["Resources"]
    return resources


def _of(resources: Mapping[str, dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [
        body["Properties"]["PolicyDocument"]
        for title, body in resources.items()
        if body["Type"] == "AWS::IAM::ManagedPolicy" and title.rstrip("0123456789") == name
    ]


def _rendered(shop: Path, name: str) -> dict[str, Any]:
    policy: dict[str, Any] = json.loads((shop / f"rendered/policies/{name}.json").read_text())
    return policy


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_who_deploys_and_who_makes_the_bucket_get_the_rendered_policies(
    content: Mapping[str, bytes], shop: Path, name: str
) -> None:
    resources = _resources(content, f"policy/{name}/deployer.yaml")
    assert _of(resources, "Deployer") == [_rendered(shop, f"{name}-deployer")]
    assert _of(resources, "BucketMaker") == [_rendered(shop, "artifacts-bucket")]
    assert {body["Type"] for body in resources.values()} == {"AWS::IAM::ManagedPolicy"}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_role_of_cloudformation_is_the_rendered_template(
    content: Mapping[str, bytes], shop: Path, name: str
) -> None:
    rendered = shop / f"rendered/policies/{name}-service-role.yaml"
    assert content[f"policy/{name}/service-role.yaml"] == rendered.read_bytes()


def test_the_role_of_pipelines_is_the_rendered_template(content: Mapping[str, bytes], shop: Path) -> None:
    assert content["policy/ci-role.yaml"] == (shop / "rendered/ci-role.yaml").read_bytes()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, content: Mapping[str, bytes]) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("ops")
    for path, body in content.items():
        if path.startswith(("policy/", "config/")):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(body)
    with RehearsalHere(PROJECT, ["--account", DEV.account]) as rehearsal:
        yield Shell(rehearsal, folder)


def _told(s3: Any, bucket: str) -> dict[str, Any]:
    """All that S3 says of how a bucket is set; of its policy what it says of a bucket of another name."""
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"].replace(bucket, "BUCKET")
    return {
        "public": s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
        "versions": s3.get_bucket_versioning(Bucket=bucket)["Status"],
        "encryption": [
            rule["ApplyServerSideEncryptionByDefault"]
            for rule in s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        ],
        "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"],
        "ownership": s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"],
        "policy": json.loads(policy),
    }


@pytest.mark.slow
def test_the_files_make_the_bucket_that_deploy_makes(shell: Shell) -> None:
    with closing(client("s3", shell.rehearsal.url(), region=REGION)) as s3:
        make_bucket(s3, Storage("by-deploy", DEV.account, REGION, "aws", "amazonaws.com", DEV.stack))
        bucket, folder = DEV.bucket, shell.folder / "policy/bucket"
        s3.create_bucket(
            Bucket=bucket,
            ObjectOwnership="BucketOwnerEnforced",
            CreateBucketConfiguration={"LocationConstraint": REGION},
        )
        for call, option, file in (
            ("put-public-access-block", "--public-access-block-configuration", folder / "public-access-block.json"),
            ("put-bucket-versioning", "--versioning-configuration", folder / "versioning.json"),
            ("put-bucket-encryption", "--server-side-encryption-configuration", folder / "encryption.json"),
            ("put-bucket-lifecycle-configuration", "--lifecycle-configuration", folder / "lifecycle.json"),
            ("put-bucket-policy", "--policy", shell.folder / "config/dev/bucket-policy.json"),
        ):
            shell.aws("s3api", call, "--bucket", bucket, option, f"file://{file}")
        assert _told(s3, bucket) == _told(s3, "by-deploy")


@pytest.mark.slow
def test_the_template_says_of_the_bucket_what_deploy_makes(content: Mapping[str, bytes], shell: Shell) -> None:
    resources = _resources(content, "policy/dev/artifacts-bucket.yaml")
    bucket, policy = resources["ArtifactsBucket"], resources["ArtifactsBucketPolicy"]
    assert {body["DeletionPolicy"] for body in resources.values()} == {"Retain"}
    said = bucket["Properties"]
    with closing(client("s3", shell.rehearsal.url(), region=REGION)) as s3:
        make_bucket(s3, Storage("as-a-template", DEV.account, REGION, "aws", "amazonaws.com", DEV.stack))
        told = _told(s3, "as-a-template")
    assert said["BucketName"] == DEV.bucket
    assert said["PublicAccessBlockConfiguration"] == told["public"]
    assert said["VersioningConfiguration"] == {"Status": told["versions"]}
    rules = said["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert [rule["ServerSideEncryptionByDefault"] for rule in rules] == told["encryption"]
    assert said["OwnershipControls"]["Rules"] == told["ownership"]
    [rule], [own] = told["lifecycle"], said["LifecycleConfiguration"]["Rules"]
    assert (own["Id"], own["Status"], own["Prefix"]) == (rule["ID"], rule["Status"], rule["Filter"]["Prefix"])
    assert own["AbortIncompleteMultipartUpload"] == rule["AbortIncompleteMultipartUpload"]
    assert (
        json.loads(json.dumps(policy["Properties"]["PolicyDocument"]).replace(DEV.bucket, "BUCKET")) == told["policy"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["deployer", "service-role", "artifacts-bucket"])
def test_each_template_can_be_deployed(shell: Shell, name: str) -> None:
    with closing(client("s3", shell.rehearsal.url(), region=REGION)) as s3:
        standing = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        if PROD.bucket in standing:  # made by hand
            s3.delete_bucket(Bucket=PROD.bucket)
        if "uploads" not in standing:
            s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": REGION})
    shell.aws(
        *("cloudformation", "deploy", "--stack-name", name, "--capabilities", "CAPABILITY_NAMED_IAM"),
        *("--template-file", str(shell.folder / f"policy/prod/{name}.yaml"), "--s3-bucket", "uploads"),
    )
    [stack] = shell.cloudformation("describe-stacks", "--stack-name", name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs
    if name == "service-role":
        assert outputs["RoleArn"] == PROD.role
    elif name == "artifacts-bucket":
        assert outputs["BucketName"] == PROD.bucket
