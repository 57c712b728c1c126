"""How many tasks run: a scalable target with its policies, and hours in which none runs.

Application Auto Scaling works with a role of its own, which it makes when the first target is registered.
https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-ecs.html
"""

from typing import Any

from troposphere import And, Condition, Equals, GetAtt, Join, Not, Parameter, Ref, Sub
from troposphere.applicationautoscaling import (
    PredefinedMetricSpecification,
    ScalableTarget,
    ScalableTargetAction,
    ScalingPolicy,
    ScheduledAction,
    TargetTrackingScalingPolicyConfiguration,
)
from troposphere.ecs import Service
from troposphere.elasticloadbalancingv2 import TargetGroup

from templates.parts.parameters import given, is_given, is_on, number, optional, switch

# Conditions
AUTO_SCALING = "AutoScalingOn"
BY_REQUESTS = "ScaledByRequests"
OFF_HOURS = "OffHoursGiven"

# A task that was started can take requests within a minute; what leaves leaves slowly.
SCALE_OUT_SECONDS, SCALE_IN_SECONDS = 60, 300

auto_scaling = switch(
    "AutoScaling",
    "Whether the number of tasks follows the load, between MinTasks and MaxTasks; DesiredCount then says nothing.",
    "false",
)
min_tasks = number("MinTasks", "Fewest tasks, with AutoScaling.", 2, 0, 1000)
max_tasks = number("MaxTasks", "Most tasks, with AutoScaling; not fewer than MinTasks.", 4, 1, 1000)
cpu_target = number("CpuTargetPercent", "Average CPU that AutoScaling keeps the tasks at, in percent.", 60, 10, 90)
requests_per_target = number(
    "RequestsPerTarget",
    "Requests a minute that AutoScaling keeps each task at; the larger of the two answers wins. 0: by CPU alone.",
    0,
    0,
    100000,
)
_CRON = r"cron\([^()]+\)"
off_hours_stop = optional(
    "OffHoursStopCron",
    "When all tasks stop, as cron(minute hour day month weekday year) in ScheduleTimeZone. Empty: never.",
    _CRON,
    "a cron expression, for example cron(0 20 ? * MON-FRI *)",
)
off_hours_start = optional(
    "OffHoursStartCron",
    "When MinTasks start again after OffHoursStopCron.",
    _CRON,
    "a cron expression, for example cron(0 8 ? * MON-FRI *)",
)
schedule_time_zone = Parameter(
    "ScheduleTimeZone",
    Type="String",
    Description="Time zone of the two, by its IANA name.",
    Default="Asia/Tokyo",
    AllowedPattern="^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$",
    ConstraintDescription="the IANA name of a time zone, for example Asia/Tokyo or UTC",
)

PARAMETERS = (
    auto_scaling,
    min_tasks,
    max_tasks,
    cpu_target,
    requests_per_target,
    off_hours_stop,
    off_hours_start,
    schedule_time_zone,
)


def conditions() -> dict[str, Any]:
    """Give the conditions of the scaling resources."""
    return {
        AUTO_SCALING: is_on(auto_scaling),
        BY_REQUESTS: And(Condition(AUTO_SCALING), Not(Equals(Ref(requests_per_target), "0"))),
        OFF_HOURS: And(Condition(AUTO_SCALING), is_given(off_hours_stop)),
    }


def scaling(
    prefix: str, cluster: Any, alb_full_name: Any, service: Service, target_group: TargetGroup
) -> list[ScalableTarget | ScalingPolicy]:
    """Give the scalable target of `service`, its policy by CPU and the one by requests."""
    target = scalable_target(prefix, cluster, service)
    requests = Sub(f"${{AlbFullName}}/${{{target_group.title}.TargetGroupFullName}}", AlbFullName=alb_full_name)
    by_requests = PredefinedMetricSpecification(PredefinedMetricType="ALBRequestCountPerTarget", ResourceLabel=requests)
    return [
        target,
        cpu_policy(prefix, target),
        policy(
            f"{prefix}RequestPolicy",
            BY_REQUESTS,
            target,
            requests_per_target,
            PredefinedMetricSpecification=by_requests,
        ),
    ]


def scalable_target(prefix: str, cluster: Any, service: Service) -> ScalableTarget:
    """Give what scales: the number of tasks of `service`, and the hours in which none runs."""
    return ScalableTarget(
        f"{prefix}ScalableTarget",
        Condition=AUTO_SCALING,
        ServiceNamespace="ecs",
        ScalableDimension="ecs:service:DesiredCount",
        ResourceId=Join("/", ["service", cluster, GetAtt(service, "Name")]),
        MinCapacity=Ref(min_tasks),
        MaxCapacity=Ref(max_tasks),
        ScheduledActions=given(OFF_HOURS, _off_hours()),
    )


def cpu_policy(prefix: str, target: ScalableTarget) -> ScalingPolicy:
    """Give the policy by CPU."""
    by_cpu = PredefinedMetricSpecification(PredefinedMetricType="ECSServiceAverageCPUUtilization")
    return policy(f"{prefix}CpuPolicy", AUTO_SCALING, target, cpu_target, PredefinedMetricSpecification=by_cpu)


def _off_hours() -> list[ScheduledAction]:
    """No task may run after the one, and as many as ever after the other."""
    return [
        ScheduledAction(
            ScheduledActionName=name,
            Schedule=Ref(schedule),
            Timezone=Ref(schedule_time_zone),
            ScalableTargetAction=ScalableTargetAction(MinCapacity=fewest, MaxCapacity=most),
        )
        for name, schedule, fewest, most in (
            ("off-hours-stop", off_hours_stop, 0, 0),
            ("off-hours-start", off_hours_start, Ref(min_tasks), Ref(max_tasks)),
        )
    ]


def policy(title: str, condition: str, target: ScalableTarget, value: Parameter, **metric: Any) -> ScalingPolicy:
    """Give the policy that keeps one metric, a specification by the name of its kind, at what `value` says."""
    return ScalingPolicy(
        title,
        Condition=condition,
        PolicyName=title,
        PolicyType="TargetTrackingScaling",
        ScalingTargetId=Ref(target),
        TargetTrackingScalingPolicyConfiguration=TargetTrackingScalingPolicyConfiguration(
            **metric,
            TargetValue=Ref(value),
            ScaleOutCooldown=SCALE_OUT_SECONDS,
            ScaleInCooldown=SCALE_IN_SECONDS,
        ),
    )
