"""The task of one service: where it logs, what it may do, what it runs."""

from typing import Any, NamedTuple

from awacs import ssmmessages
from troposphere import AWSObject, Delete, Equals, GetAtt, If, NoValue, Output, Parameter, Ref, Retain, Sub, Tags
from troposphere.ecs import (
    ContainerDefinition,
    ContainerDependency,
    Environment,
    LogConfiguration,
    PortMapping,
    RuntimePlatform,
    TaskDefinition,
)
from troposphere.iam import Role
from troposphere.logs import LogGroup

from cloudformation.environment.services.attached import Kind
from templates.parts.parameters import (
    BOUNDARY,
    KMS_KEY,
    given,
    is_given,
    is_given_name,
    is_on,
    kms_key_arn,
    permissions_boundary_arn,
)
from templates.parts.policies import allow_on_everything, aws_managed, inline, trusted_by, write_to
from templates.service.declaration import PLAIN, Declared, Sidecar
from templates.service.parameters import (
    container_image,
    container_name,
    container_port,
    container_user,
    cpu_architecture,
    execute_command,
    log_retention,
    readonly_root,
    task_cpu,
    task_memory,
)
from templates.service.platform import Platform
from templates.service.secrets import policies, secrets

# Conditions
EXECUTE_COMMAND = "ExecuteCommandOn"
ARM = "ArmOn"
USER = is_given_name(container_user)


def conditions() -> dict[str, Any]:
    """Give the conditions of the task."""
    return {
        EXECUTE_COMMAND: is_on(execute_command),
        ARM: Equals(Ref(cpu_architecture), "ARM64"),
        USER: is_given(container_user),
    }


def name_tag() -> Tags:
    """Give the Name tag of the resources of a service."""
    return Tags(Name=Sub("${AppName}-${ServiceName}"))


def log_group(prefix: str) -> LogGroup:
    """Give the log group: its events expire, a replacement keeps the old one, a deletion leaves nothing behind."""
    return LogGroup(
        f"{prefix}LogGroup",
        DeletionPolicy=Delete,
        UpdateReplacePolicy=Retain,
        RetentionInDays=Ref(log_retention),
        KmsKeyId=given(KMS_KEY, Ref(kms_key_arn)),
        Tags=name_tag(),
    )


