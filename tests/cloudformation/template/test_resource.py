"""One entry of Resources and the form that it must have."""

from __future__ import annotations

from typing import Any

import pytest

from cloudformation.refusals import TemplateError
from cloudformation.template.resource import TemplateResource, has_type, read_resource, unread_resource

TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}


def refusal(entry: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        read_resource("A", entry)
    return caught.value.message


def test_a_resource_has_all_its_members() -> None:
    entry = TOPIC | {
        "Properties": {"TopicName": "t"},
        "Metadata": {"m": 1},
        "DependsOn": "B",
        "Condition": "C",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Snapshot",
        "CreationPolicy": {"ResourceSignal": {}},
        "UpdatePolicy": {"UseOnlineResharding": True},
    }
    found = read_resource("A", entry)
    assert (found.logical_id, found.type, found.properties) == ("A", "AWS::SNS::Topic", {"TopicName": "t"})
    assert (found.metadata, found.depends_on, found.condition) == ({"m": 1}, ("B",), "C")
    assert (found.deletion_policy, found.update_replace_policy) == ("Retain", "Snapshot")
    assert (found.creation_policy, found.update_policy) == ({"ResourceSignal": {}}, {"UseOnlineResharding": True})


def test_depends_on_may_be_a_list() -> None:
    assert read_resource("A", TOPIC | {"DependsOn": ["B", "C"]}).depends_on == ("B", "C")


@pytest.mark.parametrize("entry", [{}, {"Properties": {}}, {"Type": 5}, {"Type": {"Ref": "T"}}])
def test_a_resource_needs_a_type(entry: Any) -> None:
    assert refusal(entry) == (
        "Template format error: [/Resources/A] Every Resources object must contain a Type member."
    )


def test_a_resource_has_no_other_members() -> None:
    assert refusal(TOPIC | {"Invalid": 1}) == "Invalid template resource property 'Invalid'"


@pytest.mark.parametrize("kind", ["Custom::Lookup", "Custom::A@b-c_d", "AWS::CloudFormation::CustomResource"])
def test_a_custom_resource_may_have_a_version(kind: str) -> None:
    assert read_resource("A", {"Type": kind, "Version": "1.0", "Properties": {"ServiceToken": "t"}}).type == kind
    assert refusal(TOPIC | {"Version": "1.0"}) == "Invalid template resource property 'Version'"


def test_properties_must_be_an_object() -> None:
    assert refusal(TOPIC | {"Properties": []}) == (
        "Template format error: [/Resources/A/Properties] Properties must be an object."
    )


@pytest.mark.parametrize("value", [5, {"Ref": "B"}, [{"Ref": "B"}], ["B", 5]])
def test_depends_on_names_resources_and_nothing_else(value: Any) -> None:
    assert refusal(TOPIC | {"DependsOn": value}) == (
        "Template format error: DependsOn must be a string or list of strings."
    )


def test_a_policy_is_one_that_exists_or_an_intrinsic() -> None:
    assert refusal(TOPIC | {"DeletionPolicy": "Keep"}) == (
        "Template format error: Unrecognized DeletionPolicy Keep for resource A"
    )
    wanted = {"Fn::If": ["C", "Retain", "Delete"]}
    assert read_resource("A", TOPIC | {"DeletionPolicy": wanted}).deletion_policy == wanted


ENTRIES: list[Any] = [TOPIC, {}, {"Type": {"Ref": "T"}}, [], "x"]


def test_an_entry_without_a_type_is_left_to_a_transform() -> None:
    assert [has_type(entry) for entry in ENTRIES] == [True, *[False] * 4]


def test_what_a_transform_may_fill_is_not_read() -> None:
    assert unread_resource("A", TOPIC | {"Properties": [], "Nonsense": 1}) == TemplateResource("A", "AWS::SNS::Topic")
    assert unread_resource("A", TOPIC | {"Properties": {"X": 1}}).properties == {"X": 1}
