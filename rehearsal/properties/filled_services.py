"""What databases, caches and brokers fill in: the ports that they listen on, and their defaults."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from cloudformation.scalars import is_true
from rehearsal.properties.filled_networks import short_region
from rehearsal.properties.filling import Filling

_BY_ENGINE = (
    ("aurora-postgresql", 5432),
    ("aurora", 3306),
    ("postgres", 5432),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("oracle", 1521),
    ("custom-oracle", 1521),
    ("sqlserver", 1433),
    ("custom-sqlserver", 1433),
    ("db2", 50000),
    ("docdb", 27017),
    ("neptune", 8182),
    ("memcached", 11211),
    ("redis", 6379),
    ("valkey", 6379),
)
# "Port" of each service's cluster in the template reference.
_BY_SERVICE = {
    "RDS": 3306,
    "Neptune": 8182,
    "DocDB": 27017,
    "DocDBElastic": 27017,
    "ElastiCache": 6379,
    "MemoryDB": 6379,
    "Redshift": 5439,
    "RedshiftServerless": 5439,
    "DAX": 8111,
    "DSQL": 5432,
    "Timestream": 8086,
}
_OF_CLUSTER = ("AWS::RDS::DBCluster", "DBClusterIdentifier")
_OF_SOURCE = ("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier")


def port(filling: Filling) -> int | None:
    """The port of an endpoint: the one that is given, that of the engine, or of the service; None: not known."""
    given = next((filling.text(name) for name in ("Port", "EndpointPort", "PortNumber") if filling.text(name)), "")
    if given.isdecimal():
        return int(given)
    for type_name, name in (_OF_CLUSTER, _OF_SOURCE):
        other = filling.standing(type_name, filling.text(name)) if filling.text(name) else None
        if other is not None and str(other.properties.get("Port", "")).isdecimal():
            return int(other.properties["Port"])
        engine = str(other.properties.get("Engine", "")) if other is not None else ""
        if _of_engine(engine) is not None:
            return _of_engine(engine)
    service = (*filling.kind.name.split("::"), "")[1]
    return _of_engine(filling.text("Engine")) or _BY_SERVICE.get(service)


def _of_engine(engine: str) -> int | None:
    return next((number for name, number in _BY_ENGINE if engine.lower().startswith(name)), None)


def _broker(filling: Filling) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-amazonmq-broker.html"""
    count = 1 if filling.text("DeploymentMode") in ("", "SINGLE_INSTANCE") else 2
    below = f"mq.{filling.stack.region}.{filling.words['suffix']}"
    broker = filling.identity.physical_id
    hosts = [
        f"{broker if broker.startswith('b-') else f'b-{broker}'}-{number}.{below}" for number in range(1, count + 1)
    ]
    if filling.text("EngineType").upper() == "RABBITMQ":
        host = hosts[0].replace("-1.mq.", ".mq.")
        return {"AmqpEndpoints": [f"amqps://{host}:5671"], "ConsoleURLs": [f"https://{host}"]} | {
            name: [] for name in ("IpAddresses", "MqttEndpoints", "OpenWireEndpoints", "StompEndpoints", "WssEndpoints")
        }
    return {
        "AmqpEndpoints": [f"amqp+ssl://{host}:5671" for host in hosts],
        "ConsoleURLs": [f"https://{host}:8162" for host in hosts],
        "IpAddresses": [filling.address(number) for number in range(count)],
        "MqttEndpoints": [f"mqtt+ssl://{host}:8883" for host in hosts],
        "OpenWireEndpoints": [f"ssl://{host}:61617" for host in hosts],
        "StompEndpoints": [f"stomp+ssl://{host}:61614" for host in hosts],
        "WssEndpoints": [f"wss://{host}:61619" for host in hosts],
    }


def _firewall(filling: Filling) -> Mapping[str, Any]:
    """`us-west-2a:vpce-111122223333`, one for every zone (AWS::NetworkFirewall::Firewall, "Return values")."""
    zones = [str(subnet.attributes.get("AvailabilityZone", "")) for subnet in filling.subnets]
    zones = zones or filling.zones[: max(len(filling.subnet_ids), 1)]
    return {"EndpointIds": [f"{zone}:vpce-0{filling.words['hex16']}" for zone in zones]}


def _directory(filling: Filling) -> Mapping[str, Any]:
    return {"DnsIpAddresses": [filling.address(number) for number in range(2)]}


