"""Every optional capability, on and off again, alone and beside every other: what exists is what a fresh create has."""

from functools import cache
from itertools import pairwise

import pytest

from cloudformation.references import references
from templates.layers import LAYERS as BUILT
from templates.parts.wiring import logical_id
from tests.templates.live_state import live_state
from tests.templates.resolved import document, tree
from tests.templates.system import STACK, System

pytestmark = pytest.mark.slow

PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"}
TOPIC = "arn:aws:sns:ap-northeast-1:123456789012:ops"
CAPABILITIES = {
    "third zone": {"AvailabilityZone3": "ap-northeast-1d", "PublicSubnet3Cidr": "10.0.3.0/24"},
    "private tasks, one gateway": {**PRIVATE, "NatGatewayMode": "single", "TaskSubnetTier": "private"},
    "private tasks, a gateway in each zone": {**PRIVATE, "NatGatewayMode": "per-az", "TaskSubnetTier": "private"},
    "private tasks, regional gateway": {**PRIVATE, "NatGatewayMode": "regional", "TaskSubnetTier": "private"},
    "private tasks, endpoints": {**PRIVATE, "VpcEndpointMode": "interface", "TaskSubnetTier": "private"},
    "internal load balancer": {**PRIVATE, "AlbScheme": "internal"},
    "dualstack": {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56", "AlbIpAddressType": "dualstack"},
    "existing certificate": {"ExistingCertificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"},
    "other names": {
        **{f"AlternativeDomainName{number}": f"{'abc'[number - 1]}.example.com" for number in (1, 2)},
        "AlternativeDomainName3": "*.a.dev",
    },
    "zone of another account": {
        "HostedZoneId": "",
        "ExistingCertificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
        "CreateDnsRecords": "false",
    },
    "no records": {"CreateDnsRecords": "false"},
    "logs": {"AccessLogsMode": "create", "ConnectionLogs": "true", "HealthCheckLogs": "true"},
    "logs elsewhere": {"AccessLogsMode": "existing", "AccessLogsBucketName": "central", "AccessLogsPrefix": "front"},
    "flow logs": {"FlowLogsRetentionDays": "7"},
    "headers": {
        "StrictTransportSecurity": "max-age=60",
        "ContentTypeOptions": "nosniff",
        "FrameOptions": "DENY",
        "ContentSecurityPolicy": "default-src 'self'",
        "ServerHeader": "false",
    },
    "front": {
        "AlbDeletionProtection": "true",
        "IngressCidr": "203.0.113.0/24",
        "ListenerRuleHosts": "a.example.com",
        "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/front/1",
    },
    "database": {**PRIVATE, "DatabaseMode": "instance", "DatabaseMultiAz": "true"},
    "aurora": {
        **PRIVATE,
        "DatabaseMode": "aurora",
        "DatabaseIdentifier": "shop",
        "DatabaseMultiAz": "true",
        "DatabaseKmsKeyArn": "arn:aws:kms:ap-northeast-1:123456789012:key/0d0a",
    },
    "cluster": {
        "FargateWeight": "0",
        "FargateSpotWeight": "1",
        "ContainerInsights": "disabled",
        "AvailabilityZoneRebalancing": "ENABLED",
        "EnableEcsManagedTags": "true",
    },
    "scaling": {"AutoScaling": "true", "RequestsPerTarget": "100"},
    "hours off": {
        "AutoScaling": "true",
        "OffHoursStopCron": "cron(0 20 ? * MON-FRI *)",
        "OffHoursStartCron": "cron(0 8 ? * MON-FRI *)",
    },
    "alarms": {"AlarmTopicArn": TOPIC, "DeploymentAlarmRollback": "true"},
    "task": {
        "CpuArchitecture": "ARM64",
        "ContainerUser": "101",
        "ReadonlyRootFilesystem": "true",
        "EnableExecuteCommand": "false",
    },
    "limits": {
        "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/limit",
        "KmsKeyArn": "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b",
        "ClusterName": "old_name",
    },
}
LAYERS = {layer: logical_id(layer) for layer in BUILT}


def fresh(values: dict[str, str]) -> dict[str, set[str]]:
    """What a create with these values has, by nested stack, as the templates say it."""
    layers = tree(**values)
    return {LAYERS[name]: set(layer.resources) for name, layer in layers.items() if name != "root"}


def differences(system: System, created: System, values: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """What is not as in a system that was just created with these values: every property, attribute and output."""
    now, then = live_state(system, **values), live_state(created, **values)
    return {path: (now.get(path), then.get(path)) for path in now | then if now.get(path) != then.get(path)}


def created(values: dict[str, str]) -> System:
    """A system that is made at once, by a nested change set in which no layer knows what another will output."""
    system = System()
    assert system.deploy(**values) == "CREATE_COMPLETE"
    return system


@cache
def bare() -> System:
    """What has no capability; nobody changes it."""
    return created({})


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


def test_whatever_a_condition_reads_is_among_the_capabilities() -> None:
    read = {
        reference.name
        for layer in (*LAYERS, "root")
        for body in document(layer).get("Conditions", {}).values()
        for reference in references(body)
    }
    switched = {name for values in CAPABILITIES.values() for name in values}
    # A third zone beside private subnets has a third of these.
    assert read & document("root")["Parameters"].keys() <= switched | {"PrivateSubnet3Cidr"}


def test_the_comparison_sees_another_value_and_an_id_that_is_another_resource_s() -> None:
    changed_by_hand, other = created({}), created({"HealthCheckGracePeriodSeconds": "61"})
    changed = differences(other, bare(), {})
    assert changed["Ecs/Service.properties.HealthCheckGracePeriodSeconds"] == ('"61"', '"60"')
    assert len(changed) == 2  # and the nested stack's own parameter
    layer = changed_by_hand.standing(STACK).resources["AppSg"].physical_id
    rule = changed_by_hand.standing(layer).resources["AppIngressFromAlb"]
    rule.properties["SourceSecurityGroupId"] = rule.properties["GroupId"]
    assert list(differences(bare(), changed_by_hand, {})) == [
        "AppSg/AppIngressFromAlb.properties.SourceSecurityGroupId"
    ]


def test_each_is_switched_on_and_off_again() -> None:
    system = created({})
    assert system.resources() == fresh({})
    for values in CAPABILITIES.values():
        assert system.deploy(**values) == "UPDATE_COMPLETE"
        assert system.resources() == fresh(values)
        assert differences(system, created(values), values) == {}
        assert system.deploy() == "UPDATE_COMPLETE"
        assert differences(system, bare(), {}) == {}


def pairs_with(name: str) -> list[dict[str, str]]:
    """The values of a capability beside each that follows it, where the two can be together."""
    others = list(CAPABILITIES)[list(CAPABILITIES).index(name) + 1 :]
    return [values for other in others if (values := together(name, other)) is not None]


def test_most_capabilities_can_be_beside_each_other() -> None:
    assert sum(len(pairs_with(name)) for name in CAPABILITIES) > 130


@pytest.mark.parametrize("name", list(CAPABILITIES)[:-1])
def test_every_pair_can_be_planned_made_and_left_for_the_next(name: str) -> None:
    system = created({})
    for values in [*pairs_with(name), {}]:
        assert system.deploy(**values) == "UPDATE_COMPLETE", values
        assert differences(system, created(values) if values else bare(), values) == {}


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
