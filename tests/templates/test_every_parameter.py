"""Every parameter of root: its value reaches the property it names, and a bad one is refused in its own words."""

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import read_file
from cloudformation.references import references
from cloudformation.template.tree import PlainTree
from templates.layers import LAYERS
from tests.own_system import APP_NAME
from tests.templates.everything import (
    AURORA,
    BESIDE,
    DATABASE,
    EVERYTHING,
    IPV6,
    LOGS,
    OFF,
    OTHERWISE,
    PRIVATE,
    SCALED,
    THIRD,
    TOPIC,
)
from tests.templates.resolved import REQUIRED, Layer, document, tree

KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/0a1b"
ACL = "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/front/1"
BOUNDARY = "arn:aws:iam::123456789012:policy/limit"
CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
IMAGE = "public.ecr.aws/docker/library/nginx:1.29"
SCALABLE, CONTAINER = "ecs.ScalableTarget", "ContainerDefinitions.0"
SCHEDULED = f"{SCALABLE} ScheduledActions"
TRACKED = "TargetTrackingScalingPolicyConfiguration.TargetValue"
ATTRIBUTE, HEADER = "alb.LoadBalancer LoadBalancerAttributes", "alb.HttpsListener ListenerAttributes"
RESPONSE = "routing.http.response"
INSTANCE, CLUSTER = "data.DatabaseInstance", "data.DatabaseCluster"
# Parameter: its value, what must be set beside it, where it arrives, and as what where that is not the value itself.
Row = tuple[str, dict[str, str], str] | tuple[str, dict[str, str], str, Any]
REACHES: dict[str, Row] = {
    "DomainName": ("a.example.com", {}, "cert.Certificate DomainName"),
    "HostedZoneId": ("Z999", {}, "alb.AliasA HostedZoneId"),
    "AvailabilityZone1": ("ap-northeast-1d", {}, "network.PublicSubnet1 AvailabilityZone"),
    "AvailabilityZone2": ("ap-northeast-1d", PRIVATE, "network.PrivateSubnet2 AvailabilityZone"),
    "AvailabilityZone3": ("ap-northeast-1d", THIRD, "network.PublicSubnet3 AvailabilityZone"),
    "AppName": ("another", {}, "ecs.Cluster ClusterName"),
    "PermissionsBoundaryArn": (BOUNDARY, {}, "ecs.TaskRole PermissionsBoundary"),
    "VpcCidr": ("10.9.0.0/16", {}, "network.Vpc CidrBlock"),
    "PublicSubnet1Cidr": ("10.0.4.0/24", {}, "network.PublicSubnet1 CidrBlock"),
    "PublicSubnet2Cidr": ("10.0.4.0/24", {}, "network.PublicSubnet2 CidrBlock"),
    "PublicSubnet3Cidr": ("10.0.4.0/24", THIRD, "network.PublicSubnet3 CidrBlock"),
    "PrivateSubnet1Cidr": ("10.0.14.0/24", PRIVATE, "network.PrivateSubnet1 CidrBlock"),
    "PrivateSubnet2Cidr": ("10.0.14.0/24", PRIVATE, "network.PrivateSubnet2 CidrBlock"),
    "PrivateSubnet3Cidr": ("10.0.14.0/24", PRIVATE | THIRD, "network.PrivateSubnet3 CidrBlock"),
    "NatGatewayMode": ("regional", PRIVATE, "network.RegionalNatGateway AvailabilityMode"),
    "VpcEndpointMode": ("gateway", {}, "network.S3Endpoint VpcEndpointType", "Gateway"),
    "EnableIpv6": ("true", {}, "network.Ipv6Cidr AmazonProvidedIpv6CidrBlock", True),
    "VpcIpv6Cidr": (
        *("2406:da14:1:200::/56", {"EnableIpv6": "true"}, "network.PublicSubnet2Ipv6Cidr Ipv6CidrBlock"),
        "2406:da14:1:200::/56[1]/64",
    ),
    "FlowLogsRetentionDays": ("7", {}, "network.FlowLogGroup RetentionInDays"),
    "AlternativeDomainName1": ("b.example.com", {}, "alb.AliasA1 Name"),
    "AlternativeDomainName2": ("b.example.com", {}, "cert.Certificate SubjectAlternativeNames.0"),
    "AlternativeDomainName3": ("b.example.com", {}, "cert.Certificate DomainValidationOptions.1.DomainName"),
    "ExistingCertificateArn": (CERTIFICATE, {}, "alb.HttpsListener Certificates.0.CertificateArn"),
    "CreateDnsRecords": ("true", IPV6 | {"AlbIpAddressType": "dualstack"}, "alb.AliasAaaa Type", "AAAA"),
    "AlbScheme": ("internal", PRIVATE, "alb.LoadBalancer Scheme"),
    "AlbIpAddressType": ("dualstack", IPV6, "alb.LoadBalancer IpAddressType"),
    "IngressCidr": ("203.0.113.0/24", {}, "alb.AlbIngressHttps CidrIp"),
    "SslPolicy": ("ELBSecurityPolicy-TLS13-1-3-2021-06", {}, "alb.HttpsListener SslPolicy"),
    "AlbIdleTimeoutSeconds": ("120", {}, f"{ATTRIBUTE}.idle_timeout.timeout_seconds"),
    "AlbDeletionProtection": ("true", {}, f"{ATTRIBUTE}.deletion_protection.enabled"),
    "WebAclArn": (ACL, {}, "alb.WebAclAssociation WebACLArn"),
    "StrictTransportSecurity": ("max-age=9", {}, f"{HEADER}.{RESPONSE}.strict_transport_security.header_value"),
    "ContentTypeOptions": ("nosniff", {}, f"{HEADER}.{RESPONSE}.x_content_type_options.header_value"),
    "FrameOptions": ("DENY", {}, f"{HEADER}.{RESPONSE}.x_frame_options.header_value"),
    "ContentSecurityPolicy": ("default-src", {}, f"{HEADER}.{RESPONSE}.content_security_policy.header_value"),
    "ServerHeader": ("false", {}, f"{HEADER}.{RESPONSE}.server.enabled"),
    "AccessLogsMode": ("create", {}, f"{ATTRIBUTE}.access_logs.s3.bucket", "alb.AccessLogsBucket"),
    "AccessLogsBucketName": ("central", {"AccessLogsMode": "existing"}, f"{ATTRIBUTE}.access_logs.s3.bucket"),
    "AccessLogsPrefix": ("a/b", LOGS, f"{ATTRIBUTE}.access_logs.s3.prefix"),
    "AccessLogsRetentionDays": ("9", LOGS, "alb.AccessLogsBucket LifecycleConfiguration.Rules.0.ExpirationInDays"),
    "ConnectionLogs": ("true", LOGS, f"{ATTRIBUTE}.connection_logs.s3.enabled"),
    "HealthCheckLogs": ("true", LOGS, f"{ATTRIBUTE}.health_check_logs.s3.enabled"),
    "DatabaseMode": ("instance", PRIVATE, f"{INSTANCE} Engine", "postgres"),
    "DatabaseIdentifier": ("shop", AURORA, f"{CLUSTER} DBClusterIdentifier"),
    "DatabaseName": ("orders", AURORA, f"{CLUSTER} DatabaseName"),
    "DatabaseUsername": ("shop_owner", DATABASE, f"{INSTANCE} MasterUsername"),
    "DatabaseMajorVersion": ("16", AURORA, "data.ClusterParameters Family", "aurora-postgresql16"),
    "DatabaseInstanceClass": ("db.m8g.large", DATABASE, f"{INSTANCE} DBInstanceClass"),
    "DatabaseStorageGb": ("50", DATABASE, f"{INSTANCE} AllocatedStorage"),
    "DatabaseMaxStorageGb": ("500", DATABASE, f"{INSTANCE} MaxAllocatedStorage"),
    "DatabaseMinCapacity": ("1", AURORA, f"{CLUSTER} ServerlessV2ScalingConfiguration.MinCapacity"),
    "DatabaseMaxCapacity": ("8", AURORA, f"{CLUSTER} ServerlessV2ScalingConfiguration.MaxCapacity"),
    "DatabaseMultiAz": ("true", DATABASE, f"{INSTANCE} MultiAZ"),
    "DatabaseBackupRetentionDays": ("35", DATABASE, f"{INSTANCE} BackupRetentionPeriod"),
    "DatabaseBackupWindow": ("01:00-02:00", AURORA, f"{CLUSTER} PreferredBackupWindow"),
    "DatabaseMaintenanceWindow": ("sat:01:00-sat:02:00", AURORA, "data.DatabaseWriter PreferredMaintenanceWindow"),
    "DatabaseDeletionProtection": ("true", AURORA, f"{CLUSTER} DeletionProtection"),
    "DatabaseLogRetentionDays": ("7", DATABASE, "data.UpgradeLogGroup RetentionInDays"),
    "DatabaseKmsKeyArn": (KEY, DATABASE, f"{INSTANCE} MasterUserSecret.KmsKeyId"),
    "ClusterName": ("old_name", {}, "ecs.Cluster ClusterName"),
    "ContainerInsights": ("enhanced", {}, "ecs.Cluster ClusterSettings.0.Value"),
    "ServiceName": ("front", {}, "ecs.TaskDefinition Family", f"{APP_NAME}-front"),
    "ContainerName": ("web", {}, "ecs.Service LoadBalancers.0.ContainerName"),
    "ContainerImage": (IMAGE, {}, f"ecs.TaskDefinition {CONTAINER}.Image"),
    "ContainerPort": ("8080", {}, "ecs.Service LoadBalancers.0.ContainerPort"),
    "ContainerUser": ("101:101", {}, f"ecs.TaskDefinition {CONTAINER}.User"),
    "ReadonlyRootFilesystem": ("true", {}, f"ecs.TaskDefinition {CONTAINER}.ReadonlyRootFilesystem"),
    "CpuArchitecture": ("ARM64", {}, "ecs.TaskDefinition RuntimePlatform.CpuArchitecture"),
    "TaskCpu": ("512", {"TaskMemory": "1024"}, "ecs.TaskDefinition Cpu"),
    "TaskMemory": ("1024", {}, "ecs.TaskDefinition Memory"),
    "EnableExecuteCommand": ("false", {}, "ecs.Service EnableExecuteCommand"),
    "LogRetentionDays": ("7", {}, "ecs.LogGroup RetentionInDays"),
    "KmsKeyArn": (KEY, {}, "ecs.LogGroup KmsKeyId"),
    "TaskSubnetTier": (
        *("private", PRIVATE | {"NatGatewayMode": "single"}),
        *("ecs.Service NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED"),
    ),
    "FargateBase": ("2", {}, "ecs.Service CapacityProviderStrategy.0.Base"),
    "FargateWeight": ("3", {}, "ecs.Service CapacityProviderStrategy.0.Weight"),
    "FargateSpotWeight": ("4", {}, "ecs.Service CapacityProviderStrategy.1.Weight"),
    "AvailabilityZoneRebalancing": ("ENABLED", {}, "ecs.Service AvailabilityZoneRebalancing"),
    "EnableEcsManagedTags": ("true", {}, "ecs.Service EnableECSManagedTags"),
    "DesiredCount": ("5", {}, "ecs.Service DesiredCount"),
    "AutoScaling": ("true", {}, f"{SCALABLE} ServiceNamespace", "ecs"),
    "MinTasks": ("3", SCALED, f"{SCALABLE} MinCapacity"),
    "MaxTasks": ("9", SCALED, f"{SCALABLE} MaxCapacity"),
    "CpuTargetPercent": ("50", SCALED, f"ecs.CpuPolicy {TRACKED}"),
    "RequestsPerTarget": ("100", SCALED, f"ecs.RequestPolicy {TRACKED}"),
    "OffHoursStopCron": ("cron(0 19 ? * MON-FRI *)", OFF, f"{SCHEDULED}.0.Schedule"),
    "OffHoursStartCron": ("cron(0 9 ? * MON-FRI *)", OFF, f"{SCHEDULED}.1.Schedule"),
    "ScheduleTimeZone": ("UTC", OFF, f"{SCHEDULED}.0.Timezone"),
    "ListenerRulePriority": ("100", {}, "ecs.ListenerRule Priority"),
    "ListenerRulePaths": ("/a,/b", {}, "ecs.ListenerRule Conditions.0.PathPatternConfig.Values", ["/a", "/b"]),
    "ListenerRuleHosts": ("a.com,b.com", {}, "ecs.ListenerRule Conditions.1.HostHeaderConfig.Values.1", "b.com"),
    "HealthCheckPath": ("/up", {}, "ecs.TargetGroup HealthCheckPath"),
    "HealthCheckMatcher": ("200-299", {}, "ecs.TargetGroup Matcher.HttpCode"),
    "HealthCheckIntervalSeconds": ("15", {}, "ecs.TargetGroup HealthCheckIntervalSeconds"),
    "HealthCheckTimeoutSeconds": ("9", {}, "ecs.TargetGroup HealthCheckTimeoutSeconds"),
    "HealthyThreshold": ("2", {}, "ecs.TargetGroup HealthyThresholdCount"),
    "UnhealthyThreshold": ("5", {}, "ecs.TargetGroup UnhealthyThresholdCount"),
    "HealthCheckGracePeriodSeconds": ("90", {}, "ecs.Service HealthCheckGracePeriodSeconds"),
    "DeregistrationDelaySeconds": (
        *("10", {}, "ecs.TargetGroup TargetGroupAttributes.deregistration_delay.timeout_seconds"),
    ),
    "AlarmTopicArn": (TOPIC["AlarmTopicArn"], {}, "alb.Elb5xxAlarm AlarmActions.0"),
    "DeploymentAlarmRollback": ("true", TOPIC, "ecs.Service DeploymentConfiguration.Alarms.Rollback", True),
}
PARAMETERS = document("root")["Parameters"]
CONSTRAINED = [name for name, body in PARAMETERS.items() if "ConstraintDescription" in body]
CHILDREN = list(LAYERS)
NO_VALUE_FITS = "\u00a7 \u00a7"


