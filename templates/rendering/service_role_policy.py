"""What CloudFormation may do to the resources of these templates: the IAM policy of an environment's service role.

Exactly what the handlers of the rendered resource types ask for to create, read, update and delete them; and the two
things that no handler names: reading nested templates, and looking up the values of zone parameters. What changes or
passes roles is limited to roles of the environment's stack, by their names; and no permissions boundary can be taken
off, or be put but those that the templates name. Without a service role, the deployer needs it: CloudFormation then
works with the caller's credentials.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from awacs.aws import Action, Allow, Condition, PolicyDocument, Statement, StringEquals, StringLike

from cloudformation.environment.environment_file import Environment
from cloudformation.template.iam_actions import PASS_ROLE, PUT_BOUNDARY, is_withheld, role_names, writes_roles
from templates.parts.policies import document
from templates.rendering.deployer_policy import looked_up, objects, role_arn
from templates.rendering.handler_permissions import HandlerPermissionsError, Permissions

_ROLE = "AWS::IAM::Role"
_POLICY_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}|aws):policy/\S+")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/\S+")


def policy(
    contents: Sequence[Mapping[str, Any]],
    table: Permissions,
    environment: Environment,
    values: Iterable[str] = (),
) -> PolicyDocument:
    """Give the policy document for rendered templates in an environment.

    `values` are those of the parameters: a role that one of them names is passed too, and a
    policy that one names is a permissions boundary. Raises HandlerPermissionsError
    for a type not in `table`.
    """
    resources = _resources(contents)
    types = {resource["Type"] for resource in resources}
    if unknown := sorted(types - table.keys()):
        raise HandlerPermissionsError(
            f"templates/rendering/handler_permissions.json does not know {', '.join(unknown)}: run make permissions"
        )
    given = list(values)
    # A role whose boundary is a parameter has one where that names a policy.
    bounded = any(_POLICY_ARN.fullmatch(value) for value in given)
    actions = {
        action
        for name in types
        for action in table[name]
        if not is_withheld(action, resources) or (action == PUT_BOUNDARY and bounded)
    }
    asked = {f"{action.prefix}:{action.action}" for action in looked_up(parameter_types(contents))}
    bounds, on_roles = actions & {PUT_BOUNDARY}, set(filter(writes_roles, actions)) - {PUT_BOUNDARY}
    roles = _role_arns(resources, environment)
    passed = [*roles, *sorted(filter(_ROLE_ARN.fullmatch, given))]
    return document(
        # Generated names, and resources that do not exist yet: there is no ARN to name.
        _allow("Handlers", ["*"], actions - {PASS_ROLE} - bounds - on_roles | asked),
        *([_allow("Roles", roles, on_roles)] if on_roles else ()),
        *([_put_boundary(resources, roles, given)] if bounds else ()),
        *(_pass_role(resources, passed) if PASS_ROLE in actions else ()),
        # A TemplateURL names a version, and GetObject with one is allowed by an action of its own.
        _allow("NestedTemplates", [objects(environment)], ["s3:GetObject", "s3:GetObjectVersion"]),
    )


def resource_types(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Give the types of all resources of templates."""
    return {resource["Type"] for resource in _resources(contents)}


def parameter_types(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Give the types of all parameters of templates."""
    return {body["Type"] for content in contents for body in content.get("Parameters", {}).values()}


def _resources(contents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [resource for content in contents for resource in content["Resources"].values()]


def _allow(sid: str, resources: list[str], actions: Iterable[str]) -> Statement:
    named = [Action(*action.split(":")) for action in sorted(actions)]
    return Statement(Sid=sid, Effect=Allow, Action=named, Resource=resources)


def _role_arns(resources: Iterable[Mapping[str, Any]], environment: Environment) -> list[str]:
    """The roles of the stack: those whose names CloudFormation generates, and those that the templates name.

    A name that is put together when it is deployed may be any.
    """
    given = [resource["Properties"].get("RoleName") for resource in resources if resource["Type"] == _ROLE]
    names = {role_names(environment.stack), *(_pattern(name) for name in given if name is not None)}
    return [role_arn(environment, name) for name in sorted(names)]


def _put_boundary(resources: Iterable[Mapping[str, Any]], roles: list[str], values: Iterable[str]) -> Statement:
    """The boundaries that the templates give their roles may be put, and no wider ones in their place.

    Which one a function names is not known: any that a parameter's value names, else any at all.
    """
    given = [resource["Properties"].get("PermissionsBoundary") for resource in resources if resource["Type"] == _ROLE]
    named = [value for value in values if _POLICY_ARN.fullmatch(value)]
    patterns = {_pattern(value) for value in given if value is not None}
    if "*" in patterns and named:
        patterns = patterns - {"*"} | set(named)
    limit = Condition(StringLike({"iam:PermissionsBoundary": sorted(patterns)}))
    return Statement(
        Sid="Boundaries", Effect=Allow, Action=[Action(*PUT_BOUNDARY.split(":"))], Resource=roles, Condition=limit
    )


def _pass_role(resources: Iterable[Mapping[str, Any]], roles: list[str]) -> list[Statement]:
    """Roles may be handed to the services that the templates' own roles trust, and to no other.

    A role that is trusted by an account or an identity provider alone is handed to nobody.
    """
    trusted = {
        _pattern(service)
        for resource in resources
        if resource["Type"] == _ROLE
        for statement in _listed(resource["Properties"]["AssumeRolePolicyDocument"].get("Statement", ()))
        for service in _services(statement)
    }
    if not trusted:
        return []
    compared = StringLike if any("*" in service for service in trusted) else StringEquals
    to = Condition(compared({"iam:PassedToService": sorted(trusted)}))
    passed = Action(*PASS_ROLE.split(":"))
    return [Statement(Sid="PassRole", Effect=Allow, Action=[passed], Resource=roles, Condition=to)]


def _services(statement: Any) -> list[Any]:
    principal = statement.get("Principal") if isinstance(statement, Mapping) else None
    return _listed(principal.get("Service", ())) if isinstance(principal, Mapping) else []


def _pattern(value: Any) -> str:
    """A text, or what matches whatever an intrinsic function makes of one: `*` replaces what is filled in."""
    match value:
        case str():
            return value
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{[^}]*\}", "*", text)
    return "*"


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | Mapping) else list(value)
