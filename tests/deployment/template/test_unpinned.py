"""What a tree of templates reads that is not in its files: values, templates and what macros make."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import parse_document
from deployment.template.unpinned import macros, moving_references, reads_elsewhere, unpinned

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
