"""A tree of templates as an environment resolves it: its resources, with their properties worked out when asked for.

What only the execution knows is Unknown here, as it is for every evaluator: a Ref to a resource is one and the same
Unknown wherever it is read, through parameters and outputs of nested stacks, so that two that are equal lead to the
same resource. Nothing is worked out before it is read: most of a template is no control's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from cloudformation.conditions import condition
from cloudformation.environment.environment_file import Environment
from cloudformation.environment.keys.partitions import partition_of
from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.intrinsics.on_demand import OnDemand
from cloudformation.parameters.declarations import is_list, is_stored
from cloudformation.parameters.values import members
from cloudformation.scalars import text_of
from cloudformation.template.tree import Tree, section
from cloudformation.unknown import ABSENT, Truth, Unknown, awaited, sources

_OUTPUTS = "Outputs."


class Resource:
    """One resource that an environment has, or may have: where its condition is not known, it is not certain."""

    def __init__(self, path: tuple[str, ...], name: str, body: Mapping[str, Any], scope: Scope, certain: bool) -> None:
        self.path, self.name, self.type, self.certain = path, name, body["Type"], certain
        self._properties: Mapping[str, Any] = body.get("Properties", {})
        self._scope = scope
        self._resolved: dict[str, Any] = {}

    @property
    def ref(self) -> Unknown:
        """What a Ref to it gives, wherever that is read."""
        return awaited(self.path, self.name)

    def __getitem__(self, name: str) -> Any:
        """A property, worked out; ABSENT where it has none."""
        if name not in self._resolved:
            self._resolved[name] = resolve(self._properties.get(name, ABSENT), self._scope)
        return self._resolved[name]


class System:
    """All resources of a tree in an environment, and what its file says of the stack."""

    def __init__(self, tree: Tree, environment: Environment, values: Mapping[str, str | None]) -> None:
        self.environment = environment
        root = _Stack(tree, (), partial(_given, section(tree, "Parameters"), values), environment)
        self._declared: dict[str, list[tuple[_Stack, str]]] = {}
        for stack in _stacks(root):
            for name, body in stack.bodies.items():
                self._declared.setdefault(body["Type"], []).append((stack, name))
        self._there: dict[str, list[Resource]] = {}

    def of(self, *types: str) -> list[Resource]:
        """The resources of these types whose condition is not known to be false."""
        return [resource for name in types for resource in self._of(name)]

    def leads_to(self, value: Any, resource: Resource) -> bool | None:
        """Whether a value names a resource, by Ref or by an attribute of it.

        None where it may: what is written out, or read elsewhere, could be any.
        """
        named = {(source.path, source.name) for source in sources(value)} if isinstance(value, Unknown) else set()
        if named == {(resource.path, resource.name)}:
            return True
        others = {(one.path, one.name) for one in self.of(resource.type)}
        return False if len(named) == 1 and named <= others else None

    def declares(self, type_name: str) -> bool:
        """Whether a template that is used has a resource of this type, whatever its condition comes to."""
        return type_name in self._declared

    def _of(self, type_name: str) -> list[Resource]:
        if type_name not in self._there:
            declared = self._declared.get(type_name, ())
            held = ((stack, name, stack.holds(stack.bodies[name])) for stack, name in declared)
            self._there[type_name] = [
                Resource(stack.path, name, stack.bodies[name], stack.scope, holds is True)
                for stack, name, holds in held
                if holds is not False
            ]
        return self._there[type_name]


class _Stack:
    """One template of the tree, at its path, with its parameters as its parent gives them."""

    def __init__(
        self, tree: Tree, path: tuple[str, ...], given: Callable[[str], Any], environment: Environment
    ) -> None:
        self.tree, self.path, self.environment = tree, path, environment
        self.bodies: Mapping[str, Mapping[str, Any]] = section(tree, "Resources")
        self.children: dict[str, _Stack] = {}
        self.scope = Scope(
            OnDemand({**section(tree, "Parameters"), **_PSEUDO}, cache(self._parameter)),
            mappings=section(tree, "Mappings"),
            resource=partial(awaited, path),
            attribute=self._attribute,
            refused=leave,
        )
        conditions: Mapping[str, Truth] = OnDemand(section(tree, "Conditions"), cache(self._condition))
        self.scope = self.scope._replace(conditions=conditions)
        self._given = given

    def nested(self) -> Iterator[_Stack]:
        for name, child in self.tree.nested.items():
            if self.holds(self.bodies[name]) is not False:
                declared = section(child, "Parameters")
                self.children[name] = _Stack(
                    child, (*self.path, name), partial(self._passed, name, declared), self.environment
                )
                yield self.children[name]

    def holds(self, body: Mapping[str, Any]) -> bool | None:
        return self.scope.holds(body["Condition"]) if "Condition" in body else True

    def _condition(self, name: str) -> Truth:
        return condition(section(self.tree, "Conditions")[name], self.scope)

    def _parameter(self, name: str) -> Any:
        return _pseudo(name, self.environment) if name in _PSEUDO else self._given(name)

    def _passed(self, stack: str, declared: Mapping[str, Any], name: str) -> Any:
        """What this stack gives to a parameter of one that it nests."""
        given = self.bodies[stack].get("Properties", {}).get("Parameters", {})
        value = resolve(given.get(name, ABSENT), self.scope)
        value = declared[name].get("Default", ABSENT) if value is ABSENT else value
        return awaited((*self.path, stack), name) if value is ABSENT else _typed(declared[name], value)

    def _attribute(self, name: str, attribute: str) -> Any:
        child = self.children.get(name)
        output = attribute.removeprefix(_OUTPUTS)
        if child is None or output == attribute or output not in section(child.tree, "Outputs"):
            return awaited(self.path, name, attribute)
        return resolve(section(child.tree, "Outputs")[output].get("Value"), child.scope)


def _stacks(stack: _Stack) -> Iterator[_Stack]:
    yield stack
    for child in stack.nested():
        yield from _stacks(child)


def _given(declared: Mapping[str, Any], values: Mapping[str, str | None], name: str) -> Any:
    """A parameter of root; unknown if it is kept, comes from elsewhere or from Systems Manager."""
    text = values.get(name)
    known = text is not None and not is_stored(text_of(declared[name].get("Type", "String")))
    return _typed(declared[name], text) if known else awaited((), name)


def _typed(declared: Mapping[str, Any], value: Any) -> Any:
    kind = text_of(declared.get("Type", "String"))
    if isinstance(value, (Unknown, list)) or not is_list(kind):
        return value if isinstance(value, (Unknown, list)) else text_of(value)
    return members(kind, text_of(value))


_PSEUDO = dict.fromkeys(["AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix"])


def _pseudo(name: str, environment: Environment) -> str:
    partition = partition_of(environment.region)
    return {
        "AWS::Region": environment.region,
        "AWS::AccountId": environment.account,
        "AWS::Partition": partition.name,
        "AWS::URLSuffix": partition.dns_suffix,
    }[name]
