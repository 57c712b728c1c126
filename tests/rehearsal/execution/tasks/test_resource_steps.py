"""How resources stabilise and are complete, or fail, and what becomes of those beside them."""

from __future__ import annotations

from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
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


def test_a_failed_creation_cancels_what_is_under_way_beside_it() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    play.deploy(template(A=topic(), B=value("x"), C=topic()))
    assert ("A", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    assert ("C", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    assert [row for row in play.reasons() if row[0] == "B"][-1] == ("B", "CREATE_FAILED", "refused")


def test_the_bracketed_list_names_the_cancelled_too() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    play.deploy(template(A=topic(), B=topic()))
    assert play.reasons()[-1][2] == "The following resource(s) failed to create: [B, A]. Rollback requested by user."


def test_a_failed_update_cancels_updates_under_way() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template(A=value("1"), B=topic("1")))
    play.deploy(template(A=value("2"), B=topic("2")))
    assert ("A", "UPDATE_FAILED", "refused") in play.reasons()
    assert ("B", "UPDATE_FAILED", "Resource update cancelled") in play.reasons()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_with_failures_kept_other_paths_run_to_their_end() -> None:
    play = Play(Scenario((ResourceFault("A", reason="refused"),)))
    play.deploy(template(A=topic(), B=topic(), C=topic(after="B"), D=topic(after="A")), OnStackFailure="DO_NOTHING")
    assert ("C", "CREATE_COMPLETE") in play.events()
    assert not [event for event in play.events() if event[0] == "D"]


def test_a_failure_beside_a_nested_stack_stops_the_nested_stack() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    url = play.put("child.yaml", template(T=topic(), U=topic(after="T"), V=topic(after="U")))
    stack = play.deploy(template(C=nested(url), A=topic(), B=topic(after="A")))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("C", "CREATE_FAILED", "Resource creation cancelled") in play.reasons()
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert child.status == "DELETE_COMPLETE"
    assert not [event for event in play.events(child.id) if event[0] == "V"]


def test_an_update_lists_what_failed_to_create_before_what_failed_to_update() -> None:
    play = Play(Scenario((ResourceFault("A", "update", "refused"),)))
    play.deploy(template(A=value("1")))
    play.deploy(template(A=value("2"), B=topic(), C=topic()))
    assert play.reasons()[-1] == (
        "demo",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to create: [B, C]. The following resource(s) failed to update: [A]. ",
    )
