"""A service as a team declares it, in one module of templates/services/: what differs in structure from others.

    from templates.service.declaration import web
    from templates.service.secrets import from_secrets_manager

    SERVICE = web(
        "The shop's API.",
        environment={"LOG_LEVEL": "info"},
        secrets={"DB_PASSWORD": from_secrets_manager("shop/db", key="password")},
        defaults={"ContainerPort": 8080, "HealthCheckPath": "/healthz"},
        before="migrate",
    )

Values (image, size, counts, hosts, paths, priority) are parameters, and are in params/<env>.yaml under
`services: <name>:`. A variable of the environment that differs between environments is a parameter, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypedDict, Unpack

from awacs.aws import Statement
from troposphere import Parameter

from cloudformation.environment.services.attached import Kind
from templates.service.platform import database_variables
from templates.service.secrets import Secret, database_secrets

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Sidecar(NamedTuple):
    """Another container of the task. `before_main`: it must have started before the service's own container does."""

    name: str
    image: str | Parameter
    port: int | None = None
    command: Sequence[str] = ()
    environment: Mapping[str, Any] = NOTHING
    secrets: Mapping[str, Secret] = NOTHING
    essential: bool = True
    before_main: bool = False


class Declared(NamedTuple):
    """What a service is beyond the values of its parameters.

    `environment` maps variables to texts, to parameters, or to what a template can say of a value. `permissions` are
    statements of the task role. `defaults` replace those of the builder's parameters, by their names. `before` is the
    name of a job that runs before each deployment. `database`: the service's own container gets the address
    of the platform's database, and its user and password as libpq reads them.
    """

    kind: Kind
    description: str
    environment: Mapping[str, Any] = NOTHING
    secrets: Mapping[str, Secret] = NOTHING
    permissions: Sequence[Statement] = ()
    sidecars: Sequence[Sidecar] = ()
    command: Sequence[str] = ()
    defaults: Mapping[str, Any] = NOTHING
    before: str | None = None
    database: bool = False

    def every_secret(self) -> Iterator[Secret]:
        """The secrets of all containers."""
        yield from self.secrets.values()
        for sidecar in self.sidecars:
            yield from sidecar.secrets.values()

    def parameters(self) -> list[Parameter]:
        """The parameters that the declaration brings, each once, in the order of its parts.

        Raises ValueError where two of one name say different things.
        """
        named: dict[str, Parameter] = {}
        for parameter in self._every_parameter():
            if named.setdefault(parameter.title, parameter).to_dict() != parameter.to_dict():
                raise ValueError(f"parameter {parameter.title} is declared twice with different definitions")
        return list(named.values())

    def _every_parameter(self) -> Iterator[Parameter]:
        containers: list[Declared | Sidecar] = [self, *self.sidecars]
        for container in containers:
            yield from (value for value in container.environment.values() if isinstance(value, Parameter))
            for secret in container.secrets.values():
                yield from secret.parameters
        yield from (sidecar.image for sidecar in self.sidecars if isinstance(sidecar.image, Parameter))


class Parts(TypedDict, total=False):
    """What `web`, `worker` and `job` take beside the description: the fields of `Declared`."""

    environment: Mapping[str, Any]
    secrets: Mapping[str, Secret]
    permissions: Sequence[Statement]
    sidecars: Sequence[Sidecar]
    command: Sequence[str]
    defaults: Mapping[str, Any]
    before: str | None
    database: bool


def web(description: str, **parts: Unpack[Parts]) -> Declared:
    """Give a service that answers requests: a target group, a rule of the HTTPS listener, tasks behind them."""
    return _declared(Kind.WEB, description, parts)


def worker(description: str, **parts: Unpack[Parts]) -> Declared:
    """Give a service that no request reaches: it takes work from a queue, or from wherever its code looks."""
    return _declared(Kind.WORKER, description, parts)


def job(description: str, **parts: Unpack[Parts]) -> Declared:
    """Give a task that runs and ends: by a schedule, on demand, or before a deployment."""
    return _declared(Kind.JOB, description, parts)


def _declared(kind: Kind, description: str, parts: Parts) -> Declared:
    """What a module says, and what a database adds to it; a variable that the module names itself is the module's."""
    declared = Declared(kind, description, **parts)
    if not declared.database:
        return declared
    named = {*declared.environment, *declared.secrets}
    told = {name: value for name, value in database_variables().items() if name not in named}
    secret = {name: value for name, value in database_secrets().items() if name not in named}
    return declared._replace(environment=told | dict(declared.environment), secrets=secret | dict(declared.secrets))


PLAIN = web("A container as the parameters describe it, and nothing else.")
