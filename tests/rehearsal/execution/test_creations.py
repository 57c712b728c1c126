"""A resource from its first event to its last: ids, stabilising, hanging."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, ref, template, topic, value

BUCKET: dict[str, Any] = {"Type": "AWS::S3::Bucket"}


def rows(play: Play, name: str, stack: str = "demo") -> list[dict[str, Any]]:
    found = play("DescribeStackEvents", StackName=stack)["StackEvents"][::-1]
    return [row for row in found if row["LogicalResourceId"] == name]


def test_a_type_that_stabilises_says_when_it_is_configured() -> None:
    play = Play()
    play.deploy(template(B=BUCKET, A=topic()))
    told = [
        (row["ResourceStatus"], row.get("ResourceStatusReason"), row.get("DetailedStatus")) for row in rows(play, "B")
    ]
    assert told == [
        ("CREATE_IN_PROGRESS", None, None),
        ("CREATE_IN_PROGRESS", "Resource creation Initiated", None),
        ("CREATE_IN_PROGRESS", "Eventual consistency check initiated", "CONFIGURATION_COMPLETE"),
        ("CREATE_COMPLETE", None, None),
    ]


def test_a_dependant_starts_when_what_it_needs_is_configured() -> None:
    play = Play()
    play.deploy(template(B=BUCKET, A=value(ref("B"))))
    assert play.events().index(("A", "CREATE_IN_PROGRESS")) < play.events().index(("B", "CREATE_COMPLETE"))


def test_a_bucket_policy_is_complete_before_its_bucket() -> None:
    play = Play()
    policy = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": ref("B"), "PolicyDocument": {}}}
    play.deploy(template(B=BUCKET, P=policy))
    assert play.events().index(("P", "CREATE_COMPLETE")) < play.events().index(("B", "CREATE_COMPLETE"))


def test_an_update_of_a_type_that_stabilises_says_so_on_the_resource_and_on_the_stack() -> None:
    play = Play()
    for task in ("web:1", "web:2"):
        play.deploy(template(S={"Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": task}}))
    for name in ("S", "demo"):
        (told,) = [
            row for row in rows(play, name) if row["ResourceStatus"].startswith("UPDATE") and "DetailedStatus" in row
        ]
        assert (told["ResourceStatus"], told["ResourceStatusReason"], told["DetailedStatus"]) == (
            "UPDATE_IN_PROGRESS",
            "Eventual consistency check initiated",
            "CONFIGURATION_COMPLETE",
        )


def test_the_stack_says_once_that_all_its_resources_are_configured() -> None:
    play = Play()
    play.deploy(template(A=BUCKET, B=BUCKET))
    own = [row for row in rows(play, "demo") if row.get("DetailedStatus")]
    assert [(row["ResourceStatus"], row["ResourceStatusReason"], row["DetailedStatus"]) for row in own] == [
        ("CREATE_IN_PROGRESS", "Eventual consistency check initiated", "CONFIGURATION_COMPLETE")
    ]
    configured = [row for name in "AB" for row in rows(play, name) if row.get("DetailedStatus")]
    assert max(row["Timestamp"] for row in configured) < own[0]["Timestamp"]


def test_a_stack_that_is_complete_as_soon_as_it_is_configured_does_not_say_so() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    assert not [row for row in rows(play, "demo") if "DetailedStatus" in row]


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


def test_a_nested_stack_can_fail_or_hang_as_one_resource() -> None:
    for fault, status in (
        (ResourceFault("C", reason="refused"), "ROLLBACK_COMPLETE"),
        (ResourceFault("C", hangs=True), "CREATE_IN_PROGRESS"),
    ):
        play = Play(Scenario((fault,)))
        url = play.put("child.yaml", template(T=topic()))
        assert play.deploy(template(C=nested(url)))["StackStatus"] == status


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


def test_a_nested_stack_has_a_time_of_its_own() -> None:
    play = Play(Scenario((ResourceFault("C/T", hangs=True),)))
    url = play.put("child.yaml", template(T=topic()))
    assert play.deploy(template(C=nested(url, TimeoutInMinutes="3")))["StackStatus"] == "ROLLBACK_COMPLETE"
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    reason = (
        f"Embedded stack {child.id} was not successfully created: Stack creation time exceeded the specified timeout"
    )
    assert ("C", "CREATE_FAILED", reason) in play.reasons()


def test_a_nested_stack_that_is_done_in_time_lets_its_parent_go_on() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    longer = {"Type": "AWS::KMS::Key"}
    assert play.deploy(template(C=nested(url, TimeoutInMinutes="3"), K=longer))["StackStatus"] == "CREATE_COMPLETE"
