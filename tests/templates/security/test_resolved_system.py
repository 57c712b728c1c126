"""A tree as an environment resolves it: checked against an independent resolver, and with unknown values."""

from typing import Any

import pytest

from cloudformation.template.tree import PlainTree
from cloudformation.unknown import ABSENT, Unknown, is_unknown
from templates.layers import LAYERS as BUILT
from templates.parts import wiring
from templates.security.resolved_system import System
from tests.templates.resolved import tree_in
from tests.templates.security.changed_system import (
    documents,
    drop,
    environment,
    put,
    system,
    tree,
    values_of,
)

LAYERS = {wiring.logical_id(layer): layer for layer in BUILT}
VPC = "AWS::EC2::VPC"


def agree(ours: Any, theirs: Any) -> bool:
    """Whether two say the same, as far as ours knows; a text of theirs may be what a resource will be called."""
    if isinstance(ours, Unknown):
        return isinstance(theirs, (str, list))
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(agree(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    return str(ours) == str(theirs)


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_property_is_what_another_resolver_says(name: str) -> None:
    of = environment(name)
    ours = system(of)
    values = {key: value for key, value in values_of(of, tree(documents())).items() if value is not None}
    theirs = tree_in({"AWS::Region": of.region, "AWS::AccountId": of.account}, **values)
    known, there = 0, [layer for layer in LAYERS.values() if layer in theirs]
    for layer in there:
        for logical_id, entry in theirs[layer].resources.items():
            (resource,) = [
                one
                for one in ours.of(entry["Type"])
                if (LAYERS.get("".join(one.path)), one.name) == (layer, logical_id)
            ]
            for key, value in entry.get("Properties", {}).items():
                assert agree(resource[key], value), (layer, logical_id, key, resource[key], value)
                known += not is_unknown(resource[key])
    assert known > 80
    created = {(layer, name) for layer in there for name in theirs[layer].resources}
    types = {entry["Type"] for layer in there for entry in theirs[layer].resources.values()}
    assert {(LAYERS["".join(one.path)], one.name) for one in ours.of(*types)} == created


def test_a_reference_is_the_same_through_outputs_and_parameters() -> None:
    ours = system(environment())
    (vpc,) = ours.of(VPC)
    (group,) = (one for one in ours.of("AWS::EC2::SecurityGroup") if one.name == "AlbSecurityGroup")
    assert group["VpcId"] == vpc.ref
    (load_balancer,) = ours.of("AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert load_balancer["SecurityGroups"] == [group.ref]
    assert vpc["Nothing"] is ABSENT


def test_what_is_kept_or_from_elsewhere_is_not_known() -> None:
    nested = tree(documents())
    values = values_of(environment(), nested)
    kept = System(nested, environment(), {**values, "LogRetentionDays": None})
    lacking = System(
        nested, environment(), {name: value for name, value in values.items() if name != "LogRetentionDays"}
    )
    for ours in (kept, lacking):
        (group,) = (one for one in ours.of("AWS::Logs::LogGroup") if one.name == "LogGroup")
        assert isinstance(group["RetentionInDays"], Unknown)


def test_a_resource_whose_condition_is_not_known_is_there_but_not_certain() -> None:
    nested = tree(documents())
    ours = System(nested, environment(), {**values_of(environment(), nested), "FlowLogsRetentionDays": None})
    assert [one.certain for one in ours.of("AWS::EC2::FlowLog")] == [False]
    assert [one.certain for one in ours.of(VPC)] == [True]


def test_a_nested_stack_whose_condition_is_false_has_no_resources() -> None:
    existing = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
    assert system(environment(ExistingCertificateArn=existing)).of("AWS::CertificateManager::Certificate") == []
    (listener,) = (
        one
        for one in system(environment(ExistingCertificateArn=existing)).of("AWS::ElasticLoadBalancingV2::Listener")
        if one.name == "HttpsListener"
    )
    assert listener["Certificates"] == [{"CertificateArn": existing}]


def test_a_value_of_systems_manager_is_not_known() -> None:
    templates = documents()
    templates["root"]["Parameters"]["LogRetentionDays"]["Type"] = "AWS::SSM::Parameter::Value<String>"
    nested = tree(templates)
    (group,) = (
        one
        for one in System(nested, environment(), values_of(environment(), nested)).of("AWS::Logs::LogGroup")
        if one.name == "LogGroup"
    )
    assert isinstance(group["RetentionInDays"], Unknown)


def test_a_template_elsewhere_leaves_what_it_feeds_open() -> None:
    templates = documents()
    whole = tree(templates)
    alone = PlainTree(whole.document, {name: child for name, child in whole.nested.items() if name != "Network"})
    ours = System(alone, environment(), values_of(environment(), whole))
    assert ours.of(VPC) == []
    (group,) = (one for one in ours.of("AWS::EC2::SecurityGroup") if one.name == "AlbSecurityGroup")
    assert isinstance(group["VpcId"], Unknown)


def test_a_parameter_that_is_not_passed_has_its_default() -> None:
    ours = system(environment(), drop("root", "Alb", "Parameters", "SslPolicy"))
    (listener,) = (one for one in ours.of("AWS::ElasticLoadBalancingV2::Listener") if one.name == "HttpsListener")
    assert listener["SslPolicy"] == documents()["alb"]["Parameters"]["SslPolicy"]["Default"]


def test_what_cloudformation_refuses_is_not_known() -> None:
    refused = put("network", "Vpc", "CidrBlock", value={"Fn::Select": ["9", ["a"]]})
    (vpc,) = system(environment(), refused).of(VPC)
    assert isinstance(vpc["CidrBlock"], Unknown)


def test_the_pseudo_parameters_are_those_of_the_environment() -> None:
    china = environment()._replace(region="cn-north-1", account="210987654321")
    arn = {"Fn::Sub": "${AWS::Partition} ${AWS::URLSuffix} ${AWS::Region} ${AWS::AccountId}"}
    (vpc,) = system(china, put("network", "Vpc", "Tags", value=arn)).of(VPC)
    assert vpc["Tags"] == "aws-cn amazonaws.com.cn cn-north-1 210987654321"
