"""What EC2 and its like fill in: zones, addresses, names of hosts, interfaces and DNS entries of endpoints."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.scalars import is_true, text_of
from rehearsal.properties.filling import SUBNET, Filling

Fill = Callable[[Filling], Mapping[str, Any]]
_HOSTS = {"us-east-1": ("ec2.internal", "compute-1")}  # every other Region: `REGION.compute.internal`, `REGION.compute`


def zone_id(zone: str) -> str:
    """`usw2-az1` for `us-west-2a`; which zone has which id differs between accounts on AWS."""
    region, letter = zone[:-1], zone[-1:]
    return f"{short_region(region)}-az{max(ord(letter) - ord('a') + 1, 1)}"


def short_region(region: str) -> str:
    """`usw2` for `us-west-2`."""
    words = region.split("-")
    near = (word[:2] if number == 0 else _DIRECTIONS.get(word, word[:1]) for number, word in enumerate(words[:-1]))
    return "".join((*near, words[-1]))


_DIRECTIONS = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


def _subnet(filling: Filling) -> Mapping[str, Any]:
    """A subnet without a zone: EC2 chooses one; here, the next after those of the VPC's other subnets."""
    vpc = filling.given("VpcId")
    others = (entry for entry in filling.stack.resources.values() if entry.type == SUBNET and entry.attributes)
    count = sum(1 for entry in others if entry.properties.get("VpcId") == vpc)
    zone = filling.text("AvailabilityZone") or filling.zones[count % len(filling.zones)]
    from_pool = filling.given("Ipv4IpamPoolId") is not None
    own = filling.text("Ipv6CidrBlock") or (_ipv6(filling) + "/64" if filling.given("Ipv6IpamPoolId") else "")
    return {
        "AvailabilityZone": zone,
        "AvailabilityZoneId": zone_id(zone),
        "CidrBlock": f"10.0.{count % 256}.0/{filling.text('Ipv4NetmaskLength') or 24}" if from_pool else "",
        "Ipv6CidrBlock": own,
        "Ipv6CidrBlocks": [own] if own else [],
        "BlockPublicAccessStates.InternetGatewayBlockMode": "off",
    }


def _ipv6(filling: Filling) -> str:
    return f"2600:1f{filling.words['hex2']}:{filling.words['hex4']}:{filling.words['hex2']}00::"


def _vpc(filling: Filling) -> Mapping[str, Any]:
    from_pool = filling.given("Ipv4IpamPoolId") is not None
    return {
        "CidrBlock": f"10.0.0.0/{filling.text('Ipv4NetmaskLength') or 16}" if from_pool else "",
        "InstanceTenancy": "default",
        "Ipv6CidrBlocks": [],  # those of its AWS::EC2::VPCCidrBlocks
    }


def _instance(filling: Filling) -> Mapping[str, Any]:
    """An instance is public by its interface's or its subnet's setting; in a subnet that is not known here, it is."""
    region = filling.stack.region
    inner, outer = _HOSTS.get(region, (f"{region}.compute.internal", f"{region}.compute"))
    private = filling.text("PrivateIpAddress") or filling.address()
    public = _public_address(filling)
    host = f"ec2-{public.replace('.', '-')}.{outer}.{filling.words['suffix']}"
    return {
        "AvailabilityZone": filling.zone,
        "PrivateIp": private,
        "PrivateIpAddress": private,
        "PrivateDnsName": f"ip-{private.replace('.', '-')}.{inner}",
        "PublicIp": public,
        "PublicDnsName": host if public and _names_hosts(filling) else "",
        "State.Code": "16",
        "State.Name": "running",
        "Tenancy": "default",
        "InstanceInitiatedShutdownBehavior": "stop",
    }


def _public_address(filling: Filling) -> str:
    interfaces = filling.given("NetworkInterfaces")
    own = [entry for entry in interfaces if isinstance(entry, dict)] if isinstance(interfaces, list) else []
    said = next((entry["AssociatePublicIpAddress"] for entry in own if "AssociatePublicIpAddress" in entry), None)
    if said is None and filling.subnets:
        said = filling.subnets[0].properties.get("MapPublicIpOnLaunch", False)
    return public_address(filling) if said is None or is_true(said) else ""


def public_address(filling: Filling) -> str:
    """An address out of ranges that EC2 has."""
    return "54." + ".".join(str(int(filling.words["hex2"], 16) % 254 + 1) for _ in range(3))


def _names_hosts(filling: Filling) -> bool:
    """Whether the VPC gives public names (EnableDnsHostnames); one that is not known here does."""
    vpc = filling.standing("AWS::EC2::VPC", filling.vpc) if filling.vpc else None
    return vpc is None or is_true(vpc.properties.get("EnableDnsHostnames", False))


