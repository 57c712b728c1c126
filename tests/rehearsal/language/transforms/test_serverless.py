"""AWS::Serverless: what SAM's own translator makes of a template, between the parameters and the other transforms."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from cloudformation.intrinsics.evaluation import Scope
from cloudformation.refusals import CloudFormationError
from rehearsal.language.transforms.serverless import translated
from rehearsal.language.transforms.transform_failure import Budget
from tests.rehearsal.play import Play
from tests.rehearsal.samples import Json, attribute, ref, topic

SAM = "AWS::Serverless-2016-10-31"
EXPANDING = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


def function(**properties: Any) -> Json:
    code = {"CodeUri": "s3://bucket/key", "Handler": "index.handler"}
    return {"Type": "AWS::Serverless::Function", "Properties": code | properties}


def sam(more: Json | None = None, **resources: Any) -> Json:
    common = {"Globals": {"Function": {"Runtime": "python3.12"}}}
    return {"Transform": SAM, **common, "Resources": resources, **(more or {})}


def types(play: Play, change_set: str) -> dict[str, str]:
    return {name: row["ResourceType"] for name, row in play.changes(change_set).items()}


def processed(play: Play) -> Json:
    template: Json = json.loads(play("GetTemplate", StackName="demo")["TemplateBody"])
    return template


def test_a_function_with_events_becomes_its_resources_and_is_deployed() -> None:
    play = Play()
    events = {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}}
    outputs = {"Outputs": {"Role": {"Value": attribute("F", "Arn")}, "Api": {"Value": ref("ServerlessRestApi")}}}
    body = sam(outputs, F=function(Events=events), T={"Type": "AWS::Serverless::SimpleTable"})
    made = play.change_set(body, Capabilities=EXPANDING)
    kinds = types(play, made)
    assert kinds["F"] == "AWS::Lambda::Function"
    assert kinds["FRole"] == "AWS::IAM::Role"
    assert kinds["T"] == "AWS::DynamoDB::Table"
    assert kinds["ServerlessRestApi"] == "AWS::ApiGateway::RestApi"
    play("ExecuteChangeSet", ChangeSetName=made)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert processed(play)["Resources"]["F"]["Properties"]["Runtime"] == "python3.12"
    assert not {"Globals", "Transform"} & processed(play).keys()
    assert play.described(play.change_set(body, "same", Capabilities=EXPANDING))["Status"] == "FAILED"


def test_values_of_parameters_are_known_to_it_but_secret_ones_stay_references() -> None:
    play = Play()
    parameters = {
        "Stage": {"Type": "String", "Default": "dev"},
        "Secret": {"Type": "String", "NoEcho": True, "Default": "default"},
    }
    variables = {"TOKEN": ref("Secret"), "URL": {"Fn::Sub": "https://${Secret}@example.com/${Stage}"}}
    named = function(Environment={"Variables": variables}, AutoPublishAlias=ref("Stage"))
    body = sam({"Parameters": parameters}, F=named)
    given = [{"ParameterKey": "Secret", "ParameterValue": "hush"}]
    made = play.change_set(body, Parameters=given, Capabilities=EXPANDING)
    assert types(play, made)["FAliasdev"] == "AWS::Lambda::Alias"
    play("ExecuteChangeSet", ChangeSetName=made)
    play.settle()
    text = play("GetTemplate", StackName="demo")["TemplateBody"]
    assert processed(play)["Resources"]["F"]["Properties"]["Environment"]["Variables"]["TOKEN"] == ref("Secret")
    assert "${Secret}" in text
    assert not [word for word in ("hush", "noecho", "default") if word in text.replace('"Default":"default"', "")]


def test_what_is_wrong_is_told_in_the_words_of_the_translator() -> None:
    play = Play()
    bad = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "index.handler"}}
    shown = play.described(play.change_set(sam(B=bad, A=bad)))
    assert shown["Status"] == "FAILED"
    assert shown["StatusReason"].startswith(
        f"Transform {SAM} failed with: Invalid Serverless Application Specification document. "
        "Number of errors found: 2. Resource with id [A] is invalid."
    )


def test_create_stack_needs_the_capability_and_rolls_back_what_fails() -> None:
    play = Play()
    body = json.dumps(sam(F=function()))
    with pytest.raises(CloudFormationError) as refused:
        play("CreateStack", StackName="demo", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    assert refused.value.code == "InsufficientCapabilitiesException"
    play("CreateStack", StackName="demo", TemplateBody=body, Capabilities=EXPANDING)
    play.settle()
    assert play.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_it_works_beside_language_extensions_in_their_order() -> None:
    play = Play()
    loop: Json = {"Fn::ForEach::Name": ["Name", ["One", "Two"], {"F${Name}": function(FunctionName=ref("Name"))}]}
    body = sam(**loop) | {"Transform": ["AWS::LanguageExtensions", SAM]}
    made = play.change_set(body, Capabilities=EXPANDING)
    assert types(play, made)["FTwo"] == "AWS::Lambda::Function"


def test_applications_of_the_repository_are_refused_before_anybody_is_asked() -> None:
    play = Play()
    located = {"ApplicationId": "arn:aws:serverlessrepo:us-east-1:1:applications/a", "SemanticVersion": "1.0.0"}
    app = {"Type": "AWS::Serverless::Application", "Properties": {"Location": located}}
    shown = play.described(play.change_set(sam(App=app)))
    assert shown["StatusReason"].startswith("AWS::Serverless::Application is not simulated")


def test_an_application_at_a_url_is_a_nested_stack() -> None:
    play = Play()
    url = play.put("child", {"Resources": {"T": topic()}})
    app = {"Type": "AWS::Serverless::Application", "Properties": {"Location": url}}
    assert types(play, play.change_set(sam(App=app), Capabilities=EXPANDING))["App"] == "AWS::CloudFormation::Stack"


def test_a_summary_names_its_types_and_globals_belong_to_no_other_template() -> None:
    play = Play()
    summary = play("GetTemplateSummary", TemplateBody=json.dumps(sam(F=function())))
    assert (summary["ResourceTypes"], summary["DeclaredTransforms"]) == (["AWS::Serverless::Function"], [SAM])
    for body in (
        sam(A=topic()) | {"Transform": "AWS::LanguageExtensions"},
        {"Globals": {}, "Resources": {"A": topic()}},
    ):
        with pytest.raises(CloudFormationError) as refused:
            play("ValidateTemplate", TemplateBody=json.dumps(body))
        assert refused.value.message == "Invalid template property or properties [Globals]"


def test_the_translator_is_imported_for_templates_that_ask_for_it_alone() -> None:
    code = "import rehearsal.language.processed_target, sys; print('samtranslator' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_template_that_becomes_too_large_is_refused() -> None:
    scope = Scope(parameters={"AWS::Region": "eu-west-1"}, mappings={})
    with pytest.raises(CloudFormationError) as refused:
        translated(sam(F=function()), scope, frozenset(), Budget(100))
    assert refused.value.message == "Transformation data limit exceeded"
