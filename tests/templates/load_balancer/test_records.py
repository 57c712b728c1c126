"""Records: each name leads to the load balancer, by IPv6 too where it has such addresses, or none does."""

from tests.templates.resolved import tree

NAMES = {"AlternativeDomainName1": "www.example.org", "AlternativeDomainName3": "*.example.org"}
IPV6 = {"EnableIpv6": "true", "VpcIpv6Cidr": "2406:da14:1:200::/56", "AlbIpAddressType": "dualstack"}


def records(**values: str) -> list[tuple[str, str]]:
    found = tree(DomainName="example.org", **values)["alb"].of_type("AWS::Route53::RecordSet")
    return [(entry["Name"], entry["Type"]) for entry in found]


def test_every_name_has_its_record() -> None:
    assert records(**NAMES) == [("example.org", "A"), ("www.example.org", "A"), ("*.example.org", "A")]


def test_with_ipv6_every_name_has_two() -> None:
    assert records(**NAMES, **IPV6) == [
        *(("example.org", "A"), ("example.org", "AAAA"), ("www.example.org", "A"), ("www.example.org", "AAAA")),
        *(("*.example.org", "A"), ("*.example.org", "AAAA")),
    ]


def test_without_records_nobody_touches_the_zone() -> None:
    assert records(**NAMES, **IPV6, CreateDnsRecords="false") == []
