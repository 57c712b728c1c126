"""The operations that are about templates alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.refusals import CloudFormationError
from tests.rehearsal.play import Play
from tests.rehearsal.samples import template, topic

TOPIC = {"Type": "AWS::SNS::Topic"}
BODY = "# as it was written\nResources:\n  A: {Type: 'AWS::SNS::Topic'}\n"


def refusal(play: Play, operation: str, **request: Any) -> tuple[str, str]:
    with pytest.raises(CloudFormationError) as caught:
        play(operation, **request)
    return caught.value.code, caught.value.message


def validation(text: str) -> tuple[str, str]:
    return "ValidationError", text


def test_get_template_gives_the_text_as_it_was_submitted() -> None:
    play = Play()
    play.deploy(BODY)
    assert play("GetTemplate", StackName="demo") == {
        "TemplateBody": BODY,
        "StagesAvailable": ["Original", "Processed"],
    }


def test_get_template_of_a_change_set_gives_the_template_that_is_under_review() -> None:
    play = Play()
    change_set = play.change_set(BODY)
    assert play("GetTemplate", ChangeSetName=change_set)["TemplateBody"] == BODY
    assert play("GetTemplate", StackName="demo", ChangeSetName="review")["TemplateBody"] == BODY
    assert play("GetTemplate", StackName="demo")["TemplateBody"] == ""


def test_get_template_must_know_which_one() -> None:
    play = Play()
    play.deploy(BODY)
    assert refusal(play, "GetTemplate") == validation("StackName is required if ChangeSetName is not specified.")
    assert refusal(play, "GetTemplate", ChangeSetName="review") == validation("StackName is a required parameter.")
    assert refusal(play, "GetTemplate", StackName="gone") == validation("Stack with id gone does not exist")
    code, text = refusal(play, "GetTemplate", StackName="demo", ChangeSetName="gone")
    assert (code, text) == ("ChangeSetNotFound", "ChangeSet [gone] does not exist")


SUMMARISED = {
    "Description": "what it is",
    "Metadata": {"Owner": "me"},
    "Parameters": {
        "Port": {"Type": "Number", "Default": 80, "AllowedValues": [80, 443], "Description": "where"},
        "Secret": {"Type": "String", "NoEcho": "true"},
    },
    "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}, "B": TOPIC, "A": TOPIC},
}


def test_a_summary_tells_what_a_template_asks_for() -> None:
    summary = Play()("GetTemplateSummary", TemplateBody=json.dumps(SUMMARISED))
    assert summary["Parameters"] == [
        {
            "ParameterKey": "Port",
            "DefaultValue": "80",
            "ParameterType": "Number",
            "Description": "where",
            "NoEcho": False,
            "ParameterConstraints": {"AllowedValues": ["80", "443"]},
        },
        {"ParameterKey": "Secret", "ParameterType": "String", "NoEcho": True, "ParameterConstraints": {}},
    ]
    assert summary["ResourceTypes"] == ["AWS::IAM::Role", "AWS::SNS::Topic"]
    assert (summary["Description"], summary["Metadata"]) == ("what it is", '{"Owner":"me"}')
    assert summary["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert summary["CapabilitiesReason"] == ("The following resource(s) require capabilities: [AWS::IAM::Role]")
    assert {
        "ResourceType": "AWS::SNS::Topic",
        "LogicalResourceIds": ["B", "A"],
        "ResourceIdentifiers": ["TopicArn"],
    } in summary["ResourceIdentifierSummaries"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{TopicName: sns-topic-simple}", "{'TopicName': 'sns-topic-simple'}"),
        (
            "{Owner: 'it''s me', Ports: [80, '443'], On: true}",
            "{'Owner': 'it''s me', 'Ports': [80, '443'], 'On': true}",
        ),
    ],
)
def test_the_metadata_of_a_yaml_template_has_single_quotes(written: str, shown: str) -> None:
    body = f"Metadata: {written}\nResources: {{T: {{Type: 'AWS::SNS::Topic'}}}}\n"
    assert Play()("GetTemplateSummary", TemplateBody=body)["Metadata"] == shown


def test_a_summary_leaves_out_what_a_template_does_not_say() -> None:
    summary = Play()("GetTemplateSummary", TemplateBody=BODY)
    assert not {"Description", "Metadata", "Capabilities", "CapabilitiesReason"} & set(summary)
    assert (summary["Parameters"], summary["Version"]) == ([], "2010-09-09")


def test_a_summary_of_a_stack_is_that_of_its_template() -> None:
    play = Play()
    play.deploy(BODY)
    assert play("GetTemplateSummary", StackName="demo")["ResourceTypes"] == ["AWS::SNS::Topic"]


def test_a_stack_under_review_has_no_summary() -> None:
    play = Play()
    play.change_set(BODY)
    assert refusal(play, "GetTemplateSummary", StackName="demo") == validation(
        "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
    )


def test_an_empty_template_has_no_summary() -> None:
    assert refusal(Play(), "GetTemplateSummary", TemplateBody="{}") == validation(
        "Template format error: At least one Resources member must be defined."
    )


def test_validate_template_tells_parameters_and_capabilities() -> None:
    answer = Play()("ValidateTemplate", TemplateBody=json.dumps(SUMMARISED))
    assert answer == {
        "Parameters": [
            {"ParameterKey": "Port", "DefaultValue": "80", "NoEcho": False, "Description": "where"},
            {"ParameterKey": "Secret", "NoEcho": True},
        ],
        "Description": "what it is",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "CapabilitiesReason": "The following resource(s) require capabilities: [AWS::IAM::Role]",
    }


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"Resources": {', "Template format error: JSON not well-formed. (line 1, column 17)"),
        ("Resources: [", "Template format error: YAML not well-formed."),
        (
            "Resources: {A: {Type: 'My::Own::Thing'}}",
            "Template format error: Unrecognized resource types: [My::Own::Thing]",
        ),
        (
            "Resources: {A: {Type: 'AWS::SNS::Topic', DependsOn: Gone}}",
            "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template",
        ),
    ],
)
def test_validate_template_refuses_what_can_be_seen_without_values(body: str, text: str) -> None:
    assert refusal(Play(), "ValidateTemplate", TemplateBody=body) == validation(text)


def test_validate_template_needs_a_template() -> None:
    assert refusal(Play(), "ValidateTemplate") == validation("Either Template URL or Template Body must be specified.")


def test_a_summary_of_a_stack_set_is_that_of_its_template() -> None:
    play = Play()
    play("CreateStackSet", StackSetName="fleet", TemplateBody=json.dumps(template(A=topic())))
    assert play("GetTemplateSummary", StackSetName="fleet")["ResourceTypes"] == ["AWS::SNS::Topic"]


def test_a_summary_refuses_types_that_nobody_knows_unless_a_warning_is_enough() -> None:
    play = Play()
    body = json.dumps({"Resources": {"A": {"Type": "Strange::Type::Here"}, "B": topic()}})
    refused = r"Template format error: Unrecognized resource types: \[Strange::Type::Here\]"
    with pytest.raises(CloudFormationError, match=refused):
        play("GetTemplateSummary", TemplateBody=body)
    lenient = {"TreatUnrecognizedResourceTypesAsWarnings": True}
    answer = play("GetTemplateSummary", TemplateBody=body, TemplateSummaryConfig=lenient)
    assert answer["Warnings"] == {"UnrecognizedResourceTypes": ["Strange::Type::Here"]}
    assert answer["ResourceTypes"] == ["AWS::SNS::Topic", "Strange::Type::Here"]


def test_validate_template_tells_of_resources_in_a_circle() -> None:
    topics = {"A": {"Ref": "B"}, "B": {"Ref": "A"}, "C": {"Ref": "A"}, "D": "d"}
    resources = {
        name: {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}} for name, value in topics.items()
    }
    code, message = refusal(Play(), "ValidateTemplate", TemplateBody=json.dumps({"Resources": resources}))
    assert (code, message) == validation("Circular dependency between resources: [A, B, C]")


def test_validate_template_leaves_circles_that_conditions_may_cut_to_their_values() -> None:
    conditions = {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    parameters = {"P": {"Type": "String"}}
    cut = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::If": ["C", {"Ref": "B"}, "b"]}}}
    back = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::If": ["C", "a", {"Ref": "A"}]}}}
    body = {"Parameters": parameters, "Conditions": conditions, "Resources": {"A": cut, "B": back}}
    Play()("ValidateTemplate", TemplateBody=json.dumps(body))


LOOPED = """# as it was written
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "a,b"}}
Resources:
  Fn::ForEach::L: [X, {Ref: Names}, {"T${X}": {Type: "AWS::SNS::Topic"}}]
  R: {Type: "AWS::IAM::Group"}
