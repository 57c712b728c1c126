"""What Rules cannot say of this system's values is found in every environment file, at its line, by both commands."""

from pathlib import Path

import pytest

from cloudformation.environment.check import held_against
from cloudformation.environment.checks.system_checks import system_problems
from cloudformation.environment.environment_file import read_file
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value
from cloudformation.environment.value_sources import KEPT
from deployment.template.template import read_template
from tests.templates.resolved import RENDERED

ENVIRONMENT = """\
account: "123456789012"
region: ap-northeast-1
stack: shop
parameters:
  DomainName: www.example.com
  HostedZoneId: Z0123456789
  AvailabilityZone1: ap-northeast-1a
  AvailabilityZone2: ap-northeast-1c
"""
PRIVATE = {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24", "TaskSubnetTier": "private"}


def problems(folder: Path, **values: str) -> list[str]:
    file = folder / "shop.yaml"
    file.write_text(ENVIRONMENT + "".join(f"  {name}: {value}\n" for name, value in values.items()), encoding="utf-8")
    _, findings = held_against(read_template(RENDERED / "root.yaml"), read_file(file, "params/shop.yaml"))
    return [str(problem) for problem in findings.problems]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"MinTasks": "5", "MaxTasks": "4"}, "params/shop.yaml:9: MinTasks (5) must not be more than MaxTasks (4)"),
        (
            {"HealthCheckIntervalSeconds": "5"},
            "params/shop.yaml:4: HealthCheckTimeoutSeconds (5) must be less than HealthCheckIntervalSeconds (5)",
        ),
        (
            {"AlternativeDomainName1": "www.example.com"},
            "params/shop.yaml:9: AlternativeDomainName1 is www.example.com, as DomainName is: "
            "a certificate names each once",
        ),
        (
            {"AlternativeDomainName2": "shop.example.org"},
            "params/shop.yaml:9: AlternativeDomainName2 (shop.example.org) cannot be in the hosted zone that holds "
            "DomainName (www.example.com)",
        ),
        (
            {"ListenerRulePaths": "/a,/b,/c", "ListenerRuleHosts": "a.example.com,b.example.com,c.example.com"},
            "params/shop.yaml:10: ListenerRulePaths and ListenerRuleHosts have 6 values; a rule takes 5",
        ),
        (
            {**PRIVATE, "VpcEndpointMode": "interface"},
            "params/shop.yaml:4: ContainerImage public.ecr.aws/docker/library/nginx:latest cannot be pulled: private "
            "tasks without a NAT gateway reach ECR's private repositories of this Region alone",
        ),
        (
            {
                "EnvironmentClass": "prod",
                "AccessLogsMode": "create",
                "AlbDeletionProtection": "true",
                **{name: value for name, value in PRIVATE.items() if name != "TaskSubnetTier"},
                "DatabaseMode": "aurora",
                "DatabaseMultiAz": "true",
            },
            "params/shop.yaml:9: EnvironmentClass prod needs DatabaseDeletionProtection true beside a DatabaseMode",
        ),
        (
            {"EnvironmentClass": "prod", "AccessLogsMode": "create"},
            "params/shop.yaml:9: EnvironmentClass prod needs AlbDeletionProtection true",
        ),
        (
            {"EnvironmentClass": "prod", "AlbDeletionProtection": '"true"'},
            "params/shop.yaml:9: EnvironmentClass prod needs an AccessLogsMode",
        ),
        (
            {"AvailabilityZone3": "eu-west-1a", "PublicSubnet3Cidr": "10.0.3.0/24"},
            "params/shop.yaml:9: AvailabilityZone3 is no Availability Zone of ap-northeast-1: 'eu-west-1a'",
        ),
        (
            {**PRIVATE, "NatGatewayMode": "single", "PrivateSubnet2Cidr": "10.0.2.128/25"},
            "params/shop.yaml:10: PrivateSubnet2Cidr (10.0.2.128/25) overlaps PublicSubnet2Cidr (10.0.2.0/24)",
        ),
        (
            {**PRIVATE, "NatGatewayMode": "single", "PrivateSubnet1Cidr": "10.1.11.0/24"},
            "params/shop.yaml:9: PrivateSubnet1Cidr (10.1.11.0/24) is not inside VpcCidr (10.0.0.0/16)",
        ),
    ],
)
def test_what_cannot_be_is_told_at_its_line(tmp_path: Path, values: dict[str, str], said: str) -> None:
    assert problems(tmp_path, **values) == [said]


