"""A resource from its first event to its last: ids, hanging, the time it may take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic, value


def rows(play: Play, name: str, stack: str = "demo") -> list[dict[str, Any]]:
    found = play("DescribeStackEvents", StackName=stack)["StackEvents"][::-1]
    return [row for row in found if row["LogicalResourceId"] == name]


def test_what_hangs_stays_in_progress_with_its_id_and_keeps_its_stack_there() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True),)))
    assert play.deploy(template(A=topic(), B=topic()))["StackStatus"] == "CREATE_IN_PROGRESS"
    assert [row["ResourceStatus"] for row in rows(play, "A")] == ["CREATE_IN_PROGRESS"] * 2
    assert rows(play, "A")[-1]["PhysicalResourceId"]
    assert ("B", "CREATE_COMPLETE") in play.events()


def test_what_hangs_for_a_time_fails_then() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True, minutes=90),)))
    assert play.deploy(template(A=topic()))["StackStatus"] == "ROLLBACK_COMPLETE"
    *_, last, failed = [row for row in rows(play, "A") if row["ResourceStatus"].startswith("CREATE")]
    assert failed["ResourceStatusReason"] == "Resource timed out waiting for completion"
    assert (failed["Timestamp"] - last["Timestamp"]).total_seconds() >= 90 * 60


def test_an_update_a_delete_and_a_way_back_can_hang_too() -> None:
    play = Play(Scenario((ResourceFault("A", "update", hangs=True, minutes=5),)))
    play.deploy(template(A=topic("1")))
    assert play.deploy(template(A=topic("2")))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    play = Play(Scenario((ResourceFault("A", "delete", hangs=True, minutes=5),)))
    play.deploy(template(A=topic("1")))
    play("DeleteStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "DELETE_FAILED"
    faults = (ResourceFault("B", "update", "refused"), ResourceFault("A", "rollback", hangs=True, minutes=5))
    play = Play(Scenario(faults))
    play.deploy(template(A=value("1"), B=value("1", DependsOn="A")))
    stack = play.deploy(template(A=value("2"), B=value("2", DependsOn="A")))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"


def test_a_creation_that_takes_too_long_goes_back() -> None:
    play = Play(Scenario((ResourceFault("B", hangs=True),)))
    body = json.dumps(template(A=topic(), B=topic()))
    play("CreateStack", StackName="demo", TemplateBody=body, TimeoutInMinutes=10)
    play.settle()
    assert play.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("B", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    reason = "Stack creation time exceeded the specified timeout. Rollback requested by user."
    assert ("demo", "ROLLBACK_IN_PROGRESS", reason) in play.reasons()


def test_a_creation_in_time_is_not_disturbed_by_its_deadline() -> None:
    play = Play()
    began = play.cloud.world.clock.now()
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic())), TimeoutInMinutes=10)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert play.cloud.world.clock.now() - began < 60


REPLACED = "CloudFormation cannot update a stack when a custom-named resource requires replacing. "


@pytest.mark.parametrize(
    ("type_name", "named", "before", "after"),
    [
        ("ElasticLoadBalancingV2::TargetGroup", {"Name": "web"}, {"Port": 80}, {"Port": 81}),
        (
            "ElasticLoadBalancingV2::LoadBalancer",
            {"Name": "web"},
            {"Scheme": "internal"},
            {"Scheme": "internet-facing"},
        ),
        ("EC2::SecurityGroup", {"GroupName": "web", "GroupDescription": "x"}, {"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}),
        ("IAM::Role", {"RoleName": "web", "AssumeRolePolicyDocument": {}}, {"Path": "/a/"}, {"Path": "/b/"}),
    ],
)
def test_what_keeps_its_custom_name_is_not_replaced(
    type_name: str, named: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    def body(properties: dict[str, Any]) -> dict[str, Any]:
        return {"Resources": {"R": {"Type": f"AWS::{type_name}", "Properties": properties}}}

    [name] = [key for key in named if key.endswith("Name")]
    capable: dict[str, Any] = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
    play = Play()
    assert play.deploy(body(named | before), **capable)["StackStatus"] == "CREATE_COMPLETE"
    assert play.deploy(body(named | after), **capable)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("R", "UPDATE_FAILED", f"{REPLACED}Rename web and update the stack again.") in play.reasons()
    assert play.deploy(body(named | after | {name: "web-2"}), **capable)["StackStatus"] == "UPDATE_COMPLETE"
    unnamed = {key: value for key, value in named.items() if key != name}
    assert play.deploy(body(unnamed | before), **capable)["StackStatus"] == "UPDATE_COMPLETE"
    assert play.deploy(body(unnamed | after), **capable)["StackStatus"] == "UPDATE_COMPLETE"


def test_more_shards_replace_a_cache_unless_its_update_policy_says_otherwise() -> None:
    def body(shards: int, policy: bool) -> dict[str, Any]:
        properties = {"ReplicationGroupDescription": "x", "NumNodeGroups": shards}
        members = {"UpdatePolicy": {"UseOnlineResharding": True}} if policy else {}
        return {"Resources": {"R": {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": properties} | members}}

    play = Play()
    play.deploy(body(2, False))
    [row] = play.changes(play.change_set(body(3, False), name="seen")).values()
    assert row["Replacement"] == "Conditional"
    ids = [play("DescribeStackResources", StackName="demo")["StackResources"][0]["PhysicalResourceId"]]
    for shards, policy in ((3, False), (4, True)):
        play.deploy(body(shards, policy))
        ids.append(play("DescribeStackResources", StackName="demo")["StackResources"][0]["PhysicalResourceId"])
    assert ids[0] != ids[1] == ids[2]


def bucket(tag: str) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "kept-1", "Tags": [{"Key": "a", "Value": tag}]}}


def kept_failure() -> Play:
    """A stack whose bucket of a fixed name failed when it was there already, and was kept."""
    play = Play(Scenario((ResourceFault("A", hangs=True, minutes=0, times=1),)))
    body = json.dumps(template(A=bucket("1"), B=topic()))
    play("CreateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_FAILED"
    return play


def test_a_kept_failure_of_a_fixed_name_can_be_retried() -> None:
    play = kept_failure()
    body = json.dumps(template(A=bucket("2"), B=topic()))
    play("UpdateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE", play.reasons()
    statuses = [row["ResourceStatus"] for row in rows(play, "A")]
    assert statuses[statuses.index("CREATE_FAILED") + 1 :][:3] == [
        "CREATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert statuses[-1] == "CREATE_COMPLETE"
    detail = play("DescribeStackResource", StackName="demo", LogicalResourceId="A")["StackResourceDetail"]
    assert detail["PhysicalResourceId"] == "kept-1"


def test_one_without_a_fixed_name_goes_in_the_cleanup() -> None:
    play = Play(Scenario((ResourceFault("A", hangs=True, minutes=0, times=1),)))
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic())), DisableRollback=True)
    play.settle()
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=topic("2"))), DisableRollback=True)
    play.settle()
    assert [row["ResourceStatus"] for row in rows(play, "A")][-3:] == [
        "CREATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]


def test_a_name_that_another_stack_has_stays_taken_for_a_kept_failure() -> None:
    play = Play()
    play.deploy(template(A=bucket("1")), stack="first")
    body = json.dumps(template(A=bucket("2")))
    play("CreateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(A=bucket("3"))), DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_FAILED"
    assert "already exists" in rows(play, "A")[-1]["ResourceStatusReason"]
