"""The record that an event of a certificate reports: one for each name of an account, always the same."""

from __future__ import annotations

import re

from rehearsal.resources.made_up.validation_record import validation_record

TYPE = "AWS::CertificateManager::Certificate"
FORM = (
    r"Content of DNS Record is: \{Name: _[0-9a-f]{32}\.dev\.example\.com\.,Type: CNAME,"
    r"Value: _[0-9a-f]{32}\.[a-p]{10}\.acm-validations\.aws\.\}"
)


def test_a_name_has_the_same_record_in_an_account_every_time_and_its_wildcard_too() -> None:
    told = validation_record(TYPE, {"DomainName": "dev.example.com", "ValidationMethod": "DNS"}, "1")
    assert told
    assert re.fullmatch(FORM, told)
    assert validation_record(TYPE, {"DomainName": "*.dev.example.com", "ValidationMethod": "DNS"}, "1") == told
    assert validation_record(TYPE, {"DomainName": "dev.example.com", "ValidationMethod": "DNS"}, "2") != told


def test_what_is_not_validated_by_dns_has_none() -> None:
    assert validation_record(TYPE, {"DomainName": "example.com"}, "1") is None
    assert validation_record(TYPE, {"DomainName": {"Ref": "X"}, "ValidationMethod": "DNS"}, "1") is None
    assert validation_record("AWS::X", {"DomainName": "example.com", "ValidationMethod": "DNS"}, "1") is None
