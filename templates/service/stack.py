"""A service as a stack of its own: the template of one module of templates/services/.

It uses what the platform's root exports, so that it is created, changed and rolled back alone. Its Metadata says
how it is attached (cloudformation/environment/services/attached.py).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from troposphere import AWSObject, Output, Parameter, Ref, Template

from cloudformation.environment.services.attached import Kind
from cloudformation.references import condition_names, references
from templates.database.parameters import database_kms_key_arn
from templates.parts.content import plain
from templates.parts.document import document
from templates.parts.parameters import (
    alarm_topic_arn,
    app_name,
    kms_key_arn,
    only_of,
    permissions_boundary_arn,
)
from templates.parts.wiring import WiringError
from templates.service import job, parameters, queue, secrets, service
from templates.service.declaration import Declared
from templates.service.platform import Platform, imported_platform, platform_stack_name, task_subnet_tier
from templates.service.rules import capacity_and_hours, sizes
from templates.service.task import ServiceParts

# What has the platform's value where the environment gives the service none: what is one decision for all.
INHERITED = (
    app_name,
    task_subnet_tier,
    database_kms_key_arn,
    kms_key_arn,
    permissions_boundary_arn,
    alarm_topic_arn,
)
# What no default of the builder's would be right for: it must be given in each environment.
_REQUIRED = (parameters.container_image.title, parameters.listener_rule_priority.title)
_BUILDERS: Mapping[Kind, Callable[[Platform, Declared], ServiceParts]] = {
    Kind.WEB: lambda platform, declared: service.service(platform, declared=declared),
    Kind.WORKER: service.worker,
    Kind.JOB: job.job,
}


class DeclarationError(WiringError):
    """A service that is declared so that no template can be made of it."""


def template(name: str, declared: Declared) -> Template:
    """Give the template of the service `name`. Raises DeclarationError."""
    parts = _BUILDERS[declared.kind](imported_platform(), declared)
    container = Output("ContainerName", Description="Name of the container.", Value=Ref(parameters.container_name))
    outputs = [*parts.outputs, container]
    known = {**service.conditions(), **queue.conditions(), **job.conditions(), **secrets.conditions()}
    used, conditions = _used(parts.resources, outputs, known)
    declared_here = _parameters(name, declared, used, [resource.title for resource in parts.resources])
    return document(
        f"{declared.kind.value} {name}: {declared.description}",
        metadata={"AWS::CloudFormation::Interface": _interface(declared_here), **_attached(declared, declared_here)},
        parameters=list(declared_here.values()),
        rules=_rules(declared_here),
        conditions={title: condition for title, condition in known.items() if title in conditions},
        resources=parts.resources,
        outputs=outputs,
    )


def _used(
    resources: Iterable[AWSObject], outputs: Iterable[Output], conditions: Mapping[str, Any]
) -> tuple[set[str], set[str]]:
    """The names that resources and outputs refer to, and their conditions, directly or not."""
    written = [plain(item) for item in (*resources, *outputs)]
    under = {item["Condition"] for item in written if "Condition" in item} | {*condition_names(written)}
    bodies = {title: plain(condition) for title, condition in conditions.items()}
    todo = [*under]
    while todo:
        further = {*condition_names(bodies[todo.pop()])} - under
        under |= further
        todo += further
    written += [bodies[title] for title in under]
    return {reference.name for reference in references(written)}, under


def _parameters(name: str, declared: Declared, used: set[str], resources: Collection[str]) -> dict[str, Parameter]:
    """The parameters that the template uses, in reading order, with the defaults that the service has for them."""
    own = {parameter.title: parameter for parameter in declared.parameters()}
    builders = [*service.PARAMETERS, *queue.PARAMETERS, *job.PARAMETERS]
    # A job has its own words for what a service has, too.
    words = job.PARAMETERS if declared.kind is Kind.JOB else service.PARAMETERS
    every = {one.title: one for one in (platform_stack_name, *INHERITED, *builders, *words)}
    for title in own:
        if title in every:
            raise DeclarationError(f"{name}: parameter {title} is reserved: choose another name")
    for title in declared.defaults:
        if title not in used or title not in every:
            raise DeclarationError(f"{name}: defaults has {title}, which is not a parameter of a {declared.kind.value}")
    named = {parameters.service_name.title: name, parameters.container_name.title: name}
    defaults = {**named, **declared.defaults}
    inherited = [one.title for one in INHERITED]
    order = [platform_stack_name.title, *[one.title for one in builders if one.title not in inherited], *inherited]
    given = {title: _with_default(every[title], defaults, resources) for title in order if title in used}
    needed = {title: one for title, one in given.items() if "Default" not in one.properties}
    return needed | own | given


def _with_default(parameter: Parameter, defaults: Mapping[str, Any], resources: Collection[str]) -> Parameter:
    """The parameter as this service has it. What must be said in each environment has no default."""
    title, properties = parameter.title, dict(parameter.properties)
    if title in defaults:
        properties["Default"] = defaults[title]
    elif title in _REQUIRED:
        properties.pop("Default", None)
    properties["Description"] = only_of(properties["Description"], resources)
    return Parameter(title, **properties)


def _interface(declared: Mapping[str, Parameter]) -> dict[str, Any]:
    inherited = [one.title for one in INHERITED if one.title in declared]
    needed = [title for title, one in declared.items() if "Default" not in one.properties]
    rest = [title for title in declared if title not in (*inherited, *needed)]
    groups = {"What every deployment needs": needed, "The service": rest, "What the platform decides": inherited}
    return {
        "ParameterGroups": [
            {"Label": {"default": label}, "Parameters": names} for label, names in groups.items() if names
        ]
    }


def _attached(declared: Declared, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    stated = {
        "Kind": declared.kind.value,
        "Platform": platform_stack_name.title,
        "Inherits": [one.title for one in INHERITED if one.title in parameters],
        **({"Before": declared.before} if declared.before else {}),
    }
    return {"Deployment": {"Service": stated}}


def _rules(declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """Those rules that speak of parameters which this template has."""
    every = {**capacity_and_hours(), **sizes()}
    written = plain(every)
    return {
        title: body
        for title, body in every.items()
        if {reference.name for reference in references(written[title])} <= declared.keys()
    }
