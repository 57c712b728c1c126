"""What a service refuses because of other resources."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.properties.service_refusals import is_wrong_zone
from rehearsal.scenario.faults import ResourceFault, Scenario
from tests.rehearsal.play import Play

LISTENER = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef"


def resource(type_name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{type_name}", "Properties": properties}


def rule(priority: Any, listener: Any = LISTENER) -> dict[str, Any]:
    return resource(
        "ElasticLoadBalancingV2::ListenerRule", ListenerArn=listener, Priority=priority, Actions=[], Conditions=[]
    )


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def failures(play: Play) -> list[str]:
    return [reason for _, status, reason in play.reasons() if status in ("CREATE_FAILED", "UPDATE_FAILED")]


def refused(body: dict[str, Any], *before: dict[str, Any]) -> list[str]:
    """Why the last of these templates is not reached; those before it are."""
    play = Play()
    play.services.zone_names["ap-northeast-1"] = ["ap-northeast-1a", "ap-northeast-1c"]
    for earlier in before:
        assert play.deploy(earlier)["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), failures(play)
    stack = play.deploy(body)
    told = failures(play)
    assert stack["StackStatus"].endswith("ROLLBACK_COMPLETE") is bool(told)
    return told


@pytest.mark.parametrize(
    ("zone", "region", "wrong"),
    [
        ("eu-west-1a", "us-east-1", True),
        ("us-east-1z", "us-east-1", True),
        ("us-east-1f", "us-east-1", False),
        ("us-west-2-lax-1a", "us-west-2", False),
        ("us-east-1-wl1-bos-wlz-1", "us-east-1", False),
        ("all", "us-east-1", False),
        ("use1-az1", "us-east-1", False),
    ],
)
def test_a_zone_is_wrong_where_no_account_has_it_in_that_region(zone: str, region: str, wrong: bool) -> None:
    assert is_wrong_zone(zone, region) is wrong


def test_a_subnet_is_made_in_a_zone_of_its_region() -> None:
    subnet = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}
    [reason] = refused(template(A=resource("EC2::Subnet", AvailabilityZone="eu-west-1a", **subnet)))
    assert (
        "Value (eu-west-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in the "
        "following availability zones: ap-northeast-1a, ap-northeast-1c. (Service: Ec2, Status Code: 400," in reason
    )
    # ap-northeast-1d is one that not every account has.
    assert not refused(template(A=resource("EC2::Subnet", AvailabilityZone="ap-northeast-1d", **subnet)))


def test_zones_are_looked_for_at_any_depth_and_targets_may_be_in_all() -> None:
    def group(zone: str) -> dict[str, Any]:
        targets = [{"Id": "10.0.0.1", "AvailabilityZone": zone}]
        return template(A=resource("ElasticLoadBalancingV2::TargetGroup", Targets=targets))

    assert "Invalid availability zone: [us-east-1a]" in refused(group("us-east-1a"))[0]
    assert not refused(group("all"))


def test_a_zone_that_somebodys_own_code_reads_may_be_anywhere() -> None:
    own = {"ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:f", "AvailabilityZones": ["eu-west-1a"]}
    step = {"inputs": {"AvailabilityZone": "eu-west-1a"}}
    document = {"schemaVersion": "0.3", "mainSteps": [step]}
    assert not refused(
        template(
            A={"Type": "Custom::Copy", "Properties": own},
            B=resource("SSM::Document", DocumentType="Automation", Content=document),
        )
    )


def test_two_rules_of_one_listener_have_different_priorities() -> None:
    reasons = refused(template(A=rule(50000), B=rule("50000") | {"DependsOn": "A"}))
    assert "Priority '50000' is currently in use (Service: ElasticLoadBalancingV2, Status Code: 400" in reasons[0]
    assert not refused(template(A=rule(1), B=rule(2), C=rule(1, LISTENER.replace("/a/", "/b/"))))


def test_a_rule_that_moves_to_a_priority_that_is_taken_is_refused_and_one_that_stays_is_not() -> None:
    stood = template(A=rule(1), B=rule(2))
    assert "Priority '1' is currently in use" in refused(template(A=rule(1), B=rule(1)), stood)[0]
    changed = rule(2) | {"Properties": rule(2)["Properties"] | {"Actions": [{"Type": "forward"}]}}
    assert not refused(template(A=rule(1), B=changed), stood)
    assert not refused(template(B=rule(1)), stood, template(B=rule(2)))


def test_rules_do_not_change_places_among_themselves_in_one_update() -> None:
    two, three = template(A=rule(1), B=rule(2)), template(A=rule(1), B=rule(2), C=rule(3))
    assert "is currently in use" in refused(template(A=rule(2), B=rule(1)), two)[0]
    assert "is currently in use" in refused(template(A=rule(2), B=rule(3), C=rule(1)), three)[0]
    # One after the other they move up.
    assert not refused(template(A=rule(2) | {"DependsOn": "B"}, B=rule(3)), two)
    assert not refused(
        template(A=rule(2), B=rule(1)), two, template(A=rule(9), B=rule(2)), template(A=rule(9), B=rule(1))
    )


def test_one_load_balancer_listens_once_on_a_port() -> None:
    def listener(port: int, **more: Any) -> dict[str, Any]:
        return resource("ElasticLoadBalancingV2::Listener", LoadBalancerArn="lb", Port=port, DefaultActions=[]) | more

    reasons = refused(template(A=listener(443), B=listener(443, DependsOn="A")))
    assert "A listener already exists on this port for this load balancer 'lb'" in reasons[0]
    assert not refused(template(A=listener(443), B=listener(80)))


def network(cidr: str, *, second: bool = False) -> dict[str, Any]:
    vpc = resource("EC2::VPC", CidrBlock=cidr)
    other = {"Other": resource("EC2::VPC", CidrBlock="10.9.0.0/16")} if second else {}
    owner = {"Ref": "Other"} if second else {"Ref": "Vpc"}
    return {
        "Vpc": vpc,
        **other,
        "One": resource("EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock=cidr.replace("/16", "/24")),
        "Two": resource("EC2::Subnet", VpcId=owner, CidrBlock=cidr.replace("0.0/16", "1.0/24")),
        "Lb": resource("ElasticLoadBalancingV2::LoadBalancer", Subnets=[{"Ref": "One"}, {"Ref": "Two"}]),
    }


def test_a_load_balancer_keeps_its_vpc() -> None:
    moved = refused(template(**network("10.2.0.0/16")), template(**network("10.1.0.0/16")))
    assert "All subnets of a load balancer must be in the same VPC" in moved[0]
    assert "same VPC" in refused(template(**network("10.1.0.0/16", second=True)))[0]


def test_a_load_balancer_may_have_other_subnets_of_its_vpc() -> None:
    body = network("10.1.0.0/16")
    body["Two"]["Properties"]["CidrBlock"] = "10.1.7.0/24"
    assert not refused(template(**body), template(**network("10.1.0.0/16")))
    literal = resource("ElasticLoadBalancingV2::LoadBalancer", Subnets=["subnet-1", "subnet-2"])
    assert not refused(template(Lb=literal), template(**network("10.1.0.0/16")))  # whose VPC nobody knows


def subnet(zone: str) -> dict[str, Any]:
    return resource("EC2::Subnet", VpcId="vpc-1", CidrBlock="10.0.0.0/24", AvailabilityZone=zone)


def subnet_group(*subnets: Any) -> dict[str, Any]:
    return resource("RDS::DBSubnetGroup", DBSubnetGroupDescription="data", SubnetIds=list(subnets))


def test_the_subnets_of_a_database_are_in_two_zones_at_least() -> None:
    both = subnet_group({"Ref": "A"}, {"Ref": "B"})
    [reason, *_] = refused(template(A=subnet("ap-northeast-1a"), B=subnet("ap-northeast-1a"), Group=both))
    assert (
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
        "Current AZ coverage: ap-northeast-1a. Add subnets to cover at least 2 AZs. (Service: Rds, Status Code: 400,"
    ) in reason
    assert not refused(template(A=subnet("ap-northeast-1a"), B=subnet("ap-northeast-1c"), Group=both))


def test_of_subnets_that_no_stack_made_the_zones_are_not_known() -> None:
    assert not refused(template(Group=subnet_group("subnet-0aaaaaaaaaaaaaaaa")))
    assert not refused(
        template(A=subnet("ap-northeast-1a"), Group=subnet_group({"Ref": "A"}, "subnet-0aaaaaaaaaaaaaaaa"))
    )


def cluster(version: str, engine: str = "aurora-postgresql", **more: Any) -> dict[str, Any]:
    return template(Data=resource("RDS::DBCluster", Engine=engine, EngineVersion=version, **more))


@pytest.mark.parametrize(("old", "new"), [("17", "16"), ("17.5", "16.9"), ("17", "16.9")])
def test_a_database_does_not_go_back_to_an_older_major_version(old: str, new: str) -> None:
    [reason] = refused(cluster(new), cluster(old))
    assert f"Cannot upgrade aurora-postgresql from {old} to {new} (Service: Rds, Status Code: 400," in reason


@pytest.mark.parametrize(("old", "new"), [("16", "17"), ("16.9", "16"), ("16", "16.9")])
def test_a_database_gets_a_newer_version_or_keeps_its_own(old: str, new: str) -> None:
    assert not refused(cluster(new), cluster(old))


def test_another_database_has_the_version_that_it_is_made_with() -> None:
    assert not refused(cluster("16", DatabaseName="b"), cluster("17", DatabaseName="a"))


def test_an_upgrade_that_is_rolled_back_is_not_refused_by_its_own_database() -> None:
    later = {"Late": {**resource("SNS::Topic", TopicName="x"), "DependsOn": "Data"}}
    play = Play(Scenario((ResourceFault("Late"),)))
    play.deploy(cluster("16"))
    upgraded = cluster("17")
    upgraded["Resources"] |= later
    assert play.deploy(upgraded)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


PUBLIC: dict[str, Any] = {}
INSIDE = {"VPCOptions": {"SubnetIds": ["subnet-1"]}}


def domain(kind: str, **more: Any) -> dict[str, Any]:
    return template(Logs=resource(kind, **more))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Elasticsearch::Domain", '"Domain should be created with VPC options to update VPC options later (Service: '),
        (
            "OpenSearchService::Domain",
            '"Invalid request provided: Domain should be created with VPC options to update VPC options later '
            "(Service: OpenSearch, Status Code: 400, ",
        ),
    ],
)
def test_a_domain_with_a_public_endpoint_is_not_placed_in_a_vpc_later(kind: str, words: str) -> None:
    [reason] = refused(domain(kind, **INSIDE), domain(kind, **PUBLIC))
    assert words in reason


@pytest.mark.parametrize(
    ("after", "before"),
    [
        (PUBLIC | {"AccessPolicies": {}}, PUBLIC),
        (PUBLIC | {"VPCOptions": {}}, PUBLIC),
        ({"VPCOptions": {"SubnetIds": ["subnet-2"]}}, INSIDE),
        (INSIDE | {"DomainName": "another"}, PUBLIC | {"DomainName": "one"}),  # a replacement
    ],
)
def test_a_domain_keeps_its_access_and_changes_its_subnets(after: dict[str, Any], before: dict[str, Any]) -> None:
    assert not refused(domain("OpenSearchService::Domain", **after), domain("OpenSearchService::Domain", **before))


def test_a_domain_that_was_created_in_a_vpc_is_still_there_if_a_template_omitted_it() -> None:
    inside, omitted = (domain("OpenSearchService::Domain", **access) for access in (INSIDE, PUBLIC))
    assert not refused(inside, inside, omitted)
