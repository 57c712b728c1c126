"""The two sides of a review, and what else is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cloudformation.parameters.declarations import MASK
from cloudformation.statuses import RequiresRecreation
from cloudformation.unknown import ABSENT, Source, Unknown, shown
from deployment.review.review import Kind, PropertyChange, ResourceChange
from deployment.review.sides import Sides, pointed, stands
from deployment.template.resource_path import ROOT
from deployment.template.template import parse_document
from deployment.template.values import LiveValues, Values
from tests.deployment.facts import stack

NEVER, ALWAYS = RequiresRecreation.NEVER, RequiresRecreation.ALWAYS
_NETWORK, _APP = ROOT / "Network", ROOT / "App"
_ROOT = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: app
      Parameters:
        Vpc: !GetAtt Network.Outputs.VpcId
        Zones: !Split [',', !GetAtt Network.Outputs.Zones]
        Topic: !Ref Topic
        Stage: !Ref Stage
"""
_NETWORK_TEXT = """
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs: {VpcId: {Value: !Ref Vpc}, Zones: {Value: 'a,b'}}
"""
_APP_TEXT = """
Parameters:
  Vpc: {Type: String}
  Zones: {Type: CommaDelimitedList}
  Topic: {Type: String}
  Stage: {Type: String}
  Own: {Type: String, Default: x}
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Conditions:
  Fed: !Equals [!Ref Vpc, '']
  Given: !Equals [!Ref Topic, '']
  Prod: !Equals [!Ref Stage, prod]
  Read: !Equals [!Ref Image, x]
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, Own: !Ref Own, Tags: [{Key: a, Value: b}]}}
  OverFed: {Type: AWS::SNS::Topic, Condition: Fed}
  OverGiven: {Type: AWS::SNS::Topic, Condition: Given}
  OverProd: {Type: AWS::SNS::Topic, Condition: Prod}
  OverRead: {Type: AWS::SNS::Topic, Condition: Read}
"""


def _values(*pairs: tuple[str, str], without: str = "", macro: str = "", stage: str = "dev") -> Values:
    """A side whose texts have the pairs replaced; `without` a layer, or with a macro in one."""
    documents = {}
    for path, text in ((ROOT, _ROOT), (_NETWORK, _NETWORK_TEXT), (_APP, _APP_TEXT)):
        for old, new in pairs:
            text = text.replace(old, new)
        if str(path) != without or not without:
            documents[path] = parse_document(f"Transform: Own\n{text}" if macro and str(path) == macro else text)
    return Values(documents, {"Stage": stage}, {})


def _sides(*pairs: tuple[str, str], **more: Any) -> Sides:
    """The usual side before, and one after with the pairs replaced."""
    return Sides(_values(), _values(*pairs), **more)


def test_a_resource_has_a_body_on_each_side_and_properties_where_it_has_both() -> None:
    sides = _sides(("Topic: {Type: AWS::SNS::Topic}", "Queue: {Type: AWS::SQS::Queue}"))
    assert sides.bodies(ROOT, "Topic") == ({"Type": "AWS::SNS::Topic"}, None)
    assert sides.bodies(ROOT, "Queue") == (None, {"Type": "AWS::SQS::Queue"})
    assert sides.properties(ROOT / "Topic") is None
    assert sides.properties(ROOT / "Queue") is None
    given = _sides(("TemplateURL: network", "TemplateURL: other")).properties(_NETWORK)
    assert given == ({"TemplateURL": "network"}, {"TemplateURL": "other"})


@pytest.mark.parametrize(
    ("before", "after", "readable", "legible", "new"),
    [
        ({}, {}, True, True, True),
        ({"without": "App"}, {}, False, False, True),
        ({}, {"without": "App"}, False, False, False),
        ({"macro": "App"}, {}, False, False, True),
        ({}, {"macro": "App"}, False, False, False),
        ({"without": "Network"}, {"macro": "Network"}, True, True, True),
    ],
)
def test_a_layer_is_legible_where_the_sides_that_matter_are_there_and_no_macro_makes_anything(
    before: Mapping[str, Any], after: Mapping[str, Any], readable: bool, legible: bool, new: bool
) -> None:
    sides = Sides(_values(**before), _values(**after))
    assert sides.readable(_APP) is readable
    assert (sides.legible(_APP, new=False), sides.legible(_APP, new=True)) == (legible, new)


