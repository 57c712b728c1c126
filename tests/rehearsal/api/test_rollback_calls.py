"""CancelUpdateStack, ContinueUpdateRollback, RollbackStack: what is accepted, and where it leads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.scenario.faults import ResourceFault, Scenario
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import Play
from tests.rehearsal.samples import nested, template, topic, value


def child_of(play: Play) -> Stack:
    (child,) = [found for found in play.cloud.world.state.stacks.values() if found.parent]
    return child


def update(play: Play, document: dict[str, Any], **more: Any) -> None:
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(document), **more)


def pair(text: str) -> dict[str, Any]:
    return template(A=value(text), B=value(text, DependsOn="A"))


def kept_update(*faults: ResourceFault) -> Play:
    """A stack whose update failed in B, with failures kept."""
    play = Play(Scenario((ResourceFault("B", "update", "refused", 1), *faults)))
    play.deploy(pair("1"))
    update(play, pair("2"), DisableRollback=True)
    play.settle()
    return play


def stuck_tree() -> Play:
    """A root and its child whose rollback is stuck in the child's A."""
    faults = (ResourceFault("C/B", "update", "refused"), ResourceFault("C/A", "rollback", "will not"))
    play = Play(Scenario(faults))
    url = play.put("child.yaml", pair("1"))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", pair("2"))
    play.deploy(template(C=nested(url), Z=topic()))
    return play


def test_a_cancelled_update_goes_back() -> None:
    play = Play(Scenario((ResourceFault("B", "update", hangs=True),)))
    play.deploy(pair("1"))
    update(play, pair("2"))
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_IN_PROGRESS"
    play("CancelUpdateStack", StackName="demo", ClientRequestToken="stop")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("B", "UPDATE_FAILED", "Resource update cancelled") in play.reasons()
    assert ("demo", "UPDATE_ROLLBACK_IN_PROGRESS", "Stack update cancelled") in play.reasons()


def test_a_cancel_rolls_back_even_where_failures_are_kept() -> None:
    play = Play(Scenario((ResourceFault("B", "update", hangs=True),)))
    play.deploy(pair("1"))
    update(play, pair("2"), DisableRollback=True)
    play.settle()
    play("CancelUpdateStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_cancel_reaches_nested_stacks() -> None:
    play = Play(Scenario((ResourceFault("C/B", "update", hangs=True),)))
    url = play.put("child.yaml", pair("1"))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", pair("2"))
    update(play, template(C=nested(url), Z=topic(after="C")))
    play.settle()
    play("CancelUpdateStack", StackName="demo")
    play.settle()
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_ROLLBACK_COMPLETE",) * 2
    assert child_of(play).resources["A"].properties["Value"] == "1"


def test_only_an_update_that_goes_forward_is_cancelled() -> None:
    play = Play()
    play.deploy(template(A=topic()))
    with pytest.raises(CloudFormationError) as refused:
        play("CancelUpdateStack", StackName="demo")
    assert refused.value.message == "CancelUpdateStack cannot be called from current stack status"


@pytest.mark.parametrize("operation", ["ContinueUpdateRollback", "RollbackStack"])
def test_a_stack_that_is_well_is_not_taken_back(operation: str) -> None:
    play = Play()
    play.deploy(template(A=topic()))
    with pytest.raises(CloudFormationError, match=f"{operation} cannot be called from current stack status"):
        play(operation, StackName="demo")


def test_the_two_ways_back_are_not_interchangeable() -> None:
    failed, stuck = kept_update(), stuck_tree()
    with pytest.raises(CloudFormationError, match="ContinueUpdateRollback cannot be called"):
        failed("ContinueUpdateRollback", StackName="demo")
    with pytest.raises(CloudFormationError, match="RollbackStack cannot be called"):
        stuck("RollbackStack", StackName="demo")


def test_a_stuck_child_is_continued_from_its_root_alone() -> None:
    play = stuck_tree()
    with pytest.raises(CloudFormationError, match="use its root stack"):
        play("ContinueUpdateRollback", StackName=child_of(play).id)


def test_only_what_would_not_go_back_can_be_skipped() -> None:
    play = stuck_tree()
    with pytest.raises(CloudFormationError, match=r"Resources \[Z, C\] cannot be skipped"):
        play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=["Z", "C"])
    with pytest.raises(CloudFormationError, match="both ForceRollback and ResourcesToSkip"):
        play("ContinueUpdateRollback", StackName="demo", ResourcesToSkip=["C"], ForceRollback=True)


