"""The listeners of a stack's load balancer with their rules, as Elastic Load Balancing has them at the moment.

Three calls that only read, and as many pages as there are:
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
What an answer has that is not known here (a kind of condition, an action) stays what it is, and decides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloudformation.environment.keys.routing.conditions import HEADER, QUERY, Condition
from cloudformation.environment.keys.routing.listeners import (
    DEFAULT,
    FIXED,
    FORWARD,
    REDIRECT,
    Action,
    Listener,
    ListenerRule,
    Target,
)
from deployment.aws.answers import needed
from deployment.aws.calls import at_once
from deployment.aws.pages import all_members
from deployment.aws.retries import retried
from deployment.errors import NothingSent
from deployment.run.run import Run
from deployment.stack.nested_stacks import live_stack
from deployment.stack.stack import Stack

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_APPLICATION = "application"
_DEFAULT = "default"
# Where the values of a condition stand, by its field.
_CONFIGURED = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    HEADER: "HttpHeaderConfig",
    QUERY: "QueryStringConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}
_KNOWN = {"Values", "RegexValues", "HttpHeaderName"}
_REDIRECTED = {"Protocol": "protocol", "Host": "host", "Port": "port", "Path": "path", "Query": "query"}


@dataclass(frozen=True)
class Balancer:
    """An application load balancer: its ARN, and its own DNS name."""

    arn: str
    name: str


def balancer_of(run: Run, stack: Stack) -> Balancer:
    """The one application load balancer of a stack and its nested stacks; raises NothingSent where there is not one."""
    leaves = live_stack(run.cloudformation, stack.arn, run.waiting).leaves()
    arns = [resource.physical_id for _, resource in leaves if resource.type == _TYPE and resource.physical_id]
    found = [one for one in _described(run, arns) if one["Type"] == _APPLICATION] if arns else []
    if len(found) != 1:
        there = f"{len(found)}; which of them a name leads to depends on DNS" if found else "none"
        raise NothingSent(
            f"stack {stack.name} must have one application load balancer, and has {there}",
            remedy="ask about a stack that has one: the platform's",
        )
    arn, name = needed(found[0], "LoadBalancerArn", "DNSName")
    return Balancer(arn, name)


def _described(run: Run, arns: list[str]) -> list[dict[str, Any]]:
    elb = run.session.client("elbv2")
    asked = retried(
        run.waiting, lambda: all_members(elb.describe_load_balancers, "LoadBalancers", LoadBalancerArns=arns)
    )
    return [one for one in asked if needed(one, "LoadBalancerArn", "Type")]


def listeners_of(run: Run, balancer: Balancer) -> list[Listener]:
    """Its listeners by their ports, with all rules."""
    elb = run.session.client("elbv2")

    def rules(listener: Mapping[str, Any]) -> tuple[ListenerRule, ...]:
        arn = listener["ListenerArn"]
        rows = retried(run.waiting, lambda: all_members(elb.describe_rules, "Rules", ListenerArn=arn))
        return tuple(_rule(row) for row in rows)

    rows = retried(run.waiting, lambda: all_members(elb.describe_listeners, "Listeners", LoadBalancerArn=balancer.arn))
    by_port = sorted(rows, key=lambda row: int(needed(row, "ListenerArn", "Protocol", "Port")[2]))
    of_each = at_once(rules, {row["ListenerArn"]: row for row in by_port})
    return [Listener(row["ListenerArn"], row["Protocol"], row["Port"], of_each[row["ListenerArn"]]) for row in by_port]


def _rule(row: Mapping[str, Any]) -> ListenerRule:
    arn, priority, actions = needed(row, "RuleArn", "Priority", "Actions")
    conditions = tuple(_condition(one) for one in row.get("Conditions") or ())
    place = DEFAULT if priority == _DEFAULT else int(priority)
    return ListenerRule(arn, place, conditions, action_of(actions), bool(row.get("Transforms")))


def _condition(row: Mapping[str, Any]) -> Condition:
    (field,) = needed(row, "Field")
    config = row.get(_CONFIGURED.get(field, "")) or {}
    given = config.get("Values") or row.get("Values") or ()
    pairs = tuple((one.get("Key"), one.get("Value", "")) for one in given) if field == QUERY else ()
    return Condition(
        field,
        () if field == QUERY else tuple(given),
        pairs,
        tuple(config.get("RegexValues") or row.get("RegexValues") or ()),
        config.get("HttpHeaderName", ""),
        strange=bool(config.keys() - _KNOWN),
    )


def action_of(rows: Sequence[Mapping[str, Any]]) -> Action:
    """What is done last, by the actions' order, with the types of those before it."""
    *first, last = sorted(rows, key=lambda row: row.get("Order") or 0) or [{"Type": "none"}]
    (kind,) = needed(last, "Type")
    before = tuple(row["Type"] for row in first)
    if kind == FORWARD:
        return Action(kind, tuple(_targets(last)), first=before)
    if kind == REDIRECT:
        config = last.get("RedirectConfig") or {}
        parts = tuple((name, config[member]) for member, name in _REDIRECTED.items() if config.get(member) is not None)
        status = str(config.get("StatusCode", "")).removeprefix("HTTP_")
        return Action(kind, redirect=parts, status=status, first=before)
    if kind == FIXED:
        return Action(kind, status=str((last.get("FixedResponseConfig") or {}).get("StatusCode", "")), first=before)
    return Action(kind, first=before)


def _targets(row: Mapping[str, Any]) -> Iterator[Target]:
    """Its target groups, and the weight of each: one that is 0 gets nothing."""
    several = (row.get("ForwardConfig") or {}).get("TargetGroups") or ()
    for one in several or ({"TargetGroupArn": row.get("TargetGroupArn")},):
        (arn,) = needed(one, "TargetGroupArn")
        weight = one.get("Weight")
        if weight is None or weight > 0:
            yield Target(arn, 1 if weight is None else weight)
