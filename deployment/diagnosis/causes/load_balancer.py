"""A load balancer or target group that cannot be made: its name is taken, or its subnets do not fit."""

from deployment.diagnosis.causes.explanation import Evidence, Explanation, properties_of
from deployment.diagnosis.causes.wording import other_settings, says_wrong_zones, subnet_without_addresses
from deployment.stack.events import Event

_SERVICE = "AWS::ElasticLoadBalancingV2::"


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """Names are unique per account and Region; each subnet must be in a zone of its own, with eight free addresses."""
    if not failed.type.startswith(_SERVICE):
        return None
    reason = failed.reason or ""
    subnets = properties_of(failed).get("Subnets", ())
    listed = (f"subnets: {', '.join(map(str, subnets))}",) if subnets else ()
    if (name := other_settings(reason)) is not None:
        return Explanation("load balancer", (f"taken: {name}",), "delete the one that has this name, or change AppName")
    if says_wrong_zones(reason):
        return Explanation("load balancer", listed, "choose two Availability Zones that differ")
    if (subnet := subnet_without_addresses(reason)) is not None:
        return Explanation(
            "load balancer", (f"full: {subnet}",), "free addresses there, or give it a larger CIDR block"
        )
    return None
