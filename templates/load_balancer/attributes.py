"""Attributes of the load balancer.

Each is said both ways: one that leaves a template keeps its last value on the load balancer
(aws-cloudformation/cloudformation-coverage-roadmap#554).
"""

from troposphere import If, NoValue, Ref, Select
from troposphere.elasticloadbalancingv2 import LoadBalancerAttributes
from troposphere.s3 import Bucket, BucketPolicy

from templates.load_balancer.access_logs import logs_prefix
from templates.load_balancer.parameters import (
    ACCESS_LOGS,
    CONNECTION_LOGS,
    CREATE_LOGS_BUCKET,
    HEALTH_CHECK_LOGS,
    access_logs_bucket_name,
    deletion_protection,
    idle_timeout,
)


def attributes(bucket: Bucket, bucket_policy: BucketPolicy) -> list[LoadBalancerAttributes | If]:
    """Give all attributes; the three kinds of logs go to one bucket, below one prefix."""
    # Elastic Load Balancing writes a test object when logs are switched on, so the policy must be there first. Taking
    # the bucket's name from a list with the policy in it says so; a DependsOn must not name what is under a condition.
    created_bucket = Select(0, [Ref(bucket), Ref(bucket_policy)])
    chosen_bucket = If(CREATE_LOGS_BUCKET, created_bucket, Ref(access_logs_bucket_name))
    return [
        LoadBalancerAttributes(Key="deletion_protection.enabled", Value=Ref(deletion_protection)),
        LoadBalancerAttributes(Key="routing.http.drop_invalid_header_fields.enabled", Value="true"),
        LoadBalancerAttributes(Key="idle_timeout.timeout_seconds", Value=Ref(idle_timeout)),
        *_logs("access_logs", ACCESS_LOGS, chosen_bucket),
        *_logs("connection_logs", CONNECTION_LOGS, chosen_bucket),
        *_logs("health_check_logs", HEALTH_CHECK_LOGS, chosen_bucket),
    ]


def _logs(kind: str, condition: str, bucket: If) -> list[LoadBalancerAttributes | If]:
    return [
        LoadBalancerAttributes(Key=f"{kind}.s3.enabled", Value=If(condition, "true", "false")),
        If(condition, LoadBalancerAttributes(Key=f"{kind}.s3.bucket", Value=bucket), NoValue),
        If(condition, LoadBalancerAttributes(Key=f"{kind}.s3.prefix", Value=logs_prefix()), NoValue),
    ]
