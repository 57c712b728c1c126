"""A parameter is followed to the properties that it becomes."""

from __future__ import annotations

from cloudformation.template.parameter_uses import ParameterUse, uses
from cloudformation.template.tree import PlainTree

REF = {"Ref": "P"}
CHILD = PlainTree({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}}})


def root(**resources: object) -> PlainTree:
    return PlainTree({"Resources": resources}, {"Layer": CHILD})


def test_it_is_followed_through_nested_stacks_lists_and_branches() -> None:
    layer = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Delay": REF, "Other": "x"}}}
    branches = {"Fn::If": ["C", REF, {"Fn::If": ["D", "x", REF]}]}
    thing = {"Type": "T", "Properties": {"A": [{"B": REF}, "x"], "C": branches}}
    assert list(uses(root(Layer=layer, Thing=thing), "P")) == [
        ParameterUse(("Layer", "Q"), "AWS::SQS::Queue", ("DelaySeconds",)),
        ParameterUse(("Thing",), "T", ("A", "*", "B")),
        ParameterUse(("Thing",), "T", ("C",)),
        ParameterUse(("Thing",), "T", ("C",)),
    ]


def test_what_is_put_together_of_it_or_is_another_s_is_none() -> None:
    thing = {"Type": "T", "Properties": {"A": {"Fn::Join": ["", [REF]]}, "B": {"Ref": "Other"}, "C": "P"}}
    layer = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Unknown": REF}, "Tags": [REF]}}
    assert list(uses(root(Thing=thing, Layer=layer, Odd=[], Bare={"Type": "T"}), "P")) == []
