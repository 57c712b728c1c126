"""A mistake of the rehearsal in any step of anything: its own operation fails, and time goes on for all others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.control.internal_errors import TEXT
from rehearsal.control.steps import take
from rehearsal.state.stacks import Stack
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import attribute, nested, template, topic, value

Begin = Callable[[Play], None]


class Trip:
    """A clock's source of time that raises at one of its readings, or at all from there on, while it is armed."""

    def __init__(self, real: Callable[[], float], at: int, last: int) -> None:
        self.real, self.at, self.last, self.count, self.armed = real, at, last, 0, False

    def __call__(self) -> float:
        if self.armed:
            self.count += 1
            if self.at <= self.count <= self.last:
                raise RuntimeError("the clock has stopped")
        return self.real()


def tree(play: Play, text: str) -> dict[str, Any]:
    url = play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic(text), U=topic(after="T")))
    return template(C=nested(url), A=topic(name=f"a{text}"), B=value(attribute("C", "Outputs.Out"), DependsOn="A"))


def create(play: Play) -> None:
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(tree(play, "one")))


def update(play: Play) -> None:
    play.deploy(tree(play, "one"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(tree(play, "two")))


def delete(play: Play) -> None:
    play.deploy(tree(play, "one"))
    play("DeleteStack", StackName="demo")


def fail_to_create(play: Play) -> None:
    play("CreateStack", StackName="demo", TemplateBody=json.dumps(tree(play, "one") | OUTPUT))


def fail_to_update(play: Play) -> None:
    play.deploy(tree(play, "one"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(tree(play, "two") | OUTPUT))


FURTHER = ((2, 2), (3, 3), (5, 5), (1, 3))
# An output that only fails when everything is made: all goes back.
OUTPUT = {"Outputs": {"O": {"Value": {"Fn::ImportValue": "nothing"}}}}


def review(play: Play) -> None:
    body = json.dumps(tree(play, "one"))
    asked = {"StackName": "demo", "ChangeSetName": "review", "ChangeSetType": "CREATE", "TemplateBody": body}
    play("CreateChangeSet", IncludeNestedStacks=True, **asked)


def discard(play: Play) -> None:
    review(play)
    play.settle()
    play("DeleteChangeSet", StackName="demo", ChangeSetName="review")


def bring_in(play: Play) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "found-bucket"}}
    identifier = {"BucketName": "found-bucket"}
    wanted = [{"ResourceType": "AWS::S3::Bucket", "LogicalResourceId": "Found", "ResourceIdentifier": identifier}]
    arn = play.change_set({"Resources": {"Found": bucket}}, ChangeSetType="IMPORT", ResourcesToImport=wanted)
    play("ExecuteChangeSet", ChangeSetName=arn)


def look_for_drift(play: Play) -> None:
    play.deploy(tree(play, "one"))
    play("DetectStackDrift", StackName="demo")


def fill_a_set(play: Play) -> None:
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(A=topic())))
    play("CreateStackInstances", StackSetName="fleet", Accounts=["123456789012"], Regions=["eu-west-1", "us-east-1"])


EVERYTHING = (
    create,
    update,
    delete,
    fail_to_create,
    fail_to_update,
    review,
    discard,
    bring_in,
    look_for_drift,
    fill_a_set,
)


def stepped(begin: Begin, step: int, at: int, last: int) -> tuple[Play, list[str], bool]:
    """What was begun, played to its end; in one of its steps the clock raises. Also: whether it came to that."""
    play = Play()
    begin(play)
    world, said, number = play.cloud.world, list[str](), 0
    trip = Trip(world.clock._real, at, last)
    world.clock._real = trip
    while world.agenda.next() is not None:
        due = world.agenda.take()
        world.clock.leap_to(due.moment)
        trip.armed = number == step
        take(world, due, said.append)
        trip.armed, number = False, number + 1
        assert number < 1000
    return play, said, number > step


def told(play: Play) -> str:
    """Everything that a client can read of what happened."""
    state = play.cloud.world.state
    seen = [
        *(event.reason for stack in state.stacks.values() for event in stack.events),
        *(kept.reason for stack in state.stacks.values() for kept in stack.change_sets.values()),
        *(detection.get("DetectionStatusReason") for detection in state.detections.values()),
        *(
            result.get("StatusReason")
            for stack_set in state.stack_sets.values()
            for operation in stack_set.operations.values()
            for result in operation.results.values()
        ),
    ]
    return "\n".join(filter(None, seen))


def gone_on_with(play: Play) -> None:
    """A rollback that is stuck goes on as on AWS; its nested stacks wait for that."""
    stack = play.cloud.world.find("demo", REGION)
    if stack is not None and stack.status == "UPDATE_ROLLBACK_FAILED":
        play("ContinueUpdateRollback", StackName="demo")
        play.settle()
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"


