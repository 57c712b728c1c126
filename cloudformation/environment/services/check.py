"""The services of an environment checked against their templates, the platform, and each other.

What is wrong is found before anything is sent: by render.py for every environment, by deploy.py for the one that it
deploys. A service alone is held as any environment is (cloudformation/environment/check.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cloudformation.environment.check import held_against
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Findings, Place, Problem, in_order
from cloudformation.environment.one_stack import one_stack
from cloudformation.environment.parameter_values import Value, assign, declared_parameters
from cloudformation.environment.services.attached import (
    FOLDER,
    Kind,
    NotAServiceError,
    attached,
    attachment,
    unknown_services,
)
from cloudformation.environment.services.refused import exports_of, refused
from cloudformation.environment.services.routes import Route, collisions, route, unexpected
from cloudformation.template.tree import Tree

_NAME = "ServiceName"
_STACK_NAME = 128


@dataclass(frozen=True)
class HeldService:
    """A service of an environment: its kind, the environment of its stack, the values of its parameters."""

    name: str
    kind: Kind
    environment: Environment
    values: Mapping[str, Value]
    before: str | None = None
    platform: str = ""


def held_services(
    platform: Tree,
    environment: Environment,
    templates: Mapping[str, Tree],
    others: Iterable[Environment] = (),
    *,
    imports: bool = True,
) -> tuple[list[HeldService], Findings]:
    """Every service of the environment that has a template, and all findings.

    `templates` are those of services, by name; `others` the other environments of the project. Without `imports` no
    import is reported that the platform does not export: its own review reports that, with every stack that imports it.
    """
    problems = [*unknown_services(environment, templates)]
    warnings: list[Problem] = []
    held: list[HeldService] = []
    others = list(others)
    shown = assign(declared_parameters(platform), environment, complete=False)[0]
    exports = exports_of(platform, environment, shown) if imports else None
    for name in environment.services:
        if name not in templates:
            continue
        try:
            service, findings = _held(environment, name, templates[name])
        except NotAServiceError as error:
            problems.append(Problem(Place(f"{FOLDER}/{name}.yaml"), str(error)))
            continue
        held.append(service)
        problems += [*findings.problems, *one_stack(service.environment, others), *_stack_of_its_own(service)]
        if not findings.problems:
            wrong = refused(templates[name], service.environment, service.values, exports)
            problems += [Problem(environment.services[name].place, f"{FOLDER}/{name}.yaml: {text}") for text in wrong]
        warnings += findings.warnings
    problems += [*_one_name(shown, environment, held), *_jobs_before(held, environment)]
    rules = routes(shown, environment, held)
    problems += [*collisions(rules), *unexpected(rules, environment.routes, _certificate_names(shown))]
    return held, Findings(in_order(problems), in_order(warnings))


def routes(platform: Mapping[str, Value], environment: Environment, services: Iterable[HeldService]) -> list[Route]:
    """The rules of the HTTPS listener: the platform's own service's, and those of web services."""
    own = platform[_NAME].text if _NAME in platform else environment.stack
    rules = [route(own, platform, environment.place_of("parameters"))]
    rules += [
        route(service.name, service.values, service.environment.place_of("parameters"))
        for service in services
        if service.kind is Kind.WEB
    ]
    return [rule for rule in rules if rule is not None]


def _held(environment: Environment, name: str, template: Tree) -> tuple[HeldService, Findings]:
    stated = attachment(template)
    reading = attached(environment, name, stated)
    values, findings = held_against(template, reading.as_written)
    service = HeldService(name, stated.kind, reading.environment, values, stated.before, stated.platform)
    return service, Findings(findings.problems)


def _stack_of_its_own(service: HeldService) -> Iterator[Problem]:
    """A service stands on the platform of its environment, beside which all that is held here is; its stack has a
    name that CloudFormation takes."""
    own = service.environment
    value = service.values.get(service.platform)
    if value is not None and value.place and value.text != own.platform:
        yield Problem(
            value.place, f"{service.platform} is {value.text}: a service of this environment stands on {own.platform}"
        )
    if len(own.stack) > _STACK_NAME:
        yield Problem(own.place_of("stack"), f"stack {own.stack}: a name has at most {_STACK_NAME} characters")


def _certificate_names(platform: Mapping[str, Value]) -> list[str]:
    """The names that the certificate is made for; none where one is given that was made elsewhere."""
    given = platform.get("ExistingCertificateArn")
    names = ["DomainName", *(f"AlternativeDomainName{number}" for number in (1, 2, 3))]
    return (
        []
        if given and given.text
        else [platform[name].text for name in names if name in platform and platform[name].text]
    )


def _one_name(
    platform: Mapping[str, Value], environment: Environment, services: Iterable[HeldService]
) -> Iterator[Problem]:
    """Two of one ServiceName would be revisions of one task family."""
    names: dict[str, tuple[str, Place]] = {}
    if _NAME in platform:
        names[platform[_NAME].text] = (
            "the platform's own service",
            platform[_NAME].place or environment.place_of("parameters"),
        )
    for service in services:
        value = service.values.get(_NAME)
        if value is None:
            continue
        place = value.place or service.environment.place_of("parameters")
        if value.text in names:
            whose, where = names[value.text]
            yield Problem(place, f"{_NAME} {value.text} of {service.name} is that of {whose} ({where}) already")
        names.setdefault(value.text, (service.name, place))


def _leads_back(name: str, before: Mapping[str, str | None]) -> bool:
    """Whether the job that belongs before a service, or one before that, is the service itself."""
    seen, current = set[str](), before.get(name)
    while current is not None and current not in seen:
        if current == name:
            return True
        seen.add(current)
        current = before.get(current)
    return False


def _jobs_before(services: Iterable[HeldService], environment: Environment) -> Iterator[Problem]:
    """A job that runs before a deployment is one of the environment's."""
    services = list(services)
    kinds = {service.name: service.kind for service in services}
    before = {service.name: service.before for service in services}
    places = {service.name: service.environment.place_of("parameters") for service in services}
    for service in services:
        if service.before is not None and _leads_back(service.name, before):
            yield Problem(
                service.environment.place_of("parameters"),
                f"{service.name} is deployed after the job {service.before}, which waits for {service.name} in turn "
                f"({places.get(service.before)})",
            )
        if service.before is not None and kinds.get(service.before) is not Kind.JOB:
            what = "is no job" if service.before in kinds else f"is no service of {environment.name}"
            yield Problem(
                service.environment.place_of("parameters"),
                f"{service.name} is deployed after the job {service.before}, which {what}",
            )
