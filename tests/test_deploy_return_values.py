"""Ref and attributes of layers that depend on each other, played through the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import APP, ROOT, write_project
from tests.deployment.standing import Standing

# What no id of a VPC that AWS gives out today fits: they were of eight digits once.
_OLD = "  VpcId:\n    Type: String\n    AllowedPattern: vpc-[0-9a-f]{8}\n"
_FUNCTIONS = """\
  Tools:
    Type: AWS::Lambda::LayerVersion
    Properties:
      Content: {S3Bucket: b-123, S3Key: k}
  Work:
    Type: AWS::Lambda::Function
    Properties: {Code: {ZipFile: x}, Handler: i.h, Runtime: python3.12, Role: !GetAtt Role.Arn, Layers: [!Ref Tools]}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Work, FunctionVersion: $LATEST, Name: live}
  Called:
    Type: AWS::Lambda::Permission
    Properties: {Action: "lambda:InvokeFunction", FunctionName: !Ref Live, Principal: sns.amazonaws.com}
  Pool:
    Type: AWS::Cognito::UserPool
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool}
  Identities:
    Type: AWS::Cognito::IdentityPool
    Properties:
      AllowUnauthenticatedIdentities: false
      CognitoIdentityProviders: [{ClientId: !Ref Client, ProviderName: !GetAtt Pool.ProviderName}]
  Window:
    Type: AWS::SSM::MaintenanceWindow
    Properties: {Name: nightly, AllowUnassociatedTargets: true, Cutoff: 1, Duration: 2, Schedule: rate(7 days)}
  Target:
    Type: AWS::SSM::MaintenanceWindowTarget
    Properties: {WindowId: !Ref Window, ResourceType: INSTANCE, Targets: [{Key: InstanceIds, Values: [i-1]}]}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: shop}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, StageName: prod, DeploymentId: abc123}
Outputs:
  Url:
    Value: !Sub https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}/
  Alias:
    Value: !Ref Live
"""
_SHOWN = "  Url:\n    Value: !GetAtt App.Outputs.Url\n  Alias:\n    Value: !GetAtt App.Outputs.Alias\n"


def test_what_the_rehearsal_makes_up_rolls_nothing_back_and_has_the_form_that_aws_documents(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    app = APP.replace("  VpcId:\n    Type: String\n", _OLD) + _FUNCTIONS
    project = write_project(tmp_path, app=app, root=ROOT + _SHOWN)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^Url=https://[a-z0-9]{10}\.execute-api\.eu-west-1\.amazonaws\.com/prod/$", shown, re.M), shown
    assert re.search(r"^Alias=arn:aws:lambda:eu-west-1:\d{12}:function:[\w-]+:live$", shown, re.M), shown


_STORE = """\
  Trail:
    Type: AWS::CloudTrail::EventDataStore
Outputs:
  Trail:
    Value: !Ref Trail
"""
_TRAIL = "  Trail:\n    Value: !GetAtt App.Outputs.Trail\n"


def test_an_output_whose_form_the_rehearsal_made_up_is_said_to_be(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.empty()
    project = write_project(tmp_path, app=APP + _STORE, root=ROOT + _TRAIL)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    shown = capsys.readouterr()
    assert "the form of these outputs is made up, and may differ on AWS: Trail (App/Trail)" in shown.err
    assert "CREATE_COMPLETE     App/Trail  Rehearsal: the form of this physical ID is made up." in shown.err
    assert re.search(r"^Trail=arn:aws:cloudtrail:", shown.out, re.M), shown.out
    assert command.main(["status", "--env", "dev", "--rehearse", "--output", "json"], project, rehearsal=stage) == 0
    assert json.loads(capsys.readouterr().out)["made_up"] == {"Trail": ["App/Trail"]}
