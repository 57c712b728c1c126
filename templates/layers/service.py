"""One ECS service behind the load balancer: its parameters, its resources, its outputs.

The ecs layer holds one such service. A further service is a stack of its own from the same builder: only where the
platform's values come from differs (a sibling resource there, an import of root's exports here).
"""

from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Equals, GetAtt, Output, Parameter, Ref, Split
from troposphere.ecs import (
    AwsvpcConfiguration,
    CapacityProviderStrategyItem,
    DeploymentCircuitBreaker,
    DeploymentConfiguration,
    NetworkConfiguration,
    Service,
    TaskDefinition,
)
from troposphere.ecs import LoadBalancer as ServiceLoadBalancer
from troposphere.elasticloadbalancingv2 import (
    Condition,
    ListenerRule,
    ListenerRuleAction,
    Matcher,
    PathPatternConfig,
    TargetGroup,
    TargetGroupAttribute,
)
from troposphere.iam import Role
from troposphere.logs import LogGroup

from templates.layers.parameters import is_given, kms_key_arn
from templates.layers.service_parameters import (
    az_rebalancing,
    container_image,
    container_name,
    container_port,
    deregistration_delay,
    desired_count,
    execute_command,
    health_check_grace_period,
    health_check_interval,
    health_check_matcher,
    health_check_path,
    health_check_timeout,
    healthy_threshold,
    listener_rule_paths,
    listener_rule_priority,
    log_retention,
    service_name,
    task_cpu,
    task_memory,
    unhealthy_threshold,
)
from templates.layers.task import EXECUTE_COMMAND, KMS_KEY, log_group, name_tag, task_definition, task_role

FARGATE = CapacityProviderStrategyItem(CapacityProvider="FARGATE", Weight=1)


@dataclass(frozen=True)
class Platform:
    """What a service stands on; each a value that CloudFormation resolves.

    `subnets` is the joined list, used whole. `after` are resources that must exist before the service does.
    """

    vpc_id: Any
    subnets: Any
    security_group: Any
    https_listener: Any
    cluster: Any
    execution_role: Any
    after: tuple[AWSObject, ...] = ()


@dataclass(frozen=True)
class ServiceParts:
    """The resources of one service and what they tell the rest."""

    resources: list[AWSObject]
    outputs: list[Output]


PARAMETERS: tuple[Parameter, ...] = (
    service_name,
    container_name,
    container_image,
    container_port,
    task_cpu,
    task_memory,
    desired_count,
    execute_command,
    listener_rule_priority,
    listener_rule_paths,
    health_check_path,
    health_check_matcher,
    health_check_interval,
    health_check_timeout,
    healthy_threshold,
    unhealthy_threshold,
    health_check_grace_period,
    deregistration_delay,
    az_rebalancing,
    log_retention,
)


def conditions() -> dict[str, Any]:
    """Give the conditions that the resources of a service stand under; one set serves any number of services."""
    return {EXECUTE_COMMAND: Equals(Ref(execute_command), "true"), KMS_KEY: is_given(kms_key_arn)}


def service(platform: Platform, prefix: str = "") -> ServiceParts:
    """Give one service with one container behind the load balancer; `prefix` starts every logical id."""
    logs = log_group(prefix)
    role = task_role(prefix, logs)
    task = task_definition(prefix, logs, role, platform.execution_role)
    target_group = _target_group(prefix, platform)
    rule = _listener_rule(prefix, platform, target_group)
    ecs_service = Service(
        f"{prefix}Service",
        # ECS refuses a target group that no listener leads to.
        DependsOn=[rule, *platform.after],
        Cluster=platform.cluster,
        TaskDefinition=Ref(task),
        # Not LaunchType: switching between the two replaces the service.
        CapacityProviderStrategy=[FARGATE],
        PlatformVersion="LATEST",
        DesiredCount=Ref(desired_count),
        DeploymentConfiguration=DeploymentConfiguration(
            MinimumHealthyPercent=100,
            MaximumPercent=200,
            # By default a task that gets healthy sets the count back: a deployment whose tasks get healthy and die
            # would go on for hours, and CloudFormation with it.
            DeploymentCircuitBreaker=DeploymentCircuitBreaker(Enable=True, Rollback=True, ResetOnHealthyTask=False),
        ),
        # Left out, ECS takes ENABLED for a service that is created and what stands for one that is updated.
        AvailabilityZoneRebalancing=Ref(az_rebalancing),
        HealthCheckGracePeriodSeconds=Ref(health_check_grace_period),
        EnableExecuteCommand=Ref(execute_command),
        PropagateTags="SERVICE",
        NetworkConfiguration=NetworkConfiguration(
            AwsvpcConfiguration=AwsvpcConfiguration(
                AssignPublicIp="ENABLED", Subnets=platform.subnets, SecurityGroups=[platform.security_group]
            )
        ),
        LoadBalancers=[
            ServiceLoadBalancer(
                TargetGroupArn=Ref(target_group),
                ContainerName=Ref(container_name),
                ContainerPort=Ref(container_port),
            )
        ],
        Tags=name_tag(),
    )
    return ServiceParts(
        [logs, role, task, target_group, rule, ecs_service],
        _outputs(prefix, ecs_service, target_group, task, role, logs),
    )


def _target_group(prefix: str, platform: Platform) -> TargetGroup:
    delay = TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value=Ref(deregistration_delay))
    return TargetGroup(
        f"{prefix}TargetGroup",
        VpcId=platform.vpc_id,
        TargetType="ip",
        # Create-only, and never used: ECS registers every task with its container's own port.
        Port=80,
        Protocol="HTTP",
        HealthCheckPath=Ref(health_check_path),
        Matcher=Matcher(HttpCode=Ref(health_check_matcher)),
        HealthCheckIntervalSeconds=Ref(health_check_interval),
        HealthCheckTimeoutSeconds=Ref(health_check_timeout),
        HealthyThresholdCount=Ref(healthy_threshold),
        UnhealthyThresholdCount=Ref(unhealthy_threshold),
        TargetGroupAttributes=[delay],
        Tags=name_tag(),
    )


def _listener_rule(prefix: str, platform: Platform, target_group: TargetGroup) -> ListenerRule:
    return ListenerRule(
        f"{prefix}ListenerRule",
        ListenerArn=platform.https_listener,
        Priority=Ref(listener_rule_priority),
        Conditions=[
            Condition(
                Field="path-pattern",
                PathPatternConfig=PathPatternConfig(Values=Split(",", Ref(listener_rule_paths))),
            )
        ],
        Actions=[ListenerRuleAction(Type="forward", TargetGroupArn=Ref(target_group))],
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
