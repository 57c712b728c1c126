"""What will refuse a deletion is said before it is asked for, and what did refuse it after: by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

Play = Callable[..., tuple[int, str, str]]
_ROOT = """\
Parameters:
  Protected: {Type: String, Default: "true"}
Resources:
  Data:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: data.yaml, Parameters: {Protected: !Ref Protected}}
Outputs:
  Name: {Value: held, Export: {Name: held-name}}
"""
_DATA = """\
Parameters:
  Protected: {Type: String}
Conditions:
  IsProtected: !Equals [!Ref Protected, "true"]
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Type: network
      Subnets: [subnet-1]
      LoadBalancerAttributes:
        - {Key: idle_timeout.timeout_seconds, Value: "60"}
        - {Key: deletion_protection.enabled, Value: !Ref Protected}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {DeletionProtectionEnabled: !If [IsProtected, true, false]}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      DeletionProtectionEnabled: false
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
"""


@pytest.fixture
def play(tmp_path: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    environment = f"{ENVIRONMENT.partition('parameters:')[0].replace('shop-dev', 'held-dev')}parameters: {{}}\n"
    project = write_project(tmp_path, environment=environment, root=_ROOT)
    (project / "rendered/data.yaml").write_text(_DATA)

    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=rehearsal)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    rehearsal.empty()
    return played


def test_what_its_template_protects_is_named_before_the_deletion_with_the_way(play: Play) -> None:
    assert play("--yes")[0] == 0
    code, _, err = play("delete")
    said = " ".join(err.split())
    assert code == 3, err
    switches = "! protected: its template switches deletion protection on (LoadBalancerAttributes:"
    assert f"{switches} deletion_protection.enabled), so that its deletion is refused; to switch it off:" in said
    assert "aws elbv2 modify-load-balancer-attributes --load-balancer-arn arn:" in said
    assert "! protected: its template may switch deletion protection on (DeletionProtectionEnabled)" in said
    assert said.count("! protected:") == 2, "a table whose protection is off is not one of them"
    _, out, _ = play("delete", "--output", "json")
    protections = {row["path"]: row["protection"] for row in json.loads(out)["deletion"]["goes"]}
    assert protections["Data/Table"] is None
    assert "modify-load-balancer-attributes" in protections["Data/Balancer"]


def test_what_is_not_protected_by_its_parameter_is_not_said_to_be(play: Play) -> None:
    assert play("--yes", "--set", "Protected=false")[0] == 0
    assert "elbv2" not in play("delete")[2]


def test_an_export_in_use_is_named_before_the_deletion_and_is_the_cause_after_it(
    play: Play, rehearsal: Standing
) -> None:
    assert play("--yes", "--set", "Protected=false")[0] == 0
    importing = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue held-name}}}"
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    cloudformation.create_stack(StackName="importing", TemplateBody=importing)
    code, _, err = play("delete", "--yes", "--allow", "held-dev")
    asked = err.partition("Delete stack held-dev")[0]
    assert "exports in use: CloudFormation refuses the deletion\n  held-name  imported by importing\n" in asked, err
    ended = err.partition("error: ")[2]
    assert (code, "held-name cannot be deleted as it is in use by importing" in ended) == (1, True), err
    assert "next: remove what prevents the deletion, then: " in ended
    assert " delete --env dev --rehearse" in ended
    cloudformation.delete_stack(StackName="importing")
    cloudformation.close()
    assert play("delete", "--yes", "--allow", "held-dev")[0] == 0
