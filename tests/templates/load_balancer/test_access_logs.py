"""The access log bucket: who may write where, and for how long it is kept."""

from typing import Any

import pytest

from tests.templates.resolved import Layer, tree


@pytest.fixture(scope="module")
def alb() -> Layer:
    return tree(AccessLogsMode="create", AccessLogsRetentionDays="14", AppName="shop")["alb"]


def rule(alb: Layer) -> Any:
    return alb.properties("AccessLogsBucket")["LifecycleConfiguration"]["Rules"][0]


def test_the_prefix_is_the_application_s_name_and_the_delivery_adds_the_rest(alb: Layer) -> None:
    attributes = {entry["Key"]: entry["Value"] for entry in alb.properties("LoadBalancer")["LoadBalancerAttributes"]}
    assert attributes["access_logs.s3.prefix"] == "shop"
    statements = alb.properties("AccessLogsBucketPolicy")["PolicyDocument"]["Statement"]
    assert statements[0]["Resource"] == ["alb.AccessLogsBucket.Arn/shop/AWSLogs/123456789012/*"]


def test_logs_leave_after_the_days_chosen_and_half_uploads_after_a_week(alb: Layer) -> None:
    assert (rule(alb)["Status"], rule(alb)["ExpirationInDays"]) == ("Enabled", "14")
    assert rule(alb)["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_whatever_comes_without_tls_is_refused_for_the_bucket_and_its_objects(alb: Layer) -> None:
    refusal = alb.properties("AccessLogsBucketPolicy")["PolicyDocument"]["Statement"][-1]
    assert (refusal["Principal"], refusal["Action"]) == ("*", ["s3:*"])
    assert refusal["Resource"] == ["alb.AccessLogsBucket.Arn", "alb.AccessLogsBucket.Arn/*"]
