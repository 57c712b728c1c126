"""What must hold between parameters, as CloudFormation's Rules section says it before anything is made.

The section knows equality and membership, and neither numbers nor patterns nor parts of a text. What needs those is
checked for each environment file (cloudformation/environment/checks/system_checks.py).
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from troposphere import Equals, Not, Or, Ref

from templates.service.parameters import FARGATE_SIZES

PUBLIC_3, PRIVATE_1, PRIVATE_2, PRIVATE_3 = (
    "PublicSubnet3Cidr",
    "PrivateSubnet1Cidr",
    "PrivateSubnet2Cidr",
    "PrivateSubnet3Cidr",
)


def rules() -> Mapping[str, Any]:
    """Give all rules, each with what it says where it does not hold."""
    return _network() | _load_balancer() | _service() | _production() | _sizes()


def _is(name: str, *values: str) -> Any:
    tests = [Equals(Ref(name), value) for value in values]
    return tests[0] if len(tests) == 1 else Or(*tests)


def _given(name: str) -> Any:
    return Not(Equals(Ref(name), ""))


def _rule(*assertions: tuple[Any, str], when: Any = None) -> dict[str, Any]:
    rule = {} if when is None else {"RuleCondition": when}
    return rule | {"Assertions": [{"Assert": holds, "AssertDescription": says} for holds, says in assertions]}


def _network() -> dict[str, Any]:
    zones = ["AvailabilityZone1", "AvailabilityZone2", "AvailabilityZone3"]
    pairs = [(zones[0], zones[1]), (zones[0], zones[2]), (zones[1], zones[2])]
    distinct = [(Not(Equals(Ref(one), Ref(other))), f"{one} and {other} must differ") for one, other in pairs]
    return {
        "TwoDistinctZones": _rule(*distinct),
        "ThirdZoneNeedsCidr": _rule(
            (_given(PUBLIC_3), f"AvailabilityZone3 needs {PUBLIC_3}"),
            (
                Or(_given(PRIVATE_3), _is(PRIVATE_1, "")),
                f"AvailabilityZone3 needs {PRIVATE_3} beside {PRIVATE_1}",
            ),
            when=_given("AvailabilityZone3"),
        ),
        "NoSubnetWithoutZone": _rule(
            (_is(PUBLIC_3, ""), f"{PUBLIC_3} needs AvailabilityZone3"),
            (_is(PRIVATE_3, ""), f"{PRIVATE_3} needs AvailabilityZone3"),
            when=_is("AvailabilityZone3", ""),
        ),
        "PrivateSubnetsTogether": _rule((_given(PRIVATE_2), f"{PRIVATE_1} needs {PRIVATE_2}"), when=_given(PRIVATE_1)),
        "NoPrivateSubnetAlone": _rule(
            (_is(PRIVATE_2, ""), f"{PRIVATE_2} needs {PRIVATE_1}"),
            (_is(PRIVATE_3, ""), f"{PRIVATE_3} needs {PRIVATE_1}"),
            (_is("NatGatewayMode", "none"), f"NatGatewayMode needs {PRIVATE_1} and {PRIVATE_2}"),
            (_is("VpcEndpointMode", "none", "gateway"), f"VpcEndpointMode interface needs {PRIVATE_1} and {PRIVATE_2}"),
            (_is("AlbScheme", "internet-facing"), f"AlbScheme internal needs {PRIVATE_1} and {PRIVATE_2}"),
            (_is("TaskSubnetTier", "public"), f"TaskSubnetTier private needs {PRIVATE_1} and {PRIVATE_2}"),
            when=_is(PRIVATE_1, ""),
        ),
        "PrivateTasksNeedEgress": _rule(
            (
                Or(Not(_is("NatGatewayMode", "none")), _is("VpcEndpointMode", "interface")),
                "TaskSubnetTier private needs a NatGatewayMode or VpcEndpointMode interface",
            ),
            when=_is("TaskSubnetTier", "private"),
        ),
    }


def _load_balancer() -> dict[str, Any]:
    return {
        "DualstackNeedsIpv6": _rule(
            (_given("VpcIpv6Cidr"), "AlbIpAddressType dualstack needs VpcIpv6Cidr"),
            (
                _is("AlbScheme", "internet-facing"),
                "AlbIpAddressType dualstack needs AlbScheme internet-facing: only public subnets have IPv6 addresses",
            ),
            when=_is("AlbIpAddressType", "dualstack"),
        ),
        "Ipv6RangeNeedsIpv6": _rule(
            (_is("EnableIpv6", "true"), "VpcIpv6Cidr needs EnableIpv6 true"), when=_given("VpcIpv6Cidr")
        ),
        "ExistingLogBucketNamed": _rule(
            (_given("AccessLogsBucketName"), "AccessLogsMode existing needs AccessLogsBucketName"),
            when=_is("AccessLogsMode", "existing"),
        ),
        "LogsNeedBucket": _rule(
            (_is("ConnectionLogs", "false"), "ConnectionLogs needs an AccessLogsMode"),
            (_is("HealthCheckLogs", "false"), "HealthCheckLogs needs an AccessLogsMode"),
            when=_is("AccessLogsMode", "none"),
        ),
        "DeploymentAlarmNeedsTopic": _rule(
            (_given("AlarmTopicArn"), "DeploymentAlarmRollback needs AlarmTopicArn"),
            when=_is("DeploymentAlarmRollback", "true"),
        ),
    }


def _service() -> dict[str, Any]:
    weights = Or(Not(_is("FargateWeight", "0")), Not(_is("FargateSpotWeight", "0")))
    return {
        "SomeCapacity": _rule((weights, "FargateWeight or FargateSpotWeight must be above 0")),
        "OffHoursTogether": _rule(
            (_is("AutoScaling", "true"), "OffHoursStopCron needs AutoScaling true"),
            (_given("OffHoursStartCron"), "OffHoursStopCron needs OffHoursStartCron"),
            when=_given("OffHoursStopCron"),
        ),
        "NoStartWithoutStop": _rule(
            (_is("OffHoursStartCron", ""), "OffHoursStartCron needs OffHoursStopCron"), when=_is("OffHoursStopCron", "")
        ),
    }


def _production() -> dict[str, Any]:
    """What protects an environment only once it stands (deletion protection, logs) is not among these."""
    few = ("0", "1")
    return {
        "ProductionGuards": _rule(
            (
                Or(_is("AutoScaling", "true"), Not(_is("DesiredCount", *few))),
                "EnvironmentClass prod needs a DesiredCount of at least 2",
            ),
            (
                Or(_is("AutoScaling", "false"), Not(_is("MinTasks", *few))),
                "EnvironmentClass prod needs MinTasks of at least 2",
            ),
            (Not(_is("NatGatewayMode", "single")), "EnvironmentClass prod takes no NatGatewayMode single"),
            (
                Or(Not(_is("FargateWeight", "0")), Not(_is("FargateBase", "0"))),
                "EnvironmentClass prod does not run on Fargate Spot alone",
            ),
            (_is("OffHoursStopCron", ""), "EnvironmentClass prod takes no OffHoursStopCron"),
            when=_is("EnvironmentClass", "prod"),
        )
    }


def _sizes() -> dict[str, Any]:
    return {
        f"Cpu{cpu}": _rule(
            (
                {"Fn::Contains": [sizes, Ref("TaskMemory")]},
                f"TaskCpu {cpu} goes with a TaskMemory of {', '.join(sizes)}",
            ),
            when=Equals(Ref("TaskCpu"), cpu),
        )
        for cpu, sizes in FARGATE_SIZES.items()
    }
