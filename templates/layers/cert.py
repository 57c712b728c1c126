"""cert: the certificate of the domain name, validated through the hosted zone."""

from troposphere import Output, Ref, Template
from troposphere.certificatemanager import Certificate, DomainValidationOption

from templates.layers.parameters import domain_name, hosted_zone_id
from templates.parts.document import document


def template() -> Template:
    """Give the template of the certificate layer."""
    # With a HostedZoneId CloudFormation writes the validation record itself, and waits until ACM has seen it.
    certificate = Certificate(
        "Certificate",
        DomainName=Ref(domain_name),
        ValidationMethod="DNS",
        DomainValidationOptions=[
            DomainValidationOption(DomainName=Ref(domain_name), HostedZoneId=Ref(hosted_zone_id)),
        ],
    )
    return document(
        "Certificate: an ACM certificate, validated by a DNS record that CloudFormation writes and waits for.",
        parameters=[domain_name, hosted_zone_id],
        resources=[certificate],
        outputs=[Output("CertificateArn", Description="ARN of the validated certificate.", Value=Ref(certificate))],
    )
