"""Repositories and log groups of stacks, as ECR and CloudWatch Logs show them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account

LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5},
            "action": {"type": "expire"},
        }
    ]
}


def repository(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "app", **properties}}


def test_a_repository_is_there_changed_and_gone_as_its_stack_has_it(account: Account) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:*"}]}
    account.create(
        App=repository(
            ImageTagMutability="IMMUTABLE",
            ImageScanningConfiguration={"ScanOnPush": True},
            RepositoryPolicyText=policy,
            LifecyclePolicy={"LifecyclePolicyText": json.dumps(LIFECYCLE)},
        )
    )
    ecr = account.service("ecr")
    shown = ecr.describe_repositories(repositoryNames=["app"])["repositories"][0]
    assert (shown["imageTagMutability"], shown["imageScanningConfiguration"]) == ("IMMUTABLE", {"scanOnPush": True})
    assert json.loads(ecr.get_repository_policy(repositoryName="app")["policyText"])["Statement"]
    assert json.loads(ecr.get_lifecycle_policy(repositoryName="app")["lifecyclePolicyText"]) == LIFECYCLE
    account.update(App=repository(ImageScanningConfiguration={"ScanOnPush": False}))
    shown = ecr.describe_repositories()["repositories"][0]
    assert (shown["imageTagMutability"], shown["imageScanningConfiguration"]) == ("MUTABLE", {"scanOnPush": False})
    for read in (ecr.get_repository_policy, ecr.get_lifecycle_policy):
        with pytest.raises(ClientError, match="PolicyNotFound"):
            read(repositoryName="app")
    account.delete()
    assert ecr.describe_repositories()["repositories"] == []


def log_group(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/app", **properties}}


def test_a_log_group_takes_events_and_keeps_them_as_long_as_its_stack_says(account: Account) -> None:
    account.create(Log=log_group(RetentionInDays=7))
    logs = account.service("logs")
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    account.update(Log=log_group())
    shown = logs.describe_log_groups()["logGroups"][0]
    assert "retentionInDays" not in shown
    assert logs.list_tags_for_resource(resourceArn=shown["logGroupArn"])["tags"] == {"team": "ops"}
    assert logs.describe_log_streams(logGroupName="/app")["logStreams"][0]["logStreamName"] == "one"
    account.delete()
    assert logs.describe_log_groups()["logGroups"] == []
