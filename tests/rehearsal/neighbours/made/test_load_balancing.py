"""Load balancers of stacks, their rules and target groups, as Elastic Load Balancing shows them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.neighbours.made.conftest import Account

ELB = "AWS::ElasticLoadBalancingV2"


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"{ELB}::{kind}", "Properties": properties}


def system(paths: str, priority: int = 10) -> dict[str, Any]:
    """A load balancer with a rule. The rule comes first: a template has no order."""
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"}}
    return {
        "ARule": resource(
            "ListenerRule",
            ListenerArn={"Ref": "Listener"},
            Priority=priority,
            Conditions=[
                {"Field": "path-pattern", "PathPatternConfig": {"Values": paths.split(",")}},
                {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}},
            ],
            Actions=[{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
        ),
        "Listener": resource(
            "Listener", LoadBalancerArn={"Ref": "Balancer"}, Port=80, Protocol="HTTP", DefaultActions=[fixed]
        ),
        "Group": resource("TargetGroup", Port=80, Protocol="HTTP", TargetType="ip", VpcId="vpc-0123456789abcdef0"),
        "Balancer": resource("LoadBalancer", Subnets=["subnet-1", "subnet-2"]),
    }


def test_what_the_stack_made_is_described_under_the_arns_that_the_stack_knows(account: Account) -> None:
    ids = account.create(**system("/a/*,/b"))
    elb = account.service("elbv2")
    [balancer] = elb.describe_load_balancers()["LoadBalancers"]
    assert (balancer["LoadBalancerArn"], balancer["State"]["Code"]) == (ids["Balancer"], "active")
    [listener] = elb.describe_listeners(LoadBalancerArn=ids["Balancer"])["Listeners"]
    assert (listener["ListenerArn"], listener["Port"], listener["Protocol"]) == (ids["Listener"], 80, "HTTP")
    assert listener["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "503"
    rule, default = elb.describe_rules(ListenerArn=ids["Listener"])["Rules"]
    assert (rule["RuleArn"], rule["Priority"], rule["IsDefault"]) == (ids["ARule"], "10", False)
    assert rule["Conditions"][0] == {
        "Field": "path-pattern",
        "Values": ["/a/*", "/b"],
        "PathPatternConfig": {"Values": ["/a/*", "/b"]},
    }
    assert rule["Conditions"][1] == {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}
    assert rule["Actions"][0]["TargetGroupArn"] == ids["Group"]
    assert (default["Priority"], default["IsDefault"]) == ("default", True)
    [group] = elb.describe_target_groups(TargetGroupArns=[ids["Group"]])["TargetGroups"]
    assert (group["TargetGroupArn"], group["TargetType"], group["Port"]) == (ids["Group"], "ip", 80)
    tags = elb.describe_tags(ResourceArns=[ids["Group"]])["TagDescriptions"][0]["Tags"]
    assert {"Key": "team", "Value": "ops"} in tags


def test_an_update_of_the_stack_is_an_update_there_and_what_was_added_by_hand_stays(account: Account) -> None:
    ids = account.create(**system("/a/*"))
    elb = account.service("elbv2")
    elb.create_rule(
        ListenerArn=ids["Listener"],
        Priority=5,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["by.hand.example.com"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": ids["Group"]}],
    )
    account.update(**system("/c/*", 20))
    rules = {rule["Priority"]: rule for rule in elb.describe_rules(ListenerArn=ids["Listener"])["Rules"]}
    assert set(rules) == {"5", "20", "default"}
    assert rules["20"]["Conditions"][0]["Values"] == ["/c/*"]


def test_what_a_stack_removes_goes(account: Account) -> None:
    ids = account.create(**system("/a/*"))
    elb = account.service("elbv2")
    assert len(elb.describe_rules(ListenerArn=ids["Listener"])["Rules"]) == 2
    account.update(**{name: body for name, body in system("/a/*").items() if name != "ARule"})
    assert [rule["Priority"] for rule in elb.describe_rules(ListenerArn=ids["Listener"])["Rules"]] == ["default"]
    account.delete()
    assert elb.describe_load_balancers()["LoadBalancers"] == []
    with pytest.raises(ClientError, match="TargetGroupNotFound"):
        elb.describe_target_groups(TargetGroupArns=[ids["Group"]])


def test_a_rule_of_a_listener_that_nobody_has_is_nowhere_and_ends_nothing(account: Account) -> None:
    stray = system("/a/*")["ARule"]
    stray["Properties"]["ListenerArn"] = "arn:aws:elasticloadbalancing:eu-west-1:210987654321:listener/app/x/1/2"
    account.create(Group=system("/a/*")["Group"], Stray=stray)
    assert account.service("elbv2").describe_load_balancers()["LoadBalancers"] == []
