"""A service of an environment as an environment of its own: the stack, and the values that it is deployed with.

The template of a service says in its Metadata how it is attached, so that its deployer needs no Python:

    Metadata:
      Deployment:
        Service:
          Kind: web
          Platform: PlatformStackName
          Inherits: [AppName, TaskSubnetTier]
          Before: migrate

`Platform` is the parameter that takes the name of the platform's stack, whose exports the service imports. A parameter
under `Inherits` has the platform's value where the service gives none. `Before` is the job that runs before each
deployment of the service.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from cloudformation.environment.environment_file import Environment, Reading
from cloudformation.environment.findings import Problem, nearest
from cloudformation.environment.keys.service_settings import ServiceSettings, service_stack
from cloudformation.environment.value_sources import Setting
from cloudformation.template.tree import Tree, section

WHERE = "Metadata.Deployment.Service"
FOLDER = "services"
"""Where the templates of services lie, in a rendered tree."""


class Kind(Enum):
    """What a service is: one that answers requests, one that runs without them, one that runs and ends."""

    WEB = "web"
    WORKER = "worker"
    JOB = "job"


class Attachment(NamedTuple):
    """What the template of a service says of itself."""

    kind: Kind
    platform: str
    inherits: tuple[str, ...] = ()
    before: str | None = None


class NotAServiceError(ValueError):
    """A template that does not say how it is attached, or not so that it could be understood."""


def attachment(template: Tree) -> Attachment:
    """How the template is attached; raises NotAServiceError."""
    deployment = section(template, "Metadata").get("Deployment")
    stated = deployment.get("Service") if isinstance(deployment, Mapping) else None
    if not isinstance(stated, Mapping):
        raise NotAServiceError(f"the template has no {WHERE}: it is none of a service")
    kinds = {kind.value: kind for kind in Kind}
    kind, platform, before = stated.get("Kind"), str(stated.get("Platform")), stated.get("Before")
    inherits = stated.get("Inherits", [])
    if kind not in kinds:
        raise NotAServiceError(f"{WHERE}.Kind is {kind!r}, not one of {', '.join(kinds)}")
    _refuse_unnamed(template, platform, inherits, before)
    return Attachment(kinds[kind], platform, tuple(inherits), before)


def _refuse_unnamed(template: Tree, platform: Any, inherits: Any, before: Any) -> None:
    declared = section(template, "Parameters")
    if platform not in declared:
        raise NotAServiceError(f"{WHERE}.Platform names no parameter: {platform!r}")
    if not isinstance(inherits, list) or not all(isinstance(name, str) for name in inherits):
        raise NotAServiceError(f"{WHERE}.Inherits is no list of parameters: {inherits!r}")
    for name in inherits:
        if name not in declared:
            raise NotAServiceError(f"{WHERE}.Inherits names no parameter: {name}{nearest(name, declared)}")
    if before is not None and not isinstance(before, str):
        raise NotAServiceError(f"{WHERE}.Before is no name of a job: {before!r}")


def attached(environment: Environment, service: str, attachment: Attachment | None) -> Reading:
    """The service as an environment, with the parameters that could not be read; KeyError where it has no such one.

    Account, Region, bucket, role, tags and protection are the platform's. Its stack policy speaks of the platform's own
    resources, as `protect` does. Without an `attachment` only what the file says of the service is there.
    """
    settings = environment.services[service]
    own = environment._replace(
        stack=service_stack(environment.stack, service),
        service=service,
        platform=environment.stack,
        services={},
        routes=(),
        protect=(),
        parameters=_values(environment, settings, attachment),
        places={**environment.places, "parameters": settings.place, "stack": settings.place},
        operation=environment.operation._replace(stack_policy=None),
    )
    return Reading(own, (), settings.unread)


def _values(
    environment: Environment, settings: ServiceSettings, attachment: Attachment | None
) -> Mapping[str, Setting]:
    if attachment is None:
        return settings.parameters
    inherited = {name: environment.parameters[name] for name in attachment.inherits if name in environment.parameters}
    platform = {attachment.platform: Setting(environment.stack, environment.place_of("stack"))}
    return {**platform, **inherited, **settings.parameters}


def unknown_services(environment: Environment, templates: Iterable[str]) -> Iterator[Problem]:
    """Each service of the environment that no template is of."""
    known = list(templates)
    for name, settings in environment.services.items():
        if name not in known:
            there = nearest(name, known) or (f"; there are {', '.join(sorted(known))}" if known else "")
            yield Problem(settings.place, f"services: there is no template {FOLDER}/{name}.yaml{there}")
