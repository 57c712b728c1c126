"""The rendered templates with the values of one environment: what there would be, and what refers to what.

Conditions and functions are evaluated as everywhere (`cloudformation`); what only AWS will know, such as an id, stays a
value that names the resource it comes from, which is what a picture needs. A condition that no value decides leaves
its resource in, marked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cloudformation.conditions import evaluate_conditions
from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.parameters.values import typed_value
from cloudformation.references import PSEUDO_PARAMETERS, condition_names, references
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section
from cloudformation.unknown import Source, Unknown, awaited, sources

ROOT = "root"


@dataclass(frozen=True)
class Resource:
    """One resource: its layer, its path as a review shows it, and its properties with what is known put in.

    `condition` names the condition that no value decides; it is empty where the resource is there for sure.
    """

    layer: str
    path: str
    type: str
    properties: Mapping[str, Any]
    condition: str = ""


@dataclass(frozen=True)
class Absent:
    """A resource that the values switch off, and the parameters that could switch it on."""

    layer: str
    type: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class ResolvedTree:
    """What there is, by path in build order, and what there could be; `layers` describes each layer."""

    description: str
    layers: Mapping[str, str]
    resources: Mapping[str, Resource]
    absent: tuple[Absent, ...] = ()

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type in types]

    def referred(self, value: Any) -> list[Resource]:
        """The resources that a value comes from, in build order."""
        paths = {_path(source) for source in sources(value)}
        return [resource for path, resource in self.resources.items() if path in paths]

    @cached_property
    def users(self) -> Mapping[str, list[Resource]]:
        """By path, the resources whose properties refer to it."""
        users: dict[str, list[Resource]] = {path: [] for path in self.resources}
        for resource in self.resources.values():
            for other in self.referred(resource.properties):
                users[other.path].append(resource)
        return users


def resolved_tree(tree: Tree, values: Mapping[str, str | None], pseudo: Mapping[str, str]) -> ResolvedTree:
    """The whole tree; a parameter without a value, or whose value is not to be shown, stays `${Name}`."""
    root = _Stack(tree, (), values, pseudo)
    stacks = list(root.all())
    layers = {stack.layer: text_of(stack.tree.document.get("Description", "")) for stack in stacks}
    resources = [resource for stack in stacks for resource in stack.resources()]
    absent = tuple(resource for stack in stacks for resource in stack.absent())
    held = {resource.path: resource for resource in resources}
    return ResolvedTree(layers[ROOT], {name: layers[name] for name in layers if name != ROOT}, held, absent)


def _path(source: Source) -> str:
    return "" if source.attribute is None else "/".join((*source.path, source.name))


@dataclass(frozen=True)
class _Stack:
    tree: Tree
    place: tuple[str, ...]
    given: Mapping[str, Any]
    pseudo: Mapping[str, str]
    children: dict[str, "_Stack"] = field(default_factory=dict)

    @property
    def layer(self) -> str:
        return "/".join(self.place) or ROOT

    @cached_property
    def scope(self) -> Scope:
        declared = section(self.tree, "Parameters")
        values = {name: self._value(name, body) for name, body in declared.items()}
        pseudo = {name: self.pseudo.get(name, _unknown(name)) for name in PSEUDO_PARAMETERS}
        scope = Scope(
            values | pseudo,
            mappings=section(self.tree, "Mappings"),
            resource=lambda name: awaited(self.place, name),
            attribute=self._attribute,
            refused=leave,
        )
        return scope._replace(conditions=evaluate_conditions(section(self.tree, "Conditions"), scope))

    def _value(self, name: str, body: Mapping[str, Any]) -> Any:
        value = self.given[name] if name in self.given else body.get("Default")
        if value is None or text_of(body.get("NoEcho", "false")) == "true":
            return _unknown(name)
        return value if isinstance(value, Unknown | list) else typed_value(text_of(body["Type"]), text_of(value))

    def _attribute(self, name: str, wanted: str) -> Any:
        if name in self.tree.nested and wanted.startswith("Outputs."):
            outputs = section(self._child(name).tree, "Outputs")
            value = outputs.get(wanted.removeprefix("Outputs."), {}).get("Value")
            return awaited(self.place, name, wanted) if value is None else resolve(value, self._child(name).scope)
        return awaited(self.place, name, wanted)

    def _child(self, name: str) -> "_Stack":
        if name not in self.children:
            properties = section(self.tree, "Resources")[name].get("Properties", {})
            given = resolve(properties.get("Parameters", {}), self.scope)
            self.children[name] = _Stack(self.tree.nested[name], (*self.place, name), given, self.pseudo)
        return self.children[name]

    def all(self) -> Iterator["_Stack"]:
        """The stack and those that it nests, where they are."""
        yield self
        for name in self.tree.nested:
            if self._holds(section(self.tree, "Resources")[name]) is not False:
                yield from self._child(name).all()

    def _holds(self, body: Mapping[str, Any]) -> bool | None:
        return self.scope.holds(body["Condition"]) if "Condition" in body else True

    def resources(self) -> Iterator[Resource]:
        for name, body in section(self.tree, "Resources").items():
            holds = self._holds(body)
            if name not in self.tree.nested and holds is not False:
                properties = resolve(body.get("Properties", {}), self.scope)
                condition = "" if holds else body["Condition"]
                yield Resource(self.layer, "/".join((*self.place, name)), body["Type"], properties, condition)

    def absent(self) -> Iterator[Absent]:
        for name, body in section(self.tree, "Resources").items():
            if name not in self.tree.nested and self._holds(body) is False:
                yield Absent(self.layer, body["Type"], tuple(dict.fromkeys(self._deciding(body["Condition"]))))

    def _deciding(self, condition: str) -> Iterator[str]:
        """The parameters that a condition reads, also through others."""
        value = section(self.tree, "Conditions")[condition]
        yield from (reference.name for reference in references(value) if reference.name not in PSEUDO_PARAMETERS)
        for name in condition_names(value):
            yield from self._deciding(name)


def _unknown(name: str) -> Unknown:
    """A parameter's value that is not there, or not shown."""
    return Unknown(f"${{{name}}}", f"parameter {name}", frozenset({Source((), name, None)}))
