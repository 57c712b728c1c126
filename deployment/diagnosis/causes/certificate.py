"""A certificate that is not issued: the record that proves the domain, compared with what the hosted zone has."""

from collections.abc import Iterator, Mapping
from typing import Any

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import says_timed_out
from deployment.stack.events import Event

TYPE = "AWS::CertificateManager::Certificate"
NOT_VALIDATED = "timed out waiting for its validation"
"""The reason of one that is asked about before anything has failed."""


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """ACM looks for a CNAME in the public DNS; the zone may lack it, or the public may not ask that zone."""
    if failed.type != TYPE:
        return None
    certificate = evidence.certificate
    if certificate is None:
        if not says_timed_out(failed.reason or ""):
            return None
        return Explanation("certificate", (), _DELEGATION)
    options = certificate.get("DomainValidationOptions", ())
    pending = [option for option in options if option.get("ValidationStatus") != "SUCCESS"]
    why = certificate.get("FailureReason")
    facts = ((f"ACM says: {why}",) if why else ()) + tuple(_records(pending, evidence.records))
    facts += (f"hosted zone: {evidence.zone}",) if evidence.zone and pending else ()
    return Explanation("certificate", facts, _remedy(why, pending, evidence.records))


def _records(pending: list[Mapping[str, Any]], zone: Mapping[str, tuple[str, ...]] | None) -> Iterator[str]:
    for option in pending:
        record = option.get("ResourceRecord")
        if record is None:
            yield f"{option.get('DomainName')}: ACM does not show yet which record it needs"
            continue
        yield f"pending: {record['Name']} {record['Type']} {record['Value']}{_in_zone(record, zone)}"


def _in_zone(record: Mapping[str, Any], zone: Mapping[str, tuple[str, ...]] | None) -> str:
    if zone is None:
        return ""
    held = zone.get(record["Name"].rstrip("."), ())
    if record["Value"].rstrip(".") in held:
        return " (the zone has it)"
    return f" (the zone has {', '.join(held)})" if held else " (the zone does not have it)"


_DELEGATION = "compare the name servers of the hosted zone with those that the public DNS names for the domain"


def _remedy(why: str | None, pending: list[Mapping[str, Any]], zone: Mapping[str, tuple[str, ...]] | None) -> str:
    """CAA_ERROR and its like are ACM's FailureReason values (CertificateDetail in its API reference)."""
    if why == "CAA_ERROR":
        return "let the domain's CAA record allow amazon.com"
    if why:
        return f"see ACM's user guide, Troubleshooting, about {why}"
    wanted = [option["ResourceRecord"] for option in pending if option.get("ResourceRecord")]
    if zone is not None and any(_in_zone(record, zone) != " (the zone has it)" for record in wanted):
        return "create the pending record in the hosted zone that the public DNS uses"
    return _DELEGATION
