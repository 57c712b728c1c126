"""A certificate whose record is missing, wrong, or not asked for."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.diagnosis.causes.certificate import explain
from deployment.diagnosis.causes.explanation import Evidence
from tests.deployment.diagnosis.causes.failures import POOL, failed

TYPE = "AWS::CertificateManager::Certificate"
RECORD = {"Name": "_x.dev.example.com.", "Type": "CNAME", "Value": "_y.acm-validations.aws."}
PENDING: dict[str, Any] = {"DomainName": "dev.example.com", "ValidationStatus": "PENDING_VALIDATION"}


def certificate(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"DomainValidationOptions": list(options), **more}


@pytest.mark.parametrize(
    ("held", "told", "remedy"),
    [
        ((), "(the zone does not have it)", "create the pending record"),
        (("_other.example.com",), "(the zone has _other.example.com)", "create the pending record"),
        (("_y.acm-validations.aws",), "(the zone has it)", "compare the name servers"),
    ],
)
def test_the_pending_record_is_held_against_the_zone(held: tuple[str, ...], told: str, remedy: str) -> None:
    evidence = Evidence(
        certificate=certificate(PENDING | {"ResourceRecord": RECORD}), records={"_x.dev.example.com": held}
    )
    found = explain(failed("timed out", TYPE), evidence)
    assert found
    assert found.facts == (f"pending: _x.dev.example.com. CNAME _y.acm-validations.aws. {told}",)
    assert found.remedy.startswith(remedy)


def test_without_a_look_into_the_zone_only_the_record_is_told() -> None:
    found = explain(failed("x", TYPE), Evidence(certificate=certificate(PENDING | {"ResourceRecord": RECORD}, PENDING)))
    assert found
    assert found.facts[0].endswith("_y.acm-validations.aws.")
    assert "does not show yet" in found.facts[1]


def test_acms_own_reason_goes_first() -> None:
    found = explain(failed("x", TYPE), Evidence(certificate=certificate(FailureReason="CAA_ERROR")))
    assert found
    assert (found.facts, found.remedy) == (("ACM says: CAA_ERROR",), "let the domain's CAA record allow amazon.com")
    other = explain(failed("x", TYPE), Evidence(certificate=certificate(FailureReason="DOMAIN_NOT_ALLOWED")))
    assert other
    assert "DOMAIN_NOT_ALLOWED" in other.remedy


def test_without_evidence_only_a_wait_that_was_too_long_is_explained() -> None:
    assert explain(failed("Resource timed out waiting for completion", TYPE), Evidence())
    assert explain(failed(POOL, TYPE), Evidence()) is None
    assert explain(failed("timed out"), Evidence()) is None


def test_one_of_two_pending_records_that_the_zone_does_not_have_is_to_be_made() -> None:
    other = RECORD | {"Name": "_z.dev.example.com."}
    pending = certificate(PENDING | {"ResourceRecord": RECORD}, PENDING | {"ResourceRecord": other})
    held = {"_x.dev.example.com": ("_y.acm-validations.aws",)}
    explained = explain(failed("timed out", TYPE), Evidence(certificate=pending, records=held))
    assert explained
    assert explained.remedy.startswith("create the pending record")


@pytest.mark.parametrize(("status", "named"), [("PENDING_VALIDATION", True), ("SUCCESS", False)])
def test_the_hosted_zone_is_named_where_a_record_is_pending(status: str, named: bool) -> None:
    option = {"DomainName": "dev.example.com", "ValidationStatus": status, "ResourceRecord": RECORD}
    found = explain(failed("x", TYPE), Evidence(certificate=certificate(option), zone="Z1"))
    assert found
    assert ("hosted zone: Z1" in found.facts) is named
    without = explain(failed("x", TYPE), Evidence(certificate=certificate(option)))
    assert without
    assert not any(fact.startswith("hosted zone") for fact in without.facts)


def test_a_failure_without_a_reason_explains_nothing() -> None:
    assert explain(failed(None, TYPE), Evidence()) is None
