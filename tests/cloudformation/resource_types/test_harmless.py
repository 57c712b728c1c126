"""Which resource types may go without a question, checked against every type of the registry."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

import pytest

from cloudformation.resource_types.harmless import HARMLESS, is_harmless
from cloudformation.resource_types.losses import nature_of
from cloudformation.template.schemas import schema_folder

# What the finding of the guards' first form named, one service a line: each holds something, or is reached.
_STATEFUL_OR_REACHED = """
    ACMPCA::CertificateAuthority
    AmazonMQ::Broker
    Amplify::App
    ApiGateway::DomainNameV2 ApiGateway::Stage ApiGatewayV2::Stage
    AppRunner::Service
    AppSync::GraphQLApi
    AutoScaling::AutoScalingGroup
    Backup::LogicallyAirGappedBackupVault
    Cassandra::Keyspace
    Cloud9::EnvironmentEC2
    CloudFormation::CustomResource CloudFormation::Stack CloudFormation::StackSet
    CloudTrail::EventDataStore
    Cognito::IdentityPool Cognito::UserPoolDomain
    DirectoryService::MicrosoftAD DirectoryService::SimpleAD
    EC2::ClientVpnEndpoint EC2::CustomerGateway EC2::EIPAssociation EC2::KeyPair EC2::TransitGateway
    EC2::VPNConnection EC2::VPNGateway
    ECR::PublicRepository
    ECS::Service
    EKS::Nodegroup
    ElastiCache::CacheCluster ElastiCache::GlobalReplicationGroup
    ElasticBeanstalk::Environment
    ElasticLoadBalancingV2::ListenerRule ElasticLoadBalancingV2::TargetGroup
    FSx::Snapshot FSx::StorageVirtualMachine
    GlobalAccelerator::Accelerator
    IAM::AccessKey IAM::Role IAM::User
    KMS::ReplicaKey
    KinesisFirehose::DeliveryStream
    Lambda::Url
    Lightsail::Disk Lightsail::StaticIp
    MSK::ServerlessCluster
    MemoryDB::MultiRegionCluster
    NeptuneGraph::Graph
    NetworkFirewall::Firewall
    OpenSearchServerless::Collection
    Organizations::Account
    QLDB::Ledger
    RDS::DBShardGroup
    RedshiftServerless::Namespace
    Route53::DNSSEC Route53::KeySigningKey
    S3::MultiRegionAccessPoint
    S3Tables::TableBucket
    S3Vectors::VectorBucket
    SES::EmailIdentity
    SSM::Parameter
    SageMaker::FeatureGroup
    Timestream::InfluxDBInstance
    Transfer::Server
    WorkSpaces::Workspace
"""


@cache
def registry_types() -> frozenset[str]:
    """Every type of every Region that this machine has schemas of."""
    folder = schema_folder()
    assert folder is not None
    return frozenset(
        name for region in (folder / "providers").glob("*.json") for name in json.loads(region.read_text("utf-8"))
    )


def test_every_type_of_the_registry_is_guarded_but_the_few_that_the_table_has() -> None:
    types = registry_types()
    unguarded = {name for name in types if nature_of(name) is None}
    listed = [name for kind in HARMLESS for name in kind.types]
    assert len(types) > 1800
    assert unguarded == set(listed) & types
    assert len(unguarded) == 106, "a type was added to the table, or taken out: its class must say why"


def test_every_harmless_type_is_one_that_there_is_and_in_one_class_that_says_why() -> None:
    counted = Counter(name for kind in HARMLESS for name in kind.types)
    assert counted.keys() <= registry_types()
    assert [name for name, count in counted.items() if count > 1] == []
    assert all(len(kind.why.split()) > 8 and kind.types for kind in HARMLESS)


@pytest.mark.parametrize("name", _STATEFUL_OR_REACHED.split())
def test_what_holds_something_or_is_reached_is_guarded(name: str) -> None:
    assert not is_harmless(f"AWS::{name}")
    assert nature_of(f"AWS::{name}") is not None


def test_a_type_that_an_upgrade_brings_is_guarded_however_it_is_named() -> None:
    for name in ("AWS::New::Association", "AWS::EC2::NewPolicy", "AWS::CloudWatch::Alarm2", "AWS::IAM::Policy::MODULE"):
        assert name not in registry_types()
        assert not is_harmless(name)
