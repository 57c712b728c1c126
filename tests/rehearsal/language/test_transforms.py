"""Change sets and stacks whose templates are processed by transforms first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from rehearsal.state.s3_object import S3Object
from tests.rehearsal.play import Play
from tests.rehearsal.samples import Json, attribute, nested, ref, template, topic, value


def statuses(play: Play, change_set: str) -> tuple[str, str, str | None]:
    found = play.described(change_set)
    return found["Status"], found["ExecutionStatus"], found.get("StatusReason")


LOOPED: Json = {
    "Transform": "AWS::LanguageExtensions",
    "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
}


def looped(fragment: Any) -> Json:
    return LOOPED | {"Resources": {"Fn::ForEach::L": ["X", {"Ref": "Names"}, fragment]}}


def test_a_change_set_is_made_over_the_processed_template() -> None:
    play = Play()
    body = looped({"T${X}": topic(ref("X"))})
    play.deploy(body)
    names = [{"ParameterKey": "Names", "ParameterValue": "b,c"}]
    changes = play.changes(play.change_set(body, Parameters=names))
    assert {name: row["Action"] for name, row in changes.items()} == {"Ta": "Remove", "Tc": "Add"}


def test_to_a_change_set_the_values_of_parameters_are_those_of_the_template() -> None:
    play = Play()
    body = LOOPED | template(All=topic({"Fn::Join": ["-", ref("Names")]}))
    play.deploy(body)
    names = [{"ParameterKey": "Names", "ParameterValue": "c"}]
    row = play.changes(play.change_set(body, Parameters=names))["All"]
    assert [detail["ChangeSource"] for detail in row["Details"]] == ["DirectModification"]
    assert (row["Details"][0]["Target"]["BeforeValue"], row["Details"][0]["Target"]["AfterValue"]) == ("a-b", "c")


@pytest.mark.parametrize(
    ("fragment", "reason"),
    [
        ("text", "Transform AWS::LanguageExtensions failed with: Fn::ForEach layout is incorrect"),
        (
            {"T": topic()},
            "Transform AWS::LanguageExtensions failed with: "
            "Duplicate key 'T' when merging keys to parent object in Fn::ForEach",
        ),
        ({"T${X}": {"Type": "No::Such"}}, "Template format error: Unrecognized resource types: [No::Such]"),
    ],
)
def test_a_change_set_whose_transform_or_processed_template_fails_has_failed(fragment: Any, reason: str) -> None:
    play = Play()
    change_set = play.change_set(looped(fragment))
    assert statuses(play, change_set) == ("FAILED", "UNAVAILABLE", reason)
    assert play.described(change_set)["Changes"] == []


def test_a_change_set_needs_no_capability_for_a_transform() -> None:
    play = Play()
    assert play.deploy(looped({"T${X}": topic()}))["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize("root", [{}, {"Transform": "AWS::LanguageExtensions"}])
def test_nested_change_sets_are_made_over_processed_templates_too(root: Json) -> None:
    """aws/serverless-application-model#3824: a transform in a nested change set is applied."""
    play = Play()
    below = looped({"T${X}": topic(ref("X"))})
    body = root | template(One=nested(play.put("one.json", below), parameters={"Names": "b,c"}))
    change_set = play.change_set(body, IncludeNestedStacks=True)
    (row,) = play.changes(change_set).values()
    assert list(play.changes(row["ChangeSetId"])) == ["Tb", "Tc"]
    assert statuses(play, change_set)[0] == "CREATE_COMPLETE"


def test_a_siblings_output_cannot_become_literal_in_a_nested_change_set() -> None:
    play = Play()
    below = looped({"T${X}": topic(ref("Name"))})
    below["Parameters"] = below["Parameters"] | {"Name": {"Type": "String"}}
    one = nested(play.put("one.json", template({"Name": attribute("T", "TopicName")}, T=topic())))
    two = nested(play.put("two.json", below), parameters={"Name": attribute("One", "Outputs.Name")})
    change_set = play.change_set(template(One=one, Two=two), IncludeNestedStacks=True)
    found = next(found for found in play.cloud.world.state.stacks.values() if found.parent_logical_id == "Two")
    (child_set,) = found.change_sets.values()
    assert child_set.reason == "Usage of {{IntrinsicFunction:demo/One.Outputs.Name/Fn::GetAtt}} is not allowed."
    assert statuses(play, change_set)[2] == (
        f"Nested change set {child_set.id} was not successfully created: Currently in FAILED."
    )


