"""docs/security.md: every control stands in it, every failure has a setting or a reason, and every setting helps."""

import re
from collections.abc import Iterator, Mapping

import pytest

from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import Environment, Reading, environment_files
from cloudformation.environment.findings import Place
from cloudformation.environment.value_sources import Setting
from templates.rendering.tree import render, stale_page
from templates.security.controls import FAILS, NOT_KNOWN, PASSES, Control
from templates.security.page import BEGIN, END, with_controls
from tests.own_system import OWN
from tests.templates.security import test_containers, test_load_balancing, test_network, test_operations, test_storage
from tests.templates.security.changed_system import (
    PARAMS,
    Change,
    add,
    documents,
    environment,
    everything,
    strict_states,
    system,
    tree,
    values_of,
    verdicts,
)

PAGE = PARAMS.parent / "docs" / "security.md"
SERVICES_IN = PARAMS.parent / "templates/services"
ENVIRONMENTS = [path.stem for path in environment_files(PARAMS)]
# The controls of the user guide for these services: those of FSBP, and what is said to be of another standard.
COMPLETE = {
    "ELB": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 18, 21, 22},
    "ECS": {2, 3, 4, 5, 8, 9, 10, 12, 16, 17, 18, 19, 20, 21},
    "EC2": {
        *(1, 2, 3, 4, 6, 7, 8, 9, 10, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 51, 55, 56, 57, 58, 60),
        *(170, 171, 172, 173, 180, 181, 182, 183),
    },
    "S3": {1, 2, 3, 5, 6, 8, 9, 12, 13, 14, 17, 19, 24, 25},
    "RDS": {*range(1, 18), *range(19, 26), 27, *range(34, 39), *range(40, 49), 50, 51},
    "IAM": {1, 2, 3, 4, 5, 6, 7, 8, 21},
    "KMS": {1, 2, 3, 5},
    "CloudFormation": {3, 4},
    "CloudWatch": set(range(1, 18)),
    "ACM": {1, 2},
    "Route53": {2},
    "WAF": {1, 2, 3, 4, 6, 7, 8, 10, 12},
}
# Where a test has to break a control in ways of its own.
BROKEN_ELSEWHERE = {
    *("ELB.1", "ECS.20", "ECS.21", "EC2.19", "S3.2", "S3.3", "S3.8", "IAM.1", "IAM.21", "KMS.2"),
    *("CloudFormation.3", "CloudFormation.4"),
}
STOOD_FOR = {
    "WebAclArn": "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/front/1",
    "role": "arn:aws:iam::123456789012:role/cloudformation",
}
# What a setting needs beside it, as the last column says; the rest of the environment says where that lies.
NEEDS: Mapping[str, Mapping[str, str]] = {
    "TaskSubnetTier": {
        "PrivateSubnet1Cidr": "10.0.11.0/24",
        "PrivateSubnet2Cidr": "10.0.12.0/24",
        "NatGatewayMode": "per-az",
    },
    "VpcEndpointMode": {"PrivateSubnet1Cidr": "10.0.11.0/24", "PrivateSubnet2Cidr": "10.0.12.0/24"},
}


def failing(name: str) -> Iterator[tuple[str, Control, dict[str, str]]]:
    """Each control that fails in an environment, with the settings that the page names."""
    found = verdicts(system(OWN[name]))
    for number, _, control in everything():
        if found[number].state == FAILS:
            yield number, control, control.settings(found[number])


def changed(name: str, settings: Mapping[str, str]) -> Environment:
    """An environment file with these settings written into it."""
    of = OWN[name]
    for key, value in settings.items():
        given = STOOD_FOR.get(key, value).replace("ap-northeast-1", of.region)  # what an ARN names is in its Region
        if key == "termination_protection":
            of = of._replace(termination_protection=given == "true")
        elif key == "role":
            of = of._replace(role=given)
        else:
            needed = {} if of.parameters.get("PrivateSubnet1Cidr") else _within(of, NEEDS.get(key, {}))
            for parameter, text in {**needed, key: given}.items():
                of = of.with_setting(parameter, Setting(text, Place("test")))
    return of


def _within(of: Environment, needed: Mapping[str, str]) -> dict[str, str]:
    """Ranges of the environment's own VPC."""
    vpc = of.parameters.get("VpcCidr")
    start = ".".join((vpc.text if vpc else "10.0.0.0/16").split(".")[:2])
    return {key: re.sub(r"^10\.0\b", start, text) for key, text in needed.items()}


BY_SETTING = [
    pytest.param(name, number, settings, id=f"{name} {number}")
    for name in ENVIRONMENTS
    for number, _, settings in failing(name)
    if settings
]


