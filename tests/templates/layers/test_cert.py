"""cert: one certificate, validated where its name lives."""

from tests.templates.resolved import tree


def test_the_certificate_and_its_validation_follow_the_domain_name() -> None:
    cert = tree(DomainName="www.example.org", HostedZoneId="Z1111111111")["cert"]
    certificate = cert.properties("Certificate")
    assert certificate["DomainName"] == "www.example.org"
    assert certificate["DomainValidationOptions"] == [{"DomainName": "www.example.org", "HostedZoneId": "Z1111111111"}]


def test_the_listener_takes_the_validated_certificate() -> None:
    layers = tree()
    assert layers["alb"].properties("HttpsListener")["Certificates"] == [
        {"CertificateArn": layers["cert"].outputs["CertificateArn"]}
    ]
