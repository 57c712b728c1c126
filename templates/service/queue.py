"""Scaling by the messages that wait in a queue, each task's share of them.

The number of running tasks is the number of samples that ECS gives of a service's CPU each minute: so it is known
without Container Insights.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
"""

from typing import Any

from troposphere import And, Condition, GetAtt, Ref
from troposphere.applicationautoscaling import (
    CustomizedMetricSpecification,
    ScalableTarget,
    ScalingPolicy,
    TargetTrackingMetric,
    TargetTrackingMetricDataQuery,
    TargetTrackingMetricDimension,
    TargetTrackingMetricStat,
)
from troposphere.ecs import Service

from templates.parts.parameters import is_given, number, optional
from templates.service.scaling import AUTO_SCALING, policy

# Conditions
BY_QUEUE = "ScaledByQueue"

queue_name = optional(
    "QueueName",
    "Name of the SQS queue whose messages AutoScaling follows, beside CPU; the larger of the two answers wins. Empty: "
    "by CPU alone.",
    r"[A-Za-z0-9_-]{1,80}",
    "the name of a queue: at most 80 letters, digits, hyphens and underscores",
)
messages_per_task = number(
    "MessagesPerTask", "Messages waiting in the queue that AutoScaling keeps for each task.", 10, 1, 100000
)

PARAMETERS = (queue_name, messages_per_task)


def conditions() -> dict[str, Any]:
    """Give the condition of the policy."""
    return {BY_QUEUE: And(Condition(AUTO_SCALING), is_given(queue_name))}


def policy_by_queue(prefix: str, target: ScalableTarget, cluster: Any, service: Service) -> ScalingPolicy:
    """Give the policy that keeps the waiting messages for each running task at MessagesPerTask."""
    waiting = _measured("waiting", "AWS/SQS ApproximateNumberOfMessagesVisible", "Sum", QueueName=Ref(queue_name))
    running = _measured(
        "running", "AWS/ECS CPUUtilization", "SampleCount", ClusterName=cluster, ServiceName=GetAtt(service, "Name")
    )
    share = TargetTrackingMetricDataQuery(
        Id="share", Label="Waiting messages for each running task", Expression="waiting / running", ReturnData=True
    )
    by_queue = CustomizedMetricSpecification(Metrics=[waiting, running, share])
    return policy(f"{prefix}QueuePolicy", BY_QUEUE, target, messages_per_task, CustomizedMetricSpecification=by_queue)


def _measured(name: str, metric: str, statistic: str, **dimensions: Any) -> TargetTrackingMetricDataQuery:
    namespace, _, metric_name = metric.partition(" ")
    named = [TargetTrackingMetricDimension(Name=key, Value=value) for key, value in dimensions.items()]
    measured = TargetTrackingMetric(Namespace=namespace, MetricName=metric_name, Dimensions=named)
    return TargetTrackingMetricDataQuery(
        Id=name, MetricStat=TargetTrackingMetricStat(Metric=measured, Stat=statistic), ReturnData=False
    )