@pytest.mark.parametrize(
    ("held", "outputs", "stale"),
    [
        ({"Vpc": "vpc-1"}, {"VpcId": "vpc-1"}, False),
        ({"Vpc": "vpc-2"}, {"VpcId": "vpc-1"}, True),
        ({"Vpc": MASK}, {"VpcId": "vpc-1"}, False),
        ({}, {"VpcId": "vpc-1"}, False),
        ({"Vpc": "vpc-2"}, {}, False),
        ({"Own": "other"}, {"VpcId": "vpc-1"}, False),
    ],
)
def test_a_value_is_stale_where_its_layer_holds_another_than_its_siblings_outputs_make_now(
    held: dict[str, str], outputs: dict[str, str], stale: bool
) -> None:
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in held.items()]
    now = LiveValues(_values(), {_NETWORK: outputs})
    sides = _sides(now=now, standing={_APP: stack(Parameters=parameters)})
    assert sides.is_stale(_APP, {"Ref": "Vpc"}) is stale
    assert not sides.is_stale(_APP, {"Fn::GetAtt": ["Vpc", "Arn"]}), "an attribute of a resource of that name"
    assert not sides.is_stale(_NETWORK, {"Ref": "Vpc"}), "of that layer nothing is known to stand"


def test_a_list_is_stale_by_its_joined_text_and_nothing_is_where_nobody_looked() -> None:
    now = LiveValues(_values(), {_NETWORK: {"Zones": "a,b"}})
    for held, stale in (("a,b", False), ("a,c", True)):
        standing = {_APP: stack(Parameters=[{"ParameterKey": "Zones", "ParameterValue": held}])}
        assert _sides(now=now, standing=standing).is_stale(_APP, {"Ref": "Zones"}) is stale
        assert not _sides(standing=standing).is_stale(_APP, {"Ref": "Zones"})


def test_nothing_is_stale_whose_value_now_is_not_known_or_is_not_declared() -> None:
    held = [{"ParameterKey": name, "ParameterValue": "x"} for name in ("Zones", "Vpc")]
    standing = {_APP: stack(Parameters=held)}
    listed = ("Zones: !Split [',', !GetAtt Network.Outputs.Zones]", "Zones: [a, !Ref Topic]")
    for name, now in (
        ("Zones", LiveValues(_values(listed), {_NETWORK: {"Zones": "a,b"}})),
        ("Vpc", LiveValues(_values(without="App"), {_NETWORK: {"VpcId": "vpc-1"}})),
        ("Vpc", LiveValues(_values(("  Vpc: {Type: String}\n", "")), {_NETWORK: {"VpcId": "vpc-1"}})),
    ):
        assert not _sides(now=now, standing=standing).is_stale(_APP, {"Ref": name})


@pytest.mark.parametrize(
    ("name", "later"),
    [("OverFed", True), ("OverGiven", True), ("OverProd", False), ("OverRead", False), ("Group", False)],
)
def test_a_condition_is_answered_again_where_a_layer_or_a_resource_feeds_it(name: str, later: bool) -> None:
    assert _sides().is_answered_later(_APP / name) is later
    turned = {"Fn::If": [name.removeprefix("Over"), "a", "b"]} if name != "Group" else {"Ref": "Vpc"}
    assert _sides().turns_later(_APP, turned) is later


def test_a_condition_is_answered_again_over_what_is_read_again_or_what_the_tree_stores() -> None:
    again = frozenset({(_APP, "Image")})
    assert _sides(reread=again).is_answered_later(_APP / "OverRead")
    assert not _sides(reread=frozenset({(_NETWORK, "Image")})).is_answered_later(_APP / "OverRead")
    given = {"stage": "{{resolve:ssm:/image}}"}
    storing = ("Topic: {Type: AWS::SNS::Topic}\n", "Topic: {Type: AWS::SSM::Parameter, Properties: {Name: /image}}\n")
    assert Sides(_values(**given), _values(storing, **given)).is_answered_later(_APP / "OverProd")
    assert not Sides(_values(**given), _values(**given)).is_answered_later(_APP / "OverProd")


def test_what_systems_manager_is_asked_for_again_is_a_parameter_and_no_attribute_of_that_name() -> None:
    sides = _sides(reread=frozenset({(_APP, "Image")}))
    assert sides.is_reread(Source(_APP, "Image", None))
    assert not sides.is_reread(Source(_APP, "Image", "Arn"))
    assert not sides.is_reread(Source(_APP, "Own", None))


def test_the_properties_of_both_sides_are_its_members() -> None:
    sides = _sides(("Own: !Ref Own", "Other: !Ref Own"))
    assert sides.members(_APP / "Group") == ["Other", "Own", "Tags", "VpcId"]
    assert sides.members(ROOT / "Topic") == []


