"""A wrong hosted zone is noticed at once, and not after an hour of waiting for a certificate."""

from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value
from deployment.errors import AwsRefusal, WrongHostedZone
from deployment.run.hosted_zone import refuse_wrong_zone, zone_values
from tests.deployment.fake_client import FakeClient, refusal

_ENVIRONMENT = Environment("dev", Place("p.yaml"), "1", "r", "s", "b", False, {}, (), {}, {})


def _zone(name: str = "example.com.", *, private: bool = False) -> dict[str, Any]:
    return {
        "HostedZone": {
            "Id": "/hostedzone/Z1",
            "Name": name,
            "CallerReference": "x",
            "Config": {"PrivateZone": private},
        }
    }


def _checked(answer: Any, **texts: str) -> FakeClient:
    route53 = FakeClient("route53", get_hosted_zone=answer)
    values = {name: Value(Declared(name, "String", {}), text, Place("p.yaml", 9)) for name, text in texts.items()}
    refuse_wrong_zone(route53, values, _ENVIRONMENT)
    return route53


@pytest.mark.parametrize("name", ["example.com", "dev.example.com", "*.dev.example.com", "DEV.Example.com"])
def test_a_name_in_the_zone_is_fine(name: str) -> None:
    assert _checked(_zone(), HostedZoneId="Z1", DomainName=name).calls == [("get_hosted_zone", {"Id": "Z1"})]


@pytest.mark.parametrize(
    ("answer", "name", "text"),
    [
        (_zone("example.org."), "dev.example.com", "is not in hosted zone Z1"),
        (_zone(), "notexample.com", "is not in hosted zone Z1"),
        (_zone(private=True), "dev.example.com", "is private"),
        (refusal("NoSuchHostedZone", "no", 404), "dev.example.com", "does not exist"),
    ],
)
def test_a_zone_that_does_not_fit_is_told_with_its_place(answer: Any, name: str, text: str) -> None:
    with pytest.raises(WrongHostedZone) as caught:
        _checked(answer, HostedZoneId="Z1", DomainName=name)
    assert text in caught.value.findings[0]
    assert caught.value.findings[0].startswith("p.yaml:9: ")


def test_another_refusal_stays_what_it_is() -> None:
    with pytest.raises(AwsRefusal):
        _checked(refusal("AccessDenied", "no", 403), HostedZoneId="Z1", DomainName="a.example.com")


def test_templates_without_a_zone_are_not_asked_about() -> None:
    assert _checked(_zone(), DomainName="a.example.com").calls == []
    assert _checked(_zone(), HostedZoneId="Z1").calls == []
    assert _checked(_zone(), HostedZoneId="", DomainName="a.example.com").calls == []


_GIVEN = {"HostedZoneId": "Z1", "DomainName": "a.example.org", "ExistingCertificateArn": "arn:aws:acm:x"}


def test_a_zone_in_which_nothing_is_made_is_not_asked_about() -> None:
    assert _checked(_zone(), **_GIVEN, CreateDnsRecords="false").calls == []
    for other in ({"CreateDnsRecords": "true"}, {}, {"CreateDnsRecords": "false", "ExistingCertificateArn": ""}):
        with pytest.raises(WrongHostedZone):
            _checked(_zone(), **{**_GIVEN, **other})


def test_what_decides_on_the_zone_is_what_a_stack_must_have_been_deployed_with() -> None:
    texts = {**_GIVEN, "CreateDnsRecords": "false", "AlternativeDomainName1": "b.example.com", "VpcCidr": "10.0.0.0/16"}
    values = {name: Value(Declared(name, "String", {}), text, Place("p.yaml", 9)) for name, text in texts.items()}
    assert zone_values(values) == {name: text for name, text in texts.items() if name != "VpcCidr"}


def test_every_other_name_must_be_in_the_zone_too() -> None:
    with pytest.raises(WrongHostedZone) as caught:
        _checked(
            _zone(), HostedZoneId="Z1", DomainName="example.com", AlternativeDomainName2="shop.example.org", Other="x"
        )
    assert list(caught.value.findings) == [
        "p.yaml:9: AlternativeDomainName2 shop.example.org is not in hosted zone Z1 (example.com)"
    ]
