"""Ports by engine, endpoints of brokers and firewalls."""

from __future__ import annotations

import re

import pytest

from tests.rehearsal.properties.filled import joined, resource, shown, subnet, vpc
from tests.rehearsal.samples import Json, ref

INSTANCE = {"DBInstanceClass": "db.t3.micro", "AllocatedStorage": "20"}


@pytest.mark.parametrize(
    ("kind", "given", "attribute", "port"),
    [
        ("RDS::DBInstance", {"Engine": "mysql", **INSTANCE}, "Endpoint.Port", "3306"),
        ("RDS::DBInstance", {"Engine": "postgres", **INSTANCE}, "Endpoint.Port", "5432"),
        ("RDS::DBInstance", {"Engine": "sqlserver-ex", **INSTANCE}, "Endpoint.Port", "1433"),
        ("RDS::DBInstance", {"Engine": "oracle-se2", **INSTANCE}, "Endpoint.Port", "1521"),
        ("RDS::DBInstance", {"Engine": "postgres", "Port": "6000", **INSTANCE}, "Endpoint.Port", "6000"),
        ("RDS::DBInstance", {"Engine": "mariadb", **INSTANCE}, "Port", "3306"),
        ("RDS::DBCluster", {"Engine": "aurora-postgresql"}, "Endpoint.Port", "5432"),
        ("RDS::DBCluster", {"Engine": "aurora-mysql", "Port": 7000}, "Endpoint.Port", "7000"),
        ("Neptune::DBCluster", {}, "Port", "8182"),
        ("DocDB::DBCluster", {}, "Port", "27017"),
        (
            "MemoryDB::Cluster",
            {"NodeType": "db.t4g.small", "ACLName": "open-access", "ClusterName": "c"},
            "ClusterEndpoint.Port",
            "6379",
        ),
        (
            "ElastiCache::ReplicationGroup",
            {"ReplicationGroupDescription": "r", "Engine": "valkey"},
            "PrimaryEndPoint.Port",
            "6379",
        ),
        (
            "Redshift::Cluster",
            {"ClusterType": "single-node", "DBName": "db", "MasterUsername": "m", "NodeType": "ra3.large"},
            "Endpoint.Port",
            "5439",
        ),
    ],
)
def test_an_endpoint_has_the_port_that_is_given_or_that_of_its_engine(
    kind: str, given: Json, attribute: str, port: str
) -> None:
    assert shown({"D": resource(kind, **given)}, {"Port": f"D.{attribute}"}) == {"Port": port}


def test_an_instance_of_a_cluster_has_the_port_of_the_cluster() -> None:
    cluster = resource("RDS::DBCluster", Engine="aurora-postgresql")
    member = resource("RDS::DBInstance", DBClusterIdentifier=ref("C"), DBInstanceClass="db.r6g.large")
    assert shown({"C": cluster, "D": member}, {"Port": "D.Endpoint.Port"}) == {"Port": "5432"}


@pytest.mark.parametrize(
    ("engine", "mode", "hosts"), [("ACTIVEMQ", "SINGLE_INSTANCE", 1), ("ACTIVEMQ", "ACTIVE_STANDBY_MULTI_AZ", 2)]
)
def test_a_broker_has_endpoints_by_protocol(engine: str, mode: str, hosts: int) -> None:
    broker = resource(
        "AmazonMQ::Broker",
        BrokerName="b",
        EngineType=engine,
        DeploymentMode=mode,
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
    )
    found = shown({"B": broker}, {"Amqp": joined("B.AmqpEndpoints"), "Ips": joined("B.IpAddresses")})
    assert [url.split(":")[0] for url in found["Amqp"].split(",")] == ["amqp+ssl"] * hosts
    assert len(found["Ips"].split(",")) == hosts


def test_a_firewall_has_an_endpoint_in_the_zone_of_every_subnet() -> None:
    firewall = resource(
        "NetworkFirewall::Firewall",
        FirewallName="f",
        FirewallPolicyArn="arn:aws:network-firewall:x:1:firewall-policy/p",
        VpcId=ref("V"),
        SubnetMappings=[{"SubnetId": ref("A")}, {"SubnetId": ref("B")}],
    )
    resources = {"V": vpc(), "A": subnet(1), "B": subnet(2), "F": firewall}
    found = shown(resources, {"Ids": joined("F.EndpointIds"), "A": "A.AvailabilityZone", "B": "B.AvailabilityZone"})
    assert [entry.split(":")[0] for entry in found["Ids"].split(",")] == [found["A"], found["B"]]


GROUP = {"ReplicationGroupDescription": "r", "ReplicationGroupId": "Rg"}


@pytest.mark.parametrize(
    ("kind", "given", "attribute", "form"),
    [
        ("ReplicationGroup", GROUP, "PrimaryEndPoint.Address", r"rg\.[0-9a-f]{6}\.ng\.0001\.apne1\."),
        ("ReplicationGroup", GROUP, "ReaderEndPoint.Address", r"rg-ro\.[0-9a-f]{6}\.ng\.0001\.apne1\."),
        ("ReplicationGroup", GROUP, "ConfigurationEndPoint.Address", r"rg\.[0-9a-f]{6}\.clustercfg\.apne1\."),
        (
            "ReplicationGroup",
            GROUP | {"TransitEncryptionEnabled": True},
            "PrimaryEndPoint.Address",
            r"master\.rg\.[0-9a-f]{6}\.apne1\.",
        ),
        (
            "CacheCluster",
            {"CacheNodeType": "cache.t3.micro", "Engine": "memcached", "NumCacheNodes": 2, "ClusterName": "c"},
            "ConfigurationEndpoint.Address",
            r"c\.[0-9a-f]{6}\.cfg\.apne1\.",
        ),
        (
            "ServerlessCache",
            {"ServerlessCacheName": "s", "Engine": "valkey"},
            "Endpoint.Address",
            r"s-[0-9a-f]{6}\.serverless\.apne1\.",
        ),
    ],
)
def test_a_cache_has_the_addresses_of_its_kind(kind: str, given: Json, attribute: str, form: str) -> None:
    cache = resource(f"ElastiCache::{kind}", **given)
    address = shown({"A": cache}, {"Out": f"A.{attribute}"})["Out"]
    assert re.fullmatch(form + r"cache\.amazonaws\.com", address), address
