"""What templates are made of as plain data: the same as troposphere gives, at whatever depth."""

from typing import Any

import pytest
from awacs import s3
from awacs.aws import Condition, Deny, PolicyDocument, Statement, StringEquals
from troposphere import GetAtt, If, NoValue, Ref, Sub, Tags, Template, encode_to_dict
from troposphere.cloudformation import WaitConditionHandle
from troposphere.ec2 import VPC, SecurityGroupIngress
from troposphere.iam import Policy, Role
from troposphere.policies import AutoScalingRollingUpdate, UpdatePolicy
from troposphere.route53 import RecordSetType
from troposphere.s3 import Bucket, LoggingConfiguration

from templates.parts.content import plain, template_content
from templates.rendering.tree import templates

IN_ONE = Condition(StringEquals({"aws:SourceAccount": [Ref("AWS::AccountId"), "123456789012"]}))
READS = Statement(Sid="Reads", Effect=Deny, Action=[s3.GetObject], Resource=[Sub("${B}/*")], Condition=IN_ONE)
SYSTEM = templates()
PARTS = {
    "a text": "text",
    "a scalar": 1.5,
    "nothing": None,
    "a policy": PolicyDocument(Version="2012-10-17", Statement=[READS]),
    "a policy in a role": Role(
        "Role",
        AssumeRolePolicyDocument={"Statement": (READS,)},
        Policies=[If("On", Policy(PolicyName="reads", PolicyDocument=PolicyDocument(Statement=[READS])), NoValue)],
        Tags=Tags(Name=Ref("Name"), Owner="ops") + Tags(If("On", {"Key": "a", "Value": "b"}, NoValue)),
    ),
    "a resource without properties": WaitConditionHandle("Handle", DependsOn=VPC("Vpc", CidrBlock="10.0.0.0/16")),
    "a property without members": LoggingConfiguration(),
    "attributes of a resource": Bucket(
        "Bucket",
        DeletionPolicy="Retain",
        UpdatePolicy=UpdatePolicy(AutoScalingRollingUpdate=AutoScalingRollingUpdate(MaxBatchSize=2)),
        Metadata={"Built": ("by", [GetAtt("Other", "Arn")])},
    ),
    "functions in functions": {"a": If("On", [Sub("${A}", A=If("Off", Ref("A"), GetAtt("B", "C")))], [])},
}


@pytest.mark.parametrize(("name", "template"), SYSTEM, ids=[name for name, _ in SYSTEM])
def test_a_template_is_what_troposphere_gives_in_the_same_order(name: str, template: Template) -> None:
    ours, theirs = template_content(template), template.to_dict()
    assert ours == theirs
    assert str(ours) == str(theirs)


def test_every_section_of_a_template_is_there() -> None:
    template = Template(Description="All.", Metadata={"Owner": "ops"})
    template.set_version("2010-09-09")
    template.set_transform("AWS::LanguageExtensions")
    template.add_mapping("Map", {"a": {"b": "c"}})
    template.add_rule("Rule", {"Assertions": []})
    assert template_content(template) == template.to_dict()
    assert template_content(Template()) == Template().to_dict() == {"Resources": {}}
    assert {name for name in vars(template) if name != "resources"} == {
        *("description", "metadata", "conditions", "mappings", "outputs", "parameters", "version", "transform"),
        *("rules", "globals"),
    }


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_each_part_is_what_troposphere_gives(part: Any) -> None:
    assert plain(part) == encode_to_dict(part)


@pytest.mark.parametrize(
    "broken", [RecordSetType("Record", Name="a"), Policy(PolicyName="a"), Statement(Sid="NoEffect")]
)
def test_what_is_not_whole_is_refused_as_troposphere_refuses_it(broken: Any) -> None:
    with pytest.raises(ValueError, match="required") as theirs:
        encode_to_dict(broken)
    with pytest.raises(ValueError, match="required") as ours:
        plain({"Resources": [broken]})
    assert str(ours.value) == str(theirs.value)


def test_what_a_resource_checks_itself_is_checked() -> None:
    nowhere = SecurityGroupIngress("Ingress", IpProtocol="tcp", GroupId="sg-1", GroupName="shop")
    with pytest.raises(ValueError, match="GroupName"):
        encode_to_dict(nowhere)
    with pytest.raises(ValueError, match="GroupName"):
        plain(nowhere)


def test_what_is_not_to_be_checked_is_not() -> None:
    unchecked = Policy(PolicyName="a").no_validation()
    assert plain([unchecked]) == [{"PolicyName": "a"}]