def at(node: Any, path: str) -> Any:
    """What exists at a path: names, places in lists, and keys of attributes, which contain dots."""
    if not path:
        return node
    if isinstance(node, list) and node and "Key" in node[0]:
        return next(entry["Value"] for entry in node if entry["Key"] == path)
    name, _, rest = path.partition(".")
    return at(node[int(name)] if isinstance(node, list) else node[name], rest)


@pytest.mark.parametrize("name", REACHES)
def test_a_value_reaches_the_property_that_it_is_for(name: str) -> None:
    value, beside, place, *other = REACHES[name]
    resource, _, path = place.partition(" ")
    layer, logical_id = resource.split(".")
    there = at(tree(**{**beside, name: value})[layer].properties(logical_id), path)
    assert there == (other[0] if other else value)


def readers(name: str) -> list[tuple[str, str, str]]:
    """Every property of every layer whose template names the parameter: layer, resource, property."""
    return [
        (layer, logical_id, member)
        for layer in CHILDREN
        if name in document(layer)["Parameters"]
        for logical_id, body in document(layer)["Resources"].items()
        for member, value in body.get("Properties", {}).items()
        if any(reference.name == name for reference in references(value))
    ]


def _resources(layers: dict[str, Layer], layer: str) -> dict[str, dict[str, Any]]:
    """Those of a layer; none where a condition leaves it out."""
    return layers[layer].resources if layer in layers else {}


