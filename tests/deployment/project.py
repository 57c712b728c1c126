"""A small project on disk: one nested template under a root, one environment."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.own_system import PROJECT, write_params

ACCOUNT = "111122223333"

ENVIRONMENT = """\
account: "111122223333"
region: eu-west-1
stack: shop-dev
termination_protection: false
tags:
  application: shop
parameters:
  DomainName: dev.example.com
  HostedZoneId: Z0123456789
  DesiredCount: 2
"""

ROOT = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A shop.
Parameters:
  DomainName:
    Type: String
    Description: Where it answers.
    AllowedPattern: ([a-z0-9-]+\\.)+[a-z]{2,}
    ConstraintDescription: a lower-case domain name
  HostedZoneId:
    Type: AWS::Route53::HostedZone::Id
  DesiredCount:
    Type: Number
    Default: 1
    MinValue: 1
    MaxValue: 10
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
  Hours:
    Type: Number
    Default: 4
Rules:
  ProdHasTwo:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - Assert: !Not [!Equals [!Ref DesiredCount, "1"]]
        AssertDescription: prod needs at least two tasks
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: network.yaml
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: "app.yaml"
      Parameters:
        VpcId: !GetAtt Network.Outputs.VpcId
        DesiredCount: !Ref DesiredCount
        Hours: !Ref Hours
Outputs:
  VpcId:
    Value: !GetAtt Network.Outputs.VpcId
"""

NETWORK = """\
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
Outputs:
  VpcId:
    Value: !Ref Vpc
  Cidr:
    Value: !GetAtt Vpc.CidrBlock
"""

APP = """\
Parameters:
  VpcId:
    Type: String
  DesiredCount:
    Type: Number
  Hours:
    Type: Number
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: app
      VpcId: !Ref VpcId
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      MaxSessionDuration: !Join ["", [!Ref Hours, "000"]]
"""

FRESH = "raise SystemExit(0)\n"
STALE = """\
print("--- rendered/app.yaml")
print("+++ rendered/app.yaml")
print("@@ -1,2 +1,2 @@")
print("-old")
print("+new")
raise SystemExit(1)
"""


def write_project(
    folder: Path,
    *,
    environment: str = ENVIRONMENT,
    root: str = ROOT,
    network: str = NETWORK,
    app: str = APP,
    render: str = FRESH,
) -> Path:
    """The project's folder, with what deploy.py reads; its render.py prints what it is set to."""
    (folder / "params").mkdir()
    (folder / "rendered").mkdir()
    (folder / "params/dev.yaml").write_text(environment)
    (folder / "rendered/root.yaml").write_text(root)
    (folder / "rendered/network.yaml").write_text(network)
    (folder / "rendered/app.yaml").write_text(app)
    (folder / "render.py").write_text(render)
    return folder


def own_project(folder: Path) -> Path:
    """What deploy.py reads of this project, with the environments dev and prod of tests/own_system.py.

    That `rendered/` is what render.py makes, `make check` asks by itself.
    """
    shutil.copytree(PROJECT / "rendered", folder / "rendered")
    write_params(folder)
    (folder / "render.py").write_text(FRESH)
    return folder
