"""The hosted zone of the domain name: CloudFormation would report a wrong one only after minutes of waiting."""

from collections.abc import Mapping

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place, Problem
from cloudformation.environment.parameter_values import Value
from deployment.aws.calls import call
from deployment.aws.session import Client
from deployment.errors import AwsRefusal, WrongHostedZone

_ZONE, _DOMAIN, _ALTERNATIVE = "HostedZoneId", "DomainName", "AlternativeDomainName"
_CERTIFICATE, _RECORDS = "ExistingCertificateArn", "CreateDnsRecords"


def refuse_wrong_zone(route53: Client, values: Mapping[str, Value], environment: Environment) -> None:
    """Raises WrongHostedZone unless the zone exists, is public, and contains the domain name and its alternatives."""
    zone, domain = values.get(_ZONE), values.get(_DOMAIN)
    if zone is None or not zone.text or domain is None or not domain.text or _needs_none(values):
        return
    place = zone.place or environment.place
    try:
        answer = call(route53.get_hosted_zone, Id=zone.text)["HostedZone"]
    except AwsRefusal as error:
        if error.code not in ("NoSuchHostedZone", "InvalidInput"):
            raise
        raise _wrong(place, f"hosted zone {zone.text} does not exist in this account") from error
    if answer.get("Config", {}).get("PrivateZone"):
        raise _wrong(place, f"hosted zone {zone.text} is private; a certificate is validated in a public one")
    zone_name = str(answer["Name"]).rstrip(".")
    for name, value in values.items():
        named = name == _DOMAIN or name.startswith(_ALTERNATIVE)
        if named and value.text and not _within(value.text, zone_name):
            text = f"{name} {value.text} is not in hosted zone {zone.text} ({zone_name})"
            raise _wrong(value.place or place, text)


def zone_values(values: Mapping[str, Value]) -> dict[str, str]:
    """The zone, the names that must be in it, and what says whether there is one, as they are sent."""
    return {
        name: value.text
        for name, value in values.items()
        if (name in (_ZONE, _DOMAIN, _CERTIFICATE, _RECORDS) or name.startswith(_ALTERNATIVE)) and not value.kept
    }


def _needs_none(values: Mapping[str, Value]) -> bool:
    """Whether nothing is created in the zone, which may be another account's: a certificate is given, and no record."""
    given = {name: values[name].text for name in (_CERTIFICATE, _RECORDS) if name in values}
    return bool(given.get(_CERTIFICATE)) and given.get(_RECORDS) == "false"


def _within(name: str, zone: str) -> bool:
    bare = name.removeprefix("*.").rstrip(".").lower()
    return bare == zone.lower() or bare.endswith(f".{zone.lower()}")


def _wrong(place: Place, text: str) -> WrongHostedZone:
    return WrongHostedZone(
        "the hosted zone does not match the domain name",
        findings=[str(Problem(place, text))],
        remedy="correct HostedZoneId; list all hosted zones with: aws route53 list-hosted-zones",
    )
