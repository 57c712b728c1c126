"""Attributes: all said both ways, and all logs in one bucket below one prefix."""

import pytest

from tests.templates.resolved import tree


def attributes(**values: str) -> dict[str, str]:
    listed = tree(**values)["alb"].properties("LoadBalancer")["LoadBalancerAttributes"]
    return {entry["Key"]: entry["Value"] for entry in listed}


@pytest.mark.parametrize("kind", ["access_logs", "connection_logs", "health_check_logs"])
def test_logs_that_are_off_are_said_to_be_off(kind: str) -> None:
    assert attributes()[f"{kind}.s3.enabled"] == "false"
    assert f"{kind}.s3.bucket" not in attributes()


def test_all_logs_go_to_one_bucket_below_the_prefix() -> None:
    on = {"ConnectionLogs": "true", "HealthCheckLogs": "true"}
    given = attributes(AccessLogsMode="create", AccessLogsPrefix="team/shop", **on)
    for kind in ("access_logs", "connection_logs", "health_check_logs"):
        values = [given[f"{kind}.s3.{name}"] for name in ("enabled", "bucket", "prefix")]
        assert values == ["true", "alb.AccessLogsBucket", "team/shop"]


def test_the_bucket_s_policy_follows_the_prefix() -> None:
    alb = tree(AccessLogsMode="create", AccessLogsPrefix="team/shop")["alb"]
    delivery = alb.properties("AccessLogsBucketPolicy")["PolicyDocument"]["Statement"][0]
    assert delivery["Resource"] == ["alb.AccessLogsBucket.Arn/team/shop/AWSLogs/123456789012/*"]


def test_every_ipv6_address_is_let_in_only_where_every_ipv4_address_is() -> None:
    dual = {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56", "AlbIpAddressType": "dualstack"}
    assert tree(**dual)["alb"].properties("AlbIngressHttpsIpv6")["CidrIpv6"] == "::/0"
    office = tree(**dual, IngressCidr="203.0.113.0/24")["alb"].resources
    assert not [name for name in office if name.endswith("Ipv6")]
