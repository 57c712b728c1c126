"""Findings: what CloudFormation says of properties that break the registry schema."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.unknown import is_unknown
from rehearsal.resources.resource_findings import BEFORE_CREATION, Finding, refused_before_creation, refused_by_handler
from rehearsal.resources.resource_types import ResourceType
from tests.rehearsal.resources.types_of_tokyo import TOKYO, known, made

LATER = object()


def texts(name: str, properties: dict[str, Any]) -> list[str]:
    return [found.text for found in known(name).findings(properties, lambda value: value is LATER)]


def judged(node: dict[str, Any], value: object) -> list[str]:
    kind = made(type="object", properties={"X": node})
    return [found.text for found in kind.findings({"X": value}, is_unknown)]


def test_a_missing_property_and_one_that_does_not_exist_are_named() -> None:
    assert texts("AWS::EC2::SecurityGroup", {"Description": "web"}) == [
        "#: required key [GroupDescription] not found",
        "#: extraneous key [Description] is not permitted",
    ]


def test_findings_reach_into_lists_and_objects() -> None:
    listener = {"DefaultActions": [{"type": "redirect"}], "LoadBalancerArn": "arn"}
    assert texts("AWS::ElasticLoadBalancingV2::Listener", listener) == [
        "#/DefaultActions/0: required key [Type] not found",
        "#/DefaultActions/0: extraneous key [type] is not permitted",
    ]


def test_a_finding_says_whether_a_property_is_unknown_or_missing() -> None:
    kind = TOKYO.get("AWS::SNS::Topic")
    assert kind is not None
    properties = {"TopicNam": "a", "Subscription": [{"Endpoint": "x"}]}
    assert kind.findings(properties, is_unknown) == (
        Finding((), "unknown", "extraneous key [TopicNam] is not permitted"),
        Finding(("Subscription", "0"), "missing", "required key [Protocol] not found"),
    )


def test_values_that_are_only_known_after_apply_are_taken_as_right() -> None:
    assert texts("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": LATER, "Tags": LATER, "VpcId": LATER}) == []


def test_scalars_are_read_as_the_type_of_the_schema() -> None:
    assert texts("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": "80", "HealthCheckEnabled": "true"}) == []
    assert texts("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "HealthCheckEnabled": True}) == []
    assert texts("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "HealthCheckEnabled": "True"}) == []
    assert texts("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80, "HealthCheckEnabled": "yes"}) != []
    assert texts("AWS::SSM::Parameter", {"Type": "String", "Value": 5}) == []


@pytest.mark.parametrize(
    ("node", "value", "text"),
    [
        ({"type": "string"}, {"a": 1}, "expected type: String, found: JSONObject"),
        ({"type": "string"}, ["a"], "expected type: String, found: JSONArray"),
        ({"type": "array"}, {"a": 1}, "expected type: JSONArray, found: JSONObject"),
        ({"type": "object"}, "a", "expected type: JSONObject, found: String"),
        ({"type": "integer"}, "eighty", "expected type: Integer, found: String"),
        ({"type": "integer"}, 2.5, "expected type: Integer, found: String"),
        ({"type": "integer"}, "2.5", "expected type: Integer, found: String"),
        ({"type": "number"}, "", "expected type: Number, found: String"),
        ({"type": "boolean"}, "yes", "expected type: Boolean, found: String"),
        ({"type": ["string", "integer"]}, [], "#: no subschema matched out of the total 2 subschemas"),
        ({"type": "string", "minLength": 3}, "ab", "expected minLength: 3, actual: 2"),
        ({"type": "string", "maxLength": 3}, "abcd", "expected maxLength: 3, actual: 4"),
        ({"type": "array", "minItems": 1}, [], "expected minimum item count: 1, found: 0"),
        ({"type": "array", "maxItems": 1}, [1, 2], "expected maximum item count: 1, found: 2"),
        ({"type": "string", "pattern": "^a+$"}, "b", "failed validation constraint for keyword [pattern]"),
        ({"type": "string", "enum": ["a", "b"]}, "c", "failed validation constraint for keyword [enum]"),
        ({"type": "integer", "minimum": 5}, "4", "failed validation constraint for keyword [minimum]"),
        ({"type": "integer", "maximum": 5}, 6, "failed validation constraint for keyword [maximum]"),
    ],
)
def test_each_keyword_has_the_text_of_the_validator(node: dict[str, Any], value: object, text: str) -> None:
    assert judged(node, value) == [f"#/X: {text}"]


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[ab]+$"}, "ab"),
        ({"type": "string", "enum": ["true"]}, True),
        ({"type": "integer", "enum": [7]}, "7"),
        ({"type": "string", "pattern": "(?<name>broken"}, "anything"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "5"),
        ({"type": "string", "minimum": 1}, "not a number"),
        ({}, {"anything": ["goes"]}),
        ({"type": "string"}, None),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2}, ["a"]),
        ({"type": "object", "patternProperties": {"^k": {}}, "additionalProperties": False}, {"key": 1}),
        ({"type": "object", "oneOf": [{"properties": {"a": {}}}], "additionalProperties": False}, {"a": 1}),
        ({"type": "object"}, {"free": "form"}),
    ],
)
def test_what_the_schema_allows_or_leaves_open_is_no_finding(node: dict[str, Any], value: object) -> None:
    assert judged(node, value) == []


def test_references_are_followed_and_a_dangling_one_allows_everything() -> None:
    schema = {
        "definitions": {"Port": {"$ref": "#/definitions/Number"}, "Number": {"type": "integer"}, "Loop": {}},
        "properties": {"A": {"$ref": "#/definitions/Port"}, "B": {"$ref": "#/definitions/Gone/Away"}},
    }
    kind = ResourceType("My::Own::Type", schema)
    assert [found.text for found in kind.findings({"A": "x", "B": "x"}, is_unknown)] == [
        "#/A: expected type: Integer, found: String"
    ]


def test_a_reference_that_leads_in_a_circle_ends() -> None:
    schema = {"definitions": {"A": {"$ref": "#/definitions/A"}}, "properties": {"X": {"$ref": "#/definitions/A"}}}
    assert ResourceType("My::Own::Type", schema).findings({"X": "x"}, is_unknown) == ()


def test_what_is_refused_before_creation_is_one_list_in_brackets() -> None:
    found = [
        Finding(("Rules", "1"), "unknown", "extraneous key [StorageClass] is not permitted"),
        Finding(("Rules", "1"), "unknown", "extraneous key [Days] is not permitted"),
    ]
    assert refused_before_creation("Bucket", found) == (
        "Properties validation failed for resource Bucket with message:\n"
        "[#/Rules/1: extraneous key [StorageClass] is not permitted, #/Rules/1: extraneous key [Days] is not permitted]"
    )
    assert {one.kind for one in found} <= BEFORE_CREATION


def test_what_the_handler_refuses_is_one_line_each() -> None:
    found = [
        Finding(("Id",), "length", "expected maxLength: 59, actual: 91"),
        Finding(("Id",), "constraint", "failed validation constraint for keyword [pattern]"),
    ]
    assert refused_by_handler("Policy", found) == (
        "Properties validation failed for resource Policy with message:\n"
        "#/Id: expected maxLength: 59, actual: 91\n"
        "#/Id: failed validation constraint for keyword [pattern]"
    )


def test_the_validation_path_of_an_event_starts_at_the_template() -> None:
    found = Finding(("QueueConfigurations", "0"), "missing", "required key [Event] not found")
    assert found.validation_path("Bucket") == "/Resources/Bucket/Properties/QueueConfigurations/0"
    assert found.text == "#/QueueConfigurations/0: required key [Event] not found"