def test_what_can_be_is_taken(tmp_path: Path) -> None:
    image = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop:1"
    taken = {**PRIVATE, "VpcEndpointMode": "interface", "ContainerImage": image, "MinTasks": "4", "MaxTasks": "4"}
    assert (
        problems(tmp_path, **taken, AlternativeDomainName1='"*.example.com"', ListenerRuleHosts="www.example.com") == []
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"AvailabilityZone3": "ap-northeast-1d"}, "ThirdZoneNeedsCidr: AvailabilityZone3 needs PublicSubnet3Cidr"),
        ({"PublicSubnet3Cidr": "10.0.3.0/24"}, "NoSubnetWithoutZone: PublicSubnet3Cidr needs AvailabilityZone3"),
        (
            {"AvailabilityZone3": "ap-northeast-1a", "PublicSubnet3Cidr": "10.0.3.0/24"},
            "TwoDistinctZones: AvailabilityZone1 and AvailabilityZone3 must differ",
        ),
        (
            {"PrivateSubnet1Cidr": "10.0.11.0/24"},
            "PrivateSubnetsTogether: PrivateSubnet1Cidr needs PrivateSubnet2Cidr",
        ),
        (
            {"NatGatewayMode": "single"},
            "NoPrivateSubnetAlone: NatGatewayMode needs PrivateSubnet1Cidr and PrivateSubnet2Cidr",
        ),
        (
            {"AlbScheme": "internal"},
            "NoPrivateSubnetAlone: AlbScheme internal needs PrivateSubnet1Cidr and PrivateSubnet2Cidr",
        ),
        (
            PRIVATE,
            "PrivateTasksNeedEgress: TaskSubnetTier private needs a NatGatewayMode or VpcEndpointMode interface",
        ),
        ({"AlbIpAddressType": "dualstack"}, "DualstackNeedsIpv6: AlbIpAddressType dualstack needs VpcIpv6Cidr"),
        ({"ConnectionLogs": '"true"'}, "LogsNeedBucket: ConnectionLogs needs an AccessLogsMode"),
        ({"FargateWeight": "0"}, "SomeCapacity: FargateWeight or FargateSpotWeight must be above 0"),
        (
            {"OffHoursStopCron": "cron(0 20 ? * MON-FRI *)", "AutoScaling": '"true"'},
            "OffHoursTogether: OffHoursStopCron needs OffHoursStartCron",
        ),
        (
            {"DeploymentAlarmRollback": '"true"'},
            "DeploymentAlarmNeedsTopic: DeploymentAlarmRollback needs AlarmTopicArn",
        ),
        (
            {
                "EnvironmentClass": "prod",
                "AlbDeletionProtection": '"true"',
                "AccessLogsMode": "create",
                "DesiredCount": "1",
            },
            "ProductionGuards: EnvironmentClass prod needs a DesiredCount of at least 2",
        ),
    ],
)
def test_what_rules_say_is_said_before_anything_is_sent(tmp_path: Path, values: dict[str, str], said: str) -> None:
    assert [text.partition(": Rule ")[2] for text in problems(tmp_path, **values)] == [said]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("ListenerRulePaths", "/a<b>"),
        ("ListenerRulePaths", "/é"),
        ("ListenerRulePaths", "/" + "a" * 128),
        ("ListenerRuleHosts", "localhost"),
        ("ListenerRuleHosts", "a.example.c0m"),
        ("ListenerRuleHosts", "a" * 125 + ".com"),
    ],
)
def test_a_pattern_that_no_rule_takes(name: str, pattern: str, tmp_path: Path) -> None:
    [said] = problems(tmp_path, **{name: pattern})
    assert f": {name}: {pattern[:20]}" in said


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("ListenerRulePaths", "/api/*,/a-b_c.d$/~\"'@:+&?"),
        ("ListenerRuleHosts", "*.example.com,admin.*,a-?.EXAMPLE.com"),
    ],
)
def test_patterns_that_a_rule_takes(name: str, patterns: str, tmp_path: Path) -> None:
    quoted = patterns.replace("'", "''")
    assert problems(tmp_path, **{name: f"'{quoted}'"}) == []


