"""The IAM policies of a project: to deploy an environment, for CloudFormation in it, and to create the bucket."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from awacs.aws import PolicyDocument

from cloudformation.environment.environment_file import Environment
from templates.parts.parameters import hosted_zone_id
from templates.parts.policy_parts import Document, parts
from templates.rendering import deployer_policy, service_role_policy
from templates.rendering.environment import SetEnvironment
from templates.rendering.handler_permissions import handler_permissions


class Documents(NamedTuple):
    """By the name of the environment; where it belongs to another tree, its deployer's alone.

    Each is as many policies as IAM makes of it; `bucket` is None where there is no environment.
    """

    deployers: Mapping[str, tuple[Document, ...]]
    service_roles: Mapping[str, tuple[Document, ...]]
    bucket: PolicyDocument | None


def policy_documents(contents: Mapping[str, Any], project: Sequence[SetEnvironment]) -> Documents:
    """Give the policies for rendered templates, which are known by their paths.

    Raises HandlerPermissionsError, or PolicySizeError where one would be more than IAM takes.
    """
    everyone, table = [one.environment for one in project], handler_permissions()
    zone_parameters = _zone_parameters(contents.values())
    deployers: dict[str, tuple[Document, ...]] = {}
    service_roles: dict[str, tuple[Document, ...]] = {}
    for one in project:
        environment = one.environment
        others = [other for other in everyone if other is not environment]
        zones = [text for name, text in (one.values or {}).items() if name in zone_parameters]
        own = [content for path, content in contents.items() if _is_of(path, environment)]
        types = deployer_policy.LOOK_UPS if one.values is None else service_role_policy.parameter_types(own)
        deploys = deployer_policy.policy(environment, others, zones, _task_names(one), types)
        deployers[environment.name] = parts(deploys, f"the deployer policy of {environment.name}")
        if one.values is not None:
            values = filter(None, one.every_value())
            works = service_role_policy.policy(own, table, environment, values)
            service_roles[environment.name] = parts(works, f"the policy of {environment.name}'s service role")
    return Documents(deployers, service_roles, deployer_policy.bucket_policy(everyone) if everyone else None)


def _task_names(one: SetEnvironment) -> deployer_policy.TaskNames | None:
    """The names of what runs in an environment, by the parameters of root that give them."""
    values = one.values or {}
    application = values.get("AppName")
    if not application:
        return None
    cluster = values.get("ClusterName") or application
    families = {service.get("AppName") or application for service in one.services.values()}
    return deployer_policy.TaskNames(cluster, tuple(sorted(families)))


def _is_of(path: str, environment: Environment) -> bool:
    """Whether a template is deployed in the environment: every layer is, and the services that it names."""
    folder, _, name = path.rpartition("/")
    return not folder or name.removesuffix(".yaml") in environment.services


def _zone_parameters(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The parameters that are a hosted zone's id: root's, which may be empty, and what any template declares so."""
    declared = (entry for content in contents for entry in content.get("Parameters", {}).items())
    typed = {name for name, body in declared if body.get("Type") == "AWS::Route53::HostedZone::Id"}
    return typed | {hosted_zone_id.title}
