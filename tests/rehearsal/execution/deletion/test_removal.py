"""Removing resources: order, policies, and what refuses to go."""

from __future__ import annotations

import pytest

from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic


def deleted(play: Play, **request: object) -> str:
    """Delete the stack; its ARN comes back."""
    arn = str(play.stack()["StackId"])
    play("DeleteStack", StackName=arn, **request)
    play.settle()
    return arn


def test_a_retained_resource_is_skipped_when_its_stack_goes() -> None:
    play = Play()
    play.deploy(template(A=topic(DeletionPolicy="Retain"), B=topic()))
    arn = deleted(play)
    own = [event for event in play.events(arn) if event[0] in "AB"][-3:]
    assert sorted(own) == [("A", "DELETE_SKIPPED"), ("B", "DELETE_COMPLETE"), ("B", "DELETE_IN_PROGRESS")]
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"


def test_retain_except_on_create_keeps_on_delete() -> None:
    play = Play()
    play.deploy(template(A=topic(DeletionPolicy="RetainExceptOnCreate")))
    assert ("A", "DELETE_SKIPPED") in play.events(deleted(play))


@pytest.mark.parametrize(
    ("policy", "status"), [("Retain", "DELETE_SKIPPED"), ("RetainExceptOnCreate", "DELETE_COMPLETE")]
)
def test_the_rollback_of_a_creation_heeds_the_policy(policy: str, status: str) -> None:
    play = Play(Scenario((ResourceFault("B"),)))
    play.deploy(template(A=topic(DeletionPolicy=policy), B=topic(after="A")))
    assert [event for event in play.events() if event[0] == "A"][-1] == ("A", status)


def test_a_replaced_resource_with_update_replace_policy_retain_is_skipped() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one", UpdateReplacePolicy="Retain")))
    play.deploy(template(A=topic(name="two", UpdateReplacePolicy="Retain")))
    assert play.events()[-2:] == [("A", "DELETE_SKIPPED"), ("demo", "UPDATE_COMPLETE")]
    assert play("DescribeStackEvents", StackName="demo")["StackEvents"][1]["PhysicalResourceId"].endswith(":one")


def test_the_deletion_policy_says_nothing_about_replacement() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one", DeletionPolicy="Retain")))
    play.deploy(template(A=topic(name="two", DeletionPolicy="Retain")))
    assert ("A", "DELETE_COMPLETE") in play.events()


def test_a_resource_dropped_by_an_update_is_kept_by_its_deletion_policy() -> None:
    play = Play()
    play.deploy(template(A=topic(DeletionPolicy="Retain"), B=topic()))
    play.deploy(template(B=topic()))
    assert play.events()[-2:] == [("A", "DELETE_SKIPPED"), ("demo", "UPDATE_COMPLETE")]


def test_what_an_update_drops_goes_dependants_first() -> None:
    play = Play()
    play.deploy(template(A=topic(), B=topic(after="A"), C=topic()))
    play.deploy(template(C=topic()))
    own = [event for event in play.events()[-6:] if event[1].startswith("DELETE")]
    assert [name for name, _ in own] == ["B", "B", "A", "A"]


def test_what_an_update_drops_goes_last_in_its_cleanup() -> None:
    play = Play()
    play.deploy(template(A=topic("1"), B=topic()))
    before = len(play.events())
    play.deploy(template(A=topic("2"), C=topic()))
    told = play.events()[before:]
    removal = [("B", "DELETE_IN_PROGRESS"), ("B", "DELETE_COMPLETE"), ("demo", "UPDATE_COMPLETE")]
    assert told[-4:] == [("demo", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"), *removal]
    assert {("A", "UPDATE_COMPLETE"), ("C", "CREATE_COMPLETE")} < set(told[:-4])


def test_what_a_failed_update_created_is_not_kept_by_retain_except_on_create() -> None:
    play = Play(Scenario((ResourceFault("B"),)))
    play.deploy(template(X=topic()))
    new = topic(DeletionPolicy="RetainExceptOnCreate")
    assert play.deploy(template(X=topic(), A=new, B=topic(after="A")))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [event for event in play.events() if event[0] == "A"][-1] == ("A", "DELETE_COMPLETE")


@pytest.mark.parametrize(
    ("kind", "properties", "action"),
    [
        ("AWS::RDS::DBCluster", {"Engine": "aurora-mysql"}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"DBInstanceClass": "db.t3.micro"}, "Snapshot"),
        ("AWS::RDS::DBInstance", {"DBInstanceClass": "db.t3.micro", "DBClusterIdentifier": "c"}, "Delete"),
    ],
)
def test_databases_that_stand_alone_leave_a_snapshot_by_default(
    kind: str, properties: dict[str, str], action: str
) -> None:
    play = Play()
    play.deploy(template(A={"Type": kind, "Properties": properties}, T=topic()))
    assert play.changes(play.change_set(template(T=topic()), name="second"))["A"]["PolicyAction"] == action


def test_a_failed_delete_lets_the_caller_retain_the_resource_and_go_on() -> None:
    play = Play(Scenario((ResourceFault("A", "delete", "in use"),)))
    play.deploy(template(A=topic(), B=topic(after="A")))
    deleted(play)
    arn = deleted(play, RetainResources=["A"])
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert play.events(arn)[-2:] == [("A", "DELETE_SKIPPED"), ("demo", "DELETE_COMPLETE")]


def test_deleting_again_tries_again_what_failed_and_leaves_alone_what_is_gone() -> None:
    play = Play(Scenario((ResourceFault("A", "delete", "in use", 1),)))
    play.deploy(template(A=topic(), B=topic(after="A")))
    deleted(play)
    before = len(play.events())
    arn = deleted(play)
    assert play.events(arn)[before:] == [
        ("demo", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_IN_PROGRESS"),
        ("A", "DELETE_COMPLETE"),
        ("demo", "DELETE_COMPLETE"),
    ]


def test_what_a_stuck_resource_depends_on_is_not_deleted() -> None:
    play = Play(Scenario((ResourceFault("B", "delete", "in use"),)))
    play.deploy(template(A=topic(), B=topic(after="A")))
    deleted(play)
    assert not [event for event in play.events() if event == ("A", "DELETE_IN_PROGRESS")]


def test_a_nested_stack_that_an_update_drops_is_deleted_even_below_a_protected_root() -> None:
    play = Play()
    url = play.put("child.yaml", template(T=topic()))
    play.deploy(template(C=nested(url), A=topic()))
    play("UpdateTerminationProtection", StackName="demo", EnableTerminationProtection=True)
    play.deploy(template(A=topic()))
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    assert child.status == "DELETE_COMPLETE"
    assert ("C", "DELETE_COMPLETE") in play.events()
