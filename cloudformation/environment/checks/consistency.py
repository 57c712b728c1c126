"""What Rules cannot say: that subnets lie inside their VPC, and apart from each other, and zones in their Region.

Rule functions have no comparison and no arithmetic. The check of subnets applies where root.yaml declares the
parameters that it names, so that another project's templates are not checked by it.
"""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_network
from itertools import combinations

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Problem
from cloudformation.environment.keys.regions import is_known, is_zone_of, known_regions
from cloudformation.environment.parameter_values import Value

_ZONE = "AWS::EC2::AvailabilityZone::Name"
_OPTIONAL_ZONE = re.compile(r"AvailabilityZone[0-9]")
# A load balancer takes certificates and web ACLs of its own Region alone, what is encrypted keys of its own
# (ACM, AWS WAF and AWS KMS, developer guides), and an alarm topics of its own ("Invalid region ... specified. Only ...
# is supported", cds-snc/notification-terraform#128).
_OF_THE_REGION = ("ExistingCertificateArn", "WebAclArn", "KmsKeyArn", "DatabaseKmsKeyArn", "AlarmTopicArn")


def inconsistencies(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each value or pair of values that cannot be."""
    fallback = environment.place_of("parameters")
    vpc = _network(values.get("VpcCidr"))
    named = [(name, value) for name, value in values.items() if "Subnet" in name and name.endswith("Cidr")]
    subnets = [(name, value, network) for name, value in named if (network := _network(value)) is not None]
    for name, value, network in subnets:
        if vpc is not None and not network.subnet_of(vpc):
            yield Problem(value.place or fallback, f"{name} ({network}) is not inside VpcCidr ({vpc})")
    for (first, _, one), (second, value, other) in combinations(subnets, 2):
        if one.overlaps(other):
            yield Problem(value.place or fallback, f"{second} ({other}) overlaps {first} ({one})")


def misplaced(values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """Each zone and each ARN that is not of the environment's Region; nothing where the Region itself is not known."""
    if not is_known(environment.region, known_regions()):
        return
    for name, value in values.items():
        if name in _OF_THE_REGION and not value.kept and not value.declared.is_ssm:
            parts = value.text.split(":")
            if len(parts) > 5 and parts[3] != environment.region:
                place = value.place or environment.place_of("parameters")
                yield Problem(
                    place, f"{name} is of {parts[3]}; what uses it in {environment.region} takes none of another Region"
                )
        # A zone that may be left out is text: what is looked up cannot be empty.
        if value.declared.type not in (_ZONE, f"List<{_ZONE}>") and not _OPTIONAL_ZONE.fullmatch(name):
            continue
        for zone in value.members:
            if zone and not is_zone_of(zone, environment.region):
                place = value.place or environment.place_of("parameters")
                shown = "" if value.declared.secret else f": {zone!r}"
                yield Problem(place, f"{name} is no Availability Zone of {environment.region}{shown}")


def _network(value: Value | None) -> IPv4Network | None:
    """The CIDR block of a parameter; None where it is absent, empty, or not one (its pattern says so)."""
    try:
        network = None if value is None else ip_network(value.text, strict=False)
    except ValueError:
        return None
    return network if isinstance(network, IPv4Network) else None
