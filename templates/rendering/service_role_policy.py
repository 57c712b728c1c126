"""What CloudFormation may do to the resources of these templates: the IAM policy of its service role.

Exactly what the handlers of the rendered resource types ask for to create, read, update and delete them;
and the two things that no handler names: reading nested templates, and looking up the values of zone parameters.
Without a service role, whoever deploys needs it: CloudFormation then works with the caller's credentials.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from awacs import s3
from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals

from templates.parts.policies import document
from templates.rendering.deployer_policy import LOOK_UPS, OBJECTS, ROLES
from templates.rendering.handler_permissions import HandlerPermissionsError, Permissions

_PASS_ROLE = "iam:PassRole"


def policy(contents: Iterable[Mapping[str, Any]], table: Permissions) -> PolicyDocument:
    """Give the policy document for rendered templates. Raises HandlerPermissionsError for a type not in `table`."""
    resources = _resources(contents)
    types = {resource["Type"] for resource in resources}
    if unknown := sorted(types - table.keys()):
        raise HandlerPermissionsError(
            f"templates/rendering/handler_permissions.json does not know {', '.join(unknown)}: run make permissions"
        )
    actions = {action for name in types for action in table[name]}
    looked_up = {f"{action.prefix}:{action.action}" for action in LOOK_UPS}
    return document(
        # Generated names, and resources that do not exist yet: there is no ARN to name.
        Statement(Sid="Handlers", Effect=Allow, Action=_named(actions - {_PASS_ROLE} | looked_up), Resource=["*"]),
        *([_pass_role(resources)] if _PASS_ROLE in actions else ()),
        Statement(Sid="NestedTemplates", Effect=Allow, Action=[s3.GetObject], Resource=[OBJECTS]),
    )


def resource_types(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Give the types of all resources of templates."""
    return {resource["Type"] for resource in _resources(contents)}


def _resources(contents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [resource for content in contents for resource in content["Resources"].values()]


def _named(actions: Iterable[str]) -> list[Action]:
    return [Action(*action.split(":")) for action in sorted(actions)]


def _pass_role(resources: Iterable[Mapping[str, Any]]) -> Statement:
    """Roles may be handed to the services that the templates' own roles trust, and to no other."""
    trusted = {
        service
        for resource in resources
        if resource["Type"] == "AWS::IAM::Role"
        for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for service in _listed(statement["Principal"]["Service"])
    }
    to = Condition(StringEquals({"iam:PassedToService": sorted(trusted)}))
    return Statement(Sid="PassRole", Effect=Allow, Action=_named([_PASS_ROLE]), Resource=[ROLES], Condition=to)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