def include(key: str = "key", bucket: str = "snippets") -> Json:
    return {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": f"s3://{bucket}/{key}"}}}


def put(play: Play, snippet: Any, key: str = "key") -> None:
    play.services.objects[S3Object("snippets", key)] = json.dumps(snippet).encode()


def test_a_change_set_whose_snippet_is_in_no_bucket_has_failed_without_any_capability() -> None:
    play = Play()
    body = {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": include(bucket="nowhere")}}}
    assert statuses(play, play.change_set(body)) == (
        "FAILED",
        "UNAVAILABLE",
        "Transform AWS::Include failed with: S3 bucket [nowhere] does not exist.",
    )


def test_a_resource_of_a_snippet_is_added_and_one_that_it_stands_in_for_is_replaced() -> None:
    """As recorded (localstack/localstack, test_change_set_fn_transform)."""
    play = Play()
    play.deploy(template(A=topic(name="one")))
    put(play, {"A": topic(name="two"), "B": topic(name="three")})
    body = {"Resources": {"A": topic(name="one"), **include()}}
    change_set = play.change_set(body, name="second")
    shown = play.changes(change_set)
    assert {name: row["Action"] for name, row in shown.items()} == {"A": "Modify", "B": "Add"}
    assert shown["A"]["Details"] == [
        {
            "ChangeSource": "DirectModification",
            "Evaluation": "Static",
            "Target": {
                "Attribute": "Properties",
                "AttributeChangeType": "Modify",
                "Name": "TopicName",
                "Path": "/Properties/TopicName",
                "RequiresRecreation": "Always",
                "BeforeValue": "one",
                "AfterValue": "two",
            },
        }
    ]
    (plain,) = play.changes(change_set, values=False)["A"]["Details"]
    assert plain["Target"] == {"Attribute": "Properties", "Name": "TopicName", "RequiresRecreation": "Always"}
    assert play.deploy(body)["StackStatus"] == "UPDATE_COMPLETE"
    replaced = "Requested update requires the creation of a new physical resource; hence creating one."
    assert ("A", "UPDATE_IN_PROGRESS", replaced) in play.reasons()


def test_outputs_that_a_snippet_brings_to_the_whole_template_are_a_change_without_rows() -> None:
    """As recorded (localstack/localstack, test_change_set_fn_transform)."""
    play = Play()
    play.deploy(template(P=value("v")))
    put(play, {"Outputs": {"Out": {"Value": ref("P")}}})
    body = template(P=value("v")) | {"Transform": include()["Fn::Transform"]}
    change_set = play.change_set(body, name="second")
    assert (statuses(play, change_set)[0], play.described(change_set)["Changes"]) == ("CREATE_COMPLETE", [])
    assert [output["OutputKey"] for output in play.deploy(body)["Outputs"]] == ["Out"]


def test_a_snippet_that_changed_is_a_change_of_the_same_template_and_none_where_the_template_is_kept() -> None:
    play = Play()
    body = template(A={"Type": "AWS::SNS::Topic", "Properties": include()})
    put(play, {"DisplayName": "one"})
    play.deploy(body)
    put(play, {"DisplayName": "two"})
    (detail,) = play.changes(play.change_set(body))["A"]["Details"]
    assert (detail["Target"]["BeforeValue"], detail["Target"]["AfterValue"]) == ("one", "two")
    kept = play("CreateChangeSet", StackName="demo", ChangeSetName="kept", UsePreviousTemplate=True)["Id"]
    play.settle()
    assert statuses(play, kept)[0] == "FAILED"


def test_a_change_set_holds_the_snippet_as_it_was_when_it_was_made() -> None:
    play = Play()
    put(play, {"DisplayName": "reviewed"})
    change_set = play.change_set(template(A={"Type": "AWS::SNS::Topic", "Properties": include()}))
    put(play, {"DisplayName": "later"})
    play("ExecuteChangeSet", ChangeSetName=change_set)
    play.settle()
    processed = json.loads(play("GetTemplate", StackName="demo")["TemplateBody"])
    assert processed == template(A=topic("reviewed"))
    assert "Fn::Transform" in play("GetTemplate", StackName="demo", TemplateStage="Original")["TemplateBody"]


def test_a_stack_whose_snippet_cannot_be_read_is_rolled_back() -> None:
    play = Play()
    play.services.objects[S3Object("snippets", "key")] = b"A: !Ref B"
    request = {"StackName": "demo", "TemplateBody": json.dumps({"Resources": {"A": topic(), **include()}})}
    with pytest.raises(CloudFormationError, match=r"Requires capabilities : \[CAPABILITY_AUTO_EXPAND\]"):
        play("CreateStack", **request)
    play("CreateStack", Capabilities=["CAPABILITY_AUTO_EXPAND"], **request)
    play.settle()
    reason = "Transform AWS::Include failed with: The specified S3 object's content should be valid Yaml/JSON"
    assert play.reasons()[-1] == ("demo", "ROLLBACK_IN_PROGRESS", f"{reason}. Rollback requested by user.")


def test_a_nested_stack_includes_too_and_its_location_may_come_of_its_parent() -> None:
    play = Play()
    put(play, {"B": topic("b")}, "nested")
    location = {"Name": "AWS::Include", "Parameters": {"Location": {"Fn::Sub": "s3://snippets/${Key}"}}}
    below = template(None, {"Key": "none"}, A=topic("a"))
    below["Resources"]["Fn::Transform"] = location
    url = play.put("below.json", below)
    body = template(Below=nested(url, parameters={"Key": "nested"}))
    change_set = play.change_set(body, IncludeNestedStacks=True)
    (row,) = play.changes(change_set).values()
    assert list(play.changes(row["ChangeSetId"])) == ["A", "B"]
