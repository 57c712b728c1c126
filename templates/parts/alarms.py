"""A CloudWatch alarm as this system has them: two bad minutes of three, with a notification to a topic."""

from collections.abc import Mapping
from typing import Any

from troposphere import Ref
from troposphere.cloudwatch import Alarm, MetricDimension

from templates.parts.parameters import alarm_topic_arn


def alarm(
    title: str, condition: str, metric: str, statistic: str, threshold: int, dimensions: Mapping[str, Any], says: str
) -> Alarm:
    """Give the alarm on `metric` ("namespace metric") above `threshold`; no data is no trouble: nobody asked."""
    namespace, _, name = metric.partition(" ")
    return Alarm(
        title,
        Condition=condition,
        AlarmDescription=says,
        Namespace=namespace,
        MetricName=name,
        Dimensions=[MetricDimension(Name=key, Value=value) for key, value in dimensions.items()],
        Statistic=statistic,
        Period=60,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[Ref(alarm_topic_arn)],
        OKActions=[Ref(alarm_topic_arn)],
    )
