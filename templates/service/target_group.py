"""What leads requests to the tasks: a target group and the rule that forwards to it."""

from typing import Any

from troposphere import If, NoValue, Ref, Split
from troposphere.elasticloadbalancingv2 import (
    Condition,
    HostHeaderConfig,
    ListenerRule,
    ListenerRuleAction,
    Matcher,
    PathPatternConfig,
    TargetGroup,
    TargetGroupAttribute,
)

from templates.parts.parameters import is_given, is_given_name
from templates.service.parameters import (
    deregistration_delay,
    health_check_interval,
    health_check_matcher,
    health_check_path,
    health_check_timeout,
    healthy_threshold,
    listener_rule_hosts,
    listener_rule_paths,
    listener_rule_priority,
    unhealthy_threshold,
)
from templates.service.task import name_tag

# Conditions
HOSTS = is_given_name(listener_rule_hosts)


def conditions() -> dict[str, Any]:
    """Give the conditions of the rule."""
    return {HOSTS: is_given(listener_rule_hosts)}


def target_group(prefix: str, vpc_id: Any) -> TargetGroup:
    """Give the target group, with all the numbers of its health checks."""
    delay = TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value=Ref(deregistration_delay))
    return TargetGroup(
        f"{prefix}TargetGroup",
        VpcId=vpc_id,
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


def listener_rule(prefix: str, https_listener: Any, group: TargetGroup) -> ListenerRule:
    """Give the rule of the HTTPS listener that forwards this service's paths and hosts."""
    paths = PathPatternConfig(Values=Split(",", Ref(listener_rule_paths)))
    hosts = HostHeaderConfig(Values=Split(",", Ref(listener_rule_hosts)))
    return ListenerRule(
        f"{prefix}ListenerRule",
        ListenerArn=https_listener,
        Priority=Ref(listener_rule_priority),
        Conditions=[
            Condition(Field="path-pattern", PathPatternConfig=paths),
            If(HOSTS, Condition(Field="host-header", HostHeaderConfig=hosts), NoValue),
        ],
        Actions=[ListenerRuleAction(Type="forward", TargetGroupArn=Ref(group))],
    )
