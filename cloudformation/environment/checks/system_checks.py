"""What must hold between the values of this system and what CloudFormation's Rules section cannot say.

Numbers and parts of texts: the section knows equality and membership alone. (Address ranges and zones are looked at in
consistency.py.) Each check stands on names of parameters and speaks only where the template has all of them, so that
another tree of templates is not judged by it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from cloudformation.environment.checks.database_checks import Found, Texts, database_findings
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.keys.routing.conditions import LONGEST
from cloudformation.environment.parameter_values import Value

_NAMES = ["DomainName", *(f"AlternativeDomainName{number}" for number in (1, 2, 3))]
# Elastic Load Balancing: condition values of one rule.
_RULE_VALUES = 5
_PATTERNS = (
    (
        "ListenerRulePaths",
        re.compile(r"/[A-Za-z0-9_.$/~\"'@:+&*?-]*"),
        "letters, digits, _ - . $ / ~ \" ' @ : + & and the wildcards * and ?",
    ),
    (
        "ListenerRuleHosts",
        re.compile(r"[A-Za-z0-9.*?-]*\.[A-Za-z*?]+"),
        "letters, digits, hyphens, and a dot at least, with letters alone after the last",
    ),
)
# ECS: RegisterTaskDefinition, family.
_FAMILY = 255


def system_problems(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Every finding, at the line of the parameter that it speaks of first."""
    texts = {name: value.text for name, value in values.items() if not value.kept and not value.declared.is_ssm}
    for check in _CHECKS:
        for name, says in check(texts):
            yield Problem(_place(values, name, environment), says)


def _place(values: Mapping[str, Value], name: str, environment: Environment) -> Place:
    return (values[name].place if name in values else None) or environment.place_of("parameters")


def _numbers(texts: Texts, *names: str) -> list[int] | None:
    """The values as numbers, where all are there and each is one."""
    given = [texts.get(name, "") for name in names]
    return [int(text) for text in given] if all(text.isdecimal() for text in given) else None


def _task_counts(texts: Texts) -> Iterator[Found]:
    counts = _numbers(texts, "MinTasks", "MaxTasks")
    if counts and counts[0] > counts[1]:
        yield "MinTasks", f"MinTasks ({counts[0]}) must not be more than MaxTasks ({counts[1]})"


def _health_check_times(texts: Texts) -> Iterator[Found]:
    times = _numbers(texts, "HealthCheckTimeoutSeconds", "HealthCheckIntervalSeconds")
    if times and times[0] >= times[1]:
        yield (
            "HealthCheckTimeoutSeconds",
            f"HealthCheckTimeoutSeconds ({times[0]}) must be less than HealthCheckIntervalSeconds ({times[1]})",
        )


def _names(texts: Texts) -> Iterator[Found]:
    given = [(name, texts[name]) for name in _NAMES if texts.get(name)]
    for (one, first), (other, second) in combinations(given, 2):
        if first == second:
            yield other, f"{other} is {second}, as {one} is: a certificate names each once"
    domain = texts.get("DomainName", "")
    for name, text in given[1:]:
        # Which zone it is only AWS knows; names of one zone have its last two labels at least in common.
        if domain and text.split(".")[-2:] != domain.split(".")[-2:]:
            yield name, f"{name} ({text}) cannot be in the hosted zone that holds DomainName ({domain})"


def _rule_values(texts: Texts) -> Iterator[Found]:
    paths, hosts = texts.get("ListenerRulePaths", ""), texts.get("ListenerRuleHosts", "")
    count = sum(len(text.split(",")) for text in (paths, hosts) if text)
    if count > _RULE_VALUES:
        yield (
            "ListenerRuleHosts",
            f"ListenerRulePaths and ListenerRuleHosts have {count} values; a rule takes {_RULE_VALUES}",
        )


def _patterns(texts: Texts) -> Iterator[Found]:
    """What a rule's patterns may hold (Elastic Load Balancing API: HostHeaderConditionConfig, RuleCondition)."""
    for name, form, means in _PATTERNS:
        for pattern in filter(None, texts.get(name, "").split(",")):
            if len(pattern) > LONGEST:
                yield name, f"{name}: {pattern[:20]}... has {len(pattern)} characters; a rule takes {LONGEST}"
            elif not form.fullmatch(pattern):
                yield name, f"{name}: {pattern} is none that a rule takes: {means}"


def _image_behind_endpoints(texts: Texts) -> Iterator[Found]:
    ways = (texts.get("TaskSubnetTier"), texts.get("NatGatewayMode"), texts.get("VpcEndpointMode"))
    alone = ways == ("private", "none", "interface")
    image = texts.get("ContainerImage", "")
    if alone and image and ".dkr.ecr." not in image.partition("/")[0]:
        yield (
            "ContainerImage",
            f"ContainerImage {image} cannot be pulled: private tasks without a NAT gateway reach ECR's private "
            "repositories of this Region alone",
        )


def _family(texts: Texts) -> Iterator[Found]:
    if "AppName" in texts and "ServiceName" in texts:
        family = f"{texts['AppName']}-{texts['ServiceName']}"
        if len(family) > _FAMILY:
            yield "ServiceName", f"the task family {family} is longer than {_FAMILY} characters"


def _production(texts: Texts) -> Iterator[Found]:
    """Rules must let a first deployment through in which these are still off; the file says what it ends with."""
    if texts.get("EnvironmentClass") != "prod":
        return
    if texts.get("AlbDeletionProtection") == "false":
        yield "EnvironmentClass", "EnvironmentClass prod needs AlbDeletionProtection true"
    if texts.get("AccessLogsMode") == "none":
        yield "EnvironmentClass", "EnvironmentClass prod needs an AccessLogsMode"
    if texts.get("DatabaseMode", "none") != "none" and texts.get("DatabaseDeletionProtection") == "false":
        yield "EnvironmentClass", "EnvironmentClass prod needs DatabaseDeletionProtection true beside a DatabaseMode"


_CHECKS: Sequence[Callable[[Texts], Iterator[Found]]] = (
    _task_counts,
    _health_check_times,
    _names,
    _rule_values,
    _patterns,
    _image_behind_endpoints,
    _family,
    database_findings,
    _production,
)
