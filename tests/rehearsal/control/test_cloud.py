"""The cloud as a whole: calls, passing time, keeping, closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.control.cloud import LEAP_SECONDS, Cloud, open_cloud
from rehearsal.loopback.wire import Call
from rehearsal.scenario.faults import ApiFault, ResourceFault, Scenario
from rehearsal.state.services import Services
from tests.rehearsal.play import ACCOUNT, REGION, Play
from tests.rehearsal.samples import template, topic


def opened(state: Path | None = None, pace: float = 0.0, real: Callable[[], float] = time.time) -> Cloud:
    return open_cloud(state, ACCOUNT, Services(), pace=pace, real=real, seed=1)


def create(cloud: Cloud, name: str = "demo") -> None:
    body = '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}'
    cloud.handle(Call("CreateStack", {"StackName": name, "TemplateBody": body}, REGION, ACCOUNT, "request"))


def status(cloud: Cloud, name: str = "demo") -> str:
    answer = cloud.handle(Call("DescribeStacks", {"StackName": name}, REGION, ACCOUNT, "request"))
    return str(answer["Stacks"][0]["StackStatus"])


def wait_for(cloud: Cloud, wanted: str) -> None:
    """Ask until the stack has that status; ten real seconds are the end of patience."""
    limit = time.monotonic() + 10
    while status(cloud) != wanted:
        assert time.monotonic() < limit, status(cloud)


def test_an_operation_that_is_not_simulated_is_refused_by_name() -> None:
    with pytest.raises(CloudFormationError, match="ImportStacksToStackSet is not simulated by the rehearsal"):
        Play()("ImportStacksToStackSet")


def test_the_scenarios_faults_are_asked_for_by_operation() -> None:
    cloud = Play(Scenario(api=(ApiFault("DescribeStacks", "throttle", times=1),))).cloud
    assert [cloud.api_fault("DescribeStacks") for _ in range(2)] == ["throttle", None]


def test_with_no_pace_operations_run_by_themselves_as_soon_as_they_can() -> None:
    cloud = opened()
    cloud.start()
    create(cloud)
    wait_for(cloud, "CREATE_COMPLETE")
    cloud.close()


def test_with_a_pace_virtual_time_follows_real_time_at_that_speed() -> None:
    cloud = opened(pace=200.0)
    cloud.start()
    create(cloud)
    assert status(cloud) == "CREATE_IN_PROGRESS"
    began = time.monotonic()
    wait_for(cloud, "CREATE_COMPLETE")
    assert time.monotonic() - began > 0.02
    cloud.close()


def test_closing_lets_what_runs_come_to_its_end_whatever_the_pace(tmp_path: Path) -> None:
    cloud = opened(tmp_path, pace=0.001)
    cloud.start()
    create(cloud)
    cloud.close()
    again = opened(tmp_path)
    assert status(again) == "CREATE_COMPLETE"
    again.close()


def test_a_cloud_that_was_never_started_closes_too() -> None:
    cloud = opened()
    create(cloud)
    cloud.close()
    assert status(cloud) == "CREATE_COMPLETE"


def test_virtual_time_goes_on_where_the_last_process_left_it(tmp_path: Path) -> None:
    play = Play(state=tmp_path)
    play.deploy(template(A=topic()))
    before = play.cloud.world.clock.now()
    play.cloud.close()
    again = Play(state=tmp_path)
    assert again.cloud.world.clock.now() >= before - 1
    again.cloud.close()


def test_an_answer_to_a_change_is_on_disk_before_it_is_given(tmp_path: Path) -> None:
    cloud = opened(tmp_path)
    create(cloud)
    assert '"name":"demo"' in (tmp_path / "cloudformation.json").read_text(encoding="utf-8")
    cloud.close()


@pytest.mark.parametrize("pace", [0.0, 500.0])
def test_a_started_cloud_keeps_its_state_without_being_closed(tmp_path: Path, pace: float) -> None:
    cloud = opened(tmp_path, pace=pace)
    cloud.start()
    create(cloud)
    limit = time.monotonic() + 10
    while '"CREATE_COMPLETE"' not in (tmp_path / "cloudformation.json").read_text(encoding="utf-8"):
        assert time.monotonic() < limit
    cloud.close()


def test_a_hundred_stacks_at_work_at_once_all_come_to_their_end() -> None:
    cloud = opened()
    for number in range(100):
        create(cloud, f"stack{number}")
    cloud.run_until_idle()
    assert {status(cloud, f"stack{number}") for number in range(100)} == {"CREATE_COMPLETE"}
    cloud.close()


def test_of_two_clients_that_execute_at_once_one_wins() -> None:
    play = Play()
    play.deploy(template(A=topic("0")))
    sets = [play.change_set(template(A=topic(str(number))), name=f"set{number}") for number in (1, 2)]
    outcomes: list[str] = []
    barrier = threading.Barrier(len(sets))

    def execute(arn: str) -> None:
        barrier.wait()
        try:
            play("ExecuteChangeSet", ChangeSetName=arn)
            outcomes.append("accepted")
        except CloudFormationError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=execute, args=(arn,)) for arn in sets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    play.settle()
    assert sorted(outcomes) == ["ChangeSetNotFound", "accepted"]
    assert play.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_two_clients_that_create_one_stack_at_once_make_one_stack() -> None:
    play = Play()
    codes: list[str] = []
    barrier = threading.Barrier(4)

    def make() -> None:
        barrier.wait()
        try:
            play("CreateStack", StackName="demo", TemplateBody='{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}')
            codes.append("accepted")
        except CloudFormationError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["AlreadyExistsException"] * 3 + ["accepted"]


def _waiting(minutes: float | None) -> Cloud:
    """A cloud whose only stack waits for a resource that hangs."""
    fault = ResourceFault("A", hangs=True, minutes=minutes)
    cloud = open_cloud(None, ACCOUNT, Services(), scenario=Scenario((fault,)), seed=1)
    cloud.start()
    cloud.handle(Call("ListStacks", {}, REGION, ACCOUNT, "request"))  # somebody is there
    create(cloud)
    return cloud


@pytest.mark.parametrize("minutes", [600, None])
def test_without_a_pace_hours_pass_from_look_to_look_while_somebody_looks(minutes: float | None) -> None:
    cloud = _waiting(minutes)
    wait_for(cloud, "CREATE_IN_PROGRESS")
    told = []
    for _ in range(8):
        assert status(cloud) == "CREATE_IN_PROGRESS"
        told.append(cloud.now())
    leaps = [after - before for before, after in pairwise(told)]
    assert max(leaps) < LEAP_SECONDS + 60
    assert told[-1] - told[0] > LEAP_SECONDS
    cloud.close()


def test_what_hangs_for_hours_is_over_after_them_all_the_same() -> None:
    cloud = _waiting(60)
    wait_for(cloud, "ROLLBACK_COMPLETE")
    cloud.close()
