"""Elastic Load Balancing writes into the bucket of its logs at once, and the bucket is then not empty."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rehearsal.play import Play

APPLICATION = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def application(**values: str) -> dict[str, Any]:
    rows = [{"Key": key.replace("__", "."), "Value": value} for key, value in values.items()]
    return {"Type": APPLICATION, "Properties": {"LoadBalancerAttributes": rows}}


def classic(enabled: bool) -> dict[str, Any]:
    policy = {"Enabled": enabled, "S3BucketName": "logs-1"}
    properties = {"Listeners": [], "AccessLoggingPolicy": policy}
    return {"Type": "AWS::ElasticLoadBalancing::LoadBalancer", "Properties": properties}


def body(balancer: dict[str, Any] | None) -> dict[str, Any]:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs-1"}}
    return {"Resources": {"Logs": bucket} | ({"Lb": balancer | {"DependsOn": "Logs"}} if balancer else {})}


def left(play: Play) -> str:
    arn = play.stack()["StackId"]
    play("DeleteStack", StackName=arn)
    play.settle()
    return str(play.stack(arn)["StackStatus"])


@pytest.mark.parametrize(
    ("balancer", "status"),
    [
        (application(access_logs__s3__enabled="true", access_logs__s3__bucket="logs-1"), "DELETE_FAILED"),
        (application(connection_logs__s3__enabled="true", connection_logs__s3__bucket="logs-1"), "DELETE_FAILED"),
        (classic(True), "DELETE_FAILED"),
        (application(access_logs__s3__enabled="false", access_logs__s3__bucket="logs-1"), "DELETE_COMPLETE"),
        (application(access_logs__s3__enabled="true", access_logs__s3__bucket="other"), "DELETE_COMPLETE"),
        (classic(False), "DELETE_COMPLETE"),
    ],
)
def test_a_bucket_that_gets_logs_is_not_empty(balancer: dict[str, Any], status: str) -> None:
    play = Play()
    play.deploy(body(balancer))
    assert left(play) == status


def test_logs_that_an_update_switches_on_count_and_stay_when_the_load_balancer_goes() -> None:
    play = Play()
    play.deploy(body(application(access_logs__s3__enabled="false")))
    logs = {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs-1", "access_logs__s3__prefix": "web"}
    play.deploy(body(application(**logs)))
    [stack] = play.cloud.world.state.stacks.values()
    assert stack.resources["Logs"].contents == ["web/AWSLogs/123456789012/ELBAccessLogTestFile"]
    play.deploy(body(None))
    assert left(play) == "DELETE_FAILED"
