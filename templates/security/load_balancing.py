"""Elastic Load Balancing: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html."""

from typing import Any

from cloudformation.unknown import sources
from templates.security.controls import (
    Control,
    Held,
    Service,
    absent,
    all_of,
    any_of,
    every,
    every_item,
    is_true,
    keyed,
    member,
    negated,
    one_of,
)
from templates.security.resolved_system import Resource, System

_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
_TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
# The control's own list, which cannot be customized: TLS 1.3 alone, or 1.2 with what is called Res.
RECOMMENDED_POLICIES = frozenset(
    f"ELBSecurityPolicy-TLS13-1-{form}"
    for form in (
        *("2-Res-2021-06", "2-Res-FIPS-2023-04", "2-Res-PQ-2025-09", "2-Res-FIPS-PQ-2025-09"),
        *("3-2021-06", "3-FIPS-2023-04", "3-PQ-2025-09", "3-FIPS-PQ-2025-09"),
    )
)


def _attribute(load_balancer: Resource, key: str) -> Any:
    return keyed(load_balancer["LoadBalancerAttributes"], key)


def _redirects(action: Any) -> Held:
    return all_of(
        [
            one_of(member(action, "Type"), ("redirect",)),
            # Left out, a redirect keeps the protocol that the request came with.
            one_of(member(action, "RedirectConfig", "Protocol"), ("HTTPS",)),
        ]
    )


def _only_redirects(listener: Resource, system: System) -> Held:
    """A listener for HTTP sends everybody to HTTPS, by itself and by every rule that it has."""
    rules = [(rule, system.leads_to(rule["ListenerArn"], listener)) for rule in system.of(_RULE)]
    redirected = [any_of([negated(here), every_item(rule["Actions"], _redirects)]) for rule, here in rules]
    plain = negated(one_of(listener["Protocol"], ("HTTPS", "TLS")))
    return any_of([negated(plain), all_of([every_item(listener["DefaultActions"], _redirects), *redirected])])


def _spans_two_zones(load_balancer: Resource, system: System) -> Held:
    waits = {(source.path, source.name) for source in sources(load_balancer["Subnets"])}
    subnets = [one for one in system.of("AWS::EC2::Subnet") if one.certain and (one.path, one.name) in waits]
    zones = [subnet["AvailabilityZone"] for subnet in subnets]
    written = {zone for zone in zones if isinstance(zone, str)}
    # What is not a subnet of these templates, or one whose zone is not known, may be in any zone.
    open_ended = not waits or len(subnets) < len(waits) or not all(isinstance(zone, str) for zone in zones)
    return True if len(written) >= 2 else None if open_ended else False


def _has_web_acl(load_balancer: Resource, system: System) -> Held:
    associations = system.of("AWS::WAFv2::WebACLAssociation")
    led_here = [one for one in associations if one["ResourceArn"] == load_balancer.ref]
    return any_of([True if one.certain else None for one in led_here])


def _recommended(listener: Resource, system: System) -> Held:
    secure = one_of(listener["Protocol"], ("HTTPS", "TLS"))
    return any_of([negated(secure), one_of(listener["SslPolicy"], RECOMMENDED_POLICIES)])


def _checked_in_secret(group: Resource, system: System) -> Held:
    # Left out, an Application Load Balancer checks over HTTP, whatever the targets speak.
    return any_of([_is_function(group), one_of(group["HealthCheckProtocol"], ("HTTPS",))])


def _spoken_to_in_secret(group: Resource, system: System) -> Held:
    return any_of([_is_function(group), one_of(group["Protocol"], ("HTTPS", "TLS", "QUIC"))])


def _is_function(group: Resource) -> Held:
    return one_of(group["TargetType"], ("lambda",))


_INSIDE = "inside the VPC, between two security groups; a certificate in every task is the application's affair"

_CONTROLS = (
    Control(
        (1,),
        "plain HTTP is only redirected to HTTPS",
        every(_LISTENER, holds=_only_redirects),
    ),
    Control((2, 3, 7, 8, 9, 10, 14), "Classic Load Balancers", absent("AWS::ElasticLoadBalancing::LoadBalancer")),
    Control(
        (4,),
        "headers that are not valid HTTP are dropped",
        every(
            _LOAD_BALANCER,
            holds=lambda one, _: is_true(_attribute(one, "routing.http.drop_invalid_header_fields.enabled")),
        ),
    ),
    Control(
        (5,),
        "access logs are on",
        every(_LOAD_BALANCER, holds=lambda one, _: is_true(_attribute(one, "access_logs.s3.enabled"))),
        {"AccessLogsMode@LoadBalancer": "create"},
        "`existing` passes too, with a bucket that somebody else looks after",
    ),
    Control(
        (6,),
        "deletion protection is on",
        every(_LOAD_BALANCER, holds=lambda one, _: is_true(_attribute(one, "deletion_protection.enabled"))),
        {"AlbDeletionProtection@LoadBalancer": "true"},
        "switch it off and deploy before you delete the stack",
    ),
    Control(
        (12,),
        "desync mitigation is defensive or strictest",
        every(
            _LOAD_BALANCER,
            # ELB's default is defensive (ModifyLoadBalancerAttributes).
            holds=lambda one, _: one_of(
                _attribute(one, "routing.http.desync_mitigation_mode"), ("defensive", "strictest"), absent=True
            ),
        ),
        note="not written in the templates: ELB's default is `defensive`",
    ),
    Control(
        (13,),
        "two Availability Zones or more",
        every(_LOAD_BALANCER, holds=_spans_two_zones),
        note="root refuses the same zone twice (rule TwoDistinctZones)",
    ),
    Control(
        (16,),
        "an AWS WAF web ACL in front",
        every(_LOAD_BALANCER, holds=_has_web_acl),
        {"WebAclArn@LoadBalancer": "<ARN of a regional web ACL>"},
        "the rules of a web ACL are the application's affair, and it is paid for by the request",
        standard="NIST SP 800-53",
    ),
    Control(
        (17,),
        "a TLS policy of the control's list",
        every(_LISTENER, holds=_recommended),
        {"SslPolicy@HttpsListener": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"},
        "SslPolicy offers no other",
    ),
    Control(
        (18,),
        "no listener for plain HTTP",
        every(_LISTENER, holds=lambda one, _: one_of(one["Protocol"], ("HTTPS", "TLS"))),
        because={"HttpListener": "port 80 only redirects (ELB.1): people still type names without https"},
    ),
    Control(
        (21,),
        "health checks are encrypted",
        every(_TARGET_GROUP, holds=_checked_in_secret),
        because={"TargetGroup": _INSIDE},
    ),
    Control(
        (22,),
        "traffic to the targets is encrypted",
        every(_TARGET_GROUP, holds=_spoken_to_in_secret),
        because={"TargetGroup": _INSIDE},
    ),
)

SERVICES = (Service("Elastic Load Balancing", "ELB", "elb-controls", _CONTROLS),)
