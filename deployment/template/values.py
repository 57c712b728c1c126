"""What the values of a tree of templates are, as far as templates and parameters alone show.

Every nested stack is evaluated in place: a parameter is what its parent gives it, a sibling's output is what that
sibling computes. What only the execution knows stays an `Unknown`, which says what it reads, so that two of them can be
compared; so does a function that CloudFormation would refuse.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from cloudformation.conditions import condition
from cloudformation.intrinsics.evaluation import Scope, leave, resolve
from cloudformation.intrinsics.on_demand import OnDemand
from cloudformation.parameters.declarations import MASK, is_no_echo, is_stored
from cloudformation.parameters.values import typed_value
from cloudformation.references import PSEUDO_PARAMETERS, Reference, condition_names, intrinsic, references
from cloudformation.scalars import text_of
from cloudformation.template.transforms import FUNCTION, LANGUAGE_EXTENSIONS
from cloudformation.unknown import (
    ABSENT,
    Source,
    Truth,
    Unknown,
    awaited,
    canonical,
    is_unknown,
    shown,
    sources,
    unevaluated,
)
from deployment.template.resource_path import ResourcePath
from deployment.template.template import STACK_TYPE, Documents
from deployment.template.unpinned import foreign, moving_text, reads_elsewhere

MOVING = "{{resolve}}"
"""The attribute of a `Source` that is read elsewhere each time: its name says what."""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class Values:
    """One side of a comparison: the documents of a tree, and what its root's parameters are given.

    `resolved` has what the parameters of a nested stack that Systems Manager stores came to, where CloudFormation said
    it; `names` the stacks' own, as far as they are known. The value of a NoEcho parameter is in nothing that comes out.
    """

    def __init__(
        self,
        documents: Documents,
        given: Mapping[str, str],
        pseudo: Mapping[str, str],
        resolved: Mapping[ResourcePath, Mapping[str, str]] | None = None,
        names: Mapping[ResourcePath, str] | None = None,
    ) -> None:
        self.documents = documents
        self.given = given
        self.pseudo = pseudo
        self.resolved = resolved or {}
        self.names = names or {}
        self._known: dict[tuple[str, ResourcePath, str], Any] = {}
        self._scopes: dict[ResourcePath, Scope] = {}
        self._elsewhere: dict[ResourcePath, bool] = {}

    def without(self, parameters: Collection[tuple[ResourcePath, str]]) -> "Values":
        """The same side, where it is not known what Systems Manager says of some parameters."""
        known = {
            path: {name: text for name, text in values.items() if (path, name) not in parameters}
            for path, values in self.resolved.items()
        }
        return Values(self.documents, self.given, self.pseudo, known, self.names)

    def section(self, path: ResourcePath, name: str) -> Mapping[str, Any]:
        """A top-level section of a nested stack's document."""
        return _object(self.documents.get(path, {}).get(name))

    def reads_elsewhere(self, path: ResourcePath) -> bool:
        """Whether what a nested stack says is made by a macro, there or in a nested stack above."""
        if path not in self._elsewhere:  # it is asked for each of its resources
            self._elsewhere[path] = reads_elsewhere(path, self.documents)
        return self._elsewhere[path]

    def resource(self, path: ResourcePath, name: str) -> Mapping[str, Any] | None:
        """A resource's body; None where the nested stack has none of that name."""
        body = self.section(path, "Resources").get(name)
        return body if isinstance(body, dict) else None

    def value(self, path: ResourcePath, expression: Any) -> Any:
        """What an expression of a nested stack is: plain data with an `Unknown` wherever it is not known."""
        if intrinsic(expression) is None and isinstance(expression, dict) and FUNCTION not in expression:
            members = {name: self.value(path, member) for name, member in expression.items()}
            return {name: member for name, member in members.items() if member is not ABSENT}
        if isinstance(expression, list):
            return [item for item in (self.value(path, entry) for entry in expression) if item is not ABSENT]
        value = resolve(expression, self._scope(path))
        # A dynamic reference may be put together, or be what a parameter is given.
        moving = (*moving_text(shown(value)), *foreign(expression))
        if not moving:
            return value
        waits = sources(value) | {Source(path, reference, MOVING) for reference in moving}
        return Unknown(shown(value), f"elsewhere {canonical(value)}", waits)

    def condition(self, path: ResourcePath, name: str) -> Truth:
        """Whether a condition of a nested stack holds."""
        defined = self.section(path, "Conditions").get(name)
        truth: Truth = self._once("condition", path, name, lambda: condition(defined, self._scope(path)))
        return truth

    def parameter(self, path: ResourcePath, name: str) -> Any:
        """What a parameter of a nested stack is given, else its default."""
        return self._once("parameter", path, name, lambda: self._parameter(path, name))

    def output(self, path: ResourcePath, name: str) -> Any:
        """What an output of a nested stack is; one that is not known bears the name `Layer.Output`."""
        return self._once("output", path, name, lambda: self._output(path, name))

    def reads(self, path: ResourcePath, expression: Any) -> Iterator[Reference]:
        """Every reference of an expression of a nested stack, those of the conditions that it turns on as well."""
        waiting, seen = [expression], set[str]()
        while waiting:
            current = waiting.pop()
            yield from references(current)
            below = {name for name in condition_names(current) if name not in seen}
            seen |= below
            waiting += (self.section(path, "Conditions").get(name) for name in sorted(below))

    def waits_for_layers(self, path: ResourcePath, expression: Any) -> bool:
        """Whether an expression reads what a nested stack will output, there or in a template above that feeds it."""
        reads = [*self.reads(path, expression)]
        if any((read.attribute or "").startswith("Outputs.") for read in reads):
            return True
        given = self._given(path) if path else {}
        feeding = [given] if intrinsic(given) else [given[read.name] for read in reads if read.name in given]
        return any(self.waits_for_layers(path.parent, expression) for expression in feeding)

    def is_fed(self, path: ResourcePath, expression: Any) -> bool:
        """Whether a template above feeds an expression with a resource of its own, or with a nested stack's output."""
        given = self._given(path) if path else {}
        reads = () if intrinsic(given) else self.reads(path, expression)
        feeding = [given] if intrinsic(given) else [given[read.name] for read in reads if read.name in given]
        return any(self.waits(path.parent, value) or self.is_fed(path.parent, value) for value in feeding)

    def waits(self, path: ResourcePath, expression: Any) -> bool:
        """Whether an expression reads a resource, or what a nested stack will output."""
        own = any(self.resource(path, read.name) is not None for read in self.reads(path, expression))
        return own or self.waits_for_layers(path, expression)

    def _given(self, path: ResourcePath) -> Any:
        """What a nested stack's parameters are given, as the template above has it."""
        return _object((self.resource(path.parent, path.name) or {}).get("Properties")).get("Parameters") or {}

    def _once(self, kind: str, path: ResourcePath, name: str, find: Callable[[], Any]) -> Any:
        key = (kind, path, name)
        if key not in self._known:
            self._known[key] = Unknown(name, f"circle {key}")  # CloudFormation refuses what leads back to itself
            self._known[key] = find()
        return self._known[key]

    def _scope(self, path: ResourcePath) -> Scope:
        """Where names lead in a nested stack."""
        if path not in self._scopes:
            parameters = {*self.section(path, "Parameters"), *self.pseudo, *PSEUDO_PARAMETERS}
            self._scopes[path] = Scope(
                parameters=OnDemand(parameters, lambda name: self._ref(path, name)),
                mappings=self.section(path, "Mappings"),
                conditions=OnDemand(self.section(path, "Conditions"), lambda name: self.condition(path, name)),
                resource=lambda name: awaited(path, name),
                attribute=lambda name, wanted: self._attribute(path, name, wanted),
                refused=leave,
                extended=LANGUAGE_EXTENSIONS in str(self.documents.get(path, {}).get("Transform")),
            )
        return self._scopes[path]

    def _ref(self, path: ResourcePath, name: str) -> Any:
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.section(path, "Parameters"):
            return self.parameter(path, name)
        if name == "AWS::StackName" and path in self.names:
            return self.names[path]
        # Of one stack, or of all: it never changes, except the topics that are notified.
        moving = frozenset({Source(path, name, MOVING)}) if name == "AWS::NotificationARNs" else frozenset()
        return Unknown(f"${{{name}}}", f"{path}:{name}", moving)

    def _parameter(self, path: ResourcePath, name: str) -> Any:
        body = _object(self.section(path, "Parameters").get(name))
        kind, secret = text_of(body.get("Type", "String")), is_no_echo(body)
        if secret and not path:  # CloudFormation does not return what it is now
            return Unknown(MASK, f"parameter {name}", frozenset({Source((), name, None)}))
        value = self.stored_name(path, name)
        if is_stored(kind):
            if not secret and name in self.resolved.get(path, {}):
                return typed_value(kind, self.resolved[path][name])
            return Unknown(f"${{{name}}}", f"ssm {canonical(value)}", sources(value) | {Source(path, name, None)})
        if secret:
            return Unknown(MASK, f"secret {canonical(value)}", sources(value))
        if isinstance(value, (list, dict, Unknown)):
            return value
        return typed_value(kind, text_of(value))

    def stored_name(self, path: ResourcePath, name: str) -> Any:
        """What a parameter is given, else its default: of a stored type, what Systems Manager is asked for."""
        given = self._given_to(path, name)
        return _object(self.section(path, "Parameters").get(name)).get("Default", "") if given is ABSENT else given

    def _given_to(self, path: ResourcePath, name: str) -> Any:
        if not path:
            return self.given.get(name, ABSENT)
        given = self._given(path)
        if intrinsic(given):  # all of them at once: !If [Condition, {...}, {...}]
            given = self.value(path.parent, given)
        if isinstance(given, Unknown):
            return unevaluated("Parameters", [given, name], text=f"${{{name}}}")
        given = _object(given)
        return self.value(path.parent, given[name]) if name in given else ABSENT

    def _output(self, path: ResourcePath, name: str) -> Any:
        if name not in self.section(path, "Outputs"):
            return awaited(path.parent, path.name, f"Outputs.{name}")
        value = self.value(path, _object(self.section(path, "Outputs")[name]).get("Value"))
        if not is_unknown(value):
            return value
        # What a reference in it reads follows from its text.
        text = shown(value) if "resolve:" in shown(value) else f"${{{path.name}.{name}}}"
        return Unknown(text, canonical(value), sources(value))

    def _attribute(self, path: ResourcePath, name: str, attribute: str) -> Any:
        below = self.documents.get(path / name, {"Transform": "unread"})
        nested = (self.resource(path, name) or {}).get("Type") == STACK_TYPE and "Transform" not in below
        if nested and attribute.startswith("Outputs."):
            return self.output(path / name, attribute.removeprefix("Outputs."))
        return awaited(path, name, attribute)


class LiveValues(Values):
    """One side of a comparison where the outputs of nested stacks are what they are now: `outputs`, by nested stack."""

    def __init__(self, side: Values, outputs: Mapping[ResourcePath, Mapping[str, str]]) -> None:
        super().__init__(side.documents, side.given, side.pseudo, side.resolved, side.names)
        self._outputs = outputs

    def output(self, path: ResourcePath, name: str) -> Any:
        """What an output of a nested stack is now."""
        return self._outputs.get(path, {}).get(name, awaited(path.parent, path.name, f"Outputs.{name}"))

    def _attribute(self, path: ResourcePath, name: str, attribute: str) -> Any:
        if path / name in self._outputs and attribute.startswith("Outputs."):
            return self.output(path / name, attribute.removeprefix("Outputs."))
        return awaited(path, name, attribute)
