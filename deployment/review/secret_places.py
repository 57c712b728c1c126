"""Where in a tree of templates a NoEcho value comes to stand, whatever it is: what a stack was given is not known here.

A place follows from its expression: a reference leads to a parameter, through the parameters and outputs of stacks, or
to a resource. A resource shows a secret where its name is made of one, and where an attribute is such a property.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from cloudformation.parameters.declarations import is_no_echo
from cloudformation.references import Reference, intrinsic, references
from deployment.template.resource_path import ROOT, ResourcePath
from deployment.template.template import STACK_TYPE, Documents

# Of what a resource is given all may stand in its id and its attributes, but for what holds secrets, texts or data.
_NAMES_NOTHING = re.compile(
    r"Password|Passphrase|Secret|Token|Credential|UserData|Environment|ContainerDefinitions|Description|Document|Tags"
    r"|Content|Body|Template"
)
_NAMES = re.compile(r"(?:Name|Id|Identifier|Arn|Alias|Prefix|Key|Path|Url)s?$")


class SecretPlaces:
    """One side of a stack: its documents, and the parameters of its root that the stack itself does not show."""

    def __init__(self, documents: Documents, masked: Collection[str] = ()) -> None:
        self._documents = documents
        self._masked = frozenset(masked)
        self._known: dict[tuple[str, ResourcePath, str], bool] = {}
        self.any = bool(self._masked) or any(
            is_no_echo(body) for path in documents for body in self._section(path, "Parameters").values()
        )

    def parameter(self, path: ResourcePath, name: str) -> bool:
        """Whether a parameter of a nested stack is a secret: declared so, or given one."""
        return self._once("parameter", path, name, lambda: self._parameter(path, name))

    def has_output(self, path: ResourcePath, name: str) -> bool:
        """Whether this side knows what an output is made of."""
        return isinstance(self._section(path, "Outputs").get(name), dict)

    def has_resource(self, path: ResourcePath) -> bool:
        """Whether this side knows what a resource is made of."""
        return isinstance(self._section(path.parent, "Resources").get(path.name), dict)

    def output(self, path: ResourcePath, name: str) -> bool:
        """Whether an output shows one."""
        value = (self._section(path, "Outputs").get(name) or {}).get("Value")
        return self._once("output", path, name, lambda: self.expression(path, value))

    def named(self, path: ResourcePath) -> bool:
        """Whether the name of a resource is made of one, as far as its type and properties show."""
        return self._once("resource", path.parent, path.name, lambda: self._named(path))

    def property(self, path: ResourcePath, name: str) -> bool:
        """Whether a property of a resource reads one; `Properties` are all of them."""
        properties = self._properties(path)
        return self.expression(path.parent, properties if name == "Properties" else properties.get(name))

    def entity(self, path: ResourcePath, entity: str) -> bool:
        """Whether what a change set names as a cause in a nested stack (`Name`, `Name.Attribute`) is, or shows, one."""
        name, _, attribute = entity.partition(".")
        return self._reference(path, Reference(name, attribute or None))

    def expression(self, path: ResourcePath, value: Any) -> bool:
        """Whether an expression of a nested stack reads one."""
        return self.any and any(self._reference(path, reference) for reference in references(value))

    def _once(self, kind: str, path: ResourcePath, name: str, find: Callable[[], bool]) -> bool:
        key = (kind, path, name)
        if key not in self._known:
            self._known[key] = False  # CloudFormation refuses what leads back to itself
            self._known[key] = find()
        return self._known[key]

    def _section(self, path: ResourcePath, name: str) -> Mapping[str, Any]:
        section = self._documents.get(path, {}).get(name)
        return section if isinstance(section, dict) else {}

    def _properties(self, path: ResourcePath) -> Mapping[str, Any]:
        body = self._section(path.parent, "Resources").get(path.name)
        properties = body.get("Properties") if isinstance(body, dict) else None
        return properties if isinstance(properties, dict) else {}

    def _parameter(self, path: ResourcePath, name: str) -> bool:
        if is_no_echo(self._section(path, "Parameters").get(name)) or (path == ROOT and name in self._masked):
            return True
        given = self._properties(path).get("Parameters") if path else None
        if isinstance(given, dict) and not intrinsic(given):
            given = given.get(name)
        return self.expression(path.parent, given) if path else False

    def _reference(self, path: ResourcePath, reference: Reference) -> bool:
        name, attribute = reference.name, reference.attribute or ""
        body = self._section(path, "Resources").get(name)
        if not isinstance(body, dict):
            return self.parameter(path, name)
        if body.get("Type") != STACK_TYPE:
            read = attribute.partition(".")[0]
            return self.named(path / name) or (bool(read) and self.property(path / name, read))
        below = path / name
        if not attribute.startswith("Outputs."):
            return False  # its ARN
        if below in self._documents:
            return self.output(below, attribute.removeprefix("Outputs."))
        return self.expression(path, self._properties(below).get("Parameters"))

    def _named(self, path: ResourcePath) -> bool:
        kind = str((self._section(path.parent, "Resources").get(path.name) or {}).get("Type"))
        if kind == STACK_TYPE:
            return False  # its id is an ARN of its logical id
        # What is made by code of its own may answer with anything that it was given.
        free = not kind.startswith("AWS::") or kind == "AWS::CloudFormation::CustomResource"
        return any(
            self.expression(path.parent, value)
            for name, value in self._properties(path).items()
            if free or _NAMES.search(name) or not _NAMES_NOTHING.search(name)
        )
