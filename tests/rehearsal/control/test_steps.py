"""Every step on the agenda is taken by the one whose it is; a process that ends at any moment can be gone on with."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rehearsal.control.cloud import Cloud
from rehearsal.control.steps import resume, take
from rehearsal.scenario.faults import Alarm, ResourceFault, Scenario
from rehearsal.state.clock import Clock, Due
from rehearsal.state.stacks import State
from rehearsal.state.store import Store
from rehearsal.state.world import World
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import attribute, nested, template, topic, value

Ending = dict[str, tuple[str, list[tuple[str, str]], dict[str, str]]]


def ending(state: State) -> Ending:
    """What a state comes down to: status, resources and outputs of every stack."""
    return {
        stack.parent_logical_id or stack.name: (
            stack.status,
            sorted((entry.logical_id, entry.status) for entry in stack.resources.values()),
            {key: output.value.rsplit("-", 1)[0] for key, output in stack.outputs.items()},
        )
        for stack in state.stacks.values()
    }


def moments(play: Play) -> Iterator[State]:
    """The state after each step of what is under way."""
    while play.cloud.world.agenda.next() is not None:
        world = play.cloud.world
        world.state.clock_offset = world.clock.offset
        yield copy.deepcopy(world.state)
        play.cloud._take_step()


def resumed(play: Play, state: State, store: Store, scenario: Scenario) -> State:
    """That state saved, loaded by another process and played to its end."""
    store.save(state)
    loaded = store.load(state.account)
    before = play.cloud.world
    world = World(
        state=loaded,
        clock=Clock(before.clock._real, loaded.clock_offset),
        services=before.services,
        scenario=scenario,
    )
    resume(world)
    Cloud(world, None).run_until_idle()
    return loaded


def root(play: Play, text: str, name: str) -> dict[str, Any]:
    url = play.put("child.yaml", template({"Out": attribute("T", "TopicName")}, T=topic(text), U=topic(after="T")))
    changing = {"Fn::Join": ["-", [attribute("C", "Outputs.Out"), text]]}
    return template({"O": "1"}, C=nested(url), A=topic(name=name), B=value(changing, DependsOn="A"))


def create(play: Play) -> None:
    play("ExecuteChangeSet", ChangeSetName=play.change_set(root(play, "one", "a"), IncludeNestedStacks=True))


def update(play: Play) -> None:
    play.deploy(root(play, "one", "a"))
    play("UpdateStack", StackName="demo", TemplateBody=json.dumps(root(play, "two", "b")))


def delete(play: Play) -> None:
    play.deploy(root(play, "one", "a"))
    play("DeleteStack", StackName="demo")


def review(play: Play) -> None:
    body = json.dumps(root(play, "one", "a"))
    play(
        "CreateChangeSet",
        StackName="demo",
        ChangeSetName="review",
        ChangeSetType="CREATE",
        TemplateBody=body,
        IncludeNestedStacks=True,
    )


def create_in_time(play: Play) -> None:
    stabilising = {"Type": "AWS::S3::Bucket"}
    body = json.dumps(template(Slow=stabilising, A=topic(after="Slow"), B=topic()))
    play("CreateStack", StackName="demo", TemplateBody=body, TimeoutInMinutes=5)


def continue_rollback(play: Play) -> None:
    update(play)
    play.settle()
    play("ContinueUpdateRollback", StackName="demo", ForceRollback=True)


def roll_back_what_was_kept(play: Play) -> None:
    play.deploy(root(play, "one", "a"))
    body = json.dumps(root(play, "two", "a"))
    play("UpdateStack", StackName="demo", TemplateBody=body, DisableRollback=True)
    play.settle()
    play("RollbackStack", StackName="demo")


def cancel(play: Play) -> None:
    update(play)
    for _ in range(6):
        play.cloud._take_step()
    play("CancelUpdateStack", StackName="demo")


def forget_review(play: Play) -> None:
    play("DeleteChangeSet", ChangeSetName=play.change_set(root(play, "one", "a"), IncludeNestedStacks=True))


@pytest.mark.parametrize(
    ("begin", "faults"),
    [
        (create, ()),
        (create, (ResourceFault("B", reason="refused"),)),
        (create, (ResourceFault("C/U", reason="refused"),)),
        (update, ()),
        (update, (ResourceFault("B", "update", "refused"),)),
        (update, (ResourceFault("C/T", "update", "refused"),)),
        (update, (ResourceFault("B", "update", "refused"), ResourceFault("C/T", "rollback", "stuck"))),
        (delete, ()),
        (delete, (ResourceFault("C/T", "delete", "refused"),)),
        (create_in_time, ()),
        (create_in_time, (ResourceFault("A", hangs=True),)),
        (continue_rollback, (ResourceFault("B", "update", "refused"), ResourceFault("C/T", "rollback", "stuck"))),
        (roll_back_what_was_kept, (ResourceFault("C/T", "update", "refused"),)),
        (cancel, ()),
        (review, ()),
        (forget_review, ()),
    ],
)
def test_whatever_the_moment_of_the_end_the_next_process_comes_to_the_same_end(
    begin: Callable[[Play], None], faults: tuple[ResourceFault, ...], tmp_path: Path
) -> None:
    scenario = Scenario(faults)
    play = Play(Scenario(faults))
    begin(play)
    states = list(moments(play))
    wanted = ending(play.cloud.world.state)
    assert len(states) > 1
    with closing(Store(tmp_path)) as store:
        for state in states:
            assert ending(resumed(play, state, store, scenario)) == wanted


def test_a_drift_detection_under_way_comes_to_its_end_too(tmp_path: Path) -> None:
    play = Play()
    create(play)
    play.settle()
    identifier = play("DetectStackDrift", StackName="demo")["StackDriftDetectionId"]
    with closing(Store(tmp_path)) as store:
        loaded = resumed(play, play.cloud.world.state, store, Scenario())
    assert loaded.detections[identifier]["DetectionStatus"] == "DETECTION_COMPLETE"


@pytest.mark.parametrize(("after", "end"), [(1200.0, "UPDATE_ROLLBACK_COMPLETE"), (2400.0, "UPDATE_COMPLETE")])
def test_alarms_and_the_time_they_are_watched_outlive_the_process(after: float, end: str, tmp_path: Path) -> None:
    play = Play(Scenario(alarms=(Alarm("errors", after),)))
    play.services.alarms = {("arn:aws:cloudwatch:x:1:alarm:errors", REGION)}
    play.deploy(template(A=topic("1")))
    alarm = {"Arn": "arn:aws:cloudwatch:x:1:alarm:errors", "Type": "AWS::CloudWatch::Alarm"}
    watched = {"RollbackTriggers": [alarm], "MonitoringTimeInMinutes": 30}
    body = json.dumps(template(A=topic("2")))
    play("UpdateStack", StackName="demo", TemplateBody=body, RollbackConfiguration=watched)
    began = play.cloud.world.clock.now()
    with closing(Store(tmp_path)) as store:
        for state in moments(play):
            (loaded,) = resumed(play, state, store, Scenario()).stacks.values()
            assert loaded.status == end
            told = {event.status: event.time - began for event in loaded.events if event.logical_id == "demo"}
            turn = told.get("UPDATE_ROLLBACK_IN_PROGRESS") or told["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"]
            assert turn > min(after, 1800.0) - 10


@pytest.mark.parametrize("action", ["CreateStackInstances", "DetectStackSetDrift"])
def test_what_a_stack_set_does_in_other_accounts_goes_on_from_any_moment(action: str, tmp_path: Path) -> None:
    accounts, preferences = [ACCOUNT, "111122223333"], {"MaxConcurrentCount": 2, "FailureToleranceCount": 2}
    wanted = Scenario((ResourceFault("T", reason="refused", account="111122223333", region="eu-west-1"),))
    play = Play(wanted)
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(T=topic())))
    places = {"Accounts": accounts, "Regions": ["eu-west-1", REGION]}
    play("CreateStackInstances", StackSetName="fleet", OperationPreferences=preferences, **places)
    if action == "DetectStackSetDrift":
        play.settle()
        play("DetectStackSetDrift", StackSetName="fleet", OperationPreferences=preferences)

    def ends(state: State) -> Any:
        [stack_set] = state.stack_sets.values()
        results = [operation.results for operation in stack_set.operations.values()]
        drifts = {key: instance.drift.get("DriftStatus") for key, instance in stack_set.instances.items()}
        stacks = [sorted(found.status for found in each.stacks.values()) for each in (state, *state.accounts.values())]
        return json.loads(re.sub("[0-9a-f]{8}-[0-9a-f-]{27}", "uuid", json.dumps([results, drifts, stacks])))

    states = list(moments(play))
    expected = ends(play.cloud.world.state)
    assert "refused" in json.dumps(expected)
    assert expected[2] == [["CREATE_COMPLETE"] * 2, ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"]]
    with closing(Store(tmp_path)) as store:
        for state in states:
            assert ends(resumed(play, state, store, wanted)) == expected


# Whose a step is

TOPIC = {"Type": "AWS::SNS::Topic"}
BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": "found-bucket"}}
IDENTIFIER = {
    "ResourceType": "AWS::S3::Bucket",
    "LogicalResourceId": "B",
    "ResourceIdentifier": {"BucketName": "found-bucket"},
}


def test_steps_of_stacks_change_sets_detections_imports_and_stack_sets_may_come_in_any_order() -> None:
    play = Play()
    play.deploy({"Resources": {"A": TOPIC}})
    play.deploy({"Resources": {"A": TOPIC}}, stack="second")
    importing = play.change_set(
        {"Resources": {"A": TOPIC, "B": BUCKET}}, name="import", ChangeSetType="IMPORT", ResourcesToImport=[IDENTIFIER]
    )
    play("CreateStackSet", StackSetName="fleet", TemplateBody='{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}')
    detection = play("DetectStackDrift", StackName="second")["StackDriftDetectionId"]
    play("ExecuteChangeSet", ChangeSetName=importing)
    play("CreateStackInstances", StackSetName="fleet", Accounts=[ACCOUNT], Regions=[REGION])
    request: dict[str, Any] = {"TemplateBody": '{"Resources": {"C": {"Type": "AWS::SNS::Topic"}}}'}
    planned = play("CreateChangeSet", StackName="third", ChangeSetName="review", ChangeSetType="CREATE", **request)[
        "Id"
    ]
    play("DeleteStack", StackName="second")
    play.settle()
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"
    assert play.described(planned)["Status"] == "CREATE_COMPLETE"
    status = play("DescribeStackDriftDetectionStatus", StackDriftDetectionId=detection)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"
    [instance] = play("ListStackInstances", StackSetName="fleet")["Summaries"]
    assert instance["Status"] == "CURRENT"


def test_a_step_of_a_stack_that_nobody_knows_is_passed_by() -> None:
    play = Play()
    take(play.cloud.world, Due(0.0, 0, "arn:nowhere", "operation"))
    take(play.cloud.world, Due(0.0, 0, "arn:nowhere", "arn:change-set"))
    assert play("DescribeStacks")["Stacks"] == []


def test_a_step_of_an_import_that_is_over_is_passed_by() -> None:
    play = Play()
    play.deploy({"Resources": {"A": TOPIC}})
    body = {"Resources": {"A": TOPIC, "B": BUCKET}}
    importing = play.change_set(body, name="import", ChangeSetType="IMPORT", ResourcesToImport=[IDENTIFIER])
    play("ExecuteChangeSet", ChangeSetName=importing)
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    take(play.cloud.world, Due(0.0, 0, stack.id, "another operation"))
    assert play.stack()["StackStatus"] == "IMPORT_IN_PROGRESS"
    play.settle()
    assert play.stack()["StackStatus"] == "IMPORT_COMPLETE"


def test_a_step_is_taken_in_the_account_of_its_arn() -> None:
    play = Play()
    body = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
    for account in ("111122223333", ACCOUNT):
        play.at(account, REGION, "CreateStack", StackName="demo", TemplateBody=body)
    due = play.cloud.world.agenda.take()
    assert ":111122223333:" in due.stack_id
    worlds = [play.cloud.world.of(account) for account in ("111122223333", ACCOUNT)]
    before = [len(stack.events) for world in worlds for stack in world.state.stacks.values()]
    take(play.cloud.world, due)
    there, here = (len(stack.events) for world in worlds for stack in world.state.stacks.values())
    assert (there > before[0], here) == (True, before[1])
