"""Every optional capability, on and off again, alone and beside every other: what stands is what a fresh create has."""

from itertools import combinations, pairwise

import pytest

from templates.layers import LAYERS as BUILT
from templates.parts.wiring import logical_id
from tests.templates.resolved import tree
from tests.templates.system import System

pytestmark = pytest.mark.slow

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:ops"
CAPABILITIES = {
    "third zone": {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"},
    "private tasks, one gateway": {**PRIVATE, "NatGatewayMode": "single", "TaskSubnetTier": "private"},
    "private tasks, regional gateway": {**PRIVATE, "NatGatewayMode": "regional", "TaskSubnetTier": "private"},
    "private tasks, endpoints": {**PRIVATE, "VpcEndpointMode": "interface", "TaskSubnetTier": "private"},
    "internal load balancer": {**PRIVATE, "AlbScheme": "internal"},
    "dualstack": {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56", "AlbIpAddressType": "dualstack"},
    "existing certificate": {"ExistingCertificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"},
    "other names": {"AlternativeDomainName1": "www.example.com", "AlternativeDomainName3": "*.a.dev"},
    "no records": {"CreateDnsRecords": "false"},
    "logs": {"AccessLogsMode": "create", "ConnectionLogs": "true", "HealthCheckLogs": "true"},
    "flow logs": {"FlowLogsRetentionDays": "7"},
    "headers": {"StrictTransportSecurity": "max-age=60", "FrameOptions": "DENY", "ServerHeader": "false"},
    "spot": {"FargateWeight": "0", "FargateSpotWeight": "1"},
    "scaling": {"AutoScaling": "true", "RequestsPerTarget": "100"},
    "hours off": {
        "AutoScaling": "true",
        "OffHoursStopCron": "cron(0 20 ? * MON-FRI *)",
        "OffHoursStartCron": "cron(0 8 ? * MON-FRI *)",
    },
    "alarms": {"AlarmTopicArn": TOPIC, "DeploymentAlarmRollback": "true"},
    "task": {"CpuArchitecture": "ARM64", "ContainerUser": "101", "ReadonlyRootFilesystem": "true"},
    "limits": {"PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/limit", "ClusterName": "old_name"},
}
LAYERS = {layer: logical_id(layer) for layer in BUILT}


def fresh(values: dict[str, str]) -> dict[str, set[str]]:
    """What a create with these values has, by nested stack, as the templates say it."""
    layers = tree(**values)
    return {LAYERS[name]: set(layer.resources) for name, layer in layers.items() if name != "root"}


def together(*names: str) -> dict[str, str] | None:
    """The values of capabilities that can be beside each other; None where they say different things of one."""
    values: dict[str, str] = {}
    for name in names:
        for key, value in CAPABILITIES[name].items():
            if values.setdefault(key, value) != value:
                return None
    if "AvailabilityZone3" in values and "PrivateSubnet1Cidr" in values:
        values["PrivateSubnet3Cidr"] = "10.0.13.0/24"
    # Only public subnets have IPv6 addresses.
    return None if {"AlbScheme", "AlbIpAddressType"} <= values.keys() else values


def test_each_is_switched_on_and_off_again() -> None:
    system = System()
    assert system.deploy() == "CREATE_COMPLETE"
    bare = system.resources()
    assert bare == fresh({})
    for values in CAPABILITIES.values():
        assert system.deploy(**values) == "UPDATE_COMPLETE"
        assert system.resources() == fresh(values)
        assert system.deploy() == "UPDATE_COMPLETE"
        assert system.resources() == bare


def test_every_pair_can_be_planned_made_and_left_for_the_next() -> None:
    pairs = [values for names in combinations(CAPABILITIES, 2) if (values := together(*names)) is not None]
    assert len(pairs) > 130
    system = System()
    system.deploy()
    for values in pairs:
        assert system.deploy(**values) == "UPDATE_COMPLETE", values
        assert system.resources() == fresh(values)


@pytest.mark.parametrize(("one", "other"), list(pairwise(["none", "single", "per-az", "regional", "single"]))[1:])
def test_a_way_out_is_exchanged_before_the_old_one_goes(one: str, other: str) -> None:
    system, values = System(), {**PRIVATE, "TaskSubnetTier": "private"}
    system.deploy(**values, NatGatewayMode=one)
    assert system.deploy(**values, NatGatewayMode=other) == "UPDATE_COMPLETE"
    network = next(row for row in system.play("DescribeStackResources", StackName="system")["StackResources"])
    events = system.play.events(network["PhysicalResourceId"])
    moved = [place for place, event in enumerate(events) if event == ("PrivateDefaultRoute1", "UPDATE_COMPLETE")]
    gone = [place for place, (name, status) in enumerate(events) if "NatGateway" in name and "DELETE" in status]
    assert all(place > moved[-1] for place in gone) if moved else not gone or one == "per-az"
