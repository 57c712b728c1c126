"""One ECS service behind the load balancer: its parameters, its resources, its outputs.

The ecs layer has one such service. A further service is a stack of its own from the same builder: only where the
platform's values come from differs (a sibling resource there, an import of root's exports here).
"""

from collections.abc import Mapping, Sequence
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

from templates.parts.parameters import BOUNDARY, KMS_KEY, is_given, kms_key_arn, permissions_boundary_arn
from templates.service import alarms, capacity, scaling, target_group, task
from templates.service import parameters as own
from templates.service.declaration import PLAIN, Declared
from templates.service.platform import PRIVATE_TASKS, Platform, assign_public_ip, task_subnet_tier
from templates.service.task import ServiceParts, tasks_of

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
    """Give the conditions of the resources of a service; one set serves any number of services."""
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


def service(platform: Platform, prefix: str = "", declared: Declared = PLAIN) -> ServiceParts:
    """Give one service behind the load balancer; `prefix` starts every logical id."""
    tasks = tasks_of(platform, prefix, declared)
    group = target_group.target_group(prefix, platform.vpc_id)
    rule = target_group.listener_rule(prefix, platform.https_listener, group)
    errors, unhealthy = alarms.target_alarms(prefix, platform.alb_full_name, group)
    balanced = ServiceLoadBalancer(
        TargetGroupArn=Ref(group), ContainerName=Ref(own.container_name), ContainerPort=Ref(own.container_port)
    )
    ecs_service = _kept_running(
        prefix,
        platform,
        tasks.definition,
        # ECS refuses a target group that no listener leads to.
        after=[rule],
        deployment={"Alarms": alarms.deployment_alarms(errors)},
        grace={"HealthCheckGracePeriodSeconds": Ref(own.health_check_grace_period)},
        balanced={"LoadBalancers": [balanced]},
    )
    scaled = scaling.scaling(prefix, platform.cluster, platform.alb_full_name, ecs_service, group)
    watched = [errors, unhealthy, alarms.cpu_alarm(prefix, platform.cluster, ecs_service)]
    return ServiceParts(
        [*tasks.resources, group, rule, ecs_service, *scaled, *watched],
        [_name(prefix, ecs_service), *_requests(prefix, group), *tasks.outputs(prefix)],
    )


def worker(platform: Platform, declared: Declared, prefix: str = "") -> ServiceParts:
    """Give one service that no request reaches; it scales by CPU, and by the messages of a queue where one is named."""
    from templates.service import queue  # the platform has no worker

    tasks = tasks_of(platform, prefix, declared)
    ecs_service = _kept_running(prefix, platform, tasks.definition)
    target = scaling.scalable_target(prefix, platform.cluster, ecs_service)
    by_queue = queue.policy_by_queue(prefix, target, platform.cluster, ecs_service)
    scaled = [target, scaling.cpu_policy(prefix, target), by_queue]
    cpu = alarms.cpu_alarm(prefix, platform.cluster, ecs_service)
    return ServiceParts(
        [*tasks.resources, ecs_service, *scaled, cpu], [_name(prefix, ecs_service), *tasks.outputs(prefix)]
    )


def _kept_running(
    prefix: str,
    platform: Platform,
    definition: TaskDefinition,
    *,
    after: Sequence[AWSObject] = (),
    deployment: Mapping[str, Any] | None = None,
    grace: Mapping[str, Any] | None = None,
    balanced: Mapping[str, Any] | None = None,
) -> Service:
    """A service that ECS keeps running; what it has for requests alone comes in, each where a reader looks for it."""
    earlier = [*after, *platform.after]
    return Service(
        f"{prefix}Service",
        **({"DependsOn": earlier} if earlier else {}),
        Cluster=platform.cluster,
        TaskDefinition=Ref(definition),
        CapacityProviderStrategy=capacity.strategy(),
        PlatformVersion="LATEST",
        # Said while scaling looks after it, every update would set it back.
        DesiredCount=If(scaling.AUTO_SCALING, NoValue, Ref(own.desired_count)),
        DeploymentConfiguration=_deployment(**(deployment or {})),
        # If omitted, ECS uses ENABLED for a new service and the existing value for an updated one.
        AvailabilityZoneRebalancing=Ref(own.az_rebalancing),
        **(grace or {}),
        EnableExecuteCommand=Ref(own.execute_command),
        EnableECSManagedTags=Ref(own.managed_tags),
        PropagateTags="SERVICE",
        NetworkConfiguration=network(platform),
        **(balanced or {}),
        Tags=task.name_tag(),
    )


def _deployment(**watched: Any) -> DeploymentConfiguration:
    return DeploymentConfiguration(
        MinimumHealthyPercent=100,
        MaximumPercent=200,
        # By default a task that gets healthy sets the count back: a deployment whose tasks get healthy and die would go
        # on for hours, and CloudFormation with it.
        DeploymentCircuitBreaker=DeploymentCircuitBreaker(Enable=True, Rollback=True, ResetOnHealthyTask=False),
        **watched,
    )


def network(platform: Platform) -> NetworkConfiguration:
    """Give where the tasks of a service run."""
    return NetworkConfiguration(
        AwsvpcConfiguration=AwsvpcConfiguration(
            AssignPublicIp=assign_public_ip(),
            Subnets=platform.subnets,
            SecurityGroups=[platform.security_group],
        )
    )


def _name(prefix: str, ecs_service: Service) -> Output:
    return Output(f"{prefix}ServiceName", Description="Name of the service in ECS.", Value=GetAtt(ecs_service, "Name"))


def _requests(prefix: str, group: TargetGroup) -> list[Output]:
    full_name = GetAtt(group, "TargetGroupFullName")
    in_metrics = "Name of the target group in CloudWatch metrics."
    return [
        Output(f"{prefix}TargetGroupArn", Description="ARN of the target group.", Value=Ref(group)),
        Output(f"{prefix}TargetGroupFullName", Description=in_metrics, Value=full_name),
    ]