def _interface(filling: Filling) -> Mapping[str, Any]:
    listed = filling.given("PrivateIpAddresses")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    said = [text_of(entry["PrivateIpAddress"]) for entry in entries if not is_true(entry.get("Primary"))]
    primary = [text_of(entry["PrivateIpAddress"]) for entry in entries if is_true(entry.get("Primary"))]
    wanted = filling.text("SecondaryPrivateIpAddressCount")
    drawn = [filling.address() for _ in range(int(wanted))] if wanted.isdecimal() else []
    six = filling.given("Ipv6Addresses") or filling.given("Ipv6AddressCount")
    return {
        "PrimaryPrivateIpAddress": filling.text("PrivateIpAddress") or next(iter(primary), "") or filling.address(),
        "SecondaryPrivateIpAddresses": [*said, *drawn],
        "PrimaryIpv6Address": f"{_ipv6(filling)}{filling.words['hex4']}" if six else "",
    }


def _mount_target(filling: Filling) -> Mapping[str, Any]:
    kind = filling.text("IpAddressType") or "IPV4_ONLY"
    return {
        "IpAddress": "" if kind == "IPV6_ONLY" else filling.address(),
        "IpAddressType": kind,
        "Ipv6Address": "" if kind == "IPV4_ONLY" else f"{_ipv6(filling)}{filling.words['hex4']}",
    }


def _endpoint(filling: Filling) -> Mapping[str, Any]:
    """An interface in every subnet, and names of the endpoint, of its zones, and of the service where that is private.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html
    """
    kind = filling.text("VpcEndpointType") or "Gateway"
    if kind == "Gateway":
        return {"NetworkInterfaceIds": [], "DnsEntries": []}
    count = max(len(filling.subnet_ids), 1)
    interfaces = [f"eni-0{filling.words['hex16']}" for _ in range(count)]
    return {
        "NetworkInterfaceIds": interfaces,
        "DnsEntries": [] if kind == "GatewayLoadBalancer" else _dns(filling, count),
    }


def _dns(filling: Filling, count: int) -> list[str]:
    region, service = filling.stack.region, filling.text("ServiceName").rsplit(".", 1)[-1]
    zone, own = f"Z{filling.words['upper13']}", f"{filling.identity.physical_id}-{filling.words['lower8']}"
    below = f"{service}.{region}.vpce.{filling.words['suffix']}"
    zones = [text_of(subnet.attributes.get("AvailabilityZone", "")) for subnet in filling.subnets] or filling.zones[
        :count
    ]
    private = [f"Z{filling.words['upper13']}:{service}.{region}.{filling.words['suffix']}"]
    entries = [f"{zone}:{own}.{below}", *(f"{zone}:{own}-{name}.{below}" for name in zones)]
    return entries + (private if is_true(filling.given("PrivateDnsEnabled")) else [])


def _security_group(filling: Filling) -> Mapping[str, Any]:
    name = f"{filling.stack.name}-{filling.words.logical_id}-{filling.words['mixed12']}"
    return {"GroupName": name[:255], "VpcId": f"vpc-0{filling.words['hex16']}"}


def _balancer(filling: Filling) -> Mapping[str, Any]:
    """Defaults of "AWS::ElasticLoadBalancingV2::LoadBalancer"; one that names no group has the VPC's own."""
    kind = filling.text("Type") or "application"
    vpc = filling.standing("AWS::EC2::VPC", filling.vpc) if filling.vpc else None
    group = vpc.attributes.get("DefaultSecurityGroup") if vpc else f"sg-0{filling.words['hex16']}"
    return {
        "Type": kind,
        "Scheme": "internet-facing",
        "IpAddressType": "ipv4",
        "Subnets": filling.subnet_ids,
        "SecurityGroups": [group] if kind == "application" else [],
    }


def _key_pair(filling: Filling) -> Mapping[str, Any]:
    """SHA-256 in Base64 of an ED25519 key, SHA-1 of an RSA key that EC2 made, MD5 of one that was brought.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
    """
    material = filling.text("PublicKeyMaterial")
    print_ = bytes.fromhex(filling.words["hex64"])
    if filling.text("KeyType") == "ed25519" or material.startswith("ssh-ed25519"):
        return {"KeyFingerprint": base64.b64encode(print_).decode(), "KeyPairId": f"key-0{filling.words['hex16']}"}
    return {"KeyFingerprint": print_[: 16 if material else 20].hex(":"), "KeyPairId": f"key-0{filling.words['hex16']}"}


NETWORKS: dict[str, Fill] = {
    SUBNET: _subnet,
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::NetworkInterface": _interface,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::KeyPair": _key_pair,
    "AWS::EFS::MountTarget": _mount_target,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _balancer,
}
