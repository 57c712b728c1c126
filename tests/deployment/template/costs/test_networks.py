"""What networks are charged for: by their kind, in each zone, and public addresses wherever they belong to."""

from __future__ import annotations

import pytest

from tests.deployment.template.costs.sides import of

_LIST = "SubnetIds: [subnet-1, subnet-2]"


def template(kind: str, properties: str) -> str:
    return f"Resources:\n  It:\n    Type: {kind}\n    Properties: {{{properties}}}\n"


@pytest.mark.parametrize(
    ("kind", "properties", "told"),
    [
        ("NatGateway", "SubnetId: subnet-1, AllocationId: eipalloc-1", ["1 x NatGateway"]),
        ("NatGateway", "SubnetId: subnet-1, ConnectivityType: private", ["1 x NatGateway"]),
        ("NatGateway", "AvailabilityMode: zonal", ["1 x NatGateway"]),
        ("EIP", "Domain: vpc", ["1 x public IPv4 address"]),
        ("EIP", "PublicIpv4Pool: amazon", ["1 x public IPv4 address"]),
        ("VPCEndpoint", "ServiceName: s3", []),
        ("VPCEndpoint", f"VpcEndpointType: Interface, {_LIST}", ["2 x interface VPCEndpoint in a zone"]),
    ],
)
def test_what_a_vpc_is_paid_for(kind: str, properties: str, told: list[str]) -> None:
    kind = f"AWS::EC2::{kind}"
    assert of(template(kind, properties), kind) == told


@pytest.mark.parametrize(
    ("kind", "properties", "why"),
    [
        ("NatGateway", "AvailabilityMode: regional", "a regional NAT gateway is paid for in every zone"),
        ("NatGateway", "AvailabilityMode: !GetAtt It.Mode", "AvailabilityMode is not known here"),
        ("EIP", "PublicIpv4Pool: ipv4pool-ec2-1", "an address of another pool than Amazon's"),
        ("EIP", "IpamPoolId: ipam-pool-1", "an address of another pool than Amazon's"),
        ("VPCEndpoint", "VpcEndpointType: Interface", "its template names no subnets"),
        ("VPCEndpoint", "VpcEndpointType: Interface, SubnetIds: !GetAtt It.Ids", "how many SubnetIds there are"),
        ("VPCEndpoint", "VpcEndpointType: GatewayLoadBalancer", "params/prices.yaml has no price of an endpoint"),
    ],
)
def test_what_a_vpc_is_paid_for_is_not_always_known(kind: str, properties: str, why: str) -> None:
    kind = f"AWS::EC2::{kind}"
    assert str(of(template(kind, properties), kind)).startswith(why)


_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_ONE, _TWO = "application LoadBalancer", "public IPv4 address"


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ("Subnets: [a, b, c]", [f"1 x {_ONE}", f"3 x {_TWO}"]),
        ("Subnets: [a, b], IpAddressType: dualstack", [f"1 x {_ONE}", f"2 x {_TWO}"]),
        ("Subnets: [a, b], IpAddressType: dualstack-without-public-ipv4", [f"1 x {_ONE}"]),
        ("Subnets: [a, b], Scheme: internal", [f"1 x {_ONE}"]),
        ("Type: network, SubnetMappings: [{SubnetId: a}, {SubnetId: b}]", ["1 x network LoadBalancer", f"2 x {_TWO}"]),
        # Its Elastic IP addresses are resources of their own.
        ("Type: network, SubnetMappings: [{SubnetId: a, AllocationId: !Ref Ip}]", ["1 x network LoadBalancer"]),
    ],
)
def test_a_load_balancer_has_an_address_in_each_zone(properties: str, told: list[str]) -> None:
    assert of(template(_BALANCER, properties), _BALANCER) == told


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("Type: gateway, Subnets: [a]", "params/prices.yaml has no price of a load balancer of type gateway"),
        ("Subnets: !GetAtt It.Ids", "how many Subnets there are is not known here"),
        ("Subnets: [a], Scheme: !GetAtt It.Scheme", "Scheme is not known here"),
        ("Subnets: [a], Ipv4IpamPoolId: ipam-pool-1", "an address of another pool"),
    ],
)
def test_a_load_balancer_is_not_always_known(properties: str, why: str) -> None:
    assert str(of(template(_BALANCER, properties), _BALANCER)).startswith(why)


def test_an_address_beside_the_region_has_a_price_of_its_own() -> None:
    address = "Resources: {It: {Type: AWS::EC2::EIP, Properties: {NetworkBorderGroup: %s}}}"
    assert of(address % "eu-west-1", "AWS::EC2::EIP") == ["1 x public IPv4 address"]
    assert "has a price of its own" in of(address % "eu-west-1-wl1-ber-wlz1", "AWS::EC2::EIP")


def test_a_public_load_balancer_without_subnets_has_addresses_that_nobody_counted() -> None:
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert "names no subnets" in of(f"Resources: {{It: {{Type: {kind}}}}}", kind)
