"""The types that are paid for by the hour, and what each is charged for. A type that is not here is not looked at."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from deployment.template.costs import databases, fargate, networks
from deployment.template.costs.charges import Charge, Charged, NotKnownError, Property, Resource
from deployment.template.costs.without_price import WITHOUT_PRICE, without_price
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values

_Charging: TypeAlias = Callable[[Resource], Iterator[Charge]]
# What each is charged for, and the properties that this depends on: each counts, also where another is not known.
KINDS: Mapping[str, tuple[_Charging, tuple[str, ...]]] = {
    "AWS::EC2::EIP": (networks.elastic_ip, networks.OF_ELASTIC_IP),
    "AWS::EC2::NatGateway": (networks.nat_gateway, networks.OF_NAT_GATEWAY),
    "AWS::EC2::VPCEndpoint": (networks.endpoint, networks.OF_ENDPOINT),
    "AWS::ECS::Service": (fargate.service, fargate.OF_SERVICE),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (networks.load_balancer, networks.OF_LOAD_BALANCER),
    "AWS::RDS::DBCluster": (databases.cluster, databases.OF_CLUSTER),
    "AWS::RDS::DBInstance": (databases.instance, databases.OF_INSTANCE),
    **{name: (without_price, properties) for name, properties in WITHOUT_PRICE.items()},
}


def charged(side: Values, at: ResourcePath, kind: str, *, new: bool = False) -> Charged:
    """What a resource of one of these types is charged for, on one side; `new` where it is yet to be made."""
    charging, names = KINDS[kind]
    reads = {Property(at, name) for name in names}
    try:
        resource = Resource(side, at, reads, new=new)
        if resource.type != kind:
            raise NotKnownError("its type is another one")
        charges = tuple(charging(resource))
    except NotKnownError as error:
        return Charged(unknown=str(error), reads=frozenset(reads))
    return Charged(charges, reads=frozenset(reads))
