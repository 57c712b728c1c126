"""Each layer of each environment as it will be deployed: a template without parameters, conditions and mappings.

Linters and scanners read templates without working them out: cfn-lint looks at no parameter's value, the others at
neither branch of an Fn::If. Here the deployer's own evaluation has worked out all that a template and its values
decide. References to resources of the same layer stay; what a layer outputs is what the local CloudFormation outputs,
and a scalar has the JSON type that the resource's schema asks for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudformation.environment.environment_file import Environment, environment_files, read_file
from cloudformation.environment.keys.service_settings import service_stack
from cloudformation.environment.services.attached import FOLDER, attachment
from cloudformation.refusals import ValidationError
from cloudformation.template.schemas import property_types, schema_of
from cloudformation.template.tree import PlainTree
from cloudformation.text import read
from cloudformation.unknown import Unknown
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.values import LiveValues, Values
from tests.templates.resolved import document
from tests.templates.system import STACK, System

PROJECT = Path(__file__).parents[2]
_NUMBERS = {"integer", "number"}
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_PIECES = re.compile(r"(\$\{[\w:.]+\})")


class UnresolvedError(ValueError):
    """An environment that cannot be worked out."""


@dataclass(frozen=True)
class ResolvedLayer:
    """One template of one environment: of a layer, by its file in rendered/ without the ending, or of a service.

    A service's has its kind in its name (`service-web-api`); `values` are those of the stack's parameters.
    """

    environment: str
    region: str
    layer: str
    template: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.environment}.{self.layer}.json"

    def write(self, folder: Path) -> None:
        (folder / self.file).write_text(json.dumps(self.template, indent=1), encoding="utf-8")


def own_environments(project: Path = PROJECT) -> list[Environment]:
    """The environments of the project's own tree."""
    environments = [read_file(file).environment for file in environment_files(project / "params")]
    return [environment for environment in environments if environment.rendered is None]


def resolved_layers(project: Path = PROJECT) -> list[ResolvedLayer]:
    """Every layer of every environment."""
    return [
        layer
        for environment in own_environments(project)
        for layer in resolved(environment, sent(project, environment))
    ]


def resolved_services(project: Path = PROJECT) -> list[ResolvedLayer]:
    """Every service of every environment."""
    return [
        resolved_service(environment, name, _with_imports(_service(project, name), values, exports), values)
        for environment in own_environments(project)
        if environment.services
        for exports in [_exports(environment, sent(project, environment))]
        for name in environment.services
        for values in [sent(project, environment, name)]
    ]


def resolved_roles(project: Path = PROJECT) -> list[ResolvedLayer]:
    """The roles beside the system, as each environment's account has them: a pipeline's, and CloudFormation's."""
    return [
        _alone(environment, layer, project / "rendered" / file, given)
        for environment in own_environments(project)
        for layer, file, given in (
            ("ci-role", "ci-role.yaml", {"Repository": "owner/name"}),
            ("cloudformation-role", f"policies/{environment.name}-service-role.yaml", {}),
        )
    ]


def _alone(environment: Environment, layer: str, file: Path, given: Mapping[str, str]) -> ResolvedLayer:
    """A template of one stack, with these values of its parameters and the defaults of the others."""
    parsed: dict[str, Any] = read(file.read_text(encoding="utf-8"))
    defaults = {name: body["Default"] for name, body in parsed["Parameters"].items() if "Default" in body}
    side = Values({ROOT: parsed}, {**defaults, **given}, pseudo_parameters(environment), names={ROOT: layer})
    return ResolvedLayer(environment.name, environment.region, layer, LayerTree(side, {ROOT: layer}).template(ROOT))


def _exports(environment: Environment, values: Mapping[str, str]) -> dict[str, str]:
    """What the platform of an environment exports, once the local CloudFormation has made it."""
    system = _standing(environment, values)
    rows = system.play("ListExports")["Exports"]
    return {row["Name"].replace(STACK, environment.stack, 1): row["Value"] for row in rows}


