"""Starting a task: what ECS is asked, and what becomes of an answer that is lost."""

from __future__ import annotations

import pytest
from botocore.exceptions import ConnectionClosedError

from deployment.commands.tasks.task_start import start_task
from deployment.errors import AwsRefusal, CredentialsExpired, TaskFailed, WatchLost
from deployment.run.telling import TaskStarted
from tests.deployment.commands.tasks.placed import ARN, CLUSTER, MIGRATE, Scene, a_place, shown
from tests.deployment.fake_client import FakeClient, refusal

LOST = ConnectionClosedError(endpoint_url="https://ecs")
TAKEN = {"tasks": [shown("PROVISIONING")], "failures": []}


def a_scene(*answers: object) -> Scene:
    return Scene(FakeClient("ecs", run_task=list(answers)), FakeClient("logs"))


def test_a_task_is_started_where_its_stack_has_its_tasks_and_can_be_told_from_others() -> None:
    scene = a_scene(TAKEN)
    assert start_task(scene.run, a_place(), ["migrate", "--to", "42"]).arn == ARN
    [asked] = scene.ecs.named("run_task")
    network = {"subnets": ["subnet-a", "subnet-b"], "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"}
    assert asked == {
        "cluster": CLUSTER,
        "taskDefinition": MIGRATE["TaskDefinitionArn"],
        "count": 1,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
        "overrides": {"containerOverrides": [{"name": "migrate", "command": ["migrate", "--to", "42"]}]},
        "propagateTags": "TASK_DEFINITION",
        "startedBy": "deploy-py/token-0",
        "clientToken": "token-0",
    }
    [started] = [told for told in scene.told if isinstance(told, TaskStarted)]
    assert started.look == "python deploy.py logs migrate --env dev --follow"


def test_in_private_subnets_a_task_has_no_public_address() -> None:
    scene = a_scene(TAKEN)
    start_task(scene.run, a_place({"TaskSubnetTier": "private"}))
    [asked] = scene.ecs.named("run_task")
    network = asked["networkConfiguration"]["awsvpcConfiguration"]
    assert (network["subnets"], network["assignPublicIp"]) == (["subnet-c", "subnet-d"], "DISABLED")
    assert "overrides" not in asked


@pytest.mark.parametrize(
    "fault", [LOST, refusal("ThrottlingException", "Rate exceeded"), refusal("ServerException", "no", 500)]
)
def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_token(fault: Exception) -> None:
    scene = a_scene(fault, fault, TAKEN)
    assert start_task(scene.run, a_place()).arn == ARN
    assert [asked["clientToken"] for asked in scene.ecs.named("run_task")] == ["token-0"] * 3


def test_where_no_answer_comes_it_is_not_known_whether_a_task_has_started() -> None:
    scene = a_scene(LOST)
    with pytest.raises(WatchLost, match="whether a task of migrate has started is unknown") as lost:
        start_task(scene.run, a_place())
    assert "aws ecs list-tasks --cluster shop --started-by deploy-py/token-0 --region eu-west-1" in str(
        lost.value.remedy
    )
    assert not [told for told in scene.told if isinstance(told, TaskStarted)]


def test_what_ecs_refuses_is_told_as_any_refusal() -> None:
    with pytest.raises(AwsRefusal, match="Network Configuration must be provided"):
        start_task(
            a_scene(refusal("InvalidParameterException", "Network Configuration must be provided")).run, a_place()
        )
    with pytest.raises(CredentialsExpired):
        start_task(a_scene(refusal("ExpiredTokenException", "expired")).run, a_place())


@pytest.mark.parametrize(("reason", "advice"), [("RESOURCE:ENI", "try again in a few"), ("MISSING", "fix what ECS")])
def test_an_answer_without_a_task_says_why(reason: str, advice: str) -> None:
    with pytest.raises(TaskFailed, match="ECS started no task of migrate") as failed:
        start_task(a_scene({"tasks": [], "failures": [{"reason": reason}]}).run, a_place())
    assert failed.value.findings == (reason,)
    assert str(failed.value.remedy).startswith(advice)
    assert str(failed.value.remedy).endswith("python deploy.py run --env dev --service migrate")