def test_a_pointer_leads_into_a_property_or_an_attribute_of_a_resource() -> None:
    sides = _sides(("Topic: {Type: AWS::SNS::Topic}", "Topic: {Type: AWS::SNS::Topic, Metadata: {Stage: !Ref Stage}}"))
    group = _APP / "Group"
    assert sides.pointed(sides.after, group, ("Properties", "Tags", "0", "Value")) == "b"
    assert sides.pointed(sides.after, group, ("Properties", "Own")) == "x"
    assert sides.pointed(sides.after, group, ("Properties", "Nothing")) is ABSENT
    assert sides.pointed(sides.after, ROOT / "Topic", ("Metadata", "Stage")) == "dev"
    assert sides.pointed(sides.before, ROOT / "Topic", ("Metadata", "Stage")) is ABSENT
    unknown = sides.pointed(sides.after, group, ("Properties", "VpcId", "Below"))
    assert isinstance(unknown, Unknown)
    assert shown(unknown) == "${Network.VpcId}"


def test_a_pointer_leads_into_what_an_expression_comes_to() -> None:
    noted = "Topic: {Type: AWS::SNS::Topic, Metadata: !If [Prod, {Note: full}, {Note: empty}]}"
    text = f"Conditions: {{Prod: !Equals [!Ref Stage, prod]}}\n{_ROOT}".replace("Topic: {Type: AWS::SNS::Topic}", noted)
    side = Values({ROOT: parse_document(text)}, {"Stage": "dev"}, {})
    assert Sides(side, side).pointed(side, ROOT / "Topic", ("Metadata", "Note")) == "empty"
    assert Sides(side, side).pointed(side, ROOT / "Topic", ("Metadata",)) == {"Note": "empty"}


@pytest.mark.parametrize(
    ("value", "pointer", "found"),
    [
        ({"a": ["x", {"b": 1}]}, ("a", "1", "b"), 1),
        ({"a": ["x"]}, ("a", "1"), ABSENT),
        ({"a": ["x"]}, ("a", "b"), ABSENT),
        ({"0": "x"}, ("0",), "x"),
        ("text", ("0",), ABSENT),
        ({"a": 1}, (), {"a": 1}),
    ],
)
def test_what_is_not_there_has_nothing_at_its_pointer(value: Any, pointer: tuple[str, ...], found: Any) -> None:
    assert pointed(value, pointer) == found


@pytest.mark.parametrize(
    ("before", "after", "policy"),
    [
        ("", "", "ReplaceAndDelete"),
        (", UpdateReplacePolicy: Retain", ", UpdateReplacePolicy: Retain", "ReplaceAndRetain"),
        (", UpdateReplacePolicy: Retain", "", "ReplaceAndDelete"),
        ("", ", UpdateReplacePolicy: Snapshot", "ReplaceAndDelete"),
    ],
)
def test_a_replacement_keeps_what_both_sides_keep(before: str, after: str, policy: str) -> None:
    plain = "Topic: {Type: AWS::SNS::Topic"
    old, new = (_values((f"{plain}}}", f"{plain}{side}}}")) for side in (before, after))
    sides = Sides(old, new)
    assert sides.policy(ROOT / "Topic") == policy
    change = PropertyChange("TopicName", "a", "b", known=True, certain=True, recreation=ALWAYS, cause=None)
    at, kind = ROOT / "Topic", "AWS::SNS::Topic"
    assert sides.changed(at, kind, (change,)) == ResourceChange(
        at, kind, Kind.MAY_BE_REPLACED, None, policy, (change,), local=True
    )


def test_what_replaces_nothing_is_changed_in_place_and_one_property_that_may_is_enough() -> None:
    mild, strict = (
        PropertyChange(name, "a", "b", known=True, certain=True, recreation=recreation, cause=None)
        for name, recreation in (("DisplayName", NEVER), ("TopicName", RequiresRecreation.CONDITIONALLY))
    )
    at, kind = ROOT / "Topic", "AWS::SNS::Topic"
    assert _sides().changed(at, kind, (mild,)) == ResourceChange(
        at, kind, Kind.CHANGED, None, None, (mild,), local=True
    )
    assert _sides().changed(at, kind, (mild, strict)).kind is Kind.MAY_BE_REPLACED


def test_a_side_has_a_resource_where_its_template_does_and_its_condition_holds() -> None:
    assert stands(_values(), ROOT / "Topic") is True
    assert stands(_values(), ROOT / "Nothing") is False
    assert stands(_values(), _APP / "OverProd") is False
    assert stands(_values(stage="prod"), _APP / "OverProd") is True
    assert isinstance(stands(_values(), _APP / "OverFed"), Unknown)
