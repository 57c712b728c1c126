"""The task of one ECS service: where it logs, what it may do, what it runs."""

from typing import Any

from awacs import ssmmessages
from troposphere import Delete, Equals, GetAtt, If, NoValue, Ref, Retain, Sub, Tags
from troposphere.ecs import ContainerDefinition, LogConfiguration, PortMapping, RuntimePlatform, TaskDefinition
from troposphere.iam import Role
from troposphere.logs import LogGroup

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
from templates.parts.policies import allow_on_everything, inline, trusted_by, write_to
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
    """Give the Name tag that the resources of a service carry."""
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


def task_role(prefix: str, logs: LogGroup) -> Role:
    """Give the role that the containers have: write to `logs`, and open a shell's channels where that is allowed."""
    # Service authorization reference, Session Manager Message Gateway: these four actions take no resource.
    open_channels = allow_on_everything(
        "ChannelsHaveNoArn",
        ssmmessages.CreateControlChannel,
        ssmmessages.CreateDataChannel,
        ssmmessages.OpenControlChannel,
        ssmmessages.OpenDataChannel,
    )
    return Role(
        f"{prefix}TaskRole",
        AssumeRolePolicyDocument=trusted_by("ecs-tasks"),
        PermissionsBoundary=given(BOUNDARY, Ref(permissions_boundary_arn)),
        Policies=[
            inline("allow_logs", *write_to(logs)),
            If(EXECUTE_COMMAND, inline("allow_execute_command", open_channels), NoValue),
        ],
        Tags=name_tag(),
    )


def task_definition(prefix: str, logs: LogGroup, role: Role, execution_role: Any) -> TaskDefinition:
    """Give the definition of a Fargate task with one container; `execution_role` is the ARN that ECS starts it with."""
    log_options = {
        "awslogs-region": Ref("AWS::Region"),
        "awslogs-group": Ref(logs),
        "awslogs-stream-prefix": "ecs",
        # Left out, the account's default decides: blocking, in accounts that kept it, stops the container with its log.
        "mode": "non-blocking",
        "max-buffer-size": "25m",
    }
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
        ContainerDefinitions=[
            ContainerDefinition(
                Name=Ref(container_name),
                Image=Ref(container_image),
                Essential=True,
                User=given(USER, Ref(container_user)),
                ReadonlyRootFilesystem=Ref(readonly_root),
                PortMappings=[PortMapping(ContainerPort=Ref(container_port), Protocol="tcp")],
                LogConfiguration=LogConfiguration(LogDriver="awslogs", Options=log_options),
            )
        ],
        Tags=name_tag(),
    )
