"""Which parameters of Systems Manager a tree of templates reads."""

from __future__ import annotations

from deployment.template.resource_path import ROOT
from deployment.template.stored_names import stored_names
from deployment.template.template import parse_document
from deployment.template.values import Values

_ROOT = """
Parameters:
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /default}
  Stage: {Type: String}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/plain}}', TopicName: '{{resolve:ssm:/x:3}}'}}
  Layer:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: layer, Parameters: {Given: '{{resolve:ssm:/given}}', Own: !Sub '/${Stage}/own'}}
Outputs: {Joined: {Value: !Join ['', ['{{resolve:ssm:/joined}}', !Ref Topic]]}}
"""
_LAYER = """
Parameters: {Given: {Type: String}, Own: {Type: 'AWS::SSM::Parameter::Value<String>'}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Given, Policy: [!Sub 'x-{{resolve:ssm:/sub}}']}}
"""


def test_names_are_found_in_values_and_functions_and_versions_and_types_are_left_out() -> None:
    documents = {ROOT: parse_document(_ROOT), ROOT / "Layer": parse_document(_LAYER)}
    values = Values(documents, {"Image": "/image", "Stage": "prod"}, {})
    assert stored_names(values) == {"/plain", "/given", "/joined", "/sub"}
