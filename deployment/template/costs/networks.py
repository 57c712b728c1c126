"""What a network is charged for by the hour: NAT gateways, interface endpoints, load balancers, public addresses.

https://aws.amazon.com/vpc/pricing/, https://aws.amazon.com/privatelink/pricing/ and
https://aws.amazon.com/elasticloadbalancing/pricing/ say what is paid for; the prices are in params/prices.yaml.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cloudformation.environment.price_table import (
    APPLICATION_LOAD_BALANCER,
    INTERFACE_ENDPOINT,
    NAT_GATEWAY,
    NETWORK_LOAD_BALANCER,
    PUBLIC_IPV4_ADDRESS,
)
from cloudformation.unknown import ABSENT, is_unknown
from deployment.template.costs.charges import Charge, NotKnownError, Resource, scalar
from deployment.template.costs.counting import members

OF_NAT_GATEWAY = ("AvailabilityMode",)
_POOLS = ("PublicIpv4Pool", "IpamPoolId")
OF_ELASTIC_IP = (*_POOLS, "NetworkBorderGroup")
OF_ENDPOINT = ("VpcEndpointType", "SubnetIds")
OF_LOAD_BALANCER = ("Type", "Scheme", "IpAddressType", "Subnets", "SubnetMappings", "Ipv4IpamPoolId")
_ONE = Decimal(1)


def addresses(count: int) -> Charge:
    """Public IPv4 addresses, each of which is paid for, in use or idle."""
    return Charge("public IPv4 address", ((PUBLIC_IPV4_ADDRESS, _ONE),), count)


def nat_gateway(gateway: Resource) -> Iterator[Charge]:
    """A gateway in a zone, public or private; its public addresses are Elastic IP addresses and charged as such."""
    if gateway.text("AvailabilityMode", "zonal") != "zonal":
        raise NotKnownError("a regional NAT gateway is paid for in every zone that it is in, and AWS chooses those")
    yield Charge("NatGateway", ((NAT_GATEWAY, _ONE),))


def elastic_ip(address: Resource) -> Iterator[Charge]:
    """An Elastic IP address; one of a pool of one's own costs nothing or something else."""
    for pool in _POOLS:
        if address.text(pool) not in ("", "amazon"):
            raise NotKnownError("an address of another pool than Amazon's has a price of its own, or none")
    region = address.side.value(address.at.parent, {"Ref": "AWS::Region"})
    if address.text("NetworkBorderGroup") not in ("", region):
        raise NotKnownError("an address of a Local Zone or a Wavelength Zone has a price of its own")
    yield addresses(1)


def endpoint(endpoint: Resource) -> Iterator[Charge]:
    """An interface endpoint, in each zone that it has a subnet in; a gateway endpoint costs nothing."""
    kind = endpoint.text("VpcEndpointType", "Gateway")
    if kind == "Gateway":
        return
    if kind != "Interface":
        raise NotKnownError(f"params/prices.yaml has no price of an endpoint of type {kind}")
    zones = _length(endpoint, "SubnetIds") if endpoint.get("SubnetIds") is not ABSENT else 0
    if not zones:
        raise NotKnownError("its template names no subnets, by which it is paid for")
    yield Charge("interface VPCEndpoint in a zone", ((INTERFACE_ENDPOINT, _ONE),), zones)


_LOAD_BALANCERS = {
    "application": ("application LoadBalancer", APPLICATION_LOAD_BALANCER),
    "network": ("network LoadBalancer", NETWORK_LOAD_BALANCER),
}


def load_balancer(balancer: Resource) -> Iterator[Charge]:
    """The hours of a load balancer without its capacity units, and the public address that it has in each zone."""
    kind = balancer.text("Type", "application")
    if kind not in _LOAD_BALANCERS:
        raise NotKnownError(f"params/prices.yaml has no price of a load balancer of type {kind}")
    what, unit = _LOAD_BALANCERS[kind]
    yield Charge(what, ((unit, _ONE),))
    if balancer.text("Scheme", "internet-facing") == "internet-facing":
        yield from _public(balancer)


def _public(balancer: Resource) -> Iterator[Charge]:
    if balancer.text("IpAddressType", "ipv4") == "dualstack-without-public-ipv4":
        return
    if balancer.get("Ipv4IpamPoolId") is not ABSENT:
        raise NotKnownError("an address of another pool than Amazon's has a price of its own, or none")
    if balancer.get("SubnetMappings") is ABSENT:
        count = _length(balancer, "Subnets")
    else:
        count = sum(_is_made_for_it(mapping) for mapping in _mappings(balancer))
    if not count and balancer.get("SubnetMappings") is ABSENT:
        raise NotKnownError("its template names no subnets, in each of which it has an address")
    if count:
        yield addresses(count)


def _mappings(balancer: Resource) -> list[Any]:
    mappings = balancer.get("SubnetMappings")
    if not isinstance(mappings, list) or any(not isinstance(mapping, dict) for mapping in mappings):
        raise NotKnownError("SubnetMappings is not known here")
    return mappings


def _is_made_for_it(mapping: dict[str, Any]) -> bool:
    """Whether the load balancer gets an address of its own in a zone: an Elastic IP address that it uses is another."""
    allocation = mapping.get("AllocationId", ABSENT)
    return allocation is ABSENT or (not is_unknown(allocation) and scalar("AllocationId", allocation) == "")


def _length(resource: Resource, name: str) -> int:
    count = members(resource.side, resource.at.parent, resource.written(name))
    if count is None:
        raise NotKnownError(f"how many {name} there are is not known here")
    return count
