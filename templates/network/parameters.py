"""What the network leaves to the person who deploys it, and the conditions that follow from that."""

from typing import Any

from troposphere import And, Condition, Equals, Not, Or, Parameter, Ref

from templates.parts.parameters import (
    BOUNDARY,
    CIDR,
    KMS_KEY,
    RETENTIONS,
    app_name,
    choice,
    is_given,
    is_on,
    kms_key_arn,
    optional,
    permissions_boundary_arn,
    replaces,
    switch,
)

# Conditions
THIRD_ZONE = "ThirdZoneGiven"
PRIVATE = ["PrivateSubnetsGiven", "SecondPrivateSubnetGiven", "ThirdPrivateSubnetGiven"]
NAT = ["FirstNatGateway", "NatGatewayPerZone", "ThirdNatGateway"]
REGIONAL_NAT = "RegionalNatGatewayOn"
WAY_OUT = ["PrivateWayOut", "SecondPrivateWayOut", "ThirdPrivateWayOut"]
GATEWAY_ENDPOINT = "GatewayEndpointOn"
INTERFACE_ENDPOINTS = "InterfaceEndpointsOn"
IPV6 = "Ipv6On"
IPV6_SUBNETS = ["VpcIpv6CidrGiven", "VpcIpv6CidrGiven", "ThirdIpv6CidrGiven"]
FLOW_LOGS = "FlowLogsOn"

_RANGE = CIDR.removeprefix("^").removesuffix("$")


def _cidr(name: str, description: str, default: str) -> Parameter:
    return Parameter(
        name,
        Type="String",
        Description=description,
        Default=default,
        AllowedPattern=CIDR,
        ConstraintDescription=f"an address range in CIDR notation, /16 to /28, for example {default}",
    )


def _subnet_cidr(tier: str, number: int, example: str) -> Parameter:
    name = f"{tier}Subnet{number}"
    return optional(
        f"{name}Cidr",
        f"Address range of {tier.lower()} subnet {number}, inside VpcCidr. Empty: there is none.{replaces(name)}",
        _RANGE,
        f"an address range in CIDR notation, /16 to /28, for example {example}",
    )


def _zone(number: int, **more: str) -> Parameter:
    return Parameter(
        f"AvailabilityZone{number}",
        Type="String",
        Description=(
            f"Availability Zone of public and private subnet {number}, by name."
            f"{' Empty: two zones.' if more else ''}{replaces(f'PublicSubnet{number}', f'PrivateSubnet{number}')}"
        ),
        **more,
    )


vpc_cidr = _cidr(
    "VpcCidr", f"Address range of the VPC.{replaces('Vpc')} All resources in it are replaced too.", "10.0.0.0/16"
)
zones = [
    _zone(1),
    _zone(2),
    _zone(
        3,
        Default="",
        AllowedPattern="^$|^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$",
        ConstraintDescription="empty, or the name of an Availability Zone, for example ap-northeast-1d",
    ),
]
public_cidrs = [
    _cidr(
        f"PublicSubnet{number}Cidr",
        f"Address range of public subnet {number}, inside VpcCidr.{replaces(f'PublicSubnet{number}')}",
        f"10.0.{number}.0/24",
    )
    for number in (1, 2)
] + [_subnet_cidr("Public", 3, "10.0.3.0/24")]
private_cidrs = [_subnet_cidr("Private", number, f"10.0.{10 + number}.0/24") for number in (1, 2, 3)]
nat_gateway_mode = choice(
    "NatGatewayMode",
    "How private subnets reach the internet: not at all, through one gateway in one zone, through one in each zone, "
    "or through one regional gateway. Another mode takes the gateways' addresses away, which others may have in "
    "allow-lists; only from single to per-az the first one stays.",
    "none",
    ["none", "single", "per-az", "regional"],
)
vpc_endpoint_mode = choice(
    "VpcEndpointMode",
    "What is reached without leaving the VPC: nothing; S3 (gateway: costs nothing); or S3, ECR, CloudWatch Logs and "
    "the channels of execute-command (interface: paid by the hour, in the private subnets).",
    "none",
    ["none", "gateway", "interface"],
)
enable_ipv6 = switch(
    "EnableIpv6",
    "Whether the VPC has a range of IPv6 addresses from Amazon. Which one, VpcIpv6Cidr must then say.",
    "false",
)
vpc_ipv6_cidr = optional(
    "VpcIpv6Cidr",
    "The VPC's IPv6 range, which aws ec2 describe-vpcs shows after EnableIpv6: the public subnets take theirs from it, "
    "for AlbIpAddressType dualstack. To go back, one update each: ipv4, then this empty, then EnableIpv6 false."
    f"{replaces(*(f'PublicSubnet{number}Ipv6Cidr' for number in (1, 2, 3)))}",
    "[0-9a-f]{1,4}(:[0-9a-f]{1,4}){1,3}::/56",
    "an IPv6 range of 56 bits, for example 2406:da14:1:200::/56",
)
flow_logs_retention = choice(
    "FlowLogsRetentionDays",
    "Days that records of accepted and refused traffic are kept in CloudWatch Logs. 0: no flow log.",
    0,
    [0, *RETENTIONS],
)

PARAMETERS = [
    app_name,
    vpc_cidr,
    *zones,
    *public_cidrs,
    *private_cidrs,
    nat_gateway_mode,
    vpc_endpoint_mode,
    enable_ipv6,
    vpc_ipv6_cidr,
    flow_logs_retention,
    kms_key_arn,
    permissions_boundary_arn,
]


def _mode(*modes: str) -> list[Equals]:
    return [Equals(Ref(nat_gateway_mode), mode) for mode in modes]


CONDITIONS: dict[str, Any] = {
    # Root's Rules require range and zone together, and the first two private ranges together.
    THIRD_ZONE: is_given(public_cidrs[2]),
    **{condition: is_given(cidr) for condition, cidr in zip(PRIVATE, private_cidrs, strict=True)},
    NAT[0]: Or(*_mode("single", "per-az")),
    NAT[1]: _mode("per-az")[0],
    NAT[2]: And(Condition(NAT[1]), Condition(THIRD_ZONE)),
    REGIONAL_NAT: _mode("regional")[0],
    **{way_out: And(Condition(there), Not(_mode("none")[0])) for way_out, there in zip(WAY_OUT, PRIVATE, strict=True)},
    GATEWAY_ENDPOINT: Not(Equals(Ref(vpc_endpoint_mode), "none")),
    INTERFACE_ENDPOINTS: Equals(Ref(vpc_endpoint_mode), "interface"),
    IPV6: is_on(enable_ipv6),
    IPV6_SUBNETS[0]: And(Condition(IPV6), is_given(vpc_ipv6_cidr)),
    IPV6_SUBNETS[2]: And(Condition(IPV6_SUBNETS[0]), Condition(THIRD_ZONE)),
    FLOW_LOGS: Not(Equals(Ref(flow_logs_retention), "0")),
    KMS_KEY: is_given(kms_key_arn),
    BOUNDARY: is_given(permissions_boundary_arn),
}
