"""What a service would refuse to delete, by the templates of a tree."""

from __future__ import annotations

from cloudformation.text import read
from deployment.diagnosis.undeletable import Undeletable, undeletable
from deployment.template.resource_path import ROOT
from deployment.template.values import Values

_TREE = """
Parameters:
  On: {Type: String}
  Existing: {Type: String, Default: central}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /logs}
Conditions:
  IsOn: !Equals [!Ref On, 'true']
  IsOff: !Equals [!Ref On, 'never']
Resources:
  Logs: {Type: AWS::S3::Bucket, Condition: IsOn}
  Policy: {Type: AWS::S3::BucketPolicy, Condition: IsOn}
  Front:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - {Key: deletion_protection.enabled, Value: !Ref On}
        - {Key: access_logs.s3.enabled, Value: !Ref On}
        - {Key: access_logs.s3.bucket, Value: !If [IsOn, !Select [0, [!Ref Logs, !Ref Policy]], !Ref Existing]}
        - {Key: connection_logs.s3.bucket, Value: !Ref Stored}
  Data: {Type: AWS::RDS::DBInstance, Properties: {DeletionProtection: !GetAtt Chooser.Protect}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {DeletionProtectionEnabled: false}}
  Other: {Type: AWS::RDS::DBCluster, Condition: IsOff, Properties: {DeletionProtection: true}}
  Bare: {Type: AWS::RDS::DBCluster}
  Plain: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Chooser: {Type: Custom::Chooser, Properties: {ServiceToken: x}}
"""


def of(on: str) -> Undeletable:
    return undeletable(Values({ROOT: read(_TREE)}, {"On": on}, {}))


def test_what_is_protected_and_what_gets_logs_is_told() -> None:
    assert of("true") == Undeletable(frozenset({ROOT / "Front", ROOT / "Data"}), frozenset({ROOT / "Logs"}))


def test_a_protection_that_something_else_decides_may_be_on() -> None:
    assert of("false") == Undeletable(frozenset({ROOT / "Data"}))


def test_what_its_condition_leaves_out_is_not_there_to_be_protected() -> None:
    assert ROOT / "Other" in of("never").protected
    assert ROOT / "Other" not in of("true").protected


def test_a_bucket_of_one_kind_of_logs_is_filled_although_another_kind_is_off() -> None:
    logs = [("access_logs.s3.enabled", "false"), ("access_logs.s3.bucket", "!Ref Other")]
    logs += [("connection_logs.s3.enabled", "true"), ("connection_logs.s3.bucket", "!Ref Logs")]
    rows = "".join(f"\n        - {{Key: {key}, Value: {value}}}" for key, value in logs)
    tree = f"""
Resources:
  Logs: {{Type: AWS::S3::Bucket}}
  Other: {{Type: AWS::S3::Bucket}}
  Front:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:{rows}
"""
    assert undeletable(Values({ROOT: read(tree)}, {}, {})) == Undeletable(filled=frozenset({ROOT / "Logs"}))


def test_a_load_balancer_whose_properties_are_not_known_may_be_protected() -> None:
    tree = "Resources:\n  Front: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: !GetAtt Chooser.All}"
    assert undeletable(Values({ROOT: read(tree)}, {}, {})) == Undeletable(frozenset({ROOT / "Front"}))