def _accelerator(filling: Filling) -> Mapping[str, Any]:
    given = filling.given("IpAddresses")
    drawn = [f"75.2.{int(filling.words['hex2'], 16)}.{int(filling.words['hex2'], 16)}" for _ in range(2)]
    return {"Ipv4Addresses": given if isinstance(given, list) and given else drawn}


def _delegation_set(filling: Filling) -> Mapping[str, Any]:
    return {
        "NameServers": [f"ns-{filling.words['digits3']}.awsdns-{filling.words['digits2']}.{end}" for end in _ENDINGS]
    }


def _cache(filling: Filling, form: str, number: str = "") -> str:
    """An address of ElastiCache, from `{name}.{code}...` on (its user guide, "Finding connection endpoints")."""
    code = sha256(f"{filling.stack.id} {filling.words.logical_id}".encode()).hexdigest()[:6]
    words = {"name": filling.identity.physical_id, "code": code, "number": number}
    return f"{form.format(**words)}.{short_region(filling.stack.region)}.cache.{filling.words['suffix']}".lower()


def _replication_group(filling: Filling) -> Mapping[str, Any]:
    encrypted = is_true(filling.given("TransitEncryptionEnabled"))
    primary, reader, several = (
        ("master.{name}.{code}", "replica.{name}.{code}", "clustercfg.{name}.{code}")
        if encrypted
        else ("{name}.{code}.ng.0001", "{name}-ro.{code}.ng.0001", "{name}.{code}.clustercfg")
    )
    count = filling.text("NumCacheClusters") or filling.text("NumNodeGroups") or "1"
    node = "{name}-{number}.{name}.{code}" if encrypted else "{name}-{number}.{code}.0001"
    nodes = [_cache(filling, node, f"{number:03d}") for number in range(1, int(count) + 1 if count.isdecimal() else 2)]
    ports = [str(port(filling) or 6379)] * len(nodes)
    return {
        "ConfigurationEndPoint.Address": _cache(filling, several),
        "PrimaryEndPoint.Address": _cache(filling, primary),
        "ReaderEndPoint.Address": _cache(filling, reader),
        "ReadEndPoint.Addresses": f"[{', '.join(nodes)}]",
        "ReadEndPoint.Addresses.List": nodes,
        "ReadEndPoint.AddressesList": nodes,
        "ReadEndPoint.Ports": f"[{', '.join(ports)}]",
        "ReadEndPoint.PortsList": ports,
    }


def _cache_cluster(filling: Filling) -> Mapping[str, Any]:
    return {
        "ConfigurationEndpoint.Address": _cache(filling, "{name}.{code}.cfg"),
        "RedisEndpoint.Address": _cache(filling, "{name}.{code}.0001"),
    }


def _serverless_cache(filling: Filling) -> Mapping[str, Any]:
    address = _cache(filling, "{name}-{code}.serverless")
    return {"Endpoint.Address": address, "ReaderEndpoint.Address": address}


_ENDINGS = ("com", "net", "org", "co.uk")
SERVICES: dict[str, Callable[[Filling], Mapping[str, Any]]] = {
    "AWS::AmazonMQ::Broker": _broker,
    "AWS::ElastiCache::CacheCluster": _cache_cluster,
    "AWS::ElastiCache::ReplicationGroup": _replication_group,
    "AWS::ElastiCache::ServerlessCache": _serverless_cache,
    "AWS::NetworkFirewall::Firewall": _firewall,
    "AWS::DirectoryService::MicrosoftAD": _directory,
    "AWS::DirectoryService::SimpleAD": _directory,
    "AWS::GlobalAccelerator::Accelerator": _accelerator,
    "AWS::Route53::DelegationSet": _delegation_set,
}
# What the services set where a template says nothing, as the template reference documents it.
DEFAULTS: dict[str, Mapping[str, Any]] = {
    "AWS::AutoScaling::AutoScalingGroup": {"Cooldown": "300", "HealthCheckType": "EC2"},
    "AWS::EKS::Nodegroup": {
        "AmiType": "AL2023_x86_64_STANDARD",
        "CapacityType": "ON_DEMAND",
        "InstanceTypes": ["t3.medium"],
    },
    "AWS::EC2::CapacityReservation": {
        "EndDateType": "unlimited",
        "InstanceMatchCriteria": "open",
        "Tenancy": "default",
    },
    "AWS::SSM::Parameter": {"DataType": "text", "Tier": "Standard"},
}
