"""What Fn::GetAtt may ask for."""

from __future__ import annotations

import pytest

from tests.rehearsal.resources.types_of_tokyo import known

ANSWERED = [
    "SNS::Topic TopicName",
    "SNS::Topic TopicArn",
    "SNS::Topic DisplayName",
    "SSM::Parameter Type",
    "SSM::Parameter Value",
    "EC2::VPC CidrBlock",
    "EC2::VPC DefaultSecurityGroup",
    "EC2::Subnet AvailabilityZone",
    "EC2::SecurityGroup GroupId",
    "ElasticLoadBalancingV2::LoadBalancer DNSName",
    "ElasticLoadBalancingV2::LoadBalancer CanonicalHostedZoneID",
    "ElasticLoadBalancingV2::TargetGroup TargetGroupFullName",
    "IAM::Role Arn",
    "ECS::Service Name",
    "S3::Bucket Arn",
    "RDS::DBInstance Endpoint.Address",
    "SQS::Queue QueueName",
    "CloudFormation::Stack Outputs.VpcId",
]
REFUSED = [
    "SSM::Parameter Invalid",
    "IAM::Role RoleName",
    "Logs::LogGroup RetentionInDays",
    "CloudFormation::Stack StackId",
    "CloudFormation::Stack Outputs.",
    "CloudFormation::Stack Outputs",
    "EC2::SecurityGroup SecurityGroupIngress",
]


@pytest.mark.parametrize("case", ANSWERED)
def test_get_att_answers_for_read_only_properties_and_for_what_old_types_add(case: str) -> None:
    name, attribute = case.split()
    assert known(f"AWS::{name}").supports_attribute(attribute)


@pytest.mark.parametrize("case", REFUSED)
def test_get_att_refuses_everything_else(case: str) -> None:
    name, attribute = case.split()
    assert not known(f"AWS::{name}").supports_attribute(attribute)
