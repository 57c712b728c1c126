"""Why values differ, as change sets name it."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.unknown import KNOWN_AFTER_APPLY
from tests.rehearsal.change_sets.planning.reviewed import (
    Template,
    given,
    parameter,
    resources,
    reviewed,
    sources,
    topic,
)
from tests.rehearsal.play import Play


def test_a_changed_parameter_gives_the_pair_of_details() -> None:
    template = {"Parameters": {"Name": {"Type": "String"}}, **resources(A=topic(DisplayName={"Ref": "Name"}))}
    rows = reviewed(template, template, first=given(Name="a"), Parameters=given(Name="b"))
    assert sorted(sources(rows["A"]), key=str) == [
        ("Dynamic", "DirectModification", None),
        ("Static", "ParameterReference", "Name"),
    ]


@pytest.mark.parametrize(
    ("member", "written"),
    [
        ("Metadata", {"Kept": {"Ref": "Name"}}),
        ("Metadata", {"Deep": [{"Fn::Sub": "is ${Name}"}]}),
        ("UpdatePolicy", {"EnableVersionUpgrade": {"Ref": "Name"}}),
    ],
)
@pytest.mark.parametrize("values", [True, False])
def test_an_attribute_of_a_resource_that_takes_a_parameter_has_the_pair_too(
    member: str, written: Any, values: bool
) -> None:
    template = {"Parameters": {"Name": {"Type": "String"}}, **resources(A=topic() | {member: written})}
    rows = reviewed(template, template, first=given(Name="a"), Parameters=given(Name="b"), values=values)
    assert rows["A"]["Scope"] == [member]
    assert sorted(sources(rows["A"]), key=str) == [
        ("Dynamic", "DirectModification", None),
        ("Static", "ParameterReference", "Name"),
    ]


def test_an_attribute_of_a_resource_that_was_written_anew_has_no_parameter_for_its_cause() -> None:
    before, after = ({"Kept": text} for text in "ab")
    rows = reviewed(resources(A=topic() | {"Metadata": before}), resources(A=topic() | {"Metadata": after}))
    assert sources(rows["A"]) == [("Static", "DirectModification", None)]


@pytest.mark.parametrize("name", ["TopicName", "TopicArn"])
def test_an_attribute_that_a_parameter_names_is_the_cause_by_its_name(name: str) -> None:
    def template(topic_name: str) -> Template:
        read = {"Fn::GetAtt": ["A", {"Ref": "Asked"}]}
        parameters = {"Parameters": {"Asked": {"Type": "String", "Default": name}}}
        return parameters | resources(A=topic(TopicName=topic_name), B=parameter(read))

    rows = reviewed(template("one"), template("two"))
    assert sorted(sources(rows["B"]), key=str) == [
        ("Dynamic", "DirectModification", None),
        ("Static", "ResourceAttribute", f"A.{name}"),
    ]


def test_the_parameter_that_names_an_attribute_is_a_cause_where_it_changes() -> None:
    template = {
        "Parameters": {"Asked": {"Type": "String"}},
        **resources(A=topic(TopicName="one"), B=parameter({"Fn::GetAtt": ["A", {"Ref": "Asked"}]})),
    }
    rows = reviewed(template, template, first=given(Asked="TopicName"), Parameters=given(Asked="TopicArn"))
    assert sorted(sources(rows["B"]), key=str) == [
        ("Dynamic", "DirectModification", None),
        ("Static", "ParameterReference", "Asked"),
    ]


def test_a_parameter_inside_a_sub_is_named_as_the_cause() -> None:
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        **resources(A=topic(DisplayName={"Fn::Sub": "topic ${Name}"})),
    }
    rows = reviewed(template, template, first=given(Name="a"), Parameters=given(Name="b"))
    assert ("Static", "ParameterReference", "Name") in sources(rows["A"])


def test_a_parameter_that_forces_replacement_is_decided_by_the_static_half() -> None:
    template = {"Parameters": {"Name": {"Type": "String"}}, **resources(A=topic(TopicName={"Ref": "Name"}))}
    rows = reviewed(template, template, first=given(Name="a"), Parameters=given(Name="b"))
    assert (rows["A"]["Replacement"], rows["A"]["PolicyAction"]) == ("True", "ReplaceAndDelete")


def test_a_new_default_that_alters_a_value_is_a_change_of_the_parameter() -> None:
    def template(default: str) -> Template:
        return {
            "Parameters": {"Name": {"Type": "String", "Default": default}},
            **resources(A=topic(DisplayName={"Ref": "Name"})),
        }

    play = Play()
    play.deploy(template("a"))
    rows = play.changes(play.change_set(template("b"), name="second"))
    assert ("Static", "ParameterReference", "Name") in sources(rows["A"])


def test_the_attribute_of_a_replaced_resource_is_not_known_yet() -> None:
    def template(name: str) -> Template:
        return resources(A=topic(TopicName=name), B=parameter({"Fn::GetAtt": ["A", "TopicName"]}))

    play = Play()
    play.deploy(template("one"))
    change_set = play.change_set(template("two"), name="second")
    valued = play.changes(change_set)["B"]
    assert valued["Replacement"] == "False"
    assert sorted(sources(valued), key=str) == [
        ("Dynamic", "DirectModification", None),
        ("Static", "ResourceAttribute", "A.TopicName"),
    ]
    target = valued["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("one", KNOWN_AFTER_APPLY)
    assert sources(play.changes(change_set, values=False)["B"]) == [("Static", "ResourceAttribute", "A.TopicName")]


def test_a_reference_to_a_replaced_resource_is_named_without_attribute() -> None:
    def template(name: str) -> Template:
        return resources(A=topic(TopicName=name), B=parameter({"Ref": "A"}))

    rows = reviewed(template("one"), template("two"))
    assert ("Static", "ResourceReference", "A") in sources(rows["B"])


def test_replacement_spreads_along_a_chain_of_create_only_references() -> None:
    def template(name: str) -> Template:
        return resources(
            A=topic(TopicName=name),
            B=topic(TopicName={"Fn::Sub": "${A.TopicName}-b"}),
            C=parameter({"Ref": "B"}),
        )

    rows = reviewed(template("one"), template("two"))
    assert {name: row["Replacement"] for name, row in rows.items()} == {"A": "True", "B": "True", "C": "False"}


def test_an_attribute_of_a_resource_modified_elsewhere_is_a_phantom_without_values_only() -> None:
    def template(name: str) -> Template:
        return resources(A=topic(DisplayName=name), B=parameter({"Fn::GetAtt": ["A", "TopicName"]}))

    play = Play()
    play.deploy(template("one"))
    change_set = play.change_set(template("two"), name="second")
    assert list(play.changes(change_set)) == ["A"]
    phantom = play.changes(change_set, values=False)["B"]
    assert sources(phantom) == [("Dynamic", "ResourceAttribute", "A.TopicName")]
    assert phantom["Replacement"] == "False"


def test_a_phantom_that_feeds_a_create_only_property_replaces_conditionally() -> None:
    def template(name: str) -> Template:
        return resources(A=topic(DisplayName=name), B=topic(TopicName={"Fn::Sub": "${A.TopicName}-b"}))

    assert reviewed(template("one"), template("two"), values=False)["B"]["Replacement"] == "Conditional"


def test_a_plain_reference_to_a_resource_modified_in_place_is_no_change() -> None:
    def template(name: str) -> Template:
        return resources(A=topic(DisplayName=name), B=parameter({"Ref": "A"}))

    assert list(reviewed(template("one"), template("two"), values=False)) == ["A"]


def test_a_value_moved_in_systems_manager_is_a_direct_modification() -> None:
    template = {
        "Parameters": {"Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}},
        **resources(A=topic(DisplayName={"Ref": "Name"})),
    }
    play = Play()
    play.services.parameters["/name"] = "one"
    play.deploy(template)
    play.services.parameters["/name"] = "two"
    change_set = play.change_set(template, name="second")
    assert sources(play.changes(change_set)["A"]) == [("Static", "DirectModification", None)]
    assert play.described(change_set)["Parameters"] == [
        {"ParameterKey": "Name", "ParameterValue": "/name", "ResolvedValue": "two"}
    ]


def test_a_new_resource_is_unknown_to_those_that_refer_to_it() -> None:
    rows = reviewed(
        resources(A=parameter("x")),
        resources(A=parameter({"Fn::GetAtt": ["B", "TopicName"]}), B=topic()),
    )
    assert ("Static", "ResourceAttribute", "B.TopicName") in sources(rows["A"])
    assert rows["A"]["Details"][0]["Target"]["AfterValue"] == KNOWN_AFTER_APPLY


@pytest.mark.parametrize(
    ("nested", "causes"),
    [(False, {None}), (True, {None, "One.Outputs.Name"})],
)
def test_an_output_of_a_layer_is_a_cause_where_its_layer_has_a_change_set_of_its_own(
    nested: bool, causes: set[str | None]
) -> None:
    """Without one the output is what it is now, and what differs is what was written around it."""
    play = Play()
    layer = {"Outputs": {"Name": {"Value": {"Fn::GetAtt": ["T", "TopicName"]}}}, **resources(T=topic())}
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": play.put("one.json", layer)}}

    def template(before: str) -> Template:
        return resources(One=stack, Own=topic(), P=parameter({"Fn::Sub": before + "${One.Outputs.Name}${Own}"}))

    play.deploy(template("a"))
    rows = play.changes(play.change_set(template("b"), name="second", IncludeNestedStacks=nested))
    assert {cause for _, _, cause in sources(rows["P"])} == causes


def test_a_layers_parameter_that_the_roots_and_a_siblings_output_make_up_changes_with_the_roots() -> None:
    play = Play()
    one = play.put("one.json", {"Outputs": {"Name": {"Value": "one"}}, **resources(T=topic())})
    two = play.put("two.json", {"Parameters": {"Fed": {"Type": "String"}}, **resources(T=parameter({"Ref": "Fed"}))})
    fed = {"TemplateURL": two, "Parameters": {"Fed": {"Fn::Sub": "${Stage}${One.Outputs.Name}"}}}
    template = {
        "Parameters": {"Stage": {"Type": "String"}},
        **resources(
            One={"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": one}},
            Two={"Type": "AWS::CloudFormation::Stack", "Properties": fed},
        ),
    }
    play.deploy(template, Parameters=given(Stage="a"), IncludeNestedStacks=True)
    made = play.change_set(template, name="second", Parameters=given(Stage="b"), IncludeNestedStacks=True)
    assert ("Static", "ParameterReference", "Stage") in sources(play.changes(made)["Two"])