@pytest.mark.parametrize(("name", "number", "settings"), BY_SETTING)
def test_with_the_setting_that_is_named_the_control_passes(name: str, number: str, settings: dict[str, str]) -> None:
    of = changed(name, settings)
    nested = tree(documents())
    _, findings = held_against(nested, Reading(of, ()))
    assert findings.problems == ()
    assert verdicts(system(of))[number].state == PASSES


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_failure_has_a_setting_or_a_reason(name: str) -> None:
    found = verdicts(system(OWN[name]))
    without = [
        number for number, control, settings in failing(name) if not (settings or control.accepts(found[number]))
    ]
    assert without == []


def test_every_setting_is_a_parameter_of_root_or_a_key_of_the_file() -> None:
    known = {*documents()["root"]["Parameters"], "termination_protection", "role"}
    named = {key.partition("@")[0] for _, _, control in everything() for key in control.fixes or ()}
    assert named <= known


def test_every_control_of_the_services_stands_in_the_page_once() -> None:
    numbers: dict[str, list[int]] = {}
    for _, service, control in everything():
        numbers.setdefault(service.prefix, []).extend(control.numbers)
    assert {prefix: sorted(found) for prefix, found in numbers.items()} == {
        prefix: sorted(found) for prefix, found in COMPLETE.items()
    }


def test_every_control_that_can_pass_is_broken_by_a_test() -> None:
    modules = (test_load_balancing, test_containers, test_network, test_storage, test_operations)
    broken = {control for module in modules for control in module.BREAKS}
    assert {number for number, state in strict_states().items() if state == PASSES} == broken | BROKEN_ELSEWHERE
    assert {number for number, state in strict_states().items() if state == FAILS} == {"EC2.2"}
    assert {number for number, state in strict_states().items() if state == NOT_KNOWN} == {"ACM.1"}


def table(*names: str) -> str:
    nested = tree(documents())
    return with_controls(
        f"# A\n{BEGIN}\nout of date\n{END}\nafter\n",
        nested,
        [(environment(n), values_of(environment(n), nested)) for n in names],
    )


def row(page: str, control: str) -> list[str]:
    found = re.search(rf"^\| {re.escape(control)} \| (.*) \|$", page, re.MULTILINE)
    assert found, control
    return [cell.strip() for cell in found[1].split(" | ")]


def test_a_row_says_what_each_environment_has() -> None:
    page = table("dev", "prod")
    assert page.startswith(f"# A\n{BEGIN}\n\n### [Elastic Load Balancing](https://docs.aws.amazon.com/securityhub/")
    assert page.endswith(f"{END}\nafter\n")
    assert "out of date" not in page
    assert row(page, "ELB.6")[1:3] == ["**fail**: `AlbDeletionProtection: true`", "pass"]
    assert row(page, "ELB.18")[1:3] == ["accepted", "accepted"]
    assert row(page, "ECS.12")[1:3] == ["**fail**: `ContainerInsights: enabled`", "not known"]
    assert row(page, "S3.5")[1:3] == ["–", "pass"]
    assert row(page, "EC2.172")[1:3] == ["account", "account"]
    assert row(page, "CloudWatch.16")[1:3] == [
        "**fail**: `LogRetentionDays: 365`",
        "pass",
    ]
    assert row(page, "EC2.16, 21")[1:3] == ["–", "–"]


@pytest.mark.parametrize(
    ("control", "change"),
    [
        ("ECS.4", add("ecs", "Bad", "AWS::ECS::TaskDefinition", ContainerDefinitions=[{"Privileged": True}])),
        # What is accepted of one resource is not of another, and a remark is no reason.
        ("ELB.18", add("alb", "Other", "AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTP", DefaultActions=[])),
        ("IAM.21", add("ecs", "Bad", "AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": {"Action": "*"}})),
        ("ELB.17", add("alb", "Other", "AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTPS", DefaultActions=[])),
        ("CloudWatch.16", add("ecs", "Other", "AWS::Logs::LogGroup", RetentionInDays=1)),
    ],
)
def test_a_failure_that_nobody_accounts_for_is_told_as_one(control: str, change: Change) -> None:
    templates = documents()
    change(templates)
    nested = tree(templates)
    of = environment(FlowLogsRetentionDays="365")
    page = with_controls(f"{BEGIN}\n{END}", nested, [(of, values_of(of, nested))])
    assert row(page, control)[1] == "**fail**"


def test_a_page_without_the_marks_is_left_alone() -> None:
    assert with_controls("# A page\n", tree(documents()), []) == "# A page\n"


def test_the_page_of_this_project_is_up_to_date() -> None:
    rewritten = render(environment_files(PARAMS), services_in=SERVICES_IN, thorough=False)[2]
    assert stale_page(PAGE, rewritten) == []


def test_no_value_of_an_environment_is_in_the_page() -> None:
    of = environment(ContainerUser="s3cr3t-user", ContainerImage="registry/s3cr3t@sha256:" + "0" * 64)
    nested = tree(documents())
    assert "s3cr3t" not in with_controls(f"{BEGIN}\n{END}", nested, [(of, values_of(of, nested))])