def failed_sets(play: Play) -> bool:
    """Whether an operation on a stack set has failed, whose instances were done."""
    sets = play.cloud.world.state.stack_sets.values()
    return any(operation.status == "FAILED" for stack_set in sets for operation in stack_set.operations.values())


def under_way(play: Play) -> list[str]:
    """Whatever has not come to an end."""
    state = play.cloud.world.state
    stacks = [f"{stack.name} {stack.status}" for stack in state.stacks.values() if _is_under_way(stack)]
    sets = [kept.status for stack in state.stacks.values() for kept in stack.change_sets.values()]
    runs = [run.status for stack_set in state.stack_sets.values() for run in stack_set.operations.values()]
    looks = [str(detection["DetectionStatus"]) for detection in state.detections.values()]
    ends = ("PENDING", "IN_PROGRESS", "RUNNING", "STOPPING", "QUEUED")
    return stacks + [status for status in (*sets, *runs, *looks) if status.endswith(ends)]


def _is_under_way(stack: Stack) -> bool:
    return stack.busy or (stack.status.endswith("IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS")


@pytest.mark.parametrize("begin", EVERYTHING)
@pytest.mark.parametrize(
    ("at", "last"), [(1, 1), (2, 1000), *(pytest.param(*span, marks=pytest.mark.slow) for span in FURTHER)]
)
def test_a_step_that_raises_fails_its_own_operation_and_everything_ends(begin: Begin, at: int, last: int) -> None:
    step, reached, raised = 0, True, 0
    while reached:
        play, said, reached = stepped(begin, step, at, last)
        gone_on_with(play)
        assert under_way(play) == []
        if said:
            raised += 1
            assert "RuntimeError: the clock has stopped" in said[0]
            assert TEXT in told(play) or failed_sets(play) or last > at, (step, told(play))
        play("CreateStack", StackName="after", TemplateBody=json.dumps(template(A=topic())))
        play.settle()
        assert play.stack("after")["StackStatus"] == "CREATE_COMPLETE"
        step += 1
    assert raised or at > 1
    assert step > 1


@pytest.mark.parametrize(
    ("begin", "ending"),
    [
        (create, "ROLLBACK_COMPLETE"),
        (update, "UPDATE_ROLLBACK_COMPLETE"),
        (delete, "DELETE_FAILED"),
        (bring_in, "IMPORT_ROLLBACK_COMPLETE"),
    ],
)
def test_what_fails_so_ends_as_on_aws_with_its_reason(begin: Begin, ending: str) -> None:
    play, _, _ = stepped(begin, 0, 1, 1)
    assert play.stack()["StackStatus"] == ending
    failed = [status for _, status, reason in play.reasons() if reason == TEXT]
    assert failed
    assert failed[0].endswith("FAILED") or ending.startswith("UPDATE_ROLLBACK")


def test_a_planning_that_raises_is_a_failed_change_set() -> None:
    play, _, _ = stepped(review, 1, 1, 1)
    described = play("DescribeChangeSet", StackName="demo", ChangeSetName="review")
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert described["StatusReason"] == TEXT
    assert described["Changes"] == []


def test_a_detection_that_raises_has_failed_with_its_reason() -> None:
    play, _, _ = stepped(look_for_drift, 0, 1, 1)
    [identifier] = play.cloud.world.state.detections
    told_of_it = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=identifier)
    assert told_of_it["DetectionStatus"] == "DETECTION_FAILED"
    assert told_of_it["DetectionStatusReason"] == TEXT


def test_an_operation_on_a_set_that_raises_has_failed() -> None:
    play, _, _ = stepped(fill_a_set, 0, 1, 1)
    [operation] = play("ListStackSetOperations", StackSetName="fleet")["Summaries"]
    assert operation["Status"] == "FAILED"


def test_a_call_that_raises_leaves_nothing_under_way_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    play = Play()
    world = play.cloud.world
    body = json.dumps(template(A=topic()))
    for at in range(1, 30):
        trip = Trip(world.clock._real, at, at)
        world.clock._real, trip.armed = trip, True
        try:
            play("CreateStack", StackName=f"s{at}", TemplateBody=body)
            break
        except RuntimeError:
            pass
        finally:
            world.clock._real = trip.real
        play.settle()
        assert under_way(play) == []
    else:
        pytest.fail("it never gets through")
    assert at > 2
    play.settle()
    assert play.stack(f"s{at}")["StackStatus"] == "CREATE_COMPLETE"
    assert world.find("s1", REGION) is None or world.find("s1", REGION).status.endswith(("COMPLETE", "FAILED"))  # type: ignore[union-attr]


def test_the_traceback_is_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    play = Play()
    create(play)
    world = play.cloud.world
    due = world.agenda.take()
    trip = Trip(world.clock._real, 1, 1)
    world.clock._real, trip.armed = trip, True
    take(world, due)
    assert "RuntimeError: the clock has stopped" in capsys.readouterr().err
