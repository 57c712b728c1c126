"""A fraction is refused where an integer is made of it, however many templates lie between."""

from __future__ import annotations

import pytest

from cloudformation.environment.checks.whole_numbers import fractions
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value
from cloudformation.template.tree import PlainTree

SERVICE = {"Type": "AWS::ECS::Service", "Properties": {"DesiredCount": {"Ref": "Count"}}}


def nested(resource: object, depth: int) -> PlainTree:
    if not depth:
        return PlainTree({"Resources": {"R": resource}})
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Count": {"Ref": "Count"}}}}
    return PlainTree({"Resources": {"Layer": stack}}, {"Layer": nested(resource, depth - 1)})


def said(tree: PlainTree, text: str, kind: str = "Number", **body: object) -> list[str]:
    environment = Environment("dev", Place("p"), "1", "r", "s", "b", False, {}, (), {}, {"parameters": Place("p", 3)})
    value = Value(Declared("Count", kind, body), text, None)
    return [str(problem) for problem in fractions(tree, {"Count": value}, environment)]


@pytest.mark.parametrize("depth", [0, 1, 3])
@pytest.mark.parametrize("text", ["2.5", "2.0", "2e0", ".5"])
def test_a_fraction_for_an_integer_is_told(depth: int, text: str) -> None:
    told = (
        f"p:3: Parameter 'Count' must be a whole number: AWS::ECS::Service DesiredCount is an integer; it is '{text}'"
    )
    assert said(nested(SERVICE, depth), text) == [told]


def test_a_member_of_a_list_is_found_and_a_secret_kept() -> None:
    task = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Cpu": {"Ref": "Count"}}]}}
    consumer = "AWS::ECS::TaskDefinition ContainerDefinitions.*.Cpu"
    told = f"p:3: Parameter 'Count' must be a whole number: {consumer} is an integer"
    assert said(nested(task, 1), "1.5", NoEcho=True) == [told]


@pytest.mark.parametrize(
    ("resource", "text", "kind"),
    [
        (SERVICE, "2", "Number"),
        (SERVICE, "-2", "Number"),
        (SERVICE, "1_000", "Number"),  # no number at all: reported as such
        (SERVICE, "2.5", "String"),
        ({"Type": "AWS::CloudWatch::Alarm", "Properties": {"Threshold": {"Ref": "Count"}}}, "2.5", "Number"),
        ({"Type": "Custom::Thing", "Properties": {"Size": {"Ref": "Count"}}}, "2.5", "Number"),
        ({"Type": "AWS::ECS::Service", "Properties": {"Name": {"Fn::Sub": "x${Count}"}}}, "2.5", "Number"),
    ],
)
def test_what_is_whole_or_may_be_a_fraction_is_silent(resource: object, text: str, kind: str) -> None:
    assert said(nested(resource, 1), text, kind) == []