def differing(name: str, base: dict[str, str]) -> set[tuple[str, str, str]]:
    """The readers of a parameter that stand with `base`, and come to another value with the parameter's other one."""
    value = OTHERWISE.get(name, REACHES[name][0])
    layers = [tree(**base), tree(**{**base, name: value})]
    values = {
        at: [_resources(side, at[0]).get(at[1], {}).get("Properties", {}).get(at[2]) for side in layers]
        for at in readers(name)
    }
    return {at for at, (one, other) in values.items() if one != other}


@pytest.mark.parametrize("name", REACHES)
def test_another_value_changes_whatever_property_names_the_parameter(name: str) -> None:
    """In a system with everything on, in one with the database of the other kind, or in one with what excludes that."""
    given = {"KmsKeyArn": KEY, "PermissionsBoundaryArn": BOUNDARY, "AlbIpAddressType": "dualstack"}
    everything = {**EVERYTHING, **given, **REACHES[name][1], **BESIDE.get(name, {})}
    excluding = {**PRIVATE, "NatGatewayMode": "regional", **REACHES[name][1]}
    bases = [{**everything, **AURORA}, {**everything, **DATABASE}, excluding]
    for base in bases:
        base.pop(name, None)
    before = {name: EVERYTHING[name]} if name in EVERYTHING else {}
    found = [differing(name, base | before) for base in bases[:2]]
    assert set().union(*found, differing(name, excluding)) == {*readers(name)}


