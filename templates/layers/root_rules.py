"""Rules between parameters, which CloudFormation's Rules section checks before anything is created.

The section knows equality and membership, and neither numbers nor patterns nor parts of a text. What needs those is
checked for each environment file (cloudformation/environment/checks/system_checks.py).
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from troposphere import Equals, Not, Or, Ref

from templates.database.parameters import database_max_capacity, database_min_capacity
from templates.service.rules import capacity_and_hours, given, is_one_of, rule, sizes

PUBLIC_3, PRIVATE_1, PRIVATE_2, PRIVATE_3 = (
    "PublicSubnet3Cidr",
    "PrivateSubnet1Cidr",
    "PrivateSubnet2Cidr",
    "PrivateSubnet3Cidr",
)


def rules() -> Mapping[str, Any]:
    """Give all rules, each with its message for a violation."""
    return _network() | _hosted_zone() | _load_balancer() | _database() | capacity_and_hours() | _production() | sizes()


def _network() -> dict[str, Any]:
    zones = ["AvailabilityZone1", "AvailabilityZone2", "AvailabilityZone3"]
    pairs = [(zones[0], zones[1]), (zones[0], zones[2]), (zones[1], zones[2])]
    distinct = [(Not(Equals(Ref(one), Ref(other))), f"{one} and {other} must differ") for one, other in pairs]
    return {
        "TwoDistinctZones": rule(*distinct),
        "ThirdZoneNeedsCidr": rule(
            (given(PUBLIC_3), f"AvailabilityZone3 needs {PUBLIC_3}"),
            (
                Or(given(PRIVATE_3), is_one_of(PRIVATE_1, "")),
                f"AvailabilityZone3 needs {PRIVATE_3} beside {PRIVATE_1}",
            ),
            when=given("AvailabilityZone3"),
        ),
        "NoSubnetWithoutZone": rule(
            (is_one_of(PUBLIC_3, ""), f"{PUBLIC_3} needs AvailabilityZone3"),
            (is_one_of(PRIVATE_3, ""), f"{PRIVATE_3} needs AvailabilityZone3"),
            when=is_one_of("AvailabilityZone3", ""),
        ),
        "PrivateSubnetsTogether": rule((given(PRIVATE_2), f"{PRIVATE_1} needs {PRIVATE_2}"), when=given(PRIVATE_1)),
        "NoPrivateSubnetAlone": rule(
            (is_one_of(PRIVATE_2, ""), f"{PRIVATE_2} needs {PRIVATE_1}"),
            (is_one_of(PRIVATE_3, ""), f"{PRIVATE_3} needs {PRIVATE_1}"),
            (is_one_of("NatGatewayMode", "none"), f"NatGatewayMode needs {PRIVATE_1} and {PRIVATE_2}"),
            (
                is_one_of("VpcEndpointMode", "none", "gateway"),
                f"VpcEndpointMode interface needs {PRIVATE_1} and {PRIVATE_2}",
            ),
            (is_one_of("AlbScheme", "internet-facing"), f"AlbScheme internal needs {PRIVATE_1} and {PRIVATE_2}"),
            (is_one_of("TaskSubnetTier", "public"), f"TaskSubnetTier private needs {PRIVATE_1} and {PRIVATE_2}"),
            (is_one_of("DatabaseMode", "none"), f"a DatabaseMode needs {PRIVATE_1} and {PRIVATE_2}"),
            when=is_one_of(PRIVATE_1, ""),
        ),
        "PrivateTasksNeedEgress": rule(
            (
                Or(Not(is_one_of("NatGatewayMode", "none")), is_one_of("VpcEndpointMode", "interface")),
                "TaskSubnetTier private needs a NatGatewayMode or VpcEndpointMode interface",
            ),
            when=is_one_of("TaskSubnetTier", "private"),
        ),
    }


def _hosted_zone() -> dict[str, Any]:
    return {
        "ZoneForCertificateAndRecords": rule(
            (
                given("HostedZoneId"),
                "HostedZoneId is needed, unless ExistingCertificateArn is given and CreateDnsRecords is false",
            ),
            when=Or(is_one_of("ExistingCertificateArn", ""), is_one_of("CreateDnsRecords", "true")),
        )
    }


def _load_balancer() -> dict[str, Any]:
    return {
        "DualstackNeedsIpv6": rule(
            (given("VpcIpv6Cidr"), "AlbIpAddressType dualstack needs VpcIpv6Cidr"),
            (
                is_one_of("AlbScheme", "internet-facing"),
                "AlbIpAddressType dualstack needs AlbScheme internet-facing: only public subnets have IPv6 addresses",
            ),
            when=is_one_of("AlbIpAddressType", "dualstack"),
        ),
        "Ipv6RangeNeedsIpv6": rule(
            (is_one_of("EnableIpv6", "true"), "VpcIpv6Cidr needs EnableIpv6 true"), when=given("VpcIpv6Cidr")
        ),
        "ExistingLogBucketNamed": rule(
            (given("AccessLogsBucketName"), "AccessLogsMode existing needs AccessLogsBucketName"),
            when=is_one_of("AccessLogsMode", "existing"),
        ),
        "LogsNeedBucket": rule(
            (is_one_of("ConnectionLogs", "false"), "ConnectionLogs needs an AccessLogsMode"),
            (is_one_of("HealthCheckLogs", "false"), "HealthCheckLogs needs an AccessLogsMode"),
            when=is_one_of("AccessLogsMode", "none"),
        ),
        "DeploymentAlarmNeedsTopic": rule(
            (given("AlarmTopicArn"), "DeploymentAlarmRollback needs AlarmTopicArn"),
            when=is_one_of("DeploymentAlarmRollback", "true"),
        ),
    }


def _database() -> dict[str, Any]:
    least, most = (
        parameter.properties["AllowedValues"] for parameter in (database_min_capacity, database_max_capacity)
    )
    return {
        "DatabaseCapacityInOrder": rule(
            *(
                (
                    Or(
                        Not(is_one_of("DatabaseMinCapacity", low)),
                        is_one_of("DatabaseMaxCapacity", *(high for high in most if float(high) >= float(low))),
                    ),
                    f"DatabaseMinCapacity {low} needs a DatabaseMaxCapacity of at least {low}",
                )
                for low in least
                if float(low) > float(most[0])
            ),
        ),
    }


def _production() -> dict[str, Any]:
    """Settings that protect only an existing environment (deletion protection, logs) are not among these."""
    few = ("0", "1")
    return {
        "ProductionGuards": rule(
            (
                Or(is_one_of("AutoScaling", "true"), Not(is_one_of("DesiredCount", *few))),
                "EnvironmentClass prod needs a DesiredCount of at least 2",
            ),
            (
                Or(is_one_of("AutoScaling", "false"), Not(is_one_of("MinTasks", *few))),
                "EnvironmentClass prod needs MinTasks of at least 2",
            ),
            (Not(is_one_of("NatGatewayMode", "single")), "EnvironmentClass prod takes no NatGatewayMode single"),
            (
                Or(Not(is_one_of("FargateWeight", "0")), Not(is_one_of("FargateBase", "0"))),
                "EnvironmentClass prod does not run on Fargate Spot alone",
            ),
            (is_one_of("OffHoursStopCron", ""), "EnvironmentClass prod takes no OffHoursStopCron"),
            (
                Or(is_one_of("DatabaseMode", "none"), is_one_of("DatabaseMultiAz", "true")),
                "EnvironmentClass prod needs DatabaseMultiAz true beside a DatabaseMode",
            ),
            when=is_one_of("EnvironmentClass", "prod"),
        )
    }
