"""Who may assume a role that was created manually: CloudFormation must be able to assume the role of a stack.

A trust policy is read, nothing is evaluated: conditions count as met in an Allow statement, and as not met in
a Deny statement. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from rehearsal.neighbours.made.played_type import document_text
from rehearsal.state.services import Made

_SERVICE = "cloudformation.amazonaws.com"
_ASSUME = "sts:assumerole"


def assumable(account: str, arn: str) -> bool:
    """Whether CloudFormation is let in; a role that nobody made here may exist elsewhere, and is taken as it is."""
    from moto.iam.models import iam_backends

    kept = iam_backends[account]["aws"].roles.values()
    return all(trusts(role.assume_role_policy_document) for role in kept if role.arn == arn)


def assumable_of_stacks(roles: Iterable[Made], arn: str) -> bool:
    """The same of the roles of stacks alone."""
    wanted = [made for made in roles if made.attributes.get("Arn") == arn]
    return all(trusts(document_text(made.properties.get("AssumeRolePolicyDocument", {}))) for made in wanted)


def trusts(document: str) -> bool:
    """Whether a trust policy lets CloudFormation assume its role; a Deny is stronger than any Allow."""
    effects = set(_effects(json.loads(document).get("Statement", [])))
    return "Allow" in effects and "Deny" not in effects


def _effects(statements: Any) -> Iterator[str]:
    """The effects of the statements that speak of CloudFormation and of assuming the role."""
    for statement in _listed(statements):
        denies = statement.get("Effect") == "Deny"
        if (denies and "Condition" in statement) or not _names_service(statement.get("Principal", {})):
            continue
        if any(fnmatchcase(_ASSUME, action.lower()) for action in _listed(statement.get("Action", []))):
            yield "Deny" if denies else "Allow"


def _names_service(principal: Any) -> bool:
    return principal == "*" or any(name in ("*", _SERVICE) for name in _listed(principal.get("Service", [])))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
