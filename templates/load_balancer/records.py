"""The records that lead from each name to the load balancer: A, and AAAA where it has IPv6 addresses."""

from troposphere import GetAtt, Parameter, Ref
from troposphere.elasticloadbalancingv2 import LoadBalancer
from troposphere.route53 import AliasTarget, RecordSetType

from templates.load_balancer.parameters import RECORDS, RECORDS_IPV6, record_condition
from templates.parts.parameters import alternative_domain_names, domain_name, hosted_zone_id


def records(load_balancer: LoadBalancer) -> list[RecordSetType]:
    """Give the records of every name, each under the condition that the name is given."""
    first = [
        _alias("AliasA", RECORDS, domain_name, "A", load_balancer),
        _alias("AliasAaaa", RECORDS_IPV6, domain_name, "AAAA", load_balancer),
    ]
    return first + [
        _alias(f"Alias{kind.capitalize()}{number}", record_condition(name, ipv6=ipv6), name, kind, load_balancer)
        for number, name in enumerate(alternative_domain_names, start=1)
        for kind, ipv6 in (("A", False), ("AAAA", True))
    ]


def _alias(title: str, condition: str, name: Parameter, kind: str, load_balancer: LoadBalancer) -> RecordSetType:
    return RecordSetType(
        title,
        Condition=condition,
        HostedZoneId=Ref(hosted_zone_id),
        Name=Ref(name),
        Type=kind,
        AliasTarget=AliasTarget(
            DNSName=GetAtt(load_balancer, "DNSName"),
            HostedZoneId=GetAtt(load_balancer, "CanonicalHostedZoneID"),
            EvaluateTargetHealth=True,
        ),
    )
