"""The controls of Elastic Load Balancing: what breaks each, and that alone."""

from typing import Any

import pytest

from tests.templates.resolved import document
from tests.templates.security.changed_system import (
    NOT_KNOWN_BEFORE,
    Change,
    add,
    attribute,
    difference,
    drop,
    environment,
    put,
    states,
    system,
)

REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
FORWARD = {"Type": "forward", "TargetGroupArn": "arn"}
HTTP = put("alb", "HttpListener", "Protocol", value="HTTP")
HTTP_RULE = add(
    "alb",
    "Extra",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    ListenerArn={"Ref": "HttpListener"},
    Actions=[FORWARD],
    Conditions=[],
    Priority=1,
)
LOAD_BALANCER = ("alb", "LoadBalancer")
BREAKS: dict[str, tuple[Change, ...]] = {
    "ELB.4": (attribute("routing.http.drop_invalid_header_fields.enabled", "false"),),
    "ELB.5": (attribute("access_logs.s3.enabled", "false"),),
    "ELB.6": (attribute("deletion_protection.enabled", "false"),),
    "ELB.12": (attribute("routing.http.desync_mitigation_mode", "monitor"),),
    "ELB.13": (put("network", "PublicSubnet2", "AvailabilityZone", value={"Ref": "AvailabilityZone1"}),),
    "ELB.16": (drop("alb", "WebAclAssociation"),),
    "ELB.17": (put("alb", "HttpsListener", "SslPolicy", value="ELBSecurityPolicy-TLS13-1-2-2021-06"),),
    "ELB.18": (HTTP,),
    "ELB.21": (put("ecs", "TargetGroup", "HealthCheckProtocol", value="HTTP"),),
    "ELB.22": (put("ecs", "TargetGroup", "Protocol", value="HTTP"),),
}
DEFAULTS = {
    "ELB.17": drop("alb", "HttpsListener", "SslPolicy"),
    "ELB.21": drop("ecs", "TargetGroup", "HealthCheckProtocol"),
}
LEFT_OPEN = {
    "ELB.4": attribute("routing.http.drop_invalid_header_fields.enabled", NOT_KNOWN_BEFORE),
    "ELB.5": attribute("access_logs.s3.enabled", NOT_KNOWN_BEFORE),
    "ELB.6": attribute("deletion_protection.enabled", NOT_KNOWN_BEFORE),
    "ELB.12": attribute("routing.http.desync_mitigation_mode", NOT_KNOWN_BEFORE),
    "ELB.13": put(*LOAD_BALANCER, "Subnets", value=NOT_KNOWN_BEFORE),
    "ELB.17": put("alb", "HttpsListener", "SslPolicy", value=NOT_KNOWN_BEFORE),
    "ELB.21": put("ecs", "TargetGroup", "HealthCheckProtocol", value=NOT_KNOWN_BEFORE),
    "ELB.22": put("ecs", "TargetGroup", "Protocol", value=NOT_KNOWN_BEFORE),
}


@pytest.mark.parametrize("control", BREAKS)
def test_one_property_makes_one_control_fail(control: str) -> None:
    assert difference(*BREAKS[control]) == {control: ("passes", "fails")}


@pytest.mark.parametrize("control", DEFAULTS)
def test_what_is_left_out_has_the_default_of_elastic_load_balancing(control: str) -> None:
    assert difference(DEFAULTS[control]) == {control: ("passes", "fails")}


@pytest.mark.parametrize("control", LEFT_OPEN)
def test_what_is_not_known_does_not_pass(control: str) -> None:
    assert difference(LEFT_OPEN[control]) == {control: ("passes", "not known")}


@pytest.mark.parametrize(
    "change",
    [
        put("alb", "HttpListener", "DefaultActions", value=[FORWARD]),
        put("alb", "HttpListener", "DefaultActions", value=[REDIRECT, FORWARD]),
        put("alb", "HttpListener", "DefaultActions", 0, "RedirectConfig", "Protocol", value="#{protocol}"),
        HTTP_RULE,
    ],
)
def test_an_http_listener_that_does_more_than_redirect_fails(change: Change) -> None:
    assert difference(HTTP, change)["ELB.1"] == ("passes", "fails")


def test_an_http_listener_that_redirects_passes_the_one_and_fails_the_other() -> None:
    assert difference(HTTP) == {"ELB.18": ("passes", "fails")}
    assert states(system(environment()))["ELB.1"] == "passes"


def test_a_web_acl_in_front_of_another_load_balancer_is_no_help() -> None:
    elsewhere = put("alb", "WebAclAssociation", "ResourceArn", value="arn:of:another")
    assert difference(elsewhere) == {"ELB.16": ("passes", "fails")}


def test_targets_that_are_functions_have_no_protocol() -> None:
    functions = put("ecs", "TargetGroup", "TargetType", value="lambda")
    plain = put("ecs", "TargetGroup", "Protocol", value="HTTP")
    assert difference(functions, plain, DEFAULTS["ELB.21"]) == {}


def test_a_classic_load_balancer_is_judged_by_nobody_and_does_not_pass() -> None:
    classic = add("alb", "Classic", "AWS::ElasticLoadBalancing::LoadBalancer", Listeners=[])
    assert difference(classic) == {"ELB.2": ("nothing there", "not known")}


def test_every_policy_on_offer_is_on_the_list() -> None:
    for policy in document("alb")["Parameters"]["SslPolicy"]["AllowedValues"]:
        assert states(system(environment(SslPolicy=policy)))["ELB.17"] == "passes"


@pytest.mark.parametrize(
    ("listener", "state"),
    [
        ({"Fn::GetAtt": ["HttpListener", "ListenerArn"]}, "fails"),
        ({"Fn::ImportValue": "a-listener"}, "not known"),
        ({"Fn::GetAtt": ["HttpsListener", "ListenerArn"]}, "passes"),
    ],
)
def test_a_rule_counts_however_it_names_its_listener(listener: Any, state: str) -> None:
    rule = {"ListenerArn": listener, "Priority": 1, "Conditions": [], "Actions": [{"Type": "forward"}]}
    changed = system(environment(), add("alb", "Plain", "AWS::ElasticLoadBalancingV2::ListenerRule", **rule))
    assert states(changed)["ELB.1"] == state