def refusals(folder: Path, **values: str) -> list[str]:
    file = folder / "shop.yaml"
    lines = "".join(f"  {name}: '{value}'\n" for name, value in {**REQUIRED, **values}.items())
    file.write_text(
        f'account: "123456789012"\nregion: ap-northeast-1\nstack: shop\nparameters:\n{lines}', encoding="utf-8"
    )
    _, findings = held_against(PlainTree(document("root"), {}), read_file(file, "shop.yaml"))
    return [str(problem) for problem in findings.problems]


def bad_values(name: str) -> list[str]:
    """Beyond each end, longer than is taken, among no allowed values, and what no pattern fits."""
    body = PARAMETERS[name]
    if "AllowedValues" in body:
        return ["2"] if body["Type"] == "Number" else [NO_VALUE_FITS]
    ends = [str(body[end] + past) for end, past in (("MaxValue", 1), ("MinValue", -1)) if end in body]
    return ends or [NO_VALUE_FITS, *(["a" * (body["MaxLength"] + 1)] if "MaxLength" in body else [])]


def test_every_parameter_says_what_it_takes_but_those_that_the_account_is_asked_for() -> None:
    looked_up = {name for name, body in PARAMETERS.items() if body["Type"].startswith("AWS::")}
    assert looked_up == {"AvailabilityZone1", "AvailabilityZone2"}
    assert {*CONSTRAINED} | looked_up == PARAMETERS.keys()


@pytest.mark.parametrize("name", CONSTRAINED)
def test_a_bad_value_is_refused_in_the_words_of_its_own_constraint(tmp_path: Path, name: str) -> None:
    for bad in bad_values(name):
        said = [text for text in refusals(tmp_path, **{name: bad}) if f"'{name}'" in text]
        assert said, bad
        assert PARAMETERS[name]["ConstraintDescription"] in said[0]
