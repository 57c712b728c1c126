"""What CloudFormation would make of the rendered tree: every intrinsic of every layer, worked out for given parameters.

Small and independent of the press: it reads rendered/*.yaml only. A resource's Ref is `<layer>.<logical id>`, an
attribute `<layer>.<logical id>.<attribute>`, so that a test can say what must point where.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cloudformation.text import read

RENDERED = Path(__file__).parents[2] / "rendered"
NO_VALUE = object()
PSEUDO = {
    "AWS::Region": "ap-northeast-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::StackName": "stack",
    "AWS::NoValue": NO_VALUE,
}
REQUIRED = {
    "DomainName": "dev.example.com",
    "HostedZoneId": "Z0123456789EXAMPLE",
    "AvailabilityZone1": "ap-northeast-1a",
    "AvailabilityZone2": "ap-northeast-1c",
}


@dataclass(frozen=True)
class Layer:
    """One template, resolved: the resources whose condition holds, with their attributes, and the outputs."""

    resources: dict[str, dict[str, Any]]
    outputs: dict[str, Any]

    def properties(self, logical_id: str) -> dict[str, Any]:
        properties: dict[str, Any] = self.resources[logical_id].get("Properties", {})
        return properties

    def of_type(self, resource_type: str) -> list[dict[str, Any]]:
        return [entry["Properties"] for entry in self.resources.values() if entry["Type"] == resource_type]


@cache
def document(layer: str) -> dict[str, Any]:
    """Give rendered/<layer>.yaml as it was read."""
    parsed: dict[str, Any] = read((RENDERED / f"{layer}.yaml").read_text(encoding="utf-8"))
    return parsed


def tree(**parameters: str) -> dict[str, Layer]:
    """Resolve root and every layer, with the required parameters and `parameters`."""
    return tree_in({}, **parameters)


def tree_in(pseudo: Mapping[str, str], **parameters: str) -> dict[str, Layer]:
    """The same where some pseudo parameters are others."""
    root = _Resolver("root", document("root"), {**REQUIRED, **parameters}, pseudo)
    layers: dict[str, Layer] = {}
    for name, stack in root.document["Resources"].items():
        if not root.holds(stack):
            continue
        file = stack["Properties"]["TemplateURL"].removesuffix(".yaml")
        resolver = _Resolver(file, document(file), root.value(stack["Properties"]["Parameters"]), pseudo)
        layers[file] = resolver.layer()
        root.children[name] = layers[file].outputs
    layers["root"] = root.layer()
    return layers


class _Resolver:
    """Resolves one template; `children` are the outputs of nested stacks that are already there."""

    def __init__(self, name: str, parsed: dict[str, Any], given: Mapping[str, Any], pseudo: Mapping[str, str]) -> None:
        declared = parsed["Parameters"]
        assert set(given) <= set(declared), f"{name} has no parameters {set(given) - set(declared)}"
        self.name, self.document, self.pseudo = name, parsed, {**PSEUDO, **pseudo}
        self.children: dict[str, dict[str, Any]] = {}
        self.parameters = {
            key: self._typed(entry, given.get(key, entry.get("Default"))) for key, entry in declared.items()
        }
        missing = [key for key, value in self.parameters.items() if value is None]
        assert not missing, f"{name} needs {missing}"

    def layer(self) -> Layer:
        held = {key: entry for key, entry in self.document["Resources"].items() if self.holds(entry)}
        outputs = {
            key: self.value(entry["Value"]) for key, entry in self.document["Outputs"].items() if self.holds(entry)
        }
        return Layer({key: self.value(entry) for key, entry in held.items()}, outputs)

    @staticmethod
    def _typed(entry: dict[str, Any], value: Any) -> Any:
        if entry["Type"] == "CommaDelimitedList":
            return [item.strip() for item in value.split(",")]
        return value if value is None else str(value)

    def holds(self, entry: dict[str, Any]) -> bool:
        return "Condition" not in entry or self.condition(entry["Condition"])

    def condition(self, name: str) -> bool:
        return bool(self.value(self.document["Conditions"][name]))

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Condition":
                return self.condition(argument)
            if name == "Ref" or name.startswith("Fn::"):
                return getattr(self, f"_{name.removeprefix('Fn::').lower()}")(argument)
        # The Condition of a resource is text; that of an IAM statement is a mapping.
        resolved = {
            key: self.value(item) for key, item in node.items() if key != "Condition" or not isinstance(item, str)
        }
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _ref(self, name: str) -> Any:
        if name in self.parameters:
            return self.parameters[name]
        return self.pseudo[name] if name in self.pseudo else self._resource(name)

    def _resource(self, name: str) -> str:
        assert self.holds(self.document["Resources"][name]), f"{name} is not created"
        return f"{self.name}.{name}"

    def _getatt(self, argument: list[str]) -> Any:
        logical_id, attribute = argument
        if attribute.startswith("Outputs."):
            return self.children[logical_id][attribute.removeprefix("Outputs.")]
        return f"{self._resource(logical_id)}.{attribute}"

    def _sub(self, argument: str | list[Any]) -> str:
        text, given = argument if isinstance(argument, list) else (argument, {})

        def replace(match: re.Match[str]) -> str:
            name = match[1]
            if name in given:
                return str(self.value(given[name]))
            found = self._getatt(name.split(".", 1)) if "." in name else self._ref(name)
            return str(found)

        return re.sub(r"\$\{([^}]+)\}", replace, text)

    def _join(self, argument: list[Any]) -> str:
        return str(argument[0]).join(self.value(argument[1]))

    def _split(self, argument: list[Any]) -> list[str]:
        return str(self.value(argument[1])).split(argument[0])

    def _select(self, argument: list[Any]) -> Any:
        chosen = self.value(argument[1])
        # An attribute that is a list is here one text, and each of its items that text with a number.
        return f"{chosen}[{argument[0]}]" if isinstance(chosen, str) else chosen[int(argument[0])]

    def _if(self, argument: list[Any]) -> Any:
        return self.value(argument[1] if self.condition(argument[0]) else argument[2])

    def _equals(self, argument: list[Any]) -> bool:
        left, right = self.value(argument)
        return bool(left == right)

    def _not(self, argument: list[Any]) -> bool:
        return not self.value(argument[0])

    def _cidr(self, argument: list[Any]) -> list[str]:
        block, count, bits = self.value(argument)
        return [f"{block}[{number}]/{128 - int(bits)}" for number in range(int(count))]

    def _and(self, argument: list[Any]) -> bool:
        return all(map(self.value, argument))

    def _or(self, argument: list[Any]) -> bool:
        return any(map(self.value, argument))