def test_a_forced_continuation_skips_whatever_would_not_go_back() -> None:
    play = stuck_tree()
    play("ContinueUpdateRollback", StackName="demo", ForceRollback=True)
    play.settle()
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_ROLLBACK_COMPLETE",) * 2


def test_a_kept_failure_leaves_each_resource_at_its_last_stable_state() -> None:
    play = kept_update()
    stack = play.stack()
    assert stack["StackStatus"] == "UPDATE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to update: [B]. "
    resources = play.cloud.world.state.stacks[stack["StackId"]].resources
    assert (resources["A"].properties["Value"], resources["B"].properties["Value"]) == ("2", "1")
    assert (resources["A"].status, resources["B"].status) == ("UPDATE_COMPLETE", "UPDATE_FAILED")


def test_a_kept_failure_is_rolled_back_to_the_last_stable_state() -> None:
    play = kept_update()
    play("RollbackStack", StackName="demo", ClientRequestToken="back")
    play.settle()
    stack = play.stack()
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    resources = play.cloud.world.state.stacks[stack["StackId"]].resources
    assert resources["A"].properties["Value"] == "1"
    assert [row["OperationType"] for row in stack["LastOperations"]] == ["ROLLBACK", "UPDATE_STACK"]


def test_a_kept_failure_is_updated_again_only_with_rollback_disabled() -> None:
    play = kept_update()
    with pytest.raises(CloudFormationError, match=r"non-terminal \[UPDATE_FAILED\] state.*rollback-stack API"):
        update(play, pair("3"))
    update(play, pair("3"), DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_a_second_kept_failure_still_leads_back_to_the_first_state() -> None:
    play = Play(Scenario((ResourceFault("B", "update", "refused", 2),)))
    play.deploy(pair("1"))
    for text in ("2", "3"):
        update(play, pair(text), DisableRollback=True)
        play.settle()
    resources = play.cloud.world.state.stacks[play.stack()["StackId"]].resources
    assert (resources["A"].properties["Value"], resources["B"].properties["Value"]) == ("3", "1")
    play("RollbackStack", StackName="demo")
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (resources["A"].properties["Value"], resources["B"].properties["Value"]) == ("1", "1")


def test_a_kept_failure_refuses_replacements() -> None:
    play = Play()
    play.deploy(template(A=topic(name="one")))
    update(play, template(A=topic(name="two")), DisableRollback=True)
    play.settle()
    reason = "Replacement type updates not supported on stack with disable-rollback."
    assert ("A", "UPDATE_FAILED", reason) in play.reasons()
    assert play.stack()["StackStatus"] == "UPDATE_FAILED"


def test_a_kept_creation_is_completed_by_an_update() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused", times=1),)))
    play.deploy(pair("1"), OnStackFailure="DO_NOTHING")
    assert play.stack()["StackStatus"] == "CREATE_FAILED"
    update(play, pair("1") | {"Description": "again"}, DisableRollback=True)
    play.settle()
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"
    assert [event for event in play.events() if event[0] == "B"][-1] == ("B", "CREATE_COMPLETE")


def test_what_failed_with_an_id_is_made_anew_and_removed_by_the_next_update() -> None:
    certificate = {
        "Type": "AWS::CertificateManager::Certificate",
        # Validated by DNS, one more event would show its record.
        "Properties": {"DomainName": "a.example.com", "ValidationMethod": "EMAIL"},
    }
    play = Play(Scenario((ResourceFault("C", reason="refused", times=1),)))
    play.deploy(template(C=certificate), OnStackFailure="DO_NOTHING")
    update(play, template(C=certificate, A=topic()), DisableRollback=True)
    play.settle()
    own = [status for name, status in play.events() if name == "C"][3:]
    assert own == [
        "CREATE_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_a_kept_creation_that_never_was_stable_is_deleted_by_its_rollback() -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    arn = play.deploy(pair("1"), OnStackFailure="DO_NOTHING")["StackId"]
    assert play("RollbackStack", StackName="demo") == {"StackId": arn}
    play.settle()
    assert play.stack(arn)["StackStatus"] == "DELETE_COMPLETE"
    assert ("A", "DELETE_COMPLETE") in play.events(arn)


def test_a_kept_failure_in_a_nested_stack_goes_back_with_its_root() -> None:
    play = Play(Scenario((ResourceFault("C/B", "update", "refused", 1),)))
    url = play.put("child.yaml", pair("1"))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", pair("2"))
    update(play, template(C=nested(url), Z=topic()), DisableRollback=True)
    play.settle()
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_FAILED",) * 2
    play("RollbackStack", StackName="demo")
    play.settle()
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_ROLLBACK_COMPLETE",) * 2
    assert child_of(play).resources["A"].properties["Value"] == "1"


def test_a_nested_stack_that_got_through_waits_for_no_failed_root() -> None:
    play = Play(Scenario((ResourceFault("Z", "update", "refused", 1),)))
    url = play.put("child.yaml", template(T=topic("1"), Old=topic()))
    play.deploy(template(C=nested(url), Z=value("1", DependsOn="C")))
    play.put("child.yaml", template(T=topic("2")))
    update(play, template(C=nested(url), Z=value("2", DependsOn="C")), DisableRollback=True)
    play.settle()
    child = child_of(play)
    assert (play.stack()["StackStatus"], child.status) == ("UPDATE_FAILED", "UPDATE_COMPLETE")
    assert child.resources["Old"].exists
    update(play, template(C=nested(url), Z=value("3", DependsOn="C")), DisableRollback=True)
    play.settle()
    assert (play.stack()["StackStatus"], child.status) == ("UPDATE_COMPLETE",) * 2
    assert not child.resources["Old"].exists


def test_a_kept_failure_in_a_nested_stack_is_updated_with_its_root() -> None:
    play = Play(Scenario((ResourceFault("C/B", "update", "refused", 1),)))
    url = play.put("child.yaml", pair("1"))
    play.deploy(template(C=nested(url)))
    play.put("child.yaml", pair("2"))
    for number in range(2):
        update(play, template(C=nested(url), Z=topic(str(number))), DisableRollback=True)
        play.settle()
    assert (play.stack()["StackStatus"], child_of(play).status) == ("UPDATE_COMPLETE",) * 2


def test_retained_resources_of_the_failed_operation_go_when_the_caller_says_so() -> None:
    for flag, status in ((False, "DELETE_SKIPPED"), (True, "DELETE_COMPLETE")):
        play = Play(Scenario((ResourceFault("B", reason="refused"),)))
        body = json.dumps(template(A=topic(DeletionPolicy="Retain"), B=topic(after="A")))
        play("CreateStack", StackName="demo", TemplateBody=body, RetainExceptOnCreate=flag)
        play.settle()
        assert [event for event in play.events() if event[0] == "A"][-1] == ("A", status)


@pytest.mark.parametrize("operation", ["ExecuteChangeSet", "UpdateStack", "RollbackStack"])
@pytest.mark.parametrize(("flag", "status"), [(False, "DELETE_SKIPPED"), (True, "DELETE_COMPLETE")])
def test_every_operation_that_can_fail_takes_the_flag(operation: str, flag: bool, status: str) -> None:
    play = Play(Scenario((ResourceFault("B", reason="refused"),)))
    body = template(A=topic(DeletionPolicy="Retain"), B=topic(after="A"))
    if operation == "ExecuteChangeSet":
        play(operation, ChangeSetName=play.change_set(body), RetainExceptOnCreate=flag)
    elif operation == "UpdateStack":
        play.deploy(template(X=topic()))
        update(play, body, RetainExceptOnCreate=flag)
    else:
        play.deploy(body, OnStackFailure="DO_NOTHING")
        play(operation, StackName="demo", RetainExceptOnCreate=flag)
    arn = play.stack()["StackId"]
    play.settle()
    assert [event for event in play.events(arn) if event[0] == "A"][-1] == ("A", status)
