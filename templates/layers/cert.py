"""cert: the certificate of the domain name and its alternatives, validated through the hosted zone."""

from troposphere import Or, Output, Parameter, Ref, Template
from troposphere.certificatemanager import Certificate, DomainValidationOption

from templates.parts.document import document
from templates.parts.parameters import (
    alternative_domain_names,
    domain_name,
    given,
    hosted_zone_id,
    is_given,
    is_given_name,
)

# Conditions
ALTERNATIVES = "AlternativeNamesGiven"


def template() -> Template:
    """Give the template of the certificate layer."""
    # With a HostedZoneId CloudFormation writes the validation records itself, and waits until ACM has seen them. It
    # cannot make such an option of every item of a list, so the names have fixed places.
    certificate = Certificate(
        "Certificate",
        DomainName=Ref(domain_name),
        SubjectAlternativeNames=given(
            ALTERNATIVES, [given(is_given_name(name), Ref(name)) for name in alternative_domain_names]
        ),
        ValidationMethod="DNS",
        DomainValidationOptions=[
            _validation(domain_name),
            *(given(is_given_name(name), _validation(name)) for name in alternative_domain_names),
        ],
    )
    conditions = {is_given_name(name): is_given(name) for name in alternative_domain_names}
    return document(
        "Certificate: an ACM certificate, validated by DNS records that CloudFormation writes and waits for.",
        parameters=[domain_name, *alternative_domain_names, hosted_zone_id],
        conditions=conditions | {ALTERNATIVES: Or(*map(is_given, alternative_domain_names))},
        resources=[certificate],
        outputs=[Output("CertificateArn", Description="ARN of the validated certificate.", Value=Ref(certificate))],
    )


def _validation(name: Parameter) -> DomainValidationOption:
    return DomainValidationOption(DomainName=Ref(name), HostedZoneId=Ref(hosted_zone_id))
