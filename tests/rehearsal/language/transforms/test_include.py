"""The transform AWS::Include: which template comes of which."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.template.transforms import Declaration
from cloudformation.unknown import awaited
from rehearsal.language.transforms.include import Include
from rehearsal.language.transforms.transform_failure import Budget
from rehearsal.state.s3_object import S3Object
from tests.rehearsal.played_services import PlayedServices

FAILED = "Transform AWS::Include failed with: "
CONTENT = f"{FAILED}The specified S3 object's content should be valid Yaml/JSON"
LOCATION = f"{FAILED}The location parameter is not a valid S3 uri."
VALUES: dict[str, Any] = {
    "Where": "s3://bucket/key",
    "Bucket": "bucket",
    "Fed": awaited((), "New"),
    "AWS::Region": "eu-west-1",
}
MAPPINGS = {"Places": {"eu-west-1": {"Snippet": "s3://bucket/key"}}}
WHERE = {"Location": "s3://bucket/key"}


def include(snippet: str | bytes, budget: int = 10_000, **others: str) -> Include:
    held = {S3Object("bucket", "key"): snippet if isinstance(snippet, bytes) else snippet.encode()}
    held |= {S3Object("bucket", key): text.encode() for key, text in others.items()}
    return Include(Scope(parameters=VALUES, mappings=MAPPINGS), PlayedServices(objects=held).fetch, Budget(budget))


def at(location: Any) -> dict[str, Any]:
    return {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}


def refusal(snippet: str | bytes = "A: 1", function: Any = None, budget: int = 10_000) -> str:
    with pytest.raises(CloudFormationError) as caught:
        include(snippet, budget).embedded({"Outputs": function or at("s3://bucket/key")})
    return caught.value.message


@pytest.mark.parametrize("snippet", ["B:\n  Ref: T\nC: [1, yes]\n", '{"B": {"Ref": "T"}, "C": [1, true]}'])
@pytest.mark.parametrize("section", ["Resources", "Outputs", "Mappings", "Conditions", "Metadata", "Rules"])
def test_the_keys_of_a_snippet_come_after_those_beside_the_transform(section: str, snippet: str) -> None:
    made = include(snippet).embedded({section: [{"A": 1, **at("s3://bucket/key"), "Z": 2}]})
    assert made == {section: [{"A": 1, "Z": 2, "B": {"Ref": "T"}, "C": [1, True]}]}
    assert list(made[section][0]) == ["A", "Z", "B", "C"]


@pytest.mark.parametrize("section", ["Parameters", "AWSTemplateFormatVersion"])
def test_nothing_is_included_in_parameters_and_version(section: str) -> None:
    document = {section: at("s3://bucket/key")}
    assert include("A: 1").embedded(document) == document


def test_a_snippet_stands_in_for_an_equal_key_beside_the_transform_as_a_whole() -> None:
    made = include("A: {New: 1}").embedded({"Outputs": {"A": {"Old": 1}, **at("s3://bucket/key")}})
    assert made == {"Outputs": {"A": {"New": 1}}}


def test_a_transform_alone_becomes_its_snippet_and_several_follow_each_other() -> None:
    made = include("A: 1\nB: 1", other="B: 2\nC: 2").embedded({"Outputs": {"V": at("s3://bucket/key")}})
    assert made == {"Outputs": {"V": {"A": 1, "B": 1}}}
    both = [at("s3://bucket/key")["Fn::Transform"], at("s3://bucket/other")["Fn::Transform"]]
    made = include("A: 1\nB: 1", other="B: 2\nC: 2").embedded({"Outputs": {"Fn::Transform": both}})
    assert made == {"Outputs": {"A": 1, "B": 2, "C": 2}}


def test_transforms_beside_each_other_and_within_each_other_are_all_replaced() -> None:
    inner = {"In": {**at("s3://bucket/key"), "X": 1}}
    assert include("A: 1").embedded({"Outputs": {"O": inner, **at("s3://bucket/key")}}) == {
        "Outputs": {"O": {"In": {"X": 1, "A": 1}}, "A": 1}
    }


@pytest.mark.parametrize(
    "location",
    [
        {"Ref": "Where"},
        {"Fn::Sub": "s3://${Bucket}/key"},
        {"Fn::Join": ["/", ["s3:/", {"Ref": "Bucket"}, "key"]]},
        {"Fn::FindInMap": ["Places", {"Ref": "AWS::Region"}, "Snippet"]},
    ],
)
def test_a_location_may_come_of_parameters(location: Any) -> None:
    assert include("A: 1").embedded({"Outputs": at(location)}) == {"Outputs": {"A": 1}}


@pytest.mark.parametrize(
    "location",
    [
        *("../api.yaml", "https://bucket.s3.amazonaws.com/key", "arn:aws:s3:::bucket/key", "s3://bucket", "", 1, None),
        *({"Ref": "Fed"}, {"Ref": "Topic"}, {"Fn::GetAtt": ["Topic", "Arn"]}, {"Fn::GetAtt": 5}, {"Fn::No": 1}, ["x"]),
    ],
)
def test_no_other_location_is_valid(location: Any) -> None:
    assert refusal(function=at(location)) == LOCATION


@pytest.mark.parametrize("function", ["AWS::Include", {"Name": "AWS::Include", "Parameters": ["x"]}])
def test_an_include_needs_a_location(function: Any) -> None:
    assert refusal(function={"Fn::Transform": function}) == LOCATION


def test_what_s3_does_not_have_is_named() -> None:
    assert refusal(function=at("s3://nowhere/key")) == f"{FAILED}S3 bucket [nowhere] does not exist."
    assert refusal(function=at("s3://bucket/none")) == f"{FAILED}The specified key does not exist."


@pytest.mark.parametrize(
    "snippet",
    [
        *("", "text", "[1, 2]", "A: [", "A: 1\n---\nB: 2", "A: &a [1]\nB: *a", '{"A": NaN}', b"\xff\xfe"),
        *("A: !Ref B", "A: !Sub ${B}", "!Map {A: 1}", "A: {Fn::Transform: {Name: AWS::Include}}", "Fn::Transform: 1"),
        *("A: " + "[" * 201 + "]" * 201, '{"A":' * 100_000),
    ],
)
def test_a_snippet_is_an_object_of_yaml_or_json_without_short_forms_and_transforms(snippet: str | bytes) -> None:
    assert refusal(snippet, budget=1_000_000) == CONTENT


def test_snippets_beyond_the_budget_are_not_read() -> None:
    assert refusal("A: " + "x" * 1000, budget=1000) == "Transformation data limit exceeded"
    assert refusal("A: " + "[" * 1000, budget=1000) == "Transformation data limit exceeded"


def test_a_snippet_of_the_whole_template_brings_sections() -> None:
    made = include("Outputs: {A: 1}").merged({"Resources": {}}, Declaration("AWS::Include", WHERE))
    assert made == {"Resources": {}, "Outputs": {"A": 1}}


@pytest.mark.parametrize(
    ("snippet", "sections"), [("Resources: {A: 1}", "Resources"), ("Outputs: {}\nParameters: {}", "Parameters")]
)
def test_parameters_and_sections_that_are_there_are_not_brought(snippet: str, sections: str) -> None:
    with pytest.raises(CloudFormationError) as caught:
        include(snippet).merged({"Resources": {}}, Declaration("AWS::Include", WHERE))
    assert caught.value.message == f"Template sections in a snippet are not simulated: [{sections}]"
