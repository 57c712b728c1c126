"""A cluster, a job and a service as stacks have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.validate import validate_parameters

from rehearsal.neighbours.containers.kept_tasks import KeptTasks
from rehearsal.neighbours.containers.stack_clusters import CLUSTER, DEFINITION, SERVICE, SUBNET, StackClusters
from rehearsal.neighbours.containers.task_calls import TaskCalls
from rehearsal.scenario.task_scenes import ENDS_WELL, PlayedTask
from rehearsal.state.services import Made
from tests.deployment.fake_client import service_model

REGION, ACCOUNT = "eu-west-1", "123456789012"
FAMILY = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/shop-migrate"
_LOG = {"LogDriver": "awslogs", "Options": {"awslogs-group": "migrate-logs", "awslogs-stream-prefix": "ecs"}}
MIGRATE = {
    "ContainerDefinitions": [
        {"Name": "migrate", "Image": "shop:1", "LogConfiguration": _LOG},
        {"Name": "proxy", "Image": "proxy:1"},
    ],
    "TaskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/migrate",
}
API = {"ContainerDefinitions": [{"Name": "api", "Image": "shop:1"}]}
WEB = {"Cluster": "shop", "TaskDefinition": f"{FAMILY}:2", "DesiredCount": 2, "EnableExecuteCommand": "true"}
MADE = (
    Made(CLUSTER, REGION, "shop", {}, {"Arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"}),
    Made(DEFINITION, REGION, f"{FAMILY}:1", MIGRATE),
    Made(DEFINITION, REGION, f"{FAMILY}:2", MIGRATE),
    Made(SERVICE, REGION, f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web", WEB),
    Made(SUBNET, REGION, "subnet-1"),
)
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}
RUN = {"cluster": "shop", "taskDefinition": "shop-migrate", "networkConfiguration": NETWORK, "launchType": "FARGATE"}
_IDS: Iterator[str] = (f"{number:032d}" for number in range(10_000))


def calls(kept: KeptTasks, now: float, played: PlayedTask = ENDS_WELL) -> TaskCalls:
    """The calls at a moment."""
    return TaskCalls(StackClusters(ACCOUNT, REGION, MADE), kept, now, lambda _: played, lambda: next(_IDS))


def asked(calls: TaskCalls, operation: str, **request: Any) -> dict[str, Any]:
    """The answer, checked against botocore's model as the request is."""
    model = service_model("ecs").operation_model(operation)
    validate_parameters(request, model.input_shape)
    answer = calls.answer(operation, request)
    assert answer is not None
    validate_parameters(answer, model.output_shape)
    return answer
