"""How resources stabilise and are complete."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.play import Play
from tests.rehearsal.samples import ref, template, topic, value

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
