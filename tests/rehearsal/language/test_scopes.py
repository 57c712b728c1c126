"""Where the names of one stack's template lead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import resolve
from cloudformation.refusals import CloudFormationError
from cloudformation.unknown import ABSENT
from rehearsal.language.scopes import Situation, attribute_of, described, pseudo_parameters, situation
from tests.rehearsal.play import ACCOUNT, REGION, Play

TOPIC = {"Type": "AWS::SNS::Topic"}
TEMPLATE = {
    "Parameters": {
        "On": {"Type": "String", "Default": "yes"},
        "Sizes": {"Type": "CommaDelimitedList", "Default": "1, 2"},
    },
    "Conditions": {"IsOn": {"Fn::Equals": [{"Ref": "On"}, "yes"]}},
    "Resources": {
        "A": TOPIC | {"Properties": {"TopicName": "a-topic"}},
        "B": TOPIC | {"Condition": "IsOn", "DependsOn": "C"},
        "C": TOPIC | {"Properties": {"DisplayName": {"Fn::GetAtt": ["A", "TopicName"]}}},
        "D": TOPIC
        | {
            "Properties": {"DisplayName": {"Fn::If": ["IsOn", {"Ref": "C"}, {"Ref": "A"}]}},
            "Metadata": {"by": {"Ref": "A"}},
            "DeletionPolicy": {"Fn::If": ["IsOn", "Retain", "Delete"]},
        },
    },
}


def played(template: dict[str, Any] = TEMPLATE, **more: Any) -> tuple[Play, Situation]:
    play = Play()
    assert play.deploy(template, **more)["StackStatus"] == "CREATE_COMPLETE"
    return play, found_in(play)


def found_in(play: Play, name: str = "demo") -> Situation:
    stack = play.cloud.world.find(name, REGION)
    assert stack is not None
    assert stack.target is not None
    return situation(play.cloud.world, stack, stack.target)


def given(**values: str) -> dict[str, Any]:
    return {"Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]}


def test_conditions_decide_which_resources_there_are() -> None:
    assert list(played()[1].resources) == ["A", "B", "C", "D"]
    off = played(**given(On="no"))[1]
    assert list(off.resources) == ["A", "C", "D"]
    assert not off.active("B")
    assert not off.active("Nowhere")


def test_a_resource_needs_what_it_refers_to_and_what_it_depends_on() -> None:
    found = played()[1]
    assert found.dependencies("A") == set()
    assert found.dependencies("B") == {"C"}
    assert found.dependencies("C") == {"A"}


def test_of_a_conditional_value_only_the_chosen_branch_is_needed() -> None:
    assert played()[1].dependencies("D") == {"C", "A"}
    assert played(**given(On="no"))[1].dependencies("D") == {"A"}


def test_resources_resolve_to_what_exists() -> None:
    scope = played()[1].scope
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:a-topic"
    assert resolve({"Ref": "A"}, scope) == arn
    assert resolve({"Fn::GetAtt": ["A", "TopicName"]}, scope) == "a-topic"
    assert resolve({"Fn::Join": ["+", {"Ref": "Sizes"}]}, scope) == "1+2"


def test_pseudo_parameters_tell_where_the_stack_is() -> None:
    play, _ = played(NotificationARNs=["arn:aws:sns:x"], **given())
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    assert stack.target is not None
    assert pseudo_parameters(play.cloud.world, stack, stack.target) == {
        "AWS::AccountId": ACCOUNT,
        "AWS::NotificationARNs": ("arn:aws:sns:x",),
        "AWS::NoValue": ABSENT,
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::StackId": stack.id,
        "AWS::StackName": "demo",
        "AWS::URLSuffix": "amazonaws.com",
    }


def test_availability_zones_are_those_that_the_neighbours_tell() -> None:
    play, found = played()
    with pytest.raises(CloudFormationError) as caught:
        resolve({"Fn::GetAZs": ""}, found.scope)
    assert caught.value.message == f"Fn::GetAZs for the region {REGION} is not simulated by the rehearsal"
    play.services.zone_names = {REGION: [f"{REGION}a"]}
    assert resolve({"Fn::GetAZs": {"Ref": "AWS::Region"}}, found_in(play).scope) == [f"{REGION}a"]


def test_what_parameters_come_to_follows_their_values() -> None:
    assert found_in(played(**given(On="yes"))[0]).scope.conditions == {"IsOn": True}
    assert found_in(played(**given(On="no"))[0]).scope.conditions == {"IsOn": False}


def test_an_export_is_found_by_name_and_one_that_is_not_there_is_refused() -> None:
    play = Play()
    play.deploy(
        {"Resources": {"A": TOPIC}, "Outputs": {"O": {"Value": "v", "Export": {"Name": "shared"}}}}, stack="one"
    )
    play.deploy({"Resources": {"A": TOPIC}}, stack="two")
    scope = found_in(play, "two").scope
    assert resolve({"Fn::ImportValue": "shared"}, scope) == "v"
    with pytest.raises(CloudFormationError) as caught:
        resolve({"Fn::ImportValue": "gone"}, scope)
    assert caught.value.message == "No export named gone found"


def test_an_attribute_that_a_type_does_not_have_is_refused() -> None:
    play, _ = played()
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    with pytest.raises(CloudFormationError) as caught:
        attribute_of(play.cloud.world, stack, "A", "Colour")
    assert caught.value.message == "Resource type AWS::SNS::Topic does not support attribute {Colour}"


def test_a_nested_stack_has_its_outputs_for_attributes_and_no_others() -> None:
    play = Play()
    url = play.put("child", {"Resources": {"A": TOPIC}, "Outputs": {"Name": {"Value": "inner"}}})
    play.deploy({"Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}})
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    assert attribute_of(play.cloud.world, stack, "Child", "Outputs.Name") == "inner"
    for wanted in ("Outputs.Gone", "Name"):
        with pytest.raises(CloudFormationError) as caught:
            attribute_of(play.cloud.world, stack, "Child", wanted)
        assert f"does not support attribute {{{wanted}}}" in caught.value.message


def test_a_policy_may_be_a_function() -> None:
    found = played()[1]
    entry = found.template.resources["D"]
    wanted = described(entry, found.scope, {})
    assert wanted.deletion_policy == "Retain"
    assert wanted.update_replace_policy is None


def test_the_placeholder_of_a_siblings_output_is_what_the_childs_conditions_see() -> None:
    play = Play()
    child = json.loads(json.dumps(TEMPLATE))
    first = play.put("first", {"Resources": {"A": TOPIC}, "Outputs": {"On": {"Value": "yes"}}})
    second = play.put("second", child)
    root = {
        "Resources": {
            "First": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": first}},
            "Second": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": second, "Parameters": {"On": {"Fn::GetAtt": ["First", "Outputs.On"]}}},
            },
        }
    }
    change_set = play.change_set(root, IncludeNestedStacks=True)
    nested = play.changes(change_set)["Second"]["ChangeSetId"]
    assert "B" not in play.changes(nested)  # the placeholder is not "yes"
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    resources = play("ListStackResources", StackName="demo")["StackResourceSummaries"]
    ids = {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in resources}
    made = play("ListStackResources", StackName=ids["Second"])["StackResourceSummaries"]
    assert "B" in [row["LogicalResourceId"] for row in made]  # but the output is, once it exists


def _with_properties(properties: Any) -> dict[str, Any]:
    conditions = {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}}
    return {"Conditions": conditions, "Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": properties}}}


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"Fn::If": ["Yes", {"DisplayName": "a"}, {"DisplayName": "b"}]}, "a"),
        ({"Fn::If": ["No", "text", {"Fn::If": ["Yes", {"DisplayName": "a"}, "text"]}]}, "a"),
        ({"Fn::If": ["No", {"DisplayName": "a"}, {"Ref": "AWS::NoValue"}]}, ""),
        ({"Ref": "AWS::NoValue"}, ""),
    ],
)
def test_a_condition_may_choose_all_properties_of_a_resource(properties: Any, name: str) -> None:
    play = Play()
    shown = {"Name": {"Value": {"Fn::GetAtt": ["A", "TopicName"]}}}
    assert play.deploy({**_with_properties(properties), "Outputs": shown})["StackStatus"] == "CREATE_COMPLETE"
    row = play.changes(play.change_set(_with_properties({"DisplayName": "c"})))["A"]
    before = json.loads(row["BeforeContext"])
    assert before["Properties"].get("DisplayName", "") == name


@pytest.mark.parametrize(
    "properties",
    [{"Fn::If": ["Yes", "text", {}]}, {"Ref": "AWS::Region"}, {"Condition": "Yes"}, {"Fn::GetAtt": ["A", "TopicName"]}],
)
def test_properties_that_are_no_object_in_the_end_are_refused(properties: Any) -> None:
    play = Play()
    with pytest.raises(CloudFormationError, match="Properties must be an object"):
        play("CreateStack", StackName="demo", TemplateBody=json.dumps(_with_properties(properties)))