def said_of(folder: Path, **texts: str) -> list[str]:
    """What is found of these values alone, by the parameter that it stands at."""
    place = {name: Place("dev.yaml", number) for number, name in enumerate(texts)}
    values = {name: Value(Declared(name, "String", {}), text, place[name]) for name, text in texts.items()}
    (folder / "dev.yaml").write_text(ENVIRONMENT)
    environment = read_file(folder / "dev.yaml", "dev.yaml").environment
    return [problem.text for problem in system_problems(values, environment)]


PULLED = {"TaskSubnetTier": "private", "NatGatewayMode": "none", "VpcEndpointMode": "interface"}
PROD = {"EnvironmentClass": "prod", "AlbDeletionProtection": "true", "AccessLogsMode": "bucket"}
LAST = "a" * 127


@pytest.mark.parametrize(
    ("allowed", "other", "start"),
    [
        ({"MinTasks": "4", "MaxTasks": "4"}, {"MinTasks": "5"}, "MinTasks (5) must"),
        ({"MinTasks": "9", "MaxTasks": "10"}, {"MinTasks": "11"}, "MinTasks (11) must"),
        ({"MinTasks": "5", "MaxTasks": "x"}, {"MaxTasks": "4"}, "MinTasks (5) must"),
        ({"MinTasks": "5"}, {"MaxTasks": "4"}, "MinTasks (5) must"),
        (
            {"HealthCheckTimeoutSeconds": "4", "HealthCheckIntervalSeconds": "5"},
            {"HealthCheckTimeoutSeconds": "5"},
            "HealthCheckTimeoutSeconds (5) must",
        ),
        (
            {"DomainName": "a.example.com", "AlternativeDomainName1": "b.example.com", "AlternativeDomainName3": ""},
            {"AlternativeDomainName3": "b.example.com"},
            "AlternativeDomainName3 is b.example.com, as AlternativeDomainName1 is",
        ),
        (
            {"DomainName": "example.com", "AlternativeDomainName1": "b.example.com"},
            {"AlternativeDomainName1": "b.example.org"},
            "AlternativeDomainName1 (b.example.org) cannot",
        ),
        (
            {"AlternativeDomainName1": "b.example.com", "AlternativeDomainName2": "b.example.org", "DomainName": ""},
            {"AlternativeDomainName2": "b.example.com"},
            "AlternativeDomainName2 is b.example.com",
        ),
        (
            {"ListenerRulePaths": "/a,/b,/c", "ListenerRuleHosts": "a.x,b.x"},
            {"ListenerRuleHosts": "a.x,b.x,c.x"},
            "ListenerRulePaths and ListenerRuleHosts have 6",
        ),
        ({"ListenerRulePaths": "/a,/b,/c,/d,/e"}, {"ListenerRulePaths": "/a,/b,/c,/d,/e,/f"}, "ListenerRulePaths and"),
        (
            {"ListenerRulePaths": f"/{LAST}"},
            {"ListenerRulePaths": f"/{LAST}a"},
            "ListenerRulePaths: /aaaaaaaaaaaaaaaaaaa... ",
        ),
        ({"ListenerRulePaths": "/a_1.$/~\"'@:+&*?-"}, {"ListenerRulePaths": "/a b"}, "ListenerRulePaths: /a b is none"),
        ({"ListenerRulePaths": "/a"}, {"ListenerRulePaths": "/a,b"}, "ListenerRulePaths: b is none"),
        ({"ListenerRuleHosts": "*.a-1.x?"}, {"ListenerRuleHosts": "localhost"}, "ListenerRuleHosts: localhost is none"),
        ({"ListenerRuleHosts": "a.x"}, {"ListenerRuleHosts": "a.1"}, "ListenerRuleHosts: a.1 is none"),
        (
            {**PULLED, "ContainerImage": "1.dkr.ecr.eu-west-1.amazonaws.com/a"},
            {"ContainerImage": "public.ecr.aws/1.dkr.ecr.x"},
            "ContainerImage public.ecr.aws/1.dkr.ecr.x cannot be pulled",
        ),
        ({**PULLED, "ContainerImage": ""}, {"ContainerImage": "a"}, "ContainerImage a cannot"),
        *(
            ({**PULLED, name: "other", "ContainerImage": "a"}, {name: PULLED[name]}, "ContainerImage a cannot")
            for name in PULLED
        ),
        ({"AppName": "a" * 127, "ServiceName": "b" * 127}, {"ServiceName": "b" * 128}, "the task family aaa"),
        ({"AppName": "a" * 255}, {"ServiceName": ""}, "the task family aaa"),
        (PROD, {"AlbDeletionProtection": "false"}, "EnvironmentClass prod needs AlbDeletionProtection"),
        (PROD, {"AccessLogsMode": "none"}, "EnvironmentClass prod needs an AccessLogsMode"),
        (
            {**PROD, "EnvironmentClass": "dev", "AccessLogsMode": "none"},
            {"EnvironmentClass": "prod"},
            "EnvironmentClass prod needs an AccessLogsMode",
        ),
        (
            {**PROD, "DatabaseDeletionProtection": "false"},
            {"DatabaseMode": "cluster"},
            "EnvironmentClass prod needs DatabaseDeletionProtection",
        ),
        (
            {**PROD, "DatabaseDeletionProtection": "false", "DatabaseMode": "none"},
            {"DatabaseMode": "cluster"},
            "EnvironmentClass prod needs DatabaseDeletionProtection",
        ),
        (
            {**PROD, "DatabaseDeletionProtection": "true", "DatabaseMode": "cluster"},
            {"DatabaseDeletionProtection": "false"},
            "EnvironmentClass prod needs DatabaseDeletionProtection",
        ),
    ],
)
def test_each_check_refuses_what_is_just_beyond_what_is_allowed(
    tmp_path: Path, allowed: dict[str, str], other: dict[str, str], start: str
) -> None:
    assert said_of(tmp_path, **allowed) == []
    [problem] = said_of(tmp_path, **{**allowed, **other})
    assert problem.startswith(start)


def test_a_value_that_is_not_known_here_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text(ENVIRONMENT)
    environment = read_file(tmp_path / "dev.yaml", "dev.yaml").environment
    least, most = Declared("MinTasks", "String", {}), Declared("MaxTasks", "String", {})
    stored = Declared("MinTasks", "AWS::SSM::Parameter::Value<String>", {})

    def lines(one: Value) -> list[str]:
        return [
            str(problem.place)
            for problem in system_problems({"MinTasks": one, "MaxTasks": Value(most, "4", None)}, environment)
        ]

    assert lines(Value(least, "5", Place("dev.yaml", 9))) == ["dev.yaml:9"]
    assert lines(Value(least, "5", None)) == ["dev.yaml:4"]
    assert lines(Value(least, "5", None, KEPT)) == []
    assert lines(Value(stored, "5", None)) == []
