"""Attributes of custom resources: any name has a value, which fits what the template does with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rehearsal.scenario.faults import SaidAttribute, Scenario
from tests.rehearsal.play import REGION, Play
from tests.rehearsal.samples import Json, attribute, ref, template, value

TOKEN = "arn:aws:lambda:ap-northeast-1:123456789012:function:f"


def custom(kind: str = "Custom::Lookup", **members: Any) -> Json:
    return {"Type": kind, "Properties": {"ServiceToken": TOKEN}, **members}


def made(resources: Json, outputs: Json | None = None, scenario: Scenario | None = None, **more: Any) -> Play:
    play = Play(scenario)
    stack = play.deploy(template(outputs, **{"C": custom(), **resources}), **more)
    assert stack["StackStatus"] == "CREATE_COMPLETE", play.reasons()
    return play


def shown(play: Play, path: str) -> Any:
    """A resolved property, such as `A/Value`."""
    stack = play.cloud.world.find("demo", REGION)
    assert stack is not None
    name, *steps = path.split("/")
    found: Any = stack.resources[name].properties
    for step in steps:
        found = found[step]
    return found


@pytest.mark.parametrize("kind", ["Custom::Lookup", "Custom::Any@where", "AWS::CloudFormation::CustomResource"])
@pytest.mark.parametrize(
    "read",
    [
        attribute("C", "Answer"),
        attribute("C", "Any.Thing"),
        {"Fn::Sub": "<${C.Answer}>"},
        {"Fn::Base64": attribute("C", "x")},
    ],
)
def test_any_attribute_has_a_value_in_properties_and_outputs(kind: str, read: Json) -> None:
    play = Play()
    stack = play.deploy(template({"O": read}, C=custom(kind, Version="1.0"), A=value(read)))
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"][0]["OutputValue"] == shown(play, "A/Value") != ""


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("VpcId", r"vpc-0[0-9a-f]{16}"),
        ("Outputs.DefaultSecurityGroupId", r"sg-0[0-9a-f]{16}"),
        ("ami_id", r"ami-0[0-9a-f]{16}"),
        ("TopicArn", rf"arn:aws:sns:{REGION}:123456789012:\w+"),
        ("CertificateArn", rf"arn:aws:acm:{REGION}:123456789012:certificate/[0-9a-f-]{{36}}"),
        ("Url", r"https://\w+\.example\.com/"),
        ("Count", "1"),
        ("Anything", r"\w{16}"),
    ],
)
def test_a_value_follows_the_name_of_the_attribute(name: str, form: str) -> None:
    assert re.fullmatch(form, shown(made({"A": value(attribute("C", name))}), "A/Value"))


@pytest.mark.parametrize(
    "read",
    [
        {"Fn::Select": [2, attribute("C", "List")]},
        {"Fn::Select": ["0", attribute("C", "List")]},
        {"Fn::Select": [ref("Index"), attribute("C", "List")]},
        {"Fn::Join": ["|", attribute("C", "List")]},
        {"Fn::Select": [3, {"Fn::Split": [",", attribute("C", "List")]}]},
        {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Sub": "${C.List}"}]}]},
        {"Fn::Select": [1, {"Fn::Cidr": [attribute("C", "Anything"), 4, 8]}]},
    ],
)
def test_a_list_is_given_where_one_is_wanted_and_text_that_splits_where_it_is_split(read: Json) -> None:
    play = Play()
    stack = play.deploy(template(parameters={"Index": "1"}, C=custom(), A=value(read)))
    assert stack["StackStatus"] == "CREATE_COMPLETE", play.reasons()
    assert shown(play, "A/Value")


def test_a_property_that_is_the_attribute_alone_gets_what_its_schema_wants() -> None:
    service = {
        "DesiredCount": attribute("C", "Many"),
        "LaunchType": attribute("C", "Kind"),
        "EnableECSManagedTags": {"Fn::Sub": "${C.Tagged}"},
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": attribute("C", "Nets")}},
    }
    subnet = {"VpcId": attribute("C", "Net"), "CidrBlock": attribute("C", "Block")}
    play = made(
        {
            "S": {"Type": "AWS::ECS::Service", "Properties": service},
            "N": {"Type": "AWS::EC2::Subnet", "Properties": subnet},
        }
    )
    assert (shown(play, "S/DesiredCount"), shown(play, "S/LaunchType")) == ("1", "EC2")
    assert shown(play, "S/EnableECSManagedTags") == "true"
    assert len(shown(play, "S/NetworkConfiguration/AwsvpcConfiguration/Subnets")) == 2
    assert shown(play, "N/VpcId").startswith("vpc-")
    assert shown(play, "N/CidrBlock").endswith("/16")


@pytest.mark.parametrize("name", ["Answer", "Port", "VpcId"])
def test_a_parameter_of_a_nested_stack_is_text(name: str) -> None:
    play = Play()
    below = template({"O": {"Value": ref("P")}}, T={"Type": "AWS::SNS::Topic"}) | {
        "Parameters": {"P": {"Type": "String"}}
    }
    properties = {"TemplateURL": play.put("below.json", below), "Parameters": {"P": attribute("C", name)}}
    body = template(
        {"O": {"Value": attribute("N", "Outputs.O")}},
        C=custom(),
        N={"Type": "AWS::CloudFormation::Stack", "Properties": properties},
    )
    assert play.deploy(body)["StackStatus"] == "CREATE_COMPLETE", play.reasons()


def test_a_made_up_answer_is_held_against_no_pattern() -> None:
    role = {"Code": {"ZipFile": "x"}, "Handler": "i.h", "Runtime": "python3.12", "Role": attribute("C", "Whoever")}
    made({"F": {"Type": "AWS::Lambda::Function", "Properties": role}})


def test_what_is_known_beside_a_made_up_answer_is_still_judged() -> None:
    play = Play()
    wrong = {"Code": {"ZipFile": "x"}, "Runtime": "python3.12", "Role": attribute("C", "Whoever"), "MemorySize": 1}
    function = {"Type": "AWS::Lambda::Function", "Properties": wrong}
    stack = play.deploy(template(C=custom(), F=function), DisableValidation=True)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    [reason] = [text for name, status, text in play.reasons() if (name, status) == ("F", "CREATE_FAILED")]
    assert reason.endswith("#/MemorySize: failed validation constraint for keyword [minimum]")


def test_a_value_stays_as_long_as_the_resource_stands() -> None:
    body = template(C=custom(), A=value(attribute("C", "Answer")), B=value(attribute("C", "Other")))
    play = Play()
    play.deploy(body)
    assert shown(play, "A/Value") != shown(play, "B/Value")
    again = play.described(play.change_set(body, name="again"))
    assert "didn't contain changes" in again["StatusReason"]


def test_an_output_of_a_provisioned_product_has_a_value_and_nothing_else_of_it_is_made_up() -> None:
    product = {"ProductName": "p", "ProvisioningArtifactName": "v1"}
    body = {"Type": "AWS::ServiceCatalog::CloudFormationProvisionedProduct", "Properties": product}
    play = Play()
    stack = play.deploy(template({"O": attribute("P", "Outputs.VpcId")}, P=body, A=value(attribute("P", "Outputs.X"))))
    assert stack["Outputs"][0]["OutputValue"].startswith("vpc-0")
    assert play.deploy(template({"O": attribute("P", "Nothing")}, P=body), stack="other")["StackStatus"] == (
        "ROLLBACK_COMPLETE"
    )


@pytest.mark.parametrize(("said", "wanted"), [("vpc-1", "vpc-1"), (["a", "b"], "b"), (7, "7"), (True, "true")])
def test_a_scenario_says_what_the_function_answers(said: Any, wanted: str) -> None:
    read = {"Fn::Select": [1, attribute("C", "X")]} if isinstance(said, list) else {"Fn::Sub": "${C.X}"}
    play = made({"A": value(read)}, scenario=Scenario(attributes=(SaidAttribute("C", "X", said),)))
    assert shown(play, "A/Value") == wanted


def test_what_a_scenario_says_is_held_against_no_pattern_either_and_counts_for_other_types_too() -> None:
    scenario = Scenario(attributes=(SaidAttribute("C", "Role", "nonsense"), SaidAttribute("T", "TopicName", "said")))
    function = {"Code": {"ZipFile": "x"}, "Handler": "i.h", "Runtime": "python3.12", "Role": attribute("C", "Role")}
    play = Play(scenario)
    topic = {"Type": "AWS::SNS::Topic"}
    assert play.deploy(template({"O": attribute("T", "TopicName")}, T=topic))["Outputs"][0]["OutputValue"] == "said"
    stack = play.deploy(
        template(C=custom(), F={"Type": "AWS::Lambda::Function", "Properties": function}), stack="other"
    )
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_an_attribute_of_what_is_not_there_is_a_drill_that_never_happened() -> None:
    play = made({}, scenario=Scenario(attributes=(SaidAttribute("Lookupp", "X", "y"),)))
    assert play.cloud.world.scenario.unmet() == ["Lookupp; there is no similar name"]


def test_an_answer_that_goes_through_a_nested_stack_is_held_against_no_constraint_below() -> None:
    play = Play()
    code = {"Code": {"ZipFile": "x"}, "Handler": "i.h", "Runtime": "python3.12", "Role": {"Ref": "Role"}}
    child = {
        "Parameters": {"Role": {"Type": "String", "AllowedPattern": "no-such-thing", "MaxLength": 40}},
        "Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": code}},
    }
    parameters = {"Role": attribute("C", "SomethingOfItsOwn")}
    stack = {"TemplateURL": play.put("child", child), "Parameters": parameters}
    root = template(C=custom(), N={"Type": "AWS::CloudFormation::Stack", "Properties": stack})
    assert play.deploy(root)["StackStatus"] == "CREATE_COMPLETE"
