"""A service that stands, its platform, and a run over fake clients in which one of its tasks is started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from cloudformation.environment.environment_file import Environment
from cloudformation.statuses import StackStatus
from deployment.aws.server_clock import ServerClock
from deployment.aws.session import Session
from deployment.commands.tasks.task import Task
from deployment.commands.tasks.task_place import TaskPlace
from deployment.run.run import Run
from deployment.run.telling import Choice, Told
from deployment.stack.invocation import Invocation
from deployment.stack.stack import Output, Stack
from tests.deployment.fake_client import POLLING, FakeClient, FakeTime

BEGUN = datetime(2026, 11, 30, 12, tzinfo=UTC)
CLUSTER = "shop"
ARN = "arn:aws:ecs:eu-west-1:123456789012:task/shop/0123456789abcdef"
PLATFORM = {
    "ClusterName": CLUSTER,
    "AppSecurityGroupId": "sg-1",
    "PublicSubnetIds": "subnet-a,subnet-b",
    "PrivateSubnetIds": "subnet-c,subnet-d",
}
MIGRATE = {
    "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-migrate:7",
    "ContainerName": "migrate",
    "LogGroupName": "migrate-logs",
}


def a_stack(name: str, outputs: Mapping[str, str], parameters: Mapping[str, str] | None = None) -> Stack:
    told = tuple(Output(key, value, None) for key, value in outputs.items())
    arn = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/1"
    return Stack(arn, name, StackStatus.UPDATE_COMPLETE, None, parameters or {}, told, {}, False, BEGUN, None)


def a_place(parameters: Mapping[str, str] | None = None, outputs: Mapping[str, str] = MIGRATE) -> TaskPlace:
    return TaskPlace("migrate", a_stack("shop-dev-migrate", outputs, parameters), a_stack("shop-dev", PLATFORM))


def shown(status: str, code: int | None = None, **more: Any) -> dict[str, Any]:
    """A task as ECS describes it."""
    ended = {"stoppedAt": BEGUN + timedelta(seconds=32)} if status == "STOPPED" else {}
    container = {"name": "migrate", **({} if code is None else {"exitCode": code})}
    return {
        "taskArn": ARN,
        "lastStatus": status,
        "createdAt": BEGUN,
        "containers": [{"name": "proxy", "exitCode": 9}, container],
        **ended,
        **more,
    }


def answered(*bodies: dict[str, Any]) -> list[Any]:
    """An answer of DescribeTasks for each."""
    return [{"tasks": [body], "failures": []} for body in bodies]


def events(*lines: str, token: str = "f/1") -> dict[str, Any]:
    """A page of GetLogEvents."""
    return {"events": [{"timestamp": 1, "message": line} for line in lines], "nextForwardToken": token}


STARTED = Task(ARN, "PROVISIONING")


@dataclass
class Scene:
    """A run, what it reported, and the time that passed."""

    ecs: FakeClient
    logs: FakeClient
    choose: Callable[[Choice], str] = lambda choice: choice.options[-1]
    told: list[Told] = field(default_factory=list)
    time: FakeTime = field(default_factory=FakeTime)

    @property
    def run(self) -> Run:
        clients = {"ecs": self.ecs, "logs": self.logs}
        session = SimpleNamespace(
            client=lambda service, **_: clients[service],
            region="eu-west-1",
            server_clock=ServerClock(),
            following=nullcontext,
        )
        tokens = iter(f"token-{number}" for number in range(9))
        return Run(
            environment=cast(Any, None),
            root=cast(Any, None),
            values={},
            session=cast(Session, session),
            clock=self.time.clock,
            polling=POLLING,
            token=lambda: next(tokens),
            tell=self.told.append,
            approve=lambda _: True,
            choose=self.choose,
            invocation=Invocation(("--env", "dev", "--service", "migrate"), action="run"),
        )


_STANDING = {"shop-dev": PLATFORM, "shop-dev-migrate": MIGRATE}


def described(outputs: dict[str, str], name: str) -> dict[str, Any]:
    told = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    arn = f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/1"
    stack = {"StackId": arn, "StackName": name, "StackStatus": "CREATE_COMPLETE", "CreationTime": BEGUN}
    return {"Stacks": [{**stack, "Outputs": told}]}


def answering(stacks: Mapping[str, dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """DescribeStacks over these stacks, by their names."""
    return lambda **asked: stacks[asked["StackName"]]


def a_run(scene: Scene, **choices: Any) -> Run:
    """The run of a job whose stack and platform stand; its account and caller are in order."""
    stacks = {name: described(outputs, name) for name, outputs in _STANDING.items()}
    cloudformation = FakeClient("cloudformation", describe_stacks=answering(stacks))
    environment = SimpleNamespace(
        account="1", region="eu-west-1", stack="shop-dev-migrate", platform="shop-dev", service="migrate"
    )
    run = scene.run
    session: Any = run.session
    session.cloudformation, session.configured_region = cloudformation, None
    session.server_clock.now = BEGUN + timedelta(minutes=5)
    sts = FakeClient("sts", get_caller_identity={"Account": "1", "Arn": "arn:aws:iam::1:user/somebody"})
    clients = {"ecs": scene.ecs, "logs": scene.logs, "sts": sts}
    session.client = lambda service, **_: clients[service]
    return replace(run, environment=cast(Environment, environment), choices=replace(run.choices, **choices))