def task_role(prefix: str, logs: LogGroup, declared: Declared = PLAIN) -> Role:
    """Give the role that the containers have: write to `logs`, open a shell's channels where that is allowed, and what
    the service is declared to need."""
    # Service authorization reference, Session Manager Message Gateway: these four actions take no resource.
    open_channels = allow_on_everything(
        "ChannelsHaveNoArn",
        ssmmessages.CreateControlChannel,
        ssmmessages.CreateDataChannel,
        ssmmessages.OpenControlChannel,
        ssmmessages.OpenDataChannel,
    )
    own = [inline("allow_own", *declared.permissions)] if declared.permissions else []
    # No shell is opened in a job: it runs its command and ends.
    shell = (
        []
        if declared.kind is Kind.JOB
        else [If(EXECUTE_COMMAND, inline("allow_execute_command", open_channels), NoValue)]
    )
    return Role(
        f"{prefix}TaskRole",
        AssumeRolePolicyDocument=trusted_by("ecs-tasks"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        Policies=[inline("allow_logs", *write_to(logs)), *shell, *own],
        Tags=name_tag(),
    )


def execution_role(prefix: str, declared: Declared) -> Role:
    """Give the role that ECS starts the tasks with, where it has to read secrets: exactly those."""
    return Role(
        f"{prefix}ExecutionRole",
        AssumeRolePolicyDocument=trusted_by("ecs-tasks"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        ManagedPolicyArns=[aws_managed("service-role/AmazonECSTaskExecutionRolePolicy")],
        Policies=policies(list(declared.every_secret())),
        Tags=name_tag(),
    )


def task_definition(
    prefix: str, logs: LogGroup, role: Role, execution_role: Any, declared: Declared = PLAIN
) -> TaskDefinition:
    """Give the definition of a Fargate task; `execution_role` is the ARN that ECS starts it with."""
    return TaskDefinition(
        f"{prefix}TaskDefinition",
        Family=Sub("${AppName}-${ServiceName}"),
        RequiresCompatibilities=["FARGATE"],
        NetworkMode="awsvpc",
        Cpu=Ref(task_cpu),
        Memory=Ref(task_memory),
        RuntimePlatform=given(ARM, RuntimePlatform(CpuArchitecture="ARM64", OperatingSystemFamily="LINUX")),
        ExecutionRoleArn=execution_role,
        TaskRoleArn=GetAtt(role, "Arn"),
        ContainerDefinitions=[_main(logs, declared), *(_sidecar(logs, one) for one in declared.sidecars)],
        Tags=name_tag(),
    )


def _main(logs: LogGroup, declared: Declared) -> ContainerDefinition:
    port = PortMapping(ContainerPort=Ref(container_port), Protocol="tcp")
    first = [
        ContainerDependency(ContainerName=one.name, Condition="START") for one in declared.sidecars if one.before_main
    ]
    return ContainerDefinition(
        Name=Ref(container_name),
        Image=Ref(container_image),
        Essential=True,
        User=given(USER, Ref(container_user)),
        ReadonlyRootFilesystem=Ref(readonly_root),
        **({"PortMappings": [port]} if declared.kind is Kind.WEB else {}),
        **({"DependsOn": first} if first else {}),
        **_given_to(declared),
        LogConfiguration=_logging(logs),
    )


def _sidecar(logs: LogGroup, sidecar: Sidecar) -> ContainerDefinition:
    ports = {"PortMappings": [PortMapping(ContainerPort=sidecar.port, Protocol="tcp")]} if sidecar.port else {}
    return ContainerDefinition(
        Name=sidecar.name,
        Image=_value(sidecar.image),
        Essential=sidecar.essential,
        **ports,
        **_given_to(sidecar),
        LogConfiguration=_logging(logs),
    )


def _given_to(container: Declared | Sidecar) -> dict[str, Any]:
    """The properties that a container has only where something is declared: command, variables, secrets."""
    variables = [Environment(Name=name, Value=_value(value)) for name, value in container.environment.items()]
    properties = {"Command": list(container.command), "Environment": variables, "Secrets": secrets(container.secrets)}
    return {name: value for name, value in properties.items() if value}


def _value(value: Any) -> Any:
    return Ref(value) if isinstance(value, Parameter) else value


def _logging(logs: LogGroup) -> LogConfiguration:
    options = {
        "awslogs-region": Ref("AWS::Region"),
        "awslogs-group": Ref(logs),
        "awslogs-stream-prefix": "ecs",
        # Left out, the account's default decides: blocking, in accounts with that default, stops the container with its
        # log.
        "mode": "non-blocking",
        "max-buffer-size": "25m",
    }
    return LogConfiguration(LogDriver="awslogs", Options=options)


class ServiceParts(NamedTuple):
    """The resources of one service and their values for the rest."""

    resources: list[AWSObject]
    outputs: list[Output]


class Tasks(NamedTuple):
    """What every task has, whatever keeps it running."""

    logs: LogGroup
    role: Role
    definition: TaskDefinition
    execution_role: Any
    own_execution_role: Role | None = None

    @property
    def resources(self) -> list[AWSObject]:
        """Them, in reading order."""
        return [self.logs, self.role, *([self.own_execution_role] if self.own_execution_role else []), self.definition]

    def outputs(self, prefix: str) -> list[Output]:
        """Their values for the rest."""
        role = GetAtt(self.role, "Arn")
        return [
            Output(f"{prefix}TaskDefinitionArn", Description="ARN of the task definition.", Value=Ref(self.definition)),
            Output(f"{prefix}TaskRoleArn", Description="ARN of the tasks' role.", Value=role),
            Output(f"{prefix}LogGroupName", Description="Name of the log group.", Value=Ref(self.logs)),
        ]


def tasks_of(platform: Platform, prefix: str, declared: Declared) -> Tasks:
    """Give what a task needs: a log group, its roles, its definition."""
    logs = log_group(prefix)
    role = task_role(prefix, logs, declared)
    reads = execution_role(prefix, declared) if any(declared.every_secret()) else None
    starts = GetAtt(reads, "Arn") if reads else platform.execution_role
    return Tasks(logs, role, task_definition(prefix, logs, role, starts, declared), starts, reads)
