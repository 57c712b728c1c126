"""The names that templates give, known from the values of parameters."""

from __future__ import annotations

import pytest

from cloudformation.template.given_names import Binding, GivenName, given_names
from cloudformation.template.tree import PlainTree


def record(name: object, **more: object) -> dict[str, object]:
    return {"Type": "AWS::Route53::RecordSet", "Properties": {"Name": name, "HostedZoneId": "Z1", "Type": "A"}, **more}


def test_names_are_followed_into_nested_stacks_with_their_defaults() -> None:
    child = PlainTree(
        {
            "Parameters": {"Host": {"Type": "String"}, "Domain": {"Type": "String", "Default": "example.com"}},
            "Resources": {"R": record({"Fn::Sub": "${Host}.${Domain}"})},
        }
    )
    layer = {
        "Type": "AWS::CloudFormation::Stack",
        "Condition": "C",
        "Properties": {"Parameters": {"Host": {"Ref": "H"}}},
    }
    tree = PlainTree({"Resources": {"Layer": layer, "Plain": record({"Ref": "H"})}}, {"Layer": child})
    assert list(given_names(tree, {"H": Binding("www", "H")})) == [
        GivenName(("Layer", "R"), "AWS::Route53::RecordSet", ("www.example.com", "Z1", "A"), ("H",), True),
        GivenName(("Plain",), "AWS::Route53::RecordSet", ("www", "Z1", "A"), ("H",), False),
    ]


def test_a_name_that_is_known_only_when_it_is_deployed_is_none() -> None:
    for name in ({"Fn::GetAtt": "X.Name"}, {"Ref": "X"}, {"Fn::Sub": "${X}"}, {"Fn::Sub": ["${A}", {"A": "b"}]}, None):
        assert list(given_names(PlainTree({"Resources": {"R": record(name), "S": "odd"}}), {})) == []


def test_names_of_dns_are_compared_without_case_and_wherever_they_are() -> None:
    one, other = (GivenName((), "AWS::Route53::RecordSet", (name,), (), False) for name in ("A.example.", "a.EXAMPLE"))
    assert one.within("1", "eu-west-1") == other.within("2", "eu-west-2")


@pytest.mark.parametrize(
    ("type_name", "counted"),
    [
        ("AWS::S3::Bucket", set()),
        ("AWS::IAM::Role", {"account"}),
        ("AWS::SQS::Queue", {"account", "region"}),
    ],
)
def test_a_name_is_taken_in_its_region_in_its_account_or_everywhere(type_name: str, counted: set[str]) -> None:
    given = GivenName(("R",), type_name, ("taken",), (), False)
    here = given.within("1", "eu-west-1")
    differs = {"account": given.within("2", "eu-west-1") != here, "region": given.within("1", "eu-west-2") != here}
    assert {place for place, does in differs.items() if does} == counted


def test_exports_are_names_too() -> None:
    outputs = {
        "A": {"Value": "x", "Export": {"Name": {"Fn::Sub": "${P}-vpc"}}},
        "B": {"Value": "x", "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-vpc"}}},
        "C": {"Value": "x"},
    }
    assert list(given_names(PlainTree({"Outputs": outputs}), {"P": Binding("shop", "P")})) == [
        GivenName(("A",), "Export", ("shop-vpc",), ("P",), False)
    ]
