"""Whether references lead anywhere, and types exist."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import Template, parse_template
from cloudformation.template.transforms import INCLUDE, LANGUAGE_EXTENSIONS
from rehearsal.language.scopes import Situation
from rehearsal.language.validation import validate_situation, validate_template
from rehearsal.resources.resource_types import ResourceTypes
from tests.rehearsal.play import REGION, Play

TYPES = ResourceTypes(REGION)
TOPIC: dict[str, Any] = {"Type": "AWS::SNS::Topic"}


def template(resources: dict[str, Any], **sections: Any) -> Template:
    return parse_template(json.dumps({"Resources": resources} | sections))


def topic(**members: Any) -> dict[str, Any]:
    return TOPIC | members


def named(value: Any) -> dict[str, Any]:
    return topic(Properties={"TopicName": value})


def refusal(resources: dict[str, Any], **sections: Any) -> str:
    with pytest.raises(CloudFormationError) as caught:
        validate_template(template(resources, **sections), TYPES)
    return caught.value.message


def judged(found: Template, **conditions: bool) -> str | None:
    try:
        validate_situation(Situation(found, Scope(parameters={}, mappings=found.mappings, conditions=conditions)))
    except CloudFormationError as error:
        return error.message
    return None


def dangling(*names: str) -> str:
    return (
        f"Template format error: Unresolved resource dependencies [{', '.join(names)}] "
        "in the Resources block of the template"
    )


def test_a_template_whose_references_lead_somewhere_is_valid() -> None:
    found = template(
        {"A": TOPIC, "B": named({"Fn::Sub": "${A.TopicName}-${P}-${AWS::Region}"}) | {"DependsOn": "A"}},
        Parameters={"P": {"Type": "String"}},
    )
    validate_template(found, TYPES)


def test_unknown_resource_types_are_refused_together() -> None:
    assert refusal({"A": {"Type": "My::Own::Thing"}, "B": {"Type": "AWS::SNS::Topik"}, "C": TOPIC}) == (
        "Template format error: Unrecognized resource types: [AWS::SNS::Topik, My::Own::Thing]"
    )


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "Gone"},
        {"Fn::Sub": "x-${Gone}"},
        {"Fn::If": ["C", {"Ref": "Gone"}, "x"]},
        {"Fn::Join": ["", [{"Fn::Base64": {"Ref": "Gone"}}]]},
        {"Ref": "AWS::Gone"},
    ],
)
def test_a_reference_to_nothing_is_refused(value: Any) -> None:
    name = "AWS::Gone" if value == {"Ref": "AWS::Gone"} else "Gone"
    assert refusal({"A": named(value)}, Conditions={"C": {"Fn::Equals": [1, 2]}}) == dangling(name)


@pytest.mark.parametrize("name", ["Gone", "P", "AWS::Region"])
def test_what_is_no_resource_has_no_attributes(name: str) -> None:
    declared = {"P": {"Type": "String"}}
    assert refusal({"A": named({"Fn::GetAtt": [name, "Arn"]})}, Parameters=declared) == (
        f"Template error: instance of Fn::GetAtt references undefined resource {name}"
    )
    assert refusal({"A": named({"Fn::Sub": f"${{{name}.Arn}}"})}, Parameters=declared) == (
        f"Template error: instance of Fn::Sub references invalid resource attribute {name}.Arn"
    )
    outputs = {"O": {"Value": {"Fn::GetAtt": [name, "Arn"]}}}
    assert "undefined resource" in refusal({"A": TOPIC}, Parameters=declared, Outputs=outputs)


def test_a_variable_of_a_sub_may_have_a_name_of_its_own() -> None:
    validate_template(template({"A": named({"Fn::Sub": ["${Own}", {"Own": "x"}]})}), TYPES)


def test_a_dependency_on_nothing_is_refused() -> None:
    assert refusal({"A": topic(DependsOn=["Gone", "B"]), "B": named({"Ref": "Away"})}) == dangling("Gone", "Away")


def test_metadata_refers_to_resources_too() -> None:
    assert refusal({"A": topic(Metadata={"x": {"Ref": "Gone"}})}) == dangling("Gone")


def test_a_condition_that_is_not_there_is_refused() -> None:
    assert refusal({"A": topic(Condition="Gone")}) == (
        "Template format error: Unresolved condition dependencies [Gone] in the Resources block of the template"
    )
    assert refusal({"A": named({"Fn::If": ["Gone", "a", "b"]})}) == (
        "Template error: unresolved condition dependency Gone in Fn::If"
    )
    assert refusal({"A": TOPIC}, Outputs={"O": {"Value": {"Fn::If": ["Gone", "a", "b"]}}}) == (
        "Template error: unresolved condition dependency Gone in Fn::If"
    )


@pytest.mark.parametrize("argument", [["A"], ["A", ""], [], "A", ["A", "b", "c"], {"Ref": "A"}])
def test_a_get_att_has_two_parts(argument: Any) -> None:
    assert refusal({"A": TOPIC, "B": named([{"Fn::GetAtt": argument}])}) == (
        "Template error: every Fn::GetAtt object requires two non-empty parameters, "
        "the resource name and the resource attribute"
    )


def test_no_transforms_but_the_language_extensions_and_includes_are_simulated() -> None:
    for others in (["AWS::LanguageExtensions", "Mine"], ["Mine"], {"Name": "Mine"}):
        assert refusal({"A": TOPIC}, Transform=others) == "Transforms are not simulated: [Mine]"
    twice = ["AWS::LanguageExtensions"] * 2
    assert refusal({"A": TOPIC}, Transform=twice) == f"Transforms are not simulated: [{', '.join(twice)}]"
    embedded = {"Fn::Transform": [{"Name": INCLUDE}, {"Name": "Mine"}]}
    assert refusal({"A": TOPIC | {"Properties": embedded}}) == "Transforms are not simulated: [Mine]"
    validate_template(template({"A": TOPIC}, Transform=[INCLUDE, LANGUAGE_EXTENSIONS, INCLUDE]), TYPES)


def test_a_template_with_the_language_extensions_is_left_to_them() -> None:
    found = template(
        {"A": {"Type": "No::Such", "Properties": {"X": {"Fn::Length": {}}}}}, Transform=LANGUAGE_EXTENSIONS
    )
    validate_template(found, TYPES)
    assert found.transforms == (LANGUAGE_EXTENSIONS,)


CONDITION = {"C": {"Fn::Equals": [1, 2]}}


def test_a_reference_to_a_resource_that_is_switched_off_is_refused() -> None:
    found = template({"A": topic(Condition="C"), "B": named({"Ref": "A"})}, Conditions=CONDITION)
    assert judged(found, C=True) is None
    assert judged(found, C=False) == dangling("A")


def test_the_branch_that_is_not_chosen_may_refer_to_what_is_switched_off() -> None:
    found = template(
        {"A": topic(Condition="C"), "B": named({"Fn::If": ["C", {"Ref": "A"}, "none"]})}, Conditions=CONDITION
    )
    assert judged(found, C=False) is None


def test_a_dependency_on_a_resource_that_is_switched_off_is_passed_by() -> None:
    found = template({"A": topic(Condition="C"), "B": topic(DependsOn="A")}, Conditions=CONDITION)
    assert judged(found, C=False) is None


def test_resources_in_a_circle_are_refused_with_what_hangs_on_them() -> None:
    found = template({"A": named({"Ref": "B"}), "B": topic(DependsOn="A"), "C": named({"Ref": "A"}), "D": TOPIC})
    message = judged(found) or ""
    assert message.startswith("Circular dependency between resources: [")
    assert sorted(message.partition("[")[2].rstrip("]").split(", ")) == ["A", "B", "C"]


def test_outputs_have_words_of_their_own_for_a_reference_to_nothing() -> None:
    text = "Unresolved resource dependencies [Gone] in the Outputs block of the template"
    assert judged(template({"A": TOPIC}, Outputs={"O": {"Value": {"Ref": "Gone"}}})) == text
    exported = {"O": {"Value": "v", "Export": {"Name": {"Fn::Sub": "${Gone}"}}}}
    assert judged(template({"A": TOPIC}, Outputs=exported)) == text


def test_an_output_that_is_switched_off_may_refer_to_nothing() -> None:
    outputs = {"O": {"Condition": "C", "Value": {"Ref": "A"}}}
    found = template({"A": topic(Condition="C"), "B": TOPIC}, Conditions=CONDITION, Outputs=outputs)
    assert judged(found, C=False) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::FindInMap": ["M", "z", "k"]}, "Template error: Unable to get mapping for M::z::k"),
        (
            {"Fn::Select": [3, {"Fn::Split": [",", "a,b"]}]},
            "Template error: Fn::Select cannot select nonexistent value at index 3",
        ),
    ],
)
def test_functions_are_evaluated_with_the_request(value: Any, text: str) -> None:
    mapped = {"M": {"a": {"k": "v"}}}
    assert judged(template({"A": named(value)}, Mappings=mapped)) == text
    assert judged(template({"A": topic(Metadata={"x": value})}, Mappings=mapped)) == text
    chosen = {"Fn::If": ["C", value, "x"]}
    assert judged(template({"A": named(chosen)}, Mappings=mapped, Conditions=CONDITION), C=False) is None


def test_what_only_the_execution_knows_is_no_reason_to_refuse() -> None:
    later = {"Fn::Select": [3, {"Fn::Split": [",", {"Fn::ImportValue": {"Fn::Sub": "${A}"}}]}]}
    assert judged(template({"A": TOPIC, "B": named(later)})) is None


def test_a_resource_that_refers_to_itself_is_a_circle() -> None:
    assert judged(template({"A": named({"Ref": "A"})})) == "Circular dependency between resources: [A]"
    assert judged(template({"A": topic(DependsOn="A")})) == "Circular dependency between resources: [A]"


def test_policies_are_judged_like_properties() -> None:
    policy = {"Fn::If": ["Gone", "Retain", "Delete"]}
    assert refusal({"A": topic(DeletionPolicy=policy)}) == (
        "Template error: unresolved condition dependency Gone in Fn::If"
    )
    assert refusal({"A": topic(UpdatePolicy={"x": {"Ref": "Gone"}})}) == dangling("Gone")
    assert refusal({"A": TOPIC}, Outputs={"O": {"Value": "v", "Condition": "Gone"}}) == (
        "Template format error: Unresolved condition dependencies [Gone] in the Outputs block of the template"
    )


@pytest.mark.parametrize(
    ("child", "text"),
    [
        ({"A": named({"Ref": "B"}), "B": named({"Ref": "A"})}, "Circular dependency between resources"),
        ({"A": named({"Fn::Select": [1, {"Fn::Split": [",", {"Ref": "Ids"}]}]})}, "nonexistent value at index 1"),
        ({"A": named({"Fn::FindInMap": ["M", {"Ref": "Ids"}, "k"]})}, "Unable to get mapping for M::{{Intrinsic"),
    ],
)
def test_what_a_nested_stack_cannot_do_with_a_siblings_output_fails_its_change_set(child: Any, text: str) -> None:
    play = Play()
    outputs = {"Ids": {"Value": "a,b"}}
    first = play.put("first", {"Resources": {"A": TOPIC}, "Outputs": outputs})
    sections = {"Parameters": {"Ids": {"Type": "String", "Default": "a"}}, "Mappings": {"M": {"a": {"k": "v"}}}}
    second = play.put("second", {"Resources": child} | sections)
    fed = {"TemplateURL": second, "Parameters": {"Ids": {"Fn::GetAtt": ["First", "Outputs.Ids"]}}}
    root = {
        "First": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": first}},
        "Second": {"Type": "AWS::CloudFormation::Stack", "Properties": fed},
    }
    found = play.described(play.change_set({"Resources": root}, IncludeNestedStacks=True))
    assert found["Status"] == "FAILED"
    nested = found["StatusReason"].removeprefix("Nested change set ").split(" ")[0]
    assert text in play.described(nested)["StatusReason"]


def test_a_circle_in_a_nested_stack_ends_its_creation() -> None:
    play = Play()
    url = play.put("child", {"Resources": {"A": named({"Ref": "B"}), "B": named({"Ref": "A"})}})
    root = {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    assert play.deploy({"Resources": root})["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Circular dependency between resources: [A, B]" in str(play.reasons())


def exporting(*names: Any, **sections: Any) -> dict[str, Any]:
    outputs = {f"O{number}": {"Value": "x", "Export": {"Name": name}} for number, name in enumerate(names)}
    return {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs, **sections}


def test_two_exports_of_one_name_are_refused() -> None:
    with pytest.raises(CloudFormationError) as refused:
        Play().change_set(exporting("demo-id", {"Fn::Sub": "${AWS::StackName}-id"}))
    assert refused.value.message == "Template format error: duplicate Export names"


def test_exports_that_differ_are_not_known_yet_or_switched_off_may_stand_side_by_side() -> None:
    play = Play()
    later = {"Fn::Sub": "${P}"}
    body = exporting("one", "two", later, later, "one", Conditions={"Off": {"Fn::Equals": ["a", "b"]}})
    body["Outputs"]["O4"]["Condition"] = "Off"
    body["Parameters"] = {"P": {"Type": "String"}}
    fed = [{"ParameterKey": "P", "ParameterValue": "{{IntrinsicFunction:root/One.Outputs.Name/Fn::GetAtt}}"}]
    assert play.described(play.change_set(body, Parameters=fed))["Status"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    "name",
    [
        {"Fn::Sub": "${A.TopicName}"},
        {"Fn::Sub": ["${N}", {"N": {"Fn::GetAtt": ["A", "TopicName"]}}]},
        {"Fn::Join": ["-", ["x", {"Ref": "A"}]]},
        {"Fn::ImportValue": "shared"},
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
    ],
)
def test_the_name_of_an_export_depends_on_nothing_that_is_made(name: Any) -> None:
    outputs = {"O": {"Value": "x", "Export": {"Name": name}}}
    assert refusal({"A": TOPIC}, Outputs=outputs) == (
        "Template format error: Output O is malformed.  The Name field of Export must not depend on any resources, "
        "imported values, or Fn::GetAZs."
    )


def test_the_name_of_an_export_may_depend_on_parameters_mappings_and_conditions() -> None:
    names: list[Any] = [
        {"Fn::Sub": "${AWS::StackName}-${P}-${!A}"},
        {"Fn::If": ["C", "a", {"Fn::FindInMap": ["M", "k", "v"]}]},
        {"Fn::Sub": ["${A}", {"A": {"Ref": "P"}}]},
    ]
    outputs = {f"O{at}": {"Value": {"Ref": "A"}, "Export": {"Name": name}} for at, name in enumerate(names)}
    sections = {"Parameters": {"P": {"Type": "String"}}, "Mappings": {"M": {"k": {"v": "b"}}}, "Conditions": CONDITION}
    validate_template(template({"A": TOPIC}, Outputs=outputs, **sections), TYPES)


def test_a_type_without_snapshots_has_no_deletion_policy_of_snapshot() -> None:
    refused = "Template error: resource type AWS::SNS::Topic does not support deletion policy Snapshot"
    assert refusal({"A": topic(DeletionPolicy="Snapshot")}) == refused
    chosen = topic(DeletionPolicy={"Fn::If": ["C", "Snapshot", "Retain"]})
    assert judged(template({"A": chosen}, Conditions=CONDITION), C=True) == refused
    assert judged(template({"A": chosen}, Conditions=CONDITION), C=False) is None


def test_snapshots_are_for_types_that_have_them_and_as_a_replace_policy_for_all() -> None:
    volume = {"Type": "AWS::EC2::Volume", "DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Snapshot"}
    validate_template(template({"V": volume, "A": topic(UpdateReplacePolicy="Snapshot")}), TYPES)


def test_a_condition_imports_nothing() -> None:
    conditions = {"C": {"Fn::Equals": [{"Fn::ImportValue": "stage"}, "prod"]}}
    assert refusal({"A": TOPIC}, Conditions=conditions) == "Template error: Cannot use Fn::ImportValue in Conditions."
    imported = named({"Fn::If": ["C", {"Fn::ImportValue": "stage"}, "x"]})
    validate_template(template({"A": imported}, Conditions=CONDITION), TYPES)


@pytest.mark.parametrize(
    ("declared", "refused"),
    [
        ({"Default": "aws-ab-", "MinLength": 12}, "Parameter 'P' must contain at least 12 characters"),
        ({"Default": "test", "AllowedValues": ["dev", "prod"]}, "Parameter 'P' must be one of AllowedValues"),
        ({"Default": "", "AllowedPattern": "[a-z]+"}, "Parameter 'P' must match pattern [a-z]+"),
        (
            {"Type": "Number", "Default": 0, "MinValue": 1, "ConstraintDescription": "is at least one"},
            "Parameter 'P' is at least one",
        ),
    ],
)
def test_a_default_outside_its_own_constraints_is_refused_whatever_value_is_given(
    declared: dict[str, Any], refused: str
) -> None:
    assert refusal({"A": TOPIC}, Parameters={"P": {"Type": "String"} | declared}) == refused


@pytest.mark.parametrize(
    "declared",
    [
        {"Default": "aws-ab-", "MinLength": 7, "AllowedValues": ["aws-ab-"]},
        {"Type": "Number", "Default": ""},
        {"Type": "AWS::EC2::KeyPair::KeyName", "Default": ""},
        {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a", "AllowedPattern": "ami-.*"},
        {"AllowedPattern": "[a-z]+"},
    ],
)
def test_any_other_default_is_left_to_whoever_takes_it(declared: dict[str, Any]) -> None:
    validate_template(template({"A": TOPIC}, Parameters={"P": {"Type": "String"} | declared}), TYPES)


@pytest.mark.parametrize("function", ["/Fn::ImportValue", "One.Outputs.Arn/Fn::GetAtt"])
def test_the_placeholder_of_a_value_to_come_may_not_stand_in_a_template(function: str) -> None:
    placeholder = f"{{{{IntrinsicFunction:root/{function}}}}}"
    text = f"Usage of {placeholder} is not allowed."
    assert refusal({"A": named([f"x-{placeholder}"])}) == text
    assert refusal({"A": TOPIC}, Outputs={"O": {"Value": {"Fn::Sub": placeholder}}}) == text


def test_a_deletion_policy_that_a_condition_chooses_must_exist_all_the_same() -> None:
    entry = topic(DeletionPolicy={"Fn::If": ["C", "Keep", "Retain"]})
    assert judged(template({"A": entry}, Conditions=CONDITION), C=False) is None
    assert judged(template({"A": entry}, Conditions=CONDITION), C=True) == (
        "Template format error: Unrecognized DeletionPolicy Keep for resource A"
    )


@pytest.mark.parametrize(
    ("kind", "zones", "strange"),
    [
        ("AWS::EC2::AvailabilityZone::Name", "eu-west-1a", ["eu-west-1a"]),
        ("List<AWS::EC2::AvailabilityZone::Name>", f"{REGION}a, us-east-1a,us-east-1b", ["us-east-1a", "us-east-1b"]),
        ("List<AWS::EC2::AvailabilityZone::Name>", f"{REGION}a,{REGION}c", []),
        ("String", "eu-west-1a", []),
    ],
)
def test_a_parameter_that_is_a_zone_is_one_of_the_region(kind: str, zones: str, strange: list[str]) -> None:
    body = {"Parameters": {"Z": {"Type": kind, "Default": zones}}, "Resources": {"A": TOPIC}}
    told = [f"parameter value {zone} for parameter name Z does not exist" for zone in strange]
    if not strange:
        assert Play().deploy(body)["StackStatus"] == "CREATE_COMPLETE"
        return
    with pytest.raises(CloudFormationError) as caught:
        Play().deploy(body)
    assert caught.value.message == f"Parameter validation failed: {', '.join(told)}"
