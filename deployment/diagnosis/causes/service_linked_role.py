"""The role that a service works with in this account is not there yet: it is made with the first use of the service."""

from __future__ import annotations

from deployment.diagnosis.causes.explanation import Evidence, Explanation
from deployment.diagnosis.causes.wording import says_no_service_linked_role
from deployment.stack.events import Event

ECS_ROLE = "AWSServiceRoleForECS"
_SERVICES = {"ECS": "ecs.amazonaws.com", "ElasticLoadBalancingV2": "elasticloadbalancing.amazonaws.com"}


def explain(failed: Event, evidence: Evidence) -> Explanation | None:
    """The second try works: the first one made the role, which was not there in time."""
    if not says_no_service_linked_role(failed.reason or ""):
        return None
    service = _SERVICES.get(failed.type.split("::")[1]) if failed.type.count("::") == 2 else None
    facts = ("the first use of a service in an account creates this role, and it may not exist in time",)
    return Explanation("service-linked role", facts, _remedy(service))


def _remedy(service: str | None) -> str:
    again = "run it again: the role should exist by now"
    return f"{again}; if not: {_command(service)}" if service else again


def making_the_role() -> str:
    """How ECS's role is made beforehand."""
    return f"To create it first: {_command(_SERVICES['ECS'])}"


def _command(service: str) -> str:
    return f"aws iam create-service-linked-role --aws-service-name {service}"
