"""alb: listeners, attributes, and the order in which access logs come to be."""

import re

import pytest

from tests.templates.resolved import document, tree


def test_without_access_logs_no_bucket_is_named() -> None:
    attributes = tree()["alb"].properties("LoadBalancer")["LoadBalancerAttributes"]
    assert not [
        entry for entry in attributes if entry["Key"].startswith("access_logs.s3.") and "enabled" not in entry["Key"]
    ]


def test_the_load_balancer_waits_for_the_bucket_s_policy() -> None:
    attributes = document("alb")["Resources"]["LoadBalancer"]["Properties"]["LoadBalancerAttributes"]
    created = attributes[4]["Fn::If"][1]["Value"]["Fn::If"][1]
    assert created == {"Fn::Select": [0, [{"Ref": "AccessLogsBucket"}, {"Ref": "AccessLogsBucketPolicy"}]]}


def test_the_tls_policy_is_the_one_chosen() -> None:
    policy = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert tree(SslPolicy=policy)["alb"].properties("HttpsListener")["SslPolicy"] == policy


def test_the_name_leads_to_the_load_balancer() -> None:
    record = tree(DomainName="www.example.org")["alb"].properties("AliasA")
    assert (record["Name"], record["AliasTarget"]["DNSName"]) == ("www.example.org", "alb.LoadBalancer.DNSName")


@pytest.mark.parametrize("layer", ["alb", "app-sg"])
def test_a_security_group_s_descriptions_have_only_letters_that_ec2_allows(layer: str) -> None:
    # CreateSecurityGroup: at most 255 characters of this set; a group's own description can never be changed.
    allowed = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
    for entry in document(layer)["Resources"].values():
        if entry["Type"].startswith("AWS::EC2::SecurityGroup"):
            properties = entry["Properties"]
            assert allowed.fullmatch(properties.get("GroupDescription") or properties["Description"])
