"""Listeners and rules as Elastic Load Balancing describes them: every page, every form, and what is not known here."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cloudformation.environment.keys.routing.conditions import Condition
from cloudformation.environment.keys.routing.listeners import DEFAULT, Target
from deployment.commands.routing.standing_listeners import Balancer, action_of, balancer_of, listeners_of
from deployment.errors import NothingSent, Unreachable
from deployment.run.run import Run
from tests.deployment.facts import stack as a_stack
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run

ARN = "arn:aws:elasticloadbalancing:eu-west-1:210987654321"
LISTENER = {"ListenerArn": f"{ARN}:listener/app/x/1/2", "Port": 443, "Protocol": "HTTPS"}
FORWARD = {"Type": "forward", "TargetGroupArn": f"{ARN}:targetgroup/api/1"}
DEFAULT_RULE = {"RuleArn": "d", "Priority": "default", "Conditions": [], "Actions": [FORWARD], "IsDefault": True}


def rule(priority: str, *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"RuleArn": f"r{priority}", "Priority": priority, "Conditions": [*conditions], "Actions": [FORWARD], **more}


def run_with(folder: Path, *resources: dict[str, Any], **answers: Any) -> Run:
    cloudformation = FakeClient("cloudformation", list_stack_resources={"StackResourceSummaries": [*resources]})
    run = fake_run(write_project(folder), cloudformation)
    elb, others = FakeClient("elbv2", **answers), run.session
    session = SimpleNamespace(**vars(others) | {"client": lambda service, **_: elb if service == "elbv2" else None})
    return Run(**{**vars(run), "session": cast(Any, session)})


def balancer(name: str, kind: str = "application") -> dict[str, Any]:
    return {"LoadBalancerArn": f"{ARN}:loadbalancer/app/{name}/1", "DNSName": f"{name}.example.com", "Type": kind}


def listed(name: str) -> dict[str, Any]:
    return {
        "LogicalResourceId": name,
        "PhysicalResourceId": f"{ARN}:loadbalancer/app/{name}/1",
        "ResourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "ResourceStatus": "CREATE_COMPLETE",
        "LastUpdatedTimestamp": "2026-11-30T00:00:00Z",
    }


def test_the_rules_of_all_pages_are_there(tmp_path: Path) -> None:
    pages = [
        {"Rules": [rule(str(number)) for number in range(1, 51)], "NextMarker": "more"},
        {"Rules": [rule("51"), DEFAULT_RULE]},
    ]
    run = run_with(tmp_path, describe_listeners={"Listeners": [LISTENER]}, describe_rules=pages)
    [listener] = listeners_of(run, Balancer("lb", "lb.example.com"))
    assert [one.priority for one in listener.rules] == [*range(1, 52), DEFAULT]
    assert (listener.port, listener.protocol) == (443, "HTTPS")


@pytest.mark.parametrize("page", [{}, {"Rules": [{"RuleArn": "r", "Actions": [FORWARD]}]}])
def test_an_answer_that_leaves_out_what_decides_is_none(tmp_path: Path, page: dict[str, Any]) -> None:
    run = run_with(tmp_path, describe_listeners={"Listeners": [LISTENER]}, describe_rules=page)
    with pytest.raises(Unreachable, match="AWS omitted"):
        listeners_of(run, Balancer("lb", "lb.example.com"))


def test_a_condition_is_read_in_each_of_its_forms_and_what_is_strange_is_kept_as_such(tmp_path: Path) -> None:
    rules = [
        rule(
            "1",
            {"Field": "host-header", "Values": ["a.example.com"]},
            {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/a"]}},
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["b"]}},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}, {"Value": "2"}]}},
            {"Field": "source-ip", "SourceIpConfig": {"IpAddressType": "ipv6"}},
            Transforms=[{"Type": "url-rewrite"}],
        ),
        DEFAULT_RULE,
    ]
    run = run_with(tmp_path, describe_listeners={"Listeners": [LISTENER]}, describe_rules={"Rules": rules})
    [listener] = listeners_of(run, Balancer("lb", "lb.example.com"))
    assert listener.rules[0].conditions == (
        Condition("host-header", ("a.example.com",)),
        Condition("path-pattern", expressions=("^/a",)),
        Condition("http-header", ("b",), header="X-Kind"),
        Condition("query-string", pairs=(("v", "1"), (None, "2"))),
        Condition("source-ip", strange=True),
    )
    assert (listener.rules[0].rewrites, listener.rules[1].rewrites) == (True, False)


def test_the_last_action_counts_and_a_group_of_weight_none_gets_nothing() -> None:
    groups = [
        {"TargetGroupArn": "a", "Weight": 3},
        {"TargetGroupArn": "b", "Weight": 0},
        {"TargetGroupArn": "c"},
    ]
    last = {"Type": "forward", "Order": 2, "TargetGroupArn": "a", "ForwardConfig": {"TargetGroups": groups}}
    action = action_of([last, {"Type": "authenticate-oidc", "Order": 1}])
    assert (action.type, action.first) == ("forward", ("authenticate-oidc",))
    assert action.targets == (Target("a", 3), Target("c"))
    assert action_of([{"Type": "tarpit"}]).type == "tarpit"
    with pytest.raises(Unreachable):
        action_of([{"Type": "forward"}])


@pytest.mark.parametrize(
    ("described", "says"),
    [
        ([], "and has none"),
        ([balancer("net", "network")], "and has none"),
        ([balancer("one"), balancer("two")], "and has 2; which of them a name leads to depends on DNS"),
    ],
)
def test_a_stack_without_one_application_load_balancer_answers_nothing(
    tmp_path: Path, described: list[dict[str, Any]], says: str
) -> None:
    resources = [listed(one["DNSName"].partition(".")[0]) for one in described]
    run = run_with(tmp_path, *resources, describe_load_balancers={"LoadBalancers": described})
    with pytest.raises(NothingSent, match=says):
        balancer_of(run, a_stack())


def test_the_load_balancer_of_the_stack_is_the_one_that_is_asked(tmp_path: Path) -> None:
    run = run_with(tmp_path, listed("one"), describe_load_balancers={"LoadBalancers": [balancer("one")]})
    assert balancer_of(run, a_stack()) == Balancer(f"{ARN}:loadbalancer/app/one/1", "one.example.com")