def _with_imports(node: Any, values: Mapping[str, str], exports: Mapping[str, str], in_list: bool = False) -> Any:
    """A template with what it splits of imports put in: one that is a scalar may stay a reference."""
    if isinstance(node, list):
        return [_with_imports(member, values, exports, in_list) for member in node]
    if not isinstance(node, dict):
        return node
    if in_list and list(node) == ["Fn::ImportValue"] and isinstance(node["Fn::ImportValue"], dict):
        name = str(node["Fn::ImportValue"].get("Fn::Sub"))
        for parameter, text in values.items():
            name = name.replace(f"${{{parameter}}}", text)
        return exports.get(name, node)
    return {key: _with_imports(member, values, exports, in_list or key == "Fn::Split") for key, member in node.items()}


def _service(project: Path, name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = read((project / "rendered" / FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return parsed


def sent(project: Path, environment: Environment, service: str = "") -> dict[str, str]:
    """What an existing stack is sent for every parameter of root, or of a service: rendered/params/."""
    named = f"{FOLDER}/{environment.name}.{service}" if service else environment.name
    file = project / "rendered" / "params" / f"{named}.json"
    rows = json.loads(file.read_text(encoding="utf-8"))
    kept = [row["ParameterKey"] for row in rows if "ParameterValue" not in row]
    if kept:
        raise UnresolvedError(f"{environment.place}: the value of {', '.join(kept)} is not in the file")
    return {row["ParameterKey"]: row["ParameterValue"] for row in rows}


def resolved(environment: Environment, values: Mapping[str, str]) -> list[ResolvedLayer]:
    """The layers of one environment: root, then its nested stacks as far as their conditions hold."""
    tree = _tree(_standing(environment, values), environment, values)
    return [
        ResolvedLayer(environment.name, environment.region, layer, tree.template(path), values)
        for path, layer in tree.layers.items()
    ]


def _standing(environment: Environment, values: Mapping[str, str]) -> System:
    """The system of an environment on a local CloudFormation."""
    system = System(environment.account, environment.region)
    try:
        status = system.deploy(**values)
    except ValidationError as error:
        raise UnresolvedError(f"{environment.place}: {error}") from error
    if status != "CREATE_COMPLETE":
        raise UnresolvedError(f"{environment.place}: the local CloudFormation comes to {status}")
    return system


def resolved_service(
    environment: Environment, name: str, document: Mapping[str, Any], values: Mapping[str, str]
) -> ResolvedLayer:
    """The template of a service, which imports nothing any more."""
    names = {ROOT: service_stack(environment.stack, name)}
    tree = LayerTree(Values({ROOT: document}, values, pseudo_parameters(environment), names=names), {ROOT: name})
    kind = attachment(PlainTree(document)).kind.value
    layer = f"service-{kind}-{name}"
    return ResolvedLayer(environment.name, environment.region, layer, tree.template(ROOT), values)


def _tree(system: System, environment: Environment, values: Mapping[str, str]) -> LayerTree:
    outputs = {ROOT / name: texts for name, texts in system.outputs().items()}
    files = {path: document("root")["Resources"][path.name]["Properties"]["TemplateURL"] for path in outputs}
    layers = {ROOT: "root", **{path: file.removesuffix(".yaml") for path, file in files.items()}}
    documents = {ROOT: system.root, **{path: document(layers[path]) for path in outputs}}
    names = {path: "-".join((environment.stack, *path)) for path in layers}
    side = Values(documents, values, pseudo_parameters(environment), names=names)
    return LayerTree(LiveValues(side, outputs), layers)


def pseudo_parameters(environment: Environment) -> dict[str, str]:
    return {
        "AWS::Region": environment.region,
        "AWS::AccountId": environment.account,
        "AWS::Partition": "aws",
        "AWS::URLSuffix": "amazonaws.com",
    }


@dataclass(frozen=True)
class LayerTree:
    """What templates and values decide; `layers` has the name of each."""

    values: Values
    layers: Mapping[ResourcePath, str]

    def template(self, path: ResourcePath) -> dict[str, Any]:
        document = self.values.documents[path]
        resources = dict(self._standing(path, "Resources"))
        sections = {
            "AWSTemplateFormatVersion": document["AWSTemplateFormatVersion"],
            "Description": document["Description"],
            "Resources": {name: self._resource(path, body, resources) for name, body in resources.items()},
            "Outputs": {name: self._plain(path, body) for name, body in self._standing(path, "Outputs")},
        }
        return {name: section for name, section in sections.items() if section}

    def _standing(self, path: ResourcePath, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, body in self.values.section(path, section).items():
            holds = "Condition" not in body or self.values.condition(path, body["Condition"])
            if not isinstance(holds, bool):
                raise UnresolvedError(f"{self.layers[path]}: whether {name} is made is not known before")
            if holds:
                yield name, body

    def _resource(self, path: ResourcePath, body: Mapping[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
        plain = self._plain(path, body)
        if "DependsOn" in plain:
            needed = [plain["DependsOn"]] if isinstance(plain["DependsOn"], str) else plain["DependsOn"]
            plain["DependsOn"] = [name for name in needed if name in beside]
        schema = schema_of(plain["Type"])
        if schema and "Properties" in plain:
            plain["Properties"] = _typed(schema, (), plain["Properties"])
        return plain

    def _plain(self, path: ResourcePath, body: Mapping[str, Any]) -> dict[str, Any]:
        """A resource or an output, with what only the execution knows as references.

        Its Condition is decided. Its Metadata is where a template can know a scanner to look away.
        """
        kept = {name: part for name, part in body.items() if name not in ("Condition", "Metadata")}
        return {name: _referring(self.values.value(path, part)) for name, part in kept.items()}


def _referring(value: Any) -> Any:
    """A value where what is not known is a reference again: Ref, Fn::GetAtt, or Fn::Join where it is put together."""
    if isinstance(value, Unknown):
        return _expression(value.text)
    if isinstance(value, dict):
        return {name: _referring(member) for name, member in value.items()}
    return [_referring(item) for item in value] if isinstance(value, list) else value


def _expression(text: str) -> Any:
    """What the text of an unknown value stands for: `${Name}`, `${Name.Attribute}`, texts around them, or a function.

    The rules of Control Tower know `<bucket>/*` as a Fn::Join only, and read no Fn::Sub.
    """
    if text.startswith('{"Fn::'):
        return _within(json.loads(text))
    pieces = [_reference(piece) for piece in _PIECES.split(text) if piece]
    return pieces[0] if len(pieces) == 1 else {"Fn::Join": ["", pieces]}


def _reference(piece: str) -> Any:
    if not _PIECES.fullmatch(piece):
        return piece
    name, _, attribute = piece[2:-1].partition(".")
    return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}


def _within(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _within(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_within(item) for item in value]
    return _expression(value) if isinstance(value, str) and "${" in value else value


def _typed(schema: Mapping[str, Any], path: Sequence[str], value: Any) -> Any:
    """A value with the JSON types that CloudFormation hands to the type's handler: a parameter gives a text."""
    if isinstance(value, dict):
        return {name: _typed(schema, (*path, name), member) for name, member in value.items()}
    if isinstance(value, list):
        return [_typed(schema, (*path, str(index)), item) for index, item in enumerate(value)]
    kinds = property_types(schema, path) if isinstance(value, str) else frozenset()
    if kinds == {"boolean"} and value in ("true", "false"):
        return value == "true"
    if kinds == {"number"} and _DECIMAL.fullmatch(value):
        return float(value)
    return int(value) if kinds and kinds <= _NUMBERS and value.isdigit() else value
