"""Where a NoEcho value is used is found in the templates alone, through every layer."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.review.secret_places import SecretPlaces
from deployment.template.resource_path import ROOT, ResourcePath

_APP = ResourcePath(("App",))
_DEEP = ResourcePath(("App", "Deep"))


def _stack(**parameters: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": parameters}}


def _places(**outputs: Any) -> SecretPlaces:
    """A tree of three levels whose root has a secret, with these outputs."""
    deep = {
        "Parameters": {"Text": {}, "Open": {}},
        "Outputs": {"Text": {"Value": {"Fn::Sub": "<${Text}>"}}, "Open": {"Value": {"Ref": "Open"}}},
    }
    app = {
        "Parameters": {"Word": {}, "Own": {"NoEcho": "TRUE"}},
        "Resources": {"Deep": _stack(Text={"Ref": "Word"}, Open="x")},
        "Outputs": {
            "Deep": {"Value": {"Fn::GetAtt": "Deep.Outputs.Text"}},
            "Open": {"Value": {"Fn::GetAtt": ["Deep", "Outputs.Open"]}},
            "Own": {"Value": {"Ref": "Own"}},
        },
    }
    root = {
        "Parameters": {"Password": {"NoEcho": True}, "Plain": {}},
        "Conditions": {"Has": {"Fn::Equals": [{"Ref": "Password"}, ""]}},
        "Resources": {
            "App": _stack(Word={"Fn::Join": ["", ["a", {"Ref": "Password"}]]}),
            "Gone": _stack(Word={"Ref": "Password"}),
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "t-${Password}"}}},
            "Database": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": {"Ref": "Password"}}},
            "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Description": {"Ref": "Password"}}},
            "Custom": {"Type": "Custom::X", "Properties": {"Password": {"Ref": "Password"}}},
        },
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    return SecretPlaces({ROOT: root, _APP: app, _DEEP: deep})


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ({"Ref": "Password"}, True),
        ({"Ref": "Plain"}, False),
        ({"Fn::If": ["Has", {"Ref": "Plain"}, {"Fn::Base64": {"Ref": "Password"}}]}, True),
        ({"Fn::If": ["Has", "a", "b"]}, False),
        ({"Fn::Sub": ["${X}", {"X": {"Ref": "Password"}}]}, True),
        ({"Fn::Sub": "${App.Outputs.Deep}"}, True),
        ({"Fn::GetAtt": ["App", "Outputs.Open"]}, False),
        ({"Fn::GetAtt": ["App", "Outputs.Own"]}, True),
        ({"Fn::GetAtt": ["Gone", "Outputs.Anything"]}, True),
        ({"Ref": "App"}, False),
        ({"Ref": "Topic"}, True),
        ({"Fn::GetAtt": ["Topic", "TopicArn"]}, True),
        ({"Fn::GetAtt": ["Database", "Endpoint.Address"]}, False),
        ({"Fn::GetAtt": ["Database", "MasterUserPassword"]}, True),
        ({"Ref": "Parameter"}, False),
        ({"Fn::GetAtt": ["Parameter", "Description"]}, True),
        ({"Fn::GetAtt": ["Custom", "Anything"]}, True),
    ],
)
def test_an_output_is_secret_where_its_expression_leads_to_one(value: Any, secret: bool) -> None:
    assert _places(Out=value).output(ROOT, "Out") is secret


def test_a_parameter_is_secret_by_its_declaration_or_by_what_it_is_given() -> None:
    places = _places()
    assert [places.parameter(ROOT, "Password"), places.parameter(_APP, "Word"), places.parameter(_DEEP, "Text")] == [
        True
    ] * 3
    assert [places.parameter(ROOT, "Plain"), places.parameter(_DEEP, "Open")] == [False] * 2


def test_a_layer_that_is_given_all_its_parameters_by_a_condition_is_doubted() -> None:
    given = {"Fn::If": ["Has", {"Word": {"Ref": "Password"}}, {"Word": "x"}]}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": given}}
    root = {"Parameters": {"Password": {"NoEcho": True}}, "Resources": {"App": nested}}
    assert SecretPlaces({ROOT: root, _APP: {"Parameters": {"Word": {}}}}).parameter(_APP, "Word")


def test_what_a_stack_hides_is_secret_whatever_the_templates_declare() -> None:
    documents = {ROOT: {"Parameters": {"Word": {}}, "Outputs": {"Out": {"Value": {"Ref": "Word"}}}}}
    assert not SecretPlaces(documents).any
    hidden = SecretPlaces(documents, {"Word"})
    assert (hidden.any, hidden.output(ROOT, "Out")) == (True, True)


def test_a_circle_and_odd_documents_come_to_an_end() -> None:
    root = {
        "Parameters": {"Password": {"NoEcho": True}, "Odd": None},
        "Resources": {
            "A": {"Type": "AWS::X", "Properties": {"Name": {"Ref": "B"}}},
            "B": {"Type": "AWS::X", "Properties": {"Name": {"Ref": "A"}}},
            "C": None,
            "D": {"Type": "AWS::X", "Properties": {"Fn::If": ["X", {}, {}]}},
        },
        "Outputs": {"Out": {"Value": {"Ref": "A"}}, "Odd": None},
    }
    places = SecretPlaces({ROOT: root})
    assert (places.output(ROOT, "Out"), places.has_output(ROOT, "Odd")) == (False, False)
    assert (places.has_resource(ResourcePath(("C",))), places.named(ResourcePath(("D",)))) == (False, False)