"""
TRANSFORMS = ["AWS::LanguageExtensions"]
PROCESSED = {
    "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "a,b"}},
    "Resources": {"Ta": TOPIC, "Tb": TOPIC, "R": {"Type": "AWS::IAM::Group"}},
}


def staged(play: Play, **request: Any) -> tuple[Any, Any, list[str]]:
    """The original text, the processed template, and the stages there are."""
    original = play("GetTemplate", TemplateStage="Original", **request)
    processed = play("GetTemplate", TemplateStage="Processed", **request)
    assert play("GetTemplate", **request) == processed
    body = processed["TemplateBody"]
    return original["TemplateBody"], json.loads(body) if body != LOOPED else body, processed["StagesAvailable"]


def test_a_stack_has_its_template_before_and_after_its_transforms() -> None:
    play = Play()
    play.deploy(LOOPED, Capabilities=["CAPABILITY_IAM"])
    assert staged(play, StackName="demo") == (LOOPED, PROCESSED, ["Original", "Processed"])


def test_a_change_set_has_a_processed_template_once_it_is_made() -> None:
    play = Play()
    request = {"StackName": "demo", "ChangeSetName": "review", "Capabilities": ["CAPABILITY_IAM"]}
    change_set = play("CreateChangeSet", ChangeSetType="CREATE", TemplateBody=LOOPED, **request)["Id"]
    assert play("GetTemplate", ChangeSetName=change_set)["StagesAvailable"] == ["Original"]
    play.settle()
    assert staged(play, ChangeSetName=change_set) == (LOOPED, PROCESSED, ["Original", "Processed"])


def test_of_a_transform_that_failed_only_the_original_is_there() -> None:
    play = Play()
    unfit = [{"ParameterKey": "Names", "ParameterValue": "a-b"}]
    request: dict[str, Any] = {"Parameters": unfit, "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}
    change_set = play.change_set(LOOPED, **request)
    assert staged(play, ChangeSetName=change_set) == (LOOPED, LOOPED, ["Original"])
    play("CreateStack", StackName="other", TemplateBody=LOOPED, **request)
    play.settle()
    assert staged(play, StackName="other") == (LOOPED, LOOPED, ["Original", "Processed"])
    assert play("GetTemplateSummary", StackName="other")["ResourceTypes"] == ["AWS::IAM::Group"]


def test_a_summary_declares_the_transforms_and_knows_what_loops_made_once_they_have() -> None:
    play = Play()
    submitted = play("GetTemplateSummary", TemplateBody=LOOPED)
    assert (submitted["DeclaredTransforms"], submitted["ResourceTypes"]) == (TRANSFORMS, ["AWS::IAM::Group"])
    assert submitted["Capabilities"] == ["CAPABILITY_IAM"]
    play.deploy(LOOPED, Capabilities=["CAPABILITY_IAM"])
    processed = play("GetTemplateSummary", StackName="demo")
    assert (processed["DeclaredTransforms"], processed["ResourceTypes"]) == (
        TRANSFORMS,
        ["AWS::IAM::Group", "AWS::SNS::Topic"],
    )


def test_validation_declares_the_transforms_and_leaves_the_rest_to_them() -> None:
    play = Play()
    found = play("ValidateTemplate", TemplateBody=LOOPED)
    assert (found["DeclaredTransforms"], found["Parameters"][0]["ParameterKey"]) == (TRANSFORMS, "Names")
    assert "DeclaredTransforms" not in play("ValidateTemplate", TemplateBody=BODY)
    assert refusal(play, "ValidateTemplate", TemplateBody=LOOPED.replace("AWS::LanguageExtensions", "Mine")) == (
        validation("Transforms are not simulated: [Mine]")
    )
