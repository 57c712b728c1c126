"""One ECS service behind the load balancer: its parameters, its resources, its outputs.

The ecs layer holds one such service. A further service is a stack of its own from the same builder: only where the
platform's values come from differs (a sibling resource there, an import of root's exports here).
"""

from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Equals, GetAtt, If, NoValue, Output, Parameter, Ref
from troposphere.ecs import (
    AwsvpcConfiguration,
    DeploymentCircuitBreaker,
    DeploymentConfiguration,
    NetworkConfiguration,
    Service,
    TaskDefinition,
)
from troposphere.ecs import LoadBalancer as ServiceLoadBalancer
from troposphere.elasticloadbalancingv2 import TargetGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup

from templates.parts.parameters import BOUNDARY, KMS_KEY, choice, is_given, kms_key_arn, permissions_boundary_arn
from templates.service import alarms, capacity, scaling, target_group, task
from templates.service import parameters as own

# Conditions
PRIVATE_TASKS = "PrivateTasks"

task_subnet_tier = choice(
    "TaskSubnetTier",
    "Subnets of the tasks: public, with public addresses, or private, with NatGatewayMode or VpcEndpointMode "
    "interface. Back to public, change this first, and take the private subnets away in another update.",
    "public",
    ["public", "private"],
)


@dataclass(frozen=True)
class Platform:
    """What a service stands on; each a value that CloudFormation resolves.

    `subnets` is the joined list, used whole. `after` are resources that must exist before the service does.
    """

    vpc_id: Any
    subnets: Any
    security_group: Any
    https_listener: Any
    alb_full_name: Any
    cluster: Any
    execution_role: Any
    after: tuple[AWSObject, ...] = ()


@dataclass(frozen=True)
class ServiceParts:
    """The resources of one service and what they tell the rest."""

    resources: list[AWSObject]
    outputs: list[Output]


PARAMETERS: tuple[Parameter, ...] = (
    own.service_name,
    own.container_name,
    own.container_image,
    own.container_port,
    own.container_user,
    own.readonly_root,
    own.cpu_architecture,
    own.task_cpu,
    own.task_memory,
    task_subnet_tier,
    *capacity.PARAMETERS,
    own.desired_count,
    *scaling.PARAMETERS,
    own.execute_command,
    own.listener_rule_priority,
    own.listener_rule_paths,
    own.listener_rule_hosts,
    own.health_check_path,
    own.health_check_matcher,
    own.health_check_interval,
    own.health_check_timeout,
    own.healthy_threshold,
    own.unhealthy_threshold,
    own.health_check_grace_period,
    own.deregistration_delay,
    own.az_rebalancing,
    own.managed_tags,
    own.log_retention,
    *alarms.PARAMETERS,
)


def conditions() -> dict[str, Any]:
    """Give the conditions that the resources of a service stand under; one set serves any number of services."""
    return {
        **task.conditions(),
        **capacity.conditions(),
        **scaling.conditions(),
        **target_group.conditions(),
        **alarms.conditions(),
        PRIVATE_TASKS: Equals(Ref(task_subnet_tier), "private"),
        KMS_KEY: is_given(kms_key_arn),
        BOUNDARY: is_given(permissions_boundary_arn),
    }


def service(platform: Platform, prefix: str = "") -> ServiceParts:
    """Give one service with one container behind the load balancer; `prefix` starts every logical id."""
    logs = task.log_group(prefix)
    role = task.task_role(prefix, logs)
    definition = task.task_definition(prefix, logs, role, platform.execution_role)
    group = target_group.target_group(prefix, platform.vpc_id)
    rule = target_group.listener_rule(prefix, platform.https_listener, group)
    errors, unhealthy = alarms.target_alarms(prefix, platform.alb_full_name, group)
    ecs_service = Service(
        f"{prefix}Service",
        # ECS refuses a target group that no listener leads to.
        DependsOn=[rule, *platform.after],
        Cluster=platform.cluster,
        TaskDefinition=Ref(definition),
        CapacityProviderStrategy=capacity.strategy(),
        PlatformVersion="LATEST",
        # Said while scaling looks after it, every update would set it back.
        DesiredCount=If(scaling.AUTO_SCALING, NoValue, Ref(own.desired_count)),
        DeploymentConfiguration=_deployment(errors),
        # Left out, ECS takes ENABLED for a service that is created and what stands for one that is updated.
        AvailabilityZoneRebalancing=Ref(own.az_rebalancing),
        HealthCheckGracePeriodSeconds=Ref(own.health_check_grace_period),
        EnableExecuteCommand=Ref(own.execute_command),
        EnableECSManagedTags=Ref(own.managed_tags),
        PropagateTags="SERVICE",
        NetworkConfiguration=_network(platform),
        LoadBalancers=[
            ServiceLoadBalancer(
                TargetGroupArn=Ref(group),
                ContainerName=Ref(own.container_name),
                ContainerPort=Ref(own.container_port),
            )
        ],
        Tags=task.name_tag(),
    )
    scaled = scaling.scaling(prefix, platform.cluster, platform.alb_full_name, ecs_service, group)
    watched = [errors, unhealthy, alarms.cpu_alarm(prefix, platform.cluster, ecs_service)]
    return ServiceParts(
        [logs, role, definition, group, rule, ecs_service, *scaled, *watched],
        _outputs(prefix, ecs_service, group, definition, role, logs),
    )


def _deployment(errors: Any) -> DeploymentConfiguration:
    return DeploymentConfiguration(
        MinimumHealthyPercent=100,
        MaximumPercent=200,
        # By default a task that gets healthy sets the count back: a deployment whose tasks get healthy and die would go
        # on for hours, and CloudFormation with it.
        DeploymentCircuitBreaker=DeploymentCircuitBreaker(Enable=True, Rollback=True, ResetOnHealthyTask=False),
        Alarms=alarms.deployment_alarms(errors),
    )


def _network(platform: Platform) -> NetworkConfiguration:
    return NetworkConfiguration(
        AwsvpcConfiguration=AwsvpcConfiguration(
            AssignPublicIp=If(PRIVATE_TASKS, "DISABLED", "ENABLED"),
            Subnets=platform.subnets,
            SecurityGroups=[platform.security_group],
        )
    )


def _outputs(
    prefix: str, ecs_service: Service, target_group: TargetGroup, task: TaskDefinition, role: Role, logs: LogGroup
) -> list[Output]:
    full_name = GetAtt(target_group, "TargetGroupFullName")
    in_metrics = "Name of the target group in CloudWatch metrics."
    return [
        Output(f"{prefix}ServiceName", Description="Name of the service in ECS.", Value=GetAtt(ecs_service, "Name")),
        Output(f"{prefix}TargetGroupArn", Description="ARN of the target group.", Value=Ref(target_group)),
        Output(f"{prefix}TargetGroupFullName", Description=in_metrics, Value=full_name),
        Output(f"{prefix}TaskDefinitionArn", Description="ARN of the task definition.", Value=Ref(task)),
        Output(f"{prefix}TaskRoleArn", Description="ARN of the tasks' role.", Value=GetAtt(role, "Arn")),
        Output(f"{prefix}LogGroupName", Description="Name of the log group.", Value=Ref(logs)),
    ]
