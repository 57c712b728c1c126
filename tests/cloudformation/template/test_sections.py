"""The sections of a template and the form that they must have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import TemplateError
from cloudformation.template.sections import Template, parse_template

TOPIC = {"Type": "AWS::SNS::Topic"}


def parsed(**sections: Any) -> Template:
    return parse_template(json.dumps({"Resources": {"A": TOPIC}} | sections))


def refusal_of(body: str) -> str:
    with pytest.raises(TemplateError) as caught:
        parse_template(body)
    return caught.value.message


def refusal(**sections: Any) -> str:
    return refusal_of(json.dumps({"Resources": {"A": TOPIC}} | sections))


def test_every_section_is_kept_as_it_stands() -> None:
    found = parsed(
        AWSTemplateFormatVersion="2010-09-09",
        Description="what it is",
        Metadata={"Owner": "me"},
        Parameters={"P": {"Type": "String"}},
        Rules={"R": {"Assertions": []}},
        Mappings={"M": {"a": {"b": "c", "d": ["e"]}}},
        Conditions={"C": {"Fn::Equals": ["a", "b"]}},
        Outputs={"O": {"Value": "v"}},
    )
    assert (found.description, found.metadata) == ("what it is", {"Owner": "me"})
    assert list(found.parameters) == ["P"]
    assert list(found.rules) == ["R"]
    assert list(found.conditions) == ["C"]
    assert found.mappings == {"M": {"a": {"b": "c", "d": ["e"]}}}
    assert found.outputs == {"O": {"Value": "v"}}
    assert found.transforms == ()


def test_the_body_stays_exactly_as_it_was_submitted() -> None:
    body = "# a comment\nResources: {A: {Type: 'AWS::SNS::Topic'}}\n"
    assert parse_template(body).body == body


@pytest.mark.parametrize("body", ["- a", "text", "'80'", "", "[]", "7", "null"])
def test_what_is_no_object_is_no_template(body: str) -> None:
    assert refusal_of(body) == "Template format error: unsupported structure."


def test_a_template_without_resources_is_refused() -> None:
    assert refusal(Resources={}) == "Template format error: At least one Resources member must be defined."
    assert refusal_of("{}") == "Template format error: At least one Resources member must be defined."


@pytest.mark.parametrize("resources", ["", [], [TOPIC], 5, {"A": "x"}, {"A": []}])
def test_resources_must_be_objects(resources: Any) -> None:
    assert refusal(Resources=resources) == "Template format error: Any Resources member must be an object."


def test_a_template_has_no_other_sections() -> None:
    assert refusal(Resource={}, Output={}) == "Invalid template property or properties [Resource, Output]"


@pytest.mark.parametrize(
    ("sections", "noun", "name"),
    [
        ({"Resources": {"my-topic": TOPIC}}, "Resource", "my-topic"),
        ({"Resources": {"AWS::NoValue": TOPIC}}, "Resource", "AWS::NoValue"),
        ({"Parameters": {"AWS::NoValue": {"Type": "String"}}}, "Parameter", "AWS::NoValue"),
        ({"Outputs": {"my_output": {"Value": "v"}}}, "Output", "my_output"),
        ({"Resources": {"": TOPIC}}, "Resource", ""),
    ],
)
def test_names_are_alphanumeric(sections: dict[str, Any], noun: str, name: str) -> None:
    assert refusal(**sections) == f"Template format error: {noun} name {name} is non alphanumeric."


def test_a_loop_without_its_transform_is_no_resource() -> None:
    loop = ["X", ["a"], {"A${X}": TOPIC}]
    assert refusal(Resources={"A": TOPIC, "Fn::ForEach::L": loop}) == (
        "Template format error: [/Resources/Fn::ForEach::L] resource definition is malformed"
    )


def test_of_a_template_with_transforms_only_what_they_leave_alone_is_read() -> None:
    loop = ["X", {"Ref": "P"}, {"A${X}": TOPIC}]
    found = parsed(
        Transform="AWS::LanguageExtensions",
        Parameters={"P": {"Type": "CommaDelimitedList"}},
        Resources={"Fn::ForEach::L": loop, "A": TOPIC | {"DeletionPolicy": {"Ref": "P"}, "Properties": []}},
        Outputs={"Fn::ForEach::O": []},
    )
    assert (list(found.parameters), list(found.resources), found.outputs) == (["P"], ["A"], {})
    assert found.resources["A"].properties == {}
    unnamed = {"Transform": "AWS::LanguageExtensions", "Parameters": {"P-": {"Type": "String"}}}
    assert refusal(**unnamed) == "Template format error: Parameter name P- is non alphanumeric."


@pytest.mark.parametrize(
    ("outputs", "path"),
    [
        ({"O": {"Value": None}}, "/Outputs/O/Value"),
        ({"O": {"Value": {"Fn::Join": ["-", ["a", None]]}}}, "/Outputs/O/Value/Fn::Join/1/1"),
        ({"O": None}, "/Outputs/O"),
    ],
)
def test_null_is_no_value_of_an_output(outputs: Any, path: str) -> None:
    assert refusal(Outputs=outputs) == f"[{path}] 'null' values are not allowed in templates"


def test_null_is_no_value_of_a_resource() -> None:
    assert refusal(Resources={"A": TOPIC | {"Properties": {"TopicName": None}}}) == (
        "[/Resources/A/Properties/TopicName] 'null' values are not allowed in templates"
    )


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"Nonsense": 1}, "Invalid template output property 'Nonsense'"),
        ({"Description": ["d"]}, "Template format error: Every Description member must be a string."),
        ({"Condition": ["C"]}, "Template format error: Every Condition member must be a string."),
        ({"Export": "name"}, "Template format error: Output O is malformed. The Export must have a Name."),
        ({"Export": {}}, "Template format error: Output O is malformed. The Export must have a Name."),
    ],
)
def test_an_output_has_the_members_of_the_guide(output: Any, text: str) -> None:
    assert refusal(Outputs={"O": {"Value": "v"} | output}) == text


def test_a_condition_is_named_by_text() -> None:
    assert refusal(Resources={"A": TOPIC | {"Condition": {"Ref": "C"}}}) == (
        "Template format error: Every Condition member must be a string."
    )


@pytest.mark.parametrize("section", ["Parameters", "Conditions", "Metadata"])
def test_null_is_no_section(section: str) -> None:
    assert refusal(**{section: None}) == f"[/{section}] 'null' values are not allowed in templates"


def test_an_output_needs_a_value() -> None:
    assert refusal(Outputs={"O": {"Description": "d"}}) == (
        "Template format error: Every Outputs member must contain a Value object"
    )


@pytest.mark.parametrize(
    ("mappings", "text"),
    [
        ({"M": "x"}, "Every Mappings member M must be a map"),
        ({"M": {"A": "x"}}, "Every Mappings member A must be a map"),
        ({"M": {"A": {"k": {"deep": "er"}}}}, "Every Mappings attribute must be a String or a List."),
        ({"M": {"A": {"k": [{"deep": "er"}]}}}, "Every Mappings attribute must be a String or a List."),
    ],
)
def test_a_mapping_has_two_levels_of_keys_and_then_text_or_a_list(mappings: Any, text: str) -> None:
    assert refusal(Mappings=mappings) == f"Template format error: {text}"


@pytest.mark.parametrize("section", ["Parameters", "Rules", "Mappings", "Conditions", "Outputs"])
def test_a_section_must_be_an_object(section: str) -> None:
    assert refusal(**{section: ["x"]}) == f"Template format error: {section} must be an object."


@pytest.mark.parametrize("section", ["Parameters", "Rules", "Outputs"])
def test_a_member_of_a_section_must_be_an_object(section: str) -> None:
    assert refusal(**{section: {"A": "x"}}) == f"Template format error: Any {section} member must be an object."


def test_the_only_version_is_that_of_2010() -> None:
    assert refusal(AWSTemplateFormatVersion="2011-01-01") == (
        "Template format error: unsupported value for AWSTemplateFormatVersion."
    )


def test_a_description_is_text() -> None:
    assert refusal(Description={"Ref": "P"}) == "Template format error: Description must be a string."


def test_transforms_are_named_by_text() -> None:
    assert parsed(Transform="AWS::LanguageExtensions").transforms == ("AWS::LanguageExtensions",)
    assert parsed(Transform=["A", {"Name": "B", "Parameters": {}}]).transforms == ("A", "B")
    assert refusal(Transform=[{"Name": {"Ref": "P"}}]) == "Key Name of transform definition must be a string."
    assert refusal(Metadata={"Fn::Transform": {"Name": {"Ref": "P"}}}) == (
        "Key Name of transform definition must be a string."
    )
    assert refusal(Transform={"Parameters": {}}) == "Key Name of transform definition must be a string."


def test_embedded_transforms_are_named_after_those_of_the_whole_template() -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include"}}
    found = parsed(Transform="A", Metadata=[include], Resources={"R": TOPIC, **include, "S": {"Properties": include}})
    assert found.transforms == ("A", "AWS::Include")
    assert list(found.resources) == ["R"]


def test_more_than_500_resources_are_refused() -> None:
    assert len(parsed(Resources={f"R{i}": TOPIC for i in range(500)}).resources) == 500
    assert refusal(Resources={f"R{i}": TOPIC for i in range(501)}) == (
        "Template format error: Number of resources, 501, is greater than maximum allowed, 500"
    )


@pytest.mark.parametrize(
    ("section", "entry"),
    [("Parameters", {"Type": "String"}), ("Outputs", {"Value": "v"}), ("Mappings", {"a": {"b": "c"}})],
)
def test_more_than_200_parameters_outputs_or_mappings_are_refused(section: str, entry: dict[str, str]) -> None:
    assert refusal(**{section: {f"N{i}": entry for i in range(201)}}) == (
        f"Template format error: Number of {section.lower()}, 201, is greater than maximum allowed, 200"
    )
    parsed(**{section: {f"N{i}": entry for i in range(200)}})


def test_a_description_has_at_most_1024_bytes() -> None:
    assert parsed(Resources={"A": TOPIC}, Description="\u3042" * 341).description == "\u3042" * 341
    assert parsed(Description="x" * 1024).description == "x" * 1024
    assert refusal(Resources={"A": TOPIC}, Description="\u3042" * 342) == (
        "Template format error: 'Description' length is greater than 1024."
    )
