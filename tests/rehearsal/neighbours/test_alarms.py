"""Which alarms CloudWatch has, put there over the wire."""

from __future__ import annotations

from rehearsal.loopback.server import Server
from rehearsal.neighbours.moto_services import Neighbours
from tests.rehearsal.boto import client
from tests.rehearsal.neighbours.account import ACCOUNT


def test_alarms_are_known_by_their_arn_where_cloudwatch_has_them(server: Server, neighbours: Neighbours) -> None:
    client("cloudwatch", server.url).put_metric_alarm(
        AlarmName="errors",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="Errors",
        Namespace="App",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    arn = f"arn:aws:cloudwatch:ap-northeast-1:{ACCOUNT}:alarm:errors"
    assert neighbours.alarm(arn, "ap-northeast-1")
    assert not neighbours.alarm(f"{arn}-2", "ap-northeast-1")
    assert not neighbours.alarm(arn, "eu-west-1")
    assert not neighbours.alarm(arn, "mars-north-1")
