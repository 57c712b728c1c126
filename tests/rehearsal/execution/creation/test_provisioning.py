"""What an update does with each resource when its turn comes."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import attribute, imported, nested, ref, template, topic, value


def kept(play: Play) -> Stack:
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    return stack


def association(subnet: str) -> dict[str, Any]:
    """A type whose replacement removes the old one first."""
    properties = {"SubnetId": subnet, "RouteTableId": "rtb-1"}
    return {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": properties}


def test_a_resource_that_stays_the_same_writes_no_event() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=value(ref("A"))))
    before = len(play.events())
    play.deploy(template(A=topic("2"), B=value(ref("A"))))
    assert not [event for event in play.events()[before:] if event[0] == "B"]


def test_metadata_alone_is_an_update_in_place() -> None:
    play = Play()
    play.deploy(template(A=topic(Metadata={"Note": "1"})))
    play.deploy(template(A=topic(Metadata={"Note": "2"})))
    assert kept(play).resources["A"].metadata == {"Note": "2"}
    assert ("A", "UPDATE_COMPLETE") in play.events()


def test_a_deletion_policy_alone_is_taken_over_without_an_event() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic()))
    before = len(play.events())
    play.deploy(template(A=topic("2"), B=topic(DeletionPolicy="Retain")))
    assert kept(play).resources["B"].deletion_policy == "Retain"
    assert not [event for event in play.events()[before:] if event[0] == "B"]


def test_a_type_that_deletes_before_it_creates_changes_its_id_in_place() -> None:
    play = Play()
    play.deploy(template(A=association("subnet-1")))
    old = kept(play).resources["A"].physical_id
    before = len(play.events())
    play.deploy(template(A=association("subnet-2")))
    assert kept(play).resources["A"].physical_id != old
    assert play.events()[before:] == [
        ("demo", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_IN_PROGRESS"),
        ("A", "UPDATE_COMPLETE"),
        ("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("demo", "UPDATE_COMPLETE"),
    ]


def test_such_a_type_is_made_once_more_when_the_update_goes_back() -> None:
    play = Play(Scenario((ResourceFault("B", "update", "refused"),)))
    play.deploy(template(A=association("subnet-1"), B=value("1", DependsOn="A")))
    old = kept(play).resources["A"].physical_id
    play.deploy(template(A=association("subnet-2"), B=value("2", DependsOn="A")))
    resource = kept(play).resources["A"]
    assert resource.properties["SubnetId"] == "subnet-1"
    assert resource.physical_id != old
    assert ("A", "DELETE_IN_PROGRESS") not in play.events()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_what_an_update_in_place_changed_shows_in_its_attributes() -> None:
    play = Play()
    play.deploy(template(A=value("1"), B=topic(attribute("A", "Value"))))
    play.deploy(template(A=value("2"), B=topic(attribute("A", "Value"))))
    assert kept(play).resources["B"].properties["DisplayName"] == "2"


def test_a_value_that_cannot_be_had_fails_the_resource_in_its_turn() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic("1")))
    body = template(A=topic(imported("Nobody")), B=topic("2", after="A"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(body))
    play.settle()
    assert ("A", "UPDATE_FAILED", "No export named Nobody found") in play.reasons()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert kept(play).resources["A"].status == "UPDATE_COMPLETE"


def test_a_fault_on_a_slow_type_strikes_at_its_end_and_on_a_quick_one_before_its_id() -> None:
    certificate = {
        "Type": "AWS::CertificateManager::Certificate",
        "Properties": {"DomainName": "a.example.com", "ValidationMethod": "DNS"},
    }
    play = Play(Scenario((ResourceFault("*", reason="refused"),)))
    play.deploy(template(Slow=certificate), stack="slow")
    play.deploy(template(Quick=topic()), stack="quick")
    for stack, has_id in (("slow", True), ("quick", False)):
        rows = play("DescribeStackEvents", StackName=stack)["StackEvents"]
        (failed,) = [row for row in rows if row["ResourceStatus"] == "CREATE_FAILED"]
        assert bool(failed["PhysicalResourceId"]) is has_id
    assert ("Slow", "DELETE_COMPLETE") in play.events("slow")
    assert ("Quick", "DELETE_COMPLETE") not in play.events("quick")


def choosing(show: str, policy: str) -> dict[str, Any]:
    """A topic whose UpdateReplacePolicy hides behind a condition that holds."""
    chosen = topic(show, UpdateReplacePolicy={"Fn::If": ["On", policy, "Delete"]})
    return {"Conditions": {"On": {"Fn::Equals": ["a", "a"]}}} | template(A=chosen, B=topic(show))


def test_an_update_replace_policy_that_does_not_exist_passes_review_and_hangs_the_update() -> None:
    play = Play()
    play.deploy(choosing("1", "Retain"))
    review = play.change_set(choosing("2", "Keep"), name="second")
    assert play.described(review)["Status"] == "CREATE_COMPLETE"
    play("ExecuteChangeSet", ChangeSetName=review)
    while ("B", "UPDATE_COMPLETE") not in play.events():
        play.cloud._take_step()
    began = play.cloud.world.clock.now()
    play("CancelUpdateStack", StackName="demo")
    assert play.stack()["StackStatus"] == "UPDATE_IN_PROGRESS"
    play.settle()
    assert play.cloud.world.clock.now() - began > 30 * 60
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("A", "UPDATE_FAILED", "Internal Failure") in play.reasons()
    assert ("A", "UPDATE_IN_PROGRESS") not in play.events()
    assert (
        "demo",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed to update: [A]. ",
    ) in play.reasons()


def test_a_cancel_is_not_heard_where_a_nested_stack_hangs_so() -> None:
    play = Play()
    child = nested(play.put("child.json", choosing("1", "Retain")))
    play.deploy(template(C=child))
    play.put("child.json", choosing("2", "Keep"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(template(C=child, Z=topic())))
    arn = kept(play).resources["C"].physical_id
    while ("B", "UPDATE_COMPLETE") not in play.events(arn):
        play.cloud._take_step()
    play("CancelUpdateStack", StackName="demo")
    play.settle()
    assert [reason for name, status, reason in play.reasons() if (name, status) == ("C", "UPDATE_FAILED")] == [
        f"Embedded stack {arn} was not successfully updated. Currently in "
        "UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [A]."
    ]
