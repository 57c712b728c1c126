"""What AWS would refuse of a service's template with the values of an environment, or fail at, found before it is sent.

Sizes count what is known; what only the execution knows (an ARN, for one) counts with the name that it is read by.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cloudformation.conditions import condition, evaluate_conditions
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.parameter_values import Value
from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.limits import DESCRIPTION_BYTES
from cloudformation.parameters.values import typed_value
from cloudformation.template.tree import Tree, section
from cloudformation.unknown import Unknown, awaited, unevaluated

INLINE_POLICIES, MANAGED_POLICY = 10_240, 6_144
TASK_DEFINITION_BYTES, CONTAINERS = 65_536, 10
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_INLINE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")


def scope_of(
    template: Tree, environment: Environment, values: Mapping[str, Value], imported: set[str] | None = None
) -> Scope:
    """Where a template's names lead with these values; the names of exports that are read are added to `imported`."""

    def exported(name: str) -> Any:
        if imported is not None:
            imported.add(name)
        return unevaluated("Fn::ImportValue", name)

    pseudo = {
        "AWS::Region": environment.region,
        "AWS::AccountId": environment.account,
        "AWS::StackName": environment.stack,
    }
    given = {name: _value(name, values.get(name)) for name in section(template, "Parameters")}
    scope = Scope(
        given | pseudo, mappings=section(template, "Mappings"), resource=_awaited, refused=leave, exported=exported
    )
    return scope._replace(conditions=evaluate_conditions(section(template, "Conditions"), scope))


def _awaited(name: str) -> Unknown:
    return awaited((), name)


def _value(name: str, value: Value | None) -> Any:
    if value is None or value.kept or value.declared.is_ssm:
        return awaited((), name)
    return typed_value(value.declared.type, value.text)


def exports_of(platform: Tree, environment: Environment, values: Mapping[str, Value]) -> frozenset[str] | None:
    """The names of what a platform exports with these values, or may; None where a name is not known."""
    scope = scope_of(platform, environment, values)
    outputs = [output for output in section(platform, "Outputs").values() if _may_be(output, scope)]
    names = [resolve(output["Export"].get("Name"), scope) for output in outputs if "Export" in output]
    return frozenset(map(str, names)) if all(isinstance(name, str) for name in names) else None


def _may_be(body: Mapping[str, Any], scope: Scope) -> bool:
    return "Condition" not in body or condition({"Condition": body["Condition"]}, scope) is not False


def refused(
    template: Tree, environment: Environment, values: Mapping[str, Value], exports: frozenset[str] | None
) -> Iterator[str]:
    """Everything that is found; `exports` are those of the platform, where they are known."""
    imported: set[str] = set()
    scope = scope_of(template, environment, values, imported)
    yield from _of_the_template(template)
    for name, body in section(template, "Resources").items():
        if _may_be(body, scope):
            properties = resolve(body.get("Properties", {}), scope)
            yield from (f"{name}: {wrong}" for wrong in _of_a_resource(body.get("Type"), properties))
    for output in section(template, "Outputs").values():
        if _may_be(output, scope):
            resolve(output.get("Value"), scope)
    for lacking in sorted(imported - exports if exports is not None else ()):
        yield f"it imports {lacking}, which the platform does not export with the values of this environment"


def _of_the_template(template: Tree) -> Iterator[str]:
    size = len(str(template.document.get("Description", "")).encode())
    if size > DESCRIPTION_BYTES:
        yield f"its description has {size:,} bytes; CloudFormation takes {DESCRIPTION_BYTES:,}"
    for name in section(template, "Parameters").keys() & section(template, "Resources").keys():
        yield f"{name} is the name of a parameter and of a resource"


def _of_a_resource(kind: Any, properties: Any) -> Iterator[str]:
    if not isinstance(properties, dict):
        return
    if kind == "AWS::ECS::TaskDefinition":
        yield from _of_a_task(properties)
    elif kind == "AWS::IAM::ManagedPolicy" and (size := _characters(properties.get("PolicyDocument"))) > MANAGED_POLICY:
        yield f"its policy has {size:,} characters; IAM takes {MANAGED_POLICY:,}"
    elif kind in _INLINE and isinstance(policies := properties.get("Policies"), list):
        documents = [policy.get("PolicyDocument") for policy in policies if isinstance(policy, dict)]
        if (size := sum(map(_characters, documents))) > INLINE_POLICIES:
            yield f"its inline policies have {size:,} characters; IAM takes {INLINE_POLICIES:,} of a role"


def _of_a_task(task: Mapping[str, Any]) -> Iterator[str]:
    size = len(_written(task).encode())
    if size > TASK_DEFINITION_BYTES:
        yield f"it has {size:,} bytes; ECS takes {TASK_DEFINITION_BYTES:,}"
    containers = task.get("ContainerDefinitions")
    known = [one for one in containers if isinstance(one, dict)] if isinstance(containers, list) else []
    if len(known) > CONTAINERS:
        yield f"it has {len(known)} containers; ECS takes {CONTAINERS}"
    names = [one.get("Name") for one in known if isinstance(one.get("Name"), str)]
    yield from (f"{name!r} is no name of a container: letters, digits, - and _" for name in names if not _is_name(name))
    yield from (f"two containers are named {name}" for name in _twice(names))
    ports = [_port(mapping) for one in known for mapping in _listed(one.get("PortMappings"))]
    yield from (f"two containers listen on port {port}" for port in _twice(ports))
    for one in known:
        yield from _of_variables(one)


def _of_variables(container: Mapping[str, Any]) -> Iterator[str]:
    entries = [*_listed(container.get("Environment")), *_listed(container.get("Secrets"))]
    names = [entry.get("Name") for entry in entries]
    if "" in names:
        yield f"a variable of container {container.get('Name')} has no name"
    for name in _twice(names):
        yield f"container {container.get('Name')} has two values for {name}"


def _is_name(name: Any) -> bool:
    return _NAME.fullmatch(str(name)) is not None


def _port(mapping: Mapping[str, Any]) -> str:
    return f"{mapping.get('ContainerPort')} ({mapping.get('Protocol', 'tcp')})"


def _listed(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _twice(texts: Iterable[Any]) -> list[str]:
    return [text for text, count in Counter(text for text in texts if isinstance(text, str)).items() if count > 1]


def _characters(document: Any) -> int:
    """As IAM counts: without white space."""
    return len("".join(_written(document).split()))


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_shown)


def _shown(value: Any) -> str:
    return value.text if isinstance(value, Unknown) else ""
