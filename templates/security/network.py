"""Amazon EC2: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html."""

from collections.abc import Callable
from typing import Any

from cloudformation.unknown import ABSENT, is_unknown
from templates.security.controls import (
    INFERRED,
    Check,
    Control,
    Held,
    Service,
    absent,
    all_of,
    any_of,
    every,
    every_item,
    is_false,
    member,
    negated,
    of_the_account,
    one_of,
)
from templates.security.resolved_system import Resource, System

_VPC, _GROUP = "AWS::EC2::VPC", "AWS::EC2::SecurityGroup"
_AUTHORIZED = frozenset({80, 443})
_HIGH_RISK = frozenset(
    (
        *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601),
        *(8080, 8088, 8888, 9200, 9300),
    )
)
_HIGHEST = 65535


def _flow_log(vpc: Resource, system: System) -> Held:
    return any_of(
        all_of([log.certain or None, one_of(log["TrafficType"], ("ALL", "REJECT"))])
        for log in system.of("AWS::EC2::FlowLog")
        if log["ResourceId"] == vpc.ref
    )


def _endpoint(service: str) -> Check:
    """The VPC has an endpoint for a service of its Region."""

    def holds(vpc: Resource, system: System) -> Held:
        name = f"com.amazonaws.{system.environment.region}.{service}"
        here = [one for one in system.of("AWS::EC2::VPCEndpoint") if one["VpcId"] == vpc.ref]
        return any_of(all_of([one.certain or None, one_of(one["ServiceName"], (name,))]) for one in here)

    return every(_VPC, holds=holds)


def _gives_no_addresses(subnet: Resource, system: System) -> Held:
    given = [subnet[name] for name in ("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation")]
    return all_of(is_false(value, absent=True) for value in given)


def _ingress(holds: Callable[[Any], Held]) -> Check:
    """Every rule that lets somebody in, in the security group or beside it."""

    def of_group(group: Resource, system: System) -> Held:
        beside = system.of("AWS::EC2::SecurityGroupIngress")
        within = every_item(group["SecurityGroupIngress"], lambda rule: holds(lambda name: member(rule, name)))
        of_others = (negated(system.leads_to(rule["GroupId"], group)) for rule in beside)
        judged = [
            any_of([other, _for_certain(rule, holds(rule.__getitem__))])
            for rule, other in zip(beside, of_others, strict=True)
        ]
        return all_of([within, *judged])

    return every(_GROUP, holds=of_group)


def _for_certain(rule: Resource, held: Held) -> Held:
    """A rule that may not be there opens nothing for certain."""
    return held if held or rule.certain else None


def _to_nobody_but(allowed: Callable[[range, Any], bool]) -> Callable[[Any], Held]:
    """A rule is harmless where it is not open to everybody, or opens nothing but what is allowed."""

    def holds(read: Callable[[str], Any]) -> Held:
        to_everybody = [_is_everybody(read(name)) for name in ("CidrIp", "CidrIpv6")]
        # The entries of a prefix list are in no template here.
        to_everybody += [] if read("SourcePrefixListId") is ABSENT else [None]
        return any_of([negated(any_of(to_everybody)), _allowed(read, allowed)])

    return holds


def _is_everybody(cidr: Any) -> Held:
    return False if cidr is ABSENT else None if is_unknown(cidr) else str(cidr).endswith("/0")


def _allowed(read: Callable[[str], Any], allowed: Callable[[range, Any], bool]) -> Held:
    protocol, low, high = (read(name) for name in ("IpProtocol", "FromPort", "ToPort"))
    if is_unknown([protocol, low, high]):
        return None
    every_port = str(protocol).lower() in ("tcp", "6", "udp", "17") and "-1" in (str(low), str(high))
    if str(protocol) == "-1" or ABSENT in (low, high) or every_port:
        return allowed(range(_HIGHEST + 1), protocol)
    return allowed(range(int(low), int(high) + 1), protocol)


def _authorized(ports: range, protocol: Any) -> bool:
    return str(protocol) in ("tcp", "6") and _AUTHORIZED.issuperset(ports)


def _harmless(ports: range, protocol: Any) -> bool:
    return not any(port in ports for port in _HIGH_RISK)


def _closed_default_group(vpc: Resource, system: System) -> Held:
    """The group that comes with a VPC lets its members talk to each other and out, and no template can edit it."""
    return False


def _none(*types: str) -> Check:
    return absent(*(f"AWS::EC2::{name}" for name in types))


def _endpoint_unused(number: int, service: str, what: str) -> Control:
    because = {"Vpc": "nothing here calls that service, and an endpoint is paid for by the hour"}
    return Control((number,), f"a VPC endpoint for {what}", _endpoint(service), because=because)


def _endpoint_of_registry(number: int, service: str, what: str) -> Control:
    note = "an endpoint is paid for by the hour; `interface` needs private subnets"
    return Control(
        (number,), f"a VPC endpoint for {what}", _endpoint(service), {"VpcEndpointMode@Vpc": "interface"}, note
    )


_CONTROLS = (
    Control((1, 7, 182), "EBS snapshots and encryption", of_the_account),
    Control(
        (2,),
        "the default security group of the VPC is empty",
        every(_VPC, holds=_closed_default_group),
        because={"Vpc": "nothing uses it, and a template cannot edit it without code of its own"},
    ),
    Control((3, 4, 8, 9, 17, 24), "instances and volumes", _none("Instance", "Volume")),
    Control(
        (6,),
        "VPC flow logs are on",
        every(_VPC, holds=_flow_log),
        {"FlowLogsRetentionDays@Vpc": "365"},
        "any number of days but 0 passes this one",
    ),
    _endpoint_unused(10, "ec2", "Amazon EC2"),
    Control((15,), "subnets give no public addresses", every("AWS::EC2::Subnet", holds=_gives_no_addresses)),
    Control(
        (16, 21),
        "network ACLs",
        _none("NetworkAcl", "NetworkAclEntry"),
        note="the VPC has its default one alone, of which both controls say nothing",
    ),
    Control((18,), "open to everybody: ports 80 and 443 alone", _ingress(_to_nobody_but(_authorized))),
    Control((19,), "open to everybody: no port of high risk", _ingress(_to_nobody_but(_harmless))),
    Control((20, 171, 183), "VPN connections", _none("VPNConnection")),
    Control((23,), "transit gateways", _none("TransitGateway")),
    Control((25, 170, 181), "launch templates", _none("LaunchTemplate")),
    Control((51,), "client VPN endpoints", _none("ClientVpnEndpoint")),
    _endpoint_of_registry(55, "ecr.api", "the API of ECR"),
    _endpoint_of_registry(56, "ecr.dkr", "ECR's registry"),
    _endpoint_unused(57, "ssm", "Systems Manager"),
    _endpoint_unused(58, "ssm-contacts", "Incident Manager's contacts"),
    _endpoint_unused(60, "ssm-incidents", "Incident Manager"),
    Control(
        (172,),
        "VPC Block Public Access blocks internet gateways",
        of_the_account,
        note="where it blocks, this VPC needs an exclusion, or nobody reaches the load balancer",
    ),
    Control((173,), "Spot fleets", _none("SpotFleet"), standard=INFERRED),
    Control(
        (180,),
        "network interfaces check source and destination",
        _none("NetworkInterface"),
        note="those of tasks and load balancers are AWS's to manage",
        standard=INFERRED,
    ),
)

SERVICES = (Service("Amazon EC2", "EC2", "ec2-controls", _CONTROLS),)
