"""RunTask and what follows it, in the shapes of ECS's own model."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.neighbours.containers.kept_tasks import KeptTasks
from rehearsal.scenario.task_scenes import PlayedTask
from rehearsal.state.services import ServiceError
from tests.rehearsal.neighbours.containers.clusters import FAMILY, NETWORK, RUN, asked, calls

BEGUN = 1_800_000_000.0


def run(kept: KeptTasks, played: PlayedTask | None = None, **more: Any) -> str:
    answer = asked(calls(kept, BEGUN, played or PlayedTask()), "RunTask", **{**RUN, **more})
    [task] = answer["tasks"]
    return str(task["taskArn"])


def look(kept: KeptTasks, arn: str, after: float) -> dict[str, Any]:
    [task] = asked(calls(kept, BEGUN + after), "DescribeTasks", cluster="shop", tasks=[arn])["tasks"]
    return dict(task)


def test_a_task_goes_through_its_states_and_ends_with_its_exit_code() -> None:
    kept = KeptTasks()
    arn = run(kept, PlayedTask(exit_code=3, seconds=10))
    states = [look(kept, arn, after)["lastStatus"] for after in (0, 5, 17, 26.5, 29)]
    assert states == ["PROVISIONING", "PENDING", "RUNNING", "DEPROVISIONING", "STOPPED"]
    ended = look(kept, arn, 29)
    assert [one.get("exitCode") for one in ended["containers"]] == [3, 0]
    assert (ended["stopCode"], ended["desiredStatus"]) == ("EssentialContainerExited", "STOPPED")
    assert "exitCode" not in look(kept, arn, 17)["containers"][0]


def test_a_task_that_never_starts_has_a_reason_and_no_exit_code() -> None:
    kept = KeptTasks()
    arn = run(kept, PlayedTask(not_started="CannotPullContainerError: no"))
    ended = look(kept, arn, 29)
    assert (ended["lastStatus"], ended["stopCode"], ended["stoppedReason"]) == (
        "STOPPED",
        "TaskFailedToStart",
        "CannotPullContainerError: no",
    )
    assert [one.get("exitCode") for one in ended["containers"]] == [None, None]
    assert "startedAt" not in ended


def test_a_stopped_task_ends_with_the_code_of_sigterm_and_stopping_it_again_changes_nothing() -> None:
    kept = KeptTasks()
    arn = run(kept, PlayedTask(seconds=600))
    asked(calls(kept, BEGUN + 60), "StopTask", cluster="shop", task=arn, reason="enough")
    asked(calls(kept, BEGUN + 90), "StopTask", cluster="shop", task=arn, reason="really")
    ended = look(kept, arn, 95)
    assert (ended["stopCode"], ended["stoppedReason"], ended["containers"][0]["exitCode"]) == (
        "UserInitiated",
        "enough",
        143,
    )


def test_a_token_starts_one_task_and_takes_no_other_request() -> None:
    kept = KeptTasks()
    assert run(kept, clientToken="t") == run(kept, clientToken="t")
    assert len(kept.all()) == 1
    with pytest.raises(ServiceError, match="ConflictException"):
        run(kept, clientToken="t", startedBy="somebody")
    assert run(kept, clientToken="u") not in [*kept.all()][:1]


def test_the_newest_revision_of_a_family_is_run_and_what_capacity_refuses_is_a_failure() -> None:
    kept = KeptTasks()
    assert look(kept, run(kept), 0)["taskDefinitionArn"] == f"{FAMILY}:2"
    assert look(kept, run(kept, taskDefinition="shop-migrate:1"), 0)["taskDefinitionArn"] == f"{FAMILY}:1"
    refused = asked(calls(kept, BEGUN, PlayedTask(refused="no capacity")), "RunTask", **RUN)
    assert refused == {"tasks": [], "failures": [{"reason": "no capacity"}]}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"taskDefinition": "other"}, "TaskDefinition not found."),
        ({"networkConfiguration": {}}, "Network Configuration must be provided"),
        (
            {
                "networkConfiguration": {
                    "awsvpcConfiguration": {**NETWORK["awsvpcConfiguration"], "subnets": ["subnet-9"]}
                }
            },
            "The subnet ID 'subnet-9' does not exist",
        ),
        ({"overrides": {"containerOverrides": [{"name": "x", "command": ["y"]}]}}, "Override for container named x"),
    ],
)
def test_a_request_is_held_against_the_stacks(more: dict[str, Any], told: str) -> None:
    with pytest.raises(ServiceError, match=told):
        run(KeptTasks(), **more)


def test_tasks_are_listed_by_who_started_them_and_by_their_service() -> None:
    kept = KeptTasks()
    arn = run(kept, startedBy="deploy-py/1")
    assert asked(calls(kept, BEGUN), "ListTasks", cluster="shop", startedBy="deploy-py/1") == {"taskArns": [arn]}
    stopped = asked(calls(kept, BEGUN + 60), "ListTasks", cluster="shop", desiredStatus="STOPPED")
    assert stopped == {"taskArns": [arn]}
    running = asked(calls(kept, BEGUN + 60), "ListTasks", cluster="shop", serviceName="web")["taskArns"]
    assert len(running) == 2
    tasks = asked(calls(kept, BEGUN + 60), "DescribeTasks", cluster="shop", tasks=running)["tasks"]
    assert {(task["lastStatus"], task["enableExecuteCommand"]) for task in tasks} == {("RUNNING", True)}
    with pytest.raises(ServiceError, match="ServiceNotFoundException"):
        asked(calls(kept, BEGUN), "ListTasks", cluster="shop", serviceName="nobody")


def test_a_task_can_be_described_for_an_hour() -> None:
    kept = KeptTasks()
    arn = run(kept)
    answer = asked(calls(kept, BEGUN + 2 * 3600), "DescribeTasks", cluster="shop", tasks=[arn])
    assert answer == {"tasks": [], "failures": [{"arn": arn, "reason": "MISSING"}]}


def test_a_cluster_of_no_stack_and_another_call_are_left_to_others() -> None:
    assert calls(KeptTasks(), BEGUN).answer("RunTask", {**RUN, "cluster": "other"}) is None
    assert calls(KeptTasks(), BEGUN).answer("DescribeClusters", {"cluster": "shop"}) is None


@pytest.mark.parametrize("name", ["shop-migrate", "shop-migrate:2", f"{FAMILY}:2"])
def test_a_task_definition_of_a_stack_tells_its_roles_and_where_its_containers_write(name: str) -> None:
    told = asked(calls(KeptTasks(), BEGUN), "DescribeTaskDefinition", taskDefinition=name)["taskDefinition"]
    assert (told["taskDefinitionArn"], told["revision"]) == (f"{FAMILY}:2", 2)
    assert told["taskRoleArn"].endswith(":role/migrate")
    assert "executionRoleArn" not in told
    migrate, proxy = told["containerDefinitions"]
    assert migrate["logConfiguration"]["options"]["awslogs-group"] == "migrate-logs"
    assert proxy == {"name": "proxy", "image": "proxy:1"}


def test_a_task_definition_of_no_stack_is_left_to_others() -> None:
    assert calls(KeptTasks(), BEGUN).answer("DescribeTaskDefinition", {"taskDefinition": "another"}) is None
