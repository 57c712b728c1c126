"""A quota that is used up, and whose it is."""

from deployment.diagnosis.causes.explanation import Evidence
from deployment.diagnosis.causes.limits import explain
from tests.deployment.diagnosis.causes.failures import VPCS, failed


def test_what_is_used_up_and_where_to_ask_for_more() -> None:
    found = explain(failed(VPCS, "AWS::EC2::VPC"), Evidence())
    assert found
    assert found.facts == ("limit reached: VPCs",)
    assert "Service Quotas (EC2, this Region)" in found.remedy


def test_a_limit_without_a_name_has_no_fact() -> None:
    found = explain(failed("no (HandlerErrorCode: ServiceLimitExceeded)", "Custom::Thing"), Evidence())
    assert found
    assert found.facts == ()
    assert explain(failed("no"), Evidence()) is None
