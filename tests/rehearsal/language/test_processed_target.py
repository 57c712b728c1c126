"""A target after its transforms: processed, or refused later than the request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.language.processed_target import judged_target
from rehearsal.state.s3_object import S3Object
from rehearsal.state.stacks import ParameterValue, Stack, Target
from tests.rehearsal.play import REGION, Play

TOPIC = {"Type": "AWS::SNS::Topic"}
NAMES = {"Names": {"Type": "CommaDelimitedList"}}
INCLUDE = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/key"}}
LOOP = {"Fn::ForEach::L": ["X", {"Ref": "Names"}, {"T${X}": TOPIC}]}


def judged(resources: dict[str, Any], limit: int = 10_000, snippet: str = "", **sections: Any) -> tuple[str, Target]:
    body = json.dumps({"Transform": "AWS::LanguageExtensions", "Parameters": NAMES, "Resources": resources} | sections)
    stack = Stack("arn:aws:cloudformation:x:1:stack/demo/1", "demo", REGION, 0.0, "CREATE_COMPLETE")
    target = Target(body, parameters={"Names": ParameterValue("Names", "a, b")})
    play = Play()
    play.services.objects[S3Object("bucket", "key")] = snippet.encode()
    return body, judged_target(play.cloud.world, stack, target, limit)


def test_a_target_holds_its_processed_template_and_the_one_that_was_submitted() -> None:
    body, target = judged(LOOP)
    assert json.loads(target.template) == {"Parameters": NAMES, "Resources": {"Ta": TOPIC, "Tb": TOPIC}}
    assert (target.original, target.refusal) == (body, None)


@pytest.mark.parametrize(
    ("resources", "sections", "reason"),
    [
        ({"Fn::ForEach::L": []}, {}, "Transform AWS::LanguageExtensions failed with: Fn::ForEach layout is incorrect"),
        ({"T": {"Type": "No::Such"}}, {}, "Template format error: Unrecognized resource types: [No::Such]"),
        ({"R": {"Type": "AWS::IAM::User"}}, {}, "Requires capabilities : [CAPABILITY_IAM]"),
        (
            LOOP | {"T": TOPIC | {"Properties": {"DisplayName": {"Ref": {"Fn::Sub": "SNS&{X}"}}}}},
            {},
            "Template format error: Unresolved resource dependencies [SNS&{X}] in the Resources block of the template",
        ),
        (
            {"T": TOPIC | {"DeletionPolicy": {"Fn::Select": [0, {"Ref": "Names"}]}}},
            {},
            "Template format error: Unrecognized DeletionPolicy a for resource T",
        ),
        (
            {"Fn::ForEach::L": ["X", [str(item) for item in range(501)], {"T${X}": TOPIC}]},
            {},
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            LOOP,
            {"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Equals": [1, 2]}, "AssertDescription": "never"}]}}},
            "Template error: never",
        ),
    ],
)
def test_what_fails_after_the_request_is_the_targets_refusal(
    resources: dict[str, Any], sections: dict[str, Any], reason: str
) -> None:
    body, target = judged(resources, 100_000, **sections)
    assert (target.template, target.original, target.refusal) == ("", body, reason)


def test_a_processed_template_has_a_limit_in_bytes() -> None:
    large = {"T": TOPIC | {"Metadata": "é" * 100}}
    size = len(
        json.dumps({"Parameters": NAMES, "Resources": large}, separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert judged(large, size)[1].refusal is None
    assert judged(large, size - 1)[1].refusal == "Transformation data limit exceeded"


def test_a_snippet_counts_to_the_size_of_the_processed_template() -> None:
    snippet = json.dumps({"Metadata": "x" * 1000})
    resources = {"T": TOPIC | {"Fn::Transform": INCLUDE}}
    assert judged(resources, 2000, snippet, Transform=[])[1].refusal is None
    assert judged(resources, 1000, snippet, Transform=[])[1].refusal == "Transformation data limit exceeded"


def test_embedded_transforms_come_first_then_those_of_the_whole_template_in_their_order() -> None:
    snippet = json.dumps(LOOP)
    _, target = judged({"Fn::Transform": INCLUDE, "C": TOPIC}, snippet=snippet)
    assert list(json.loads(target.template)["Resources"]) == ["C", "Ta", "Tb"]
    brought = json.dumps({"Outputs": {"O": {"Value": {"Fn::Length": {"Ref": "Names"}}}}})
    _, target = judged({"C": TOPIC}, snippet=brought, Transform=[INCLUDE, "AWS::LanguageExtensions"])
    assert json.loads(target.template)["Outputs"] == {"O": {"Value": 2}}
    _, target = judged({"C": TOPIC}, snippet=brought, Transform=["AWS::LanguageExtensions", INCLUDE])
    assert target.refusal == "Fn::Length is not simulated: it needs a transform"


def joined(inner: Any, depth: int) -> Any:
    """Functions in functions, as deep as a template may be."""
    for _ in range(depth):
        inner = {"Fn::Join": ["", [inner]]}
    return inner


def test_a_template_that_grows_deep_by_its_snippets_is_refused() -> None:
    resources = {"T": TOPIC | {"Metadata": joined({"Fn::Transform": INCLUDE}, 60)}}
    for transforms in ([], ["AWS::LanguageExtensions"]):
        _, target = judged(resources, snippet=json.dumps(joined("x", 60)), Transform=transforms)
        assert target.refusal == "Template format error: unsupported structure."


def test_mappings_may_come_of_a_snippet() -> None:
    snippet = json.dumps({"a": {"size": "big"}})
    resources = {"T": TOPIC | {"Properties": {"DisplayName": {"Fn::FindInMap": ["M", "a", "size"]}}}}
    for transforms in ([], ["AWS::LanguageExtensions"]):
        _, target = judged(resources, snippet=snippet, Mappings={"M": {"Fn::Transform": INCLUDE}}, Transform=transforms)
        assert json.loads(target.template)["Mappings"] == {"M": {"a": {"size": "big"}}}


def test_without_a_transform_the_checks_speak_at_once() -> None:
    with pytest.raises(CloudFormationError) as caught:
        judged({"T": TOPIC | {"Properties": {"DisplayName": {"Fn::Select": [5, {"Ref": "Names"}]}}}}, Transform=[])
    assert caught.value.message == "Template error: Fn::Select cannot select nonexistent value at index 5"
    assert judged({"T": TOPIC}, Transform=[])[1].original is None
