"""Parity is what ran: where the Terraform program left an attribute out, its provider's default decided.

Each row is an attribute that the program leaves out and that its provider gives a default, with the file of
hashicorp/terraform-provider-aws (below internal/service/) in which that stands. Either the template says the same, or
it leaves the property out and CloudFormation's own default is the same; `mended` says where the template means
something else, on purpose.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.templates.resolved import Layer, tree

ABSENT = object()


@dataclass(frozen=True)
class LeftOut:
    """`attribute` of a Terraform resource had `default`; in the rendered tree `path` of `resource` is `rendered`.

    `rendered` is ABSENT where the default of AWS is meant, which is then `default` too, and `aws` says where AWS says
    so. `mended` gives the reason where the two differ.
    """

    attribute: str
    default: Any
    source: str
    resource: str
    path: str
    rendered: Any = ABSENT
    aws: str = ""
    mended: str = ""


TARGET_GROUP, LOAD_BALANCER, SERVICE = "elbv2/target_group.go", "elbv2/load_balancer.go", "ecs/service.go"
ELB, ECS = "ElasticLoadBalancingV2 API reference", "ECS API reference"
ROWS = [
    LeftOut("aws_vpc.enable_dns_support", True, "ec2/vpc_.go", "network.Vpc", "EnableDnsSupport", True),
    LeftOut(
        *("aws_vpc.enable_dns_hostnames", False, "ec2/vpc_.go", "network.Vpc", "EnableDnsHostnames", True),
        mended="private DNS names of endpoints and services need both",
    ),
    LeftOut("aws_vpc.instance_tenancy", "default", "ec2/vpc_.go", "network.Vpc", "InstanceTenancy", aws="CreateVpc"),
    *(
        LeftOut(
            f"aws_subnet.{attribute}", False, "ec2/vpc_subnet.go", "network.PublicSubnet1", path, aws="CreateSubnet"
        )
        for attribute, path in (
            ("map_public_ip_on_launch", "MapPublicIpOnLaunch"),
            ("assign_ipv6_address_on_creation", "AssignIpv6AddressOnCreation"),
            ("enable_dns64", "EnableDns64"),
            ("ipv6_native", "Ipv6Native"),
        )
    ),
    LeftOut(
        "aws_lb_target_group.health_check.healthy_threshold",
        3,
        TARGET_GROUP,
        *("ecs.TargetGroup", "HealthyThresholdCount", "3"),
    ),
    LeftOut(
        "aws_lb_target_group.health_check.unhealthy_threshold",
        3,
        TARGET_GROUP,
        *("ecs.TargetGroup", "UnhealthyThresholdCount", "3"),
    ),
    LeftOut(
        "aws_lb_target_group.health_check.interval",
        30,
        TARGET_GROUP,
        *("ecs.TargetGroup", "HealthCheckIntervalSeconds", "30"),
    ),
    LeftOut(
        "aws_lb_target_group.health_check.timeout",
        5,
        TARGET_GROUP,
        *("ecs.TargetGroup", "HealthCheckTimeoutSeconds", "5"),
    ),
    LeftOut(
        "aws_lb_target_group.health_check.matcher", 200, TARGET_GROUP, *("ecs.TargetGroup", "Matcher.HttpCode", "200")
    ),
    LeftOut(
        "aws_lb_target_group.health_check.enabled", True, TARGET_GROUP, "ecs.TargetGroup", "HealthCheckEnabled", aws=ELB
    ),
    LeftOut(
        "aws_lb_target_group.health_check.protocol",
        "HTTP",
        TARGET_GROUP,
        "ecs.TargetGroup",
        "HealthCheckProtocol",
        aws=ELB,
    ),
    LeftOut(
        "aws_lb_target_group.health_check.port",
        "traffic-port",
        TARGET_GROUP,
        "ecs.TargetGroup",
        "HealthCheckPort",
        aws=ELB,
    ),
    LeftOut(
        "aws_lb_target_group.protocol_version", "HTTP1", TARGET_GROUP, "ecs.TargetGroup", "ProtocolVersion", aws=ELB
    ),
    LeftOut(
        "aws_lb_target_group.slow_start",
        0,
        TARGET_GROUP,
        "ecs.TargetGroup",
        "TargetGroupAttributes.slow_start.duration_seconds",
        aws=ELB,
    ),
    LeftOut(
        "aws_lb.enable_deletion_protection",
        False,
        LOAD_BALANCER,
        "alb.LoadBalancer",
        "LoadBalancerAttributes.deletion_protection.enabled",
        "false",
    ),
    LeftOut(
        "aws_lb.access_logs.enabled",
        False,
        LOAD_BALANCER,
        "alb.LoadBalancer",
        "LoadBalancerAttributes.access_logs.s3.enabled",
        "false",
    ),
    LeftOut(
        *("aws_lb.drop_invalid_header_fields", False, LOAD_BALANCER, "alb.LoadBalancer"),
        *("LoadBalancerAttributes.routing.http.drop_invalid_header_fields.enabled", "true"),
        mended="request smuggling",
    ),
    *(
        LeftOut(
            f"aws_lb.{attribute}", default, LOAD_BALANCER, "alb.LoadBalancer", f"LoadBalancerAttributes.{key}", aws=ELB
        )
        for attribute, default, key in (
            ("client_keep_alive", 3600, "client_keep_alive.seconds"),
            ("desync_mitigation_mode", "defensive", "routing.http.desync_mitigation_mode"),
            ("enable_http2", True, "routing.http2.enabled"),
            (
                "enable_tls_version_and_cipher_suite_headers",
                False,
                "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
            ),
            ("enable_waf_fail_open", False, "waf.fail_open.enabled"),
            ("enable_xff_client_port", False, "routing.http.xff_client_port.enabled"),
            ("enable_zonal_shift", False, "zonal_shift.config.enabled"),
            ("preserve_host_header", False, "routing.http.preserve_host_header.enabled"),
            ("xff_header_processing_mode", "append", "routing.http.xff_header_processing.mode"),
        )
    ),
    *(
        LeftOut(f"aws_lb.{attribute}", default, LOAD_BALANCER, "alb.LoadBalancer", path, str(default).lower())
        for attribute, default, path in (
            ("connection_logs.enabled", False, "LoadBalancerAttributes.connection_logs.s3.enabled"),
            ("idle_timeout", 60, "LoadBalancerAttributes.idle_timeout.timeout_seconds"),
            ("ip_address_type", "ipv4", "IpAddressType"),
        )
    ),
    LeftOut(
        "aws_ecs_service.deployment_maximum_percent",
        200,
        SERVICE,
        "ecs.Service",
        "DeploymentConfiguration.MaximumPercent",
        200,
    ),
    LeftOut(
        "aws_ecs_service.deployment_minimum_healthy_percent",
        100,
        SERVICE,
        "ecs.Service",
        "DeploymentConfiguration.MinimumHealthyPercent",
        100,
    ),
    LeftOut(
        "aws_ecs_service.availability_zone_rebalancing",
        "DISABLED",
        SERVICE,
        "ecs.Service",
        "AvailabilityZoneRebalancing",
        "DISABLED",
    ),
    LeftOut("aws_ecs_service.enable_ecs_managed_tags", False, SERVICE, "ecs.Service", "EnableECSManagedTags", "false"),
    LeftOut("aws_ecs_service.scheduling_strategy", "REPLICA", SERVICE, "ecs.Service", "SchedulingStrategy", aws=ECS),
    LeftOut(
        "aws_ecs_service.deployment_controller.type", "ECS", SERVICE, "ecs.Service", "DeploymentController", aws=ECS
    ),
    LeftOut(
        *("aws_cloudwatch_log_group.retention_in_days", 0, "logs/group.go", "ecs.LogGroup", "RetentionInDays", "30"),
        mended="logs were kept, and paid for, for ever",
    ),
    LeftOut(
        "aws_cloudwatch_log_group.log_group_class",
        "STANDARD",
        "logs/group.go",
        "ecs.LogGroup",
        "LogGroupClass",
        aws="CreateLogGroup",
    ),
    *(
        LeftOut(f"aws_iam_role.{attribute}", default, "iam/role.go", role, path, aws="CreateRole")
        for role in ("ecs.ExecutionRole", "ecs.TaskRole")
        for attribute, default, path in (("max_session_duration", 3600, "MaxSessionDuration"), ("path", "/", "Path"))
    ),
]


@pytest.fixture(scope="module")
def layers() -> dict[str, Layer]:
    return tree()


def at(properties: Any, path: str) -> Any:
    """What exists at a path; a list of attributes is read as a mapping, whose keys contain dots."""
    name, _, rest = path.partition(".")
    value = properties.get(name, ABSENT)
    if isinstance(value, list):
        return {entry["Key"]: entry["Value"] for entry in value}.get(rest, ABSENT)
    return at(value, rest) if rest and isinstance(value, dict) else value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.resource}-{row.attribute}")
def test_what_the_program_left_out_is_what_its_provider_sent(layers: dict[str, Layer], row: LeftOut) -> None:
    layer, logical_id = row.resource.split(".")
    assert at(layers[layer].properties(logical_id), row.path) == row.rendered
    if row.rendered is ABSENT:
        assert row.aws
        assert not row.mended
    else:
        same = str(row.rendered).lower() == str(row.default).lower()
        assert same != bool(row.mended)
