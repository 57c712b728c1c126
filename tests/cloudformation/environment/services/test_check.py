"""Services of one environment are compared with each other and with their platform, with the line of each finding."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.parameter_values import assign, declared_parameters
from cloudformation.environment.services.attached import Kind
from cloudformation.environment.services.check import HeldService, held_services, routes
from cloudformation.template.tree import PlainTree
from tests.cloudformation.environment.test_given_values import HEAD, reading

_NAMED = ("ServiceName", "DomainName", "AlternativeDomainName1", "AlternativeDomainName3", "ExistingCertificateArn")
_RULE = ("ListenerRulePriority", "ListenerRulePaths", "ListenerRuleHosts")


def _declared(*names: str, **defaults: str) -> dict[str, Any]:
    return {name: {"Type": "String", "Default": defaults.get(name, "")} for name in (*names, *defaults)}


def _service(kind: str = "web", before: str | None = None, **more: Any) -> PlainTree:
    stated = {"Kind": kind, "Platform": "Platform", **({"Before": before} if before else {})}
    parameters = {"Platform": {"Type": "String"}, **_declared(*_RULE, "ServiceName", ListenerRulePaths="/*")}
    return PlainTree(
        {"Metadata": {"Deployment": {"Service": stated}}, "Parameters": parameters, "Resources": {}, **more}
    )


_PLATFORM = PlainTree({"Parameters": _declared(*_NAMED, *_RULE, ListenerRulePaths="/*"), "Resources": {}})
_OWN = 'parameters: {ServiceName: shop, ListenerRulePriority: "50000", DomainName: shop.example.com}\n'


def _environment(folder: Path, text: str, head: str = HEAD) -> Environment:
    read = reading(folder, head + text)
    assert read.problems == ()
    return read.environment


def _held(folder: Path, text: str, **templates: PlainTree) -> tuple[list[HeldService], list[str]]:
    return _held_of(_environment(folder, text), templates)


def _held_of(environment: Environment, templates: Mapping[str, PlainTree]) -> tuple[list[HeldService], list[str]]:
    held, findings = held_services(_PLATFORM, environment, templates)
    assert findings.warnings == ()
    return held, [str(problem) for problem in findings.problems]


def _services(**values: str) -> str:
    lines = [f"  {name}: {{{said}}}\n" for name, said in values.items()]
    return f"{_OWN}services:\n{''.join(lines)}"


def test_a_service_is_held_with_its_kind_its_stack_and_its_values(tmp_path: Path) -> None:
    text = _services(
        api="ServiceName: api, ListenerRulePriority: '10000', ListenerRulePaths: /api/*", job="ServiceName: j"
    )
    [api, job], problems = _held(tmp_path, text, api=_service(before="job"), job=_service("job"), other=_service())
    assert problems == []
    assert (api.name, api.kind, api.before, api.platform) == ("api", Kind.WEB, "job", "Platform")
    assert (job.name, job.kind, job.before) == ("job", Kind.JOB, None)
    assert (api.environment.stack, api.values["Platform"].text, api.values["ServiceName"].text) == (
        "shop-api",
        "shop",
        "api",
    )


def test_a_template_that_is_none_of_a_service_is_reported_and_the_others_are_held(tmp_path: Path) -> None:
    wrong = PlainTree({"Resources": {}})
    held, problems = _held(
        tmp_path, _services(api="ServiceName: a", job="ServiceName: b"), api=wrong, job=_service("job")
    )
    assert [service.name for service in held] == ["job"]
    assert problems == ["services/api.yaml: the template has no Metadata.Deployment.Service: it is none of a service"]
    held, problems = _held(tmp_path, _services(api="ServiceName: a", job="ServiceName: b"), job=_service("job"))
    assert [service.name for service in held] == ["job"]
    assert problems == ["dev.yaml:6: services: there is no template services/api.yaml; there are job"]


def test_only_web_services_have_rules_and_the_platform_has_one_by_its_stack_where_it_has_no_name(
    tmp_path: Path,
) -> None:
    rule = "ListenerRulePriority: '10000', ListenerRulePaths: /a/*"
    text = _services(api=f"ServiceName: a, {rule}", work=f"ServiceName: b, {rule}", bare="ServiceName: c")
    held, problems = _held(tmp_path, text, api=_service(), work=_service("worker"), bare=_service())
    assert problems == []
    environment = _environment(tmp_path, text)
    values = assign(declared_parameters(_PLATFORM), environment, complete=False)[0]
    assert [(one.service, one.priority) for one in routes(values, environment, held)] == [
        ("shop", 50000),
        ("api", 10000),
    ]
    nameless = {name: value for name, value in values.items() if name != "ServiceName"}
    assert [one.service for one in routes(nameless, environment, [])] == [environment.stack]
    assert routes({}, environment, []) == []


def test_a_service_stands_on_the_platform_of_its_environment(tmp_path: Path) -> None:
    for platform, expected in [
        ("shop", []),
        ("other", ["dev.yaml:7: Platform is other: a service of this environment stands on shop"]),
    ]:
        text = f"{_OWN}services:\n  job:\n    Platform: {platform}\n    ServiceName: j\n"
        assert _held(tmp_path, text, job=_service("job"))[1] == expected


@pytest.mark.parametrize(("length", "fits"), [(128, True), (129, False)])
def test_the_name_of_a_stack_of_a_service_is_one_that_cloudformation_takes(
    tmp_path: Path, length: int, *, fits: bool
) -> None:
    name = "s" * (length - len("-job"))
    environment = _environment(tmp_path, _services(job="ServiceName: j"), HEAD.replace("stack: shop", f"stack: {name}"))
    _, problems = _held_of(environment, {"job": _service("job")})
    expected = f"dev.yaml:6: stack {name}-job: a name has at most 128 characters"
    assert problems == ([] if fits else [expected])


def test_a_name_of_a_service_is_that_of_one_alone(tmp_path: Path) -> None:
    text = _services(one="ServiceName: a", two="ServiceName: shop", three="ServiceName: a", four="ServiceName: a")
    held = {name: _service("job") for name in ("one", "two", "three", "four")}
    shop = "ServiceName shop of two is that of the platform's own service (dev.yaml:4) already"
    assert _held(tmp_path, text, **held)[1] == [
        f"dev.yaml:7: {shop}",
        "dev.yaml:8: ServiceName a of three is that of one (dev.yaml:6) already",
        "dev.yaml:9: ServiceName a of four is that of one (dev.yaml:6) already",
    ]


@pytest.mark.parametrize(
    ("before", "kinds", "expected"),
    [
        ({"a": "b"}, {"b": "job"}, []),
        ({"a": "b", "b": "c"}, {"b": "job", "c": "job"}, []),
        ({"a": "b"}, {"b": "worker"}, ["a is deployed after the job b, which is no job"]),
        ({"a": "x"}, {}, ["a is deployed after the job x, which is no service of dev"]),
        (
            {"a": "a"},
            {"a": "job"},
            ["a is deployed after the job a, which waits for a in turn (dev.yaml:6)"],
        ),
        (
            {"a": "b", "b": "a"},
            {"a": "job", "b": "job"},
            [
                "a is deployed after the job b, which waits for a in turn (dev.yaml:7)",
                "b is deployed after the job a, which waits for b in turn (dev.yaml:6)",
            ],
        ),
        (
            {"a": "b", "b": "c", "c": "b"},
            {"b": "job", "c": "job"},
            [
                "b is deployed after the job c, which waits for b in turn (dev.yaml:8)",
                "c is deployed after the job b, which waits for c in turn (dev.yaml:7)",
            ],
        ),
    ],
)
def test_a_job_before_a_service_is_one_of_the_environment_and_waits_for_nobody_that_waits_for_it(
    tmp_path: Path, before: dict[str, str], kinds: dict[str, str], expected: list[str]
) -> None:
    templates = {name: _service(kinds.get(name, "worker"), before.get(name)) for name in ("a", "b", "c")}
    text = _services(**{name: f"ServiceName: {name}" for name in templates})
    found = _held(tmp_path, text, **templates)[1]
    assert [problem.partition(": ")[2] for problem in found] == expected
    assert all(problem.startswith(f"dev.yaml:{6 + 'abc'.index(problem.split()[1])}: ") for problem in found)


@pytest.mark.parametrize(
    ("given", "host", "is_name"),
    [
        ("", "shop.example.com", True),
        ("", "www.example.com", False),
        (", AlternativeDomainName1: www.example.com", "www.example.com", True),
        (", AlternativeDomainName3: www.example.com", "www.example.com", True),
        (", ExistingCertificateArn: 'arn:aws:acm:x'", "www.example.com", True),
    ],
)
def test_an_expected_request_finds_a_certificate_that_is_made_for_its_name(
    tmp_path: Path, given: str, host: str, *, is_name: bool
) -> None:
    text = _OWN.replace("}\n", f"{given}}}\nroutes: {{'https://{host}/': shop}}\n")
    [*problems] = _held(tmp_path, text)[1]
    expected = f"dev.yaml:5: routes: {host} is no name of the certificate: shop.example.com"
    assert problems == ([] if is_name else [expected])


@pytest.mark.parametrize(("imports", "found"), [(True, 1), (False, 0)])
def test_an_import_that_the_platform_does_not_export_is_found_unless_its_own_review_says_so(
    tmp_path: Path, imports: bool, found: int
) -> None:
    imported = {"Fn::ImportValue": {"Fn::Sub": "${Platform}-Cluster"}}
    job = _service("job", Resources={"Service": {"Type": "AWS::ECS::Service", "Properties": {"Cluster": imported}}})
    environment = _environment(tmp_path, _services(job="ServiceName: j"))
    _, findings = held_services(_PLATFORM, environment, {"job": job}, imports=imports)
    assert len(findings.problems) == found
    assert all("services/job.yaml: " in problem.text for problem in findings.problems)


def test_a_stack_of_a_service_is_that_of_no_other_environment(tmp_path: Path) -> None:
    (folder := tmp_path / "other").mkdir()
    other = _environment(folder, _OWN, HEAD.replace("stack: shop", "stack: shop-job"))
    environment = _environment(tmp_path, _services(job="ServiceName: j"))
    _, findings = held_services(_PLATFORM, environment, {"job": _service("job")}, iter([other]))
    [problem] = findings.problems
    assert "each would be deployed over the other" in problem.text
