"""What CloudFormation and the services refuse, as somebody meets it who deploys to the rehearsal."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import Standing, standing

_ENVIRONMENT = f"{ENVIRONMENT[: ENVIRONMENT.index('parameters:')]}parameters: {{}}\n"
Played = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as made:
        yield made


@pytest.fixture
def play(stage: Standing, tmp_path: Path) -> Played:
    """Deploys a root without layers; the exit code comes back, and all that is said, on one line."""
    stage.empty()
    project = write_project(tmp_path, environment=_ENVIRONMENT, root="Resources: {A: {Type: AWS::SNS::Topic}}\n")

    def played(template: str, *arguments: str) -> tuple[int, str]:
        (project / "rendered/root.yaml").write_text(template)
        told = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", told)
            patch.setattr(sys, "stdin", io.StringIO())
            code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        return code, " ".join(told.getvalue().split())

    return played


def _group(name: str, port: int) -> str:
    properties = f"{name}Port: {port}, Protocol: HTTP, VpcId: vpc-1, TargetType: ip"
    return f"Resources: {{Group: {{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {{{properties}}}}}}}\n"


def test_a_custom_name_that_stays_is_told_before_it_is_refused(play: Played) -> None:
    assert play(_group("Name: web, ", 80), "--yes")[0] == 0
    note = "Group keeps its custom name (Name): CloudFormation refuses to replace it, and rolls back"
    code, told = play(_group("Name: web, ", 81), "--yes", "--allow", "Group")
    assert (code, note in told) == (1, True)
    assert "Rename web and update the stack again." in told
    code, told = play(_group("Name: web-2, ", 81), "--yes", "--allow", "Group")
    assert (code, note in told) == (0, False)


_TOPIC = "Resources: {A: {Type: AWS::SNS::Topic}}\n"
_RULES = """\
Resources:
  A: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {Priority: 7, Conditions: [], Actions: []}}
  B:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    DependsOn: A
    Properties: {Priority: 7, Conditions: [], Actions: []}
"""


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (
            f"Mappings: {{AccountMap: {{123456789012: {{Some: Foo}}}}}}\n{_TOPIC}",
            "[/Mappings/AccountMap] map keys must be strings; received numeric [123456789012] instead",
        ),
        (
            f"{_TOPIC}Outputs: {{O: {{Value: x, Export: {{Name: !Sub '${{A.TopicName}}'}}}}}}\n",
            "Output O is malformed. The Name field of Export must not depend on any resources",
        ),
        (
            f"Conditions: {{C: !Equals [!ImportValue stage, prod]}}\n{_TOPIC}",
            "Cannot use Fn::ImportValue in Conditions.",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DeletionPolicy: Snapshot}}\n",
            "resource type AWS::SNS::Topic does not support deletion policy Snapshot",
        ),
        (
            f"Parameters: {{Zone: {{Type: 'AWS::EC2::AvailabilityZone::Name', Default: us-east-1a}}}}\n{_TOPIC}",
            "Zone is no Availability Zone of eu-west-1: 'us-east-1a'",
        ),
        (
            "Resources: {A: {Type: AWS::EC2::Subnet, Properties: {VpcId: v, AvailabilityZone: us-east-1a}}}\n",
            "Value (us-east-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in",
        ),
        (
            "Resources: {A: {Type: AWS::ECS::Service, Properties: {DesiredCount: 2.5}}}\n",
            "#/DesiredCount: expected type: Integer, found: String",
        ),
        (f"Parameters: {{P: {{Type: String, Default: x, MinLength: 2}}}}\n{_TOPIC}", "must contain at least 2 charac"),
        (_RULES.replace("Priority", "ListenerArn: arn, Priority"), "Priority '7' is currently in use"),
    ],
    ids=["key", "export", "condition", "snapshot", "zone", "subnet", "integer", "default", "priority"],
)
def test_what_is_refused_is_told_in_aws_s_words(play: Played, template: str, words: str) -> None:
    code, told = play(template, "--yes")
    assert code != 0
    assert words in told


_PROTECTED = """\
Resources:
  Logs: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-logs}, DeletionPolicy: RetainExceptOnCreate}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - {Key: deletion_protection.enabled, Value: 'true'}
        - {Key: access_logs.s3.enabled, Value: 'true'}
        - {Key: access_logs.s3.bucket, Value: !Ref Logs}
  Late: {Type: AWS::SNS::Topic, DependsOn: Balancer, Properties: {TopicName: x, FifoTopic: true}}
"""


def test_a_first_create_that_fails_cannot_take_back_what_is_protected_or_holds_logs(play: Played) -> None:
    code, told = play(_PROTECTED, "--yes")
    assert code == 1
    assert "stack shop-dev is in ROLLBACK_FAILED" in told
    assert "its deletion protection is on (LoadBalancerAttributes: deletion_protection.enabled)" in told
    code, told = play(_PROTECTED.replace("'true'", "'false'"), "recover", "--yes", "--allow", "shop-dev")
    assert "DELETE_FAILED" in told


def _network(cidr: str) -> str:
    subnet = f"{{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Vpc, CidrBlock: {cidr}.1.0/24}}}}"
    return (
        f"Resources:\n  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: {cidr}.0.0/16}}}}\n  One: {subnet}\n"
        "  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Subnets: [!Ref One]}}\n"
    )


def test_a_load_balancer_does_not_move_into_another_vpc(play: Played) -> None:
    assert play(_network("10.1"), "--yes")[0] == 0
    code, told = play(_network("10.2"), "--yes", "--allow", "Vpc", "--allow", "One")
    assert code == 1
    assert "must be in the same VPC" in told
    assert "UPDATE_ROLLBACK_COMPLETE" in told
