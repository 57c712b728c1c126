"""Where the tasks of a service run, looked up from its stack and from the platform's: nobody types a name."""

from dataclasses import dataclass

from deployment.errors import NothingSent, StackBlocked
from deployment.run.run import Run
from deployment.stack.stack import Stack, standing_stack
from deployment.stack.states import refuse_without_platform

# Outputs of a service's stack, and of root, which is a service's platform.
DEFINITION, CONTAINER, LOG_GROUP, SERVICE = "TaskDefinitionArn", "ContainerName", "LogGroupName", "ServiceName"
CLUSTER, SECURITY_GROUP = "ClusterName", "AppSecurityGroupId"
# A parameter of both: which subnets of the platform the tasks are in.
_TIER = "TaskSubnetTier"
_SUBNETS = {"public": "PublicSubnetIds", "private": "PrivateSubnetIds"}
_PREFIX = "ecs"
"""What the awslogs driver puts before the names of streams, in every task definition of templates/service/task.py."""


@dataclass(frozen=True)
class TaskPlace:
    """A service as it stands: its stack, that of its platform (the same, for the platform's own), and its names."""

    name: str
    stack: Stack
    platform: Stack

    @property
    def cluster(self) -> str:
        return _output(self.platform, CLUSTER)

    @property
    def definition(self) -> str:
        """The task definition that the stack has now."""
        return _output(self.stack, DEFINITION)

    @property
    def container(self) -> str:
        """The container that the service is about, beside its sidecars: an output, of the platform a parameter."""
        return self.stack.parameters.get(CONTAINER) or _output(self.stack, CONTAINER)

    @property
    def log_group(self) -> str:
        return _output(self.stack, LOG_GROUP)

    @property
    def service(self) -> str | None:
        """Its name in ECS; None for a job, which ECS does not keep running."""
        return self.stack.values.get(SERVICE)

    @property
    def subnets(self) -> list[str]:
        """Those of the platform in which the stack has its tasks."""
        return _output(self.platform, _SUBNETS.get(self._tier, _SUBNETS["public"])).split(",")

    @property
    def security_group(self) -> str:
        return _output(self.platform, SECURITY_GROUP)

    @property
    def is_public(self) -> bool:
        """Whether tasks have public addresses: in public subnets nothing is reached without one."""
        return self._tier != "private"

    def stream(self, task: str) -> str:
        """The log stream of a task's container (ECS developer guide, "awslogs log driver")."""
        return f"{_PREFIX}/{self.container}/{task.rpartition('/')[2]}"

    @property
    def _tier(self) -> str:
        return self.stack.parameters.get(_TIER, "public")


def place_of(run: Run) -> TaskPlace:
    """Where the tasks of the run's service are; raises StackBlocked where its stack, or its platform, is not there."""
    environment = run.environment
    refuse_without_platform(run.cloudformation, environment, run.invocation)
    stack = standing_stack(run.cloudformation, environment.stack)
    if stack is None or not stack.exists:
        raise StackBlocked(
            f"stack {environment.stack} does not exist, so that none of its tasks runs",
            remedy=f"deploy it first: {run.invocation.again()}",
        )
    platform = standing_stack(run.cloudformation, environment.platform) if environment.platform else stack
    assert platform is not None  # it was looked up a moment ago
    own = stack.parameters.get(SERVICE) or stack.values.get(SERVICE, stack.name)  # as it is named on the command line
    return TaskPlace(environment.service or own, stack, platform)


def _output(stack: Stack, name: str) -> str:
    """An output that must be there; raises NothingSent."""
    if name not in stack.values:
        raise NothingSent(
            f"stack {stack.name} has no output {name}, which is needed to find its tasks",
            remedy="deploy templates that have it, or see what the stack has: aws cloudformation describe-stacks",
        )
    return stack.values[name]
