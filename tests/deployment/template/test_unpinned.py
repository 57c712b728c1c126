"""What a tree of templates reads that is not in its files: values, templates and what macros make."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.unpinned import macros, moving_references, moving_text, reads_elsewhere, unpinned

_LAYER = ResourcePath(("Layer",))


@pytest.mark.parametrize(
    ("expression", "moving"),
    [
        ("{{resolve:ssm:/x}}", ("{{resolve:ssm:/x}}",)),
        ("{{resolve:ssm:/x:2}}", ()),
        ("{{resolve:ssm-secure:/x}}", ()),
        ("{{resolve:secretsmanager:x}}", ()),
        ({"Fn::Sub": "a-{{resolve:ssm:/x}}-${B}"}, ("{{resolve:ssm:/x}}",)),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, ("Fn::GetAZs",)),
        (
            {"Fn::Sub": ["${O}", {"O": {"Fn::GetStackOutput": {"StackName": "S", "OutputName": "O"}}}]},
            ("Fn::GetStackOutput",),
        ),
        ({"Fn::ImportValue": "shared"}, ()),
        ({"a": [{"Fn::Transform": {"Name": "Mine"}}]}, ("Fn::Transform",)),
        ({"Ref": "A"}, ()),
    ],
)
def test_what_may_be_another_value_each_time_is_found_at_any_depth(expression: Any, moving: tuple[str, ...]) -> None:
    assert moving_references(expression) == moving


def test_every_input_that_is_not_in_the_files_is_told_once() -> None:
    stack = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x}}"
    root = parse_document(
        f"Transform: [AWS::LanguageExtensions, {{Name: AWS::Include}}]\n"
        f"Parameters: {{P: {{Type: 'AWS::SSM::Parameter::Value<String>'}}, Q: {{Type: String}}}}\n"
        f"Resources: {{Layer: {stack}, Foreign: {stack}}}"
    )
    layer = parse_document("Outputs: {O: {Value: '{{resolve:ssm:/x}}'}, V: {Value: '{{resolve:ssm:/x:1}}'}}")
    assert list(unpinned({ROOT: root, _LAYER: layer})) == [
        "P is read from Systems Manager",
        "Transform is made by AWS::Include",
        "Foreign is a template that is not among the files",
        "Layer/O reads {{resolve:ssm:/x}}",
    ]


def test_a_tree_that_says_all_itself_has_none() -> None:
    assert not list(unpinned({ROOT: parse_document("Resources: {A: {Type: AWS::SNS::Topic}}")}))


def test_a_macro_above_makes_what_is_below() -> None:
    documents = {ROOT: parse_document("Transform: Mine"), _LAYER: parse_document("Resources: {}")}
    assert macros(documents[ROOT]) == {"Mine"}
    assert reads_elsewhere(_LAYER, documents)
    assert not reads_elsewhere(_LAYER, {**documents, ROOT: parse_document("Transform: AWS::LanguageExtensions")})


@pytest.mark.parametrize(
    ("text", "moving"),
    [
        ("{{resolve:ssm:arn:aws:ssm:eu-west-1:111122223333:parameter/x}}", True),
        ("{{resolve:ssm:/x/${Stage}}}", True),
        ("{{resolve", True),
        ("resolve:ssm:/x", True),
        ("{{resolve:secretsmanager:${Secret}:SecretString:password}}", False),
        ("{{resolve:ssm-secure:${Name}}}", False),
        ("resolve:ssm-secure:x", False),
        ("{{name}}", False),
    ],
)
def test_a_reference_that_is_put_together_counts_where_it_may_be_one_without_a_version(text: str, moving: bool) -> None:
    assert bool(moving_text(text)) is moving


@pytest.mark.parametrize(
    ("document", "made"),
    [
        ("Fn::Transform: {Name: AWS::Include}", True),
        ("Resources: {Fn::Transform: {Name: AWS::Include}}", True),
        ("Resources: {A: {Fn::Transform: {Name: AWS::Include}, Type: AWS::SNS::Topic}}", True),
        ("Outputs: {Fn::Transform: {Name: AWS::Include}}", True),
        ("Mappings: {A: {b: {Fn::Transform: {Name: AWS::Include}}}}", True),
        ("Conditions: {A: !Equals [a, !Transform {Name: Mine}]}", True),
        ("Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Transform {Name: Mine}}}}", False),
        ("Metadata: {Fn::Transform: {Name: AWS::Include}}", False),
    ],
)
def test_a_function_that_makes_more_than_a_value_makes_the_template(document: str, made: bool) -> None:
    assert bool(macros(parse_document(document))) is made


def test_what_a_root_is_given_takes_the_place_of_its_defaults() -> None:
    root = parse_document("Parameters: {P: {Type: String, Default: '{{resolve:ssm:/default}}'}}")
    assert list(unpinned({ROOT: root})) == ["P reads {{resolve:ssm:/default}}"]
    assert not list(unpinned({ROOT: root}, {"P": "x"}))
    assert list(unpinned({ROOT: root}, {"P": "{{resolve:ssm:/given}}"})) == ["P reads {{resolve:ssm:/given}}"]
