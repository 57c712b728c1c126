"""What the registry and the account contain."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.api.registry_calls import provisioning
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import template, topic

BUCKET = "AWS::S3::Bucket"
ARN = f"arn:aws:cloudformation:{REGION}::type/resource/AWS-S3-Bucket"


@pytest.mark.parametrize("asked", [{"TypeName": BUCKET, "Type": "RESOURCE"}, {"Arn": ARN}])
def test_a_type_of_aws_is_described_with_its_schema(asked: dict[str, str]) -> None:
    shown = Play()("DescribeType", **asked)
    assert (shown["Arn"], shown["TypeName"], shown["ProvisioningType"]) == (ARN, BUCKET, "FULLY_MUTABLE")
    assert json.loads(shown["Schema"])["primaryIdentifier"] == ["/properties/BucketName"]


@pytest.mark.parametrize(
    "asked",
    [{"TypeName": "My::Own::Type"}, {"TypeName": BUCKET, "Type": "HOOK"}, {"TypeName": BUCKET, "VersionId": "1"}],
)
def test_of_other_types_nothing_is_known(asked: dict[str, str]) -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play()("DescribeType", **asked)
    assert (refused.value.code, refused.value.status) == ("TypeNotFoundException", 404)


def test_public_types_are_listed_by_pages_and_private_ones_there_are_none() -> None:
    play = Play()
    page = play("ListTypes", Visibility="PUBLIC", MaxResults=2)
    names = [row["TypeName"] for row in page["TypeSummaries"]]
    more = play("ListTypes", Visibility="PUBLIC", MaxResults=2, NextToken=page["NextToken"])["TypeSummaries"]
    assert names + [row["TypeName"] for row in more] == sorted({*names, *(row["TypeName"] for row in more)})
    chosen = play("ListTypes", Visibility="PUBLIC", Filters={"Category": "AWS_TYPES", "TypeNamePrefix": "AWS::S3::Buc"})
    assert [row["TypeName"] for row in chosen["TypeSummaries"]] == [BUCKET, "AWS::S3::BucketPolicy"]
    filters = {"TypeNamePrefix": "AWS::S3::Buc"}
    immutable = play("ListTypes", Visibility="PUBLIC", Filters=filters, ProvisioningType="IMMUTABLE")
    assert immutable["TypeSummaries"] == play("ListTypes")["TypeSummaries"] == []


def test_how_mutable_a_type_is_stands_in_its_handlers() -> None:
    handlers: dict[str, Any] = {name: {} for name in ("create", "read", "delete")}
    assert provisioning({"handlers": handlers}) == "IMMUTABLE"
    assert provisioning({"handlers": handlers | {"update": {}}}) == "FULLY_MUTABLE"
    assert provisioning({}) == "NON_PROVISIONABLE"


def test_the_limits_of_the_account_are_those_of_a_new_one() -> None:
    limits = {row["Name"]: row["Value"] for row in Play()("DescribeAccountLimits")["AccountLimits"]}
    assert limits == {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}


def test_what_hooks_said_of_a_stack_is_listed() -> None:
    play = Play(Scenario(resources=(ResourceFault("A", hook="My::Own::Hook", reason="no"),)))
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic())))
    play.settle()
    (row,) = play("ListHookResults", TargetType="STACK", TargetId="demo")["HookResults"]
    assert (row["TypeName"], row["Status"], row["FailureMode"]) == ("My::Own::Hook", "HOOK_COMPLETE_FAILED", "FAIL")
    other = play("ListHookResults", TargetType="STACK", TargetId="demo", Status="HOOK_COMPLETE_SUCCEEDED")
    assert other["HookResults"] == play("ListHookResults")["HookResults"] == []
