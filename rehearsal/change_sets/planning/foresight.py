"""What is known of a template's values while a change set is planned, before anything is executed.

A resource that is new or will be replaced has no Ref and no attributes yet, a nested stack that is
reviewed too has no outputs yet, and an export may not exist yet. Such values are Unknown; in a nested
change set they have the text that a child stack's parameters show in their place.
"""

from collections.abc import Collection, Iterator
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import intrinsic
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.template.resource import TemplateResource
from cloudformation.unknown import KNOWN_AFTER_APPLY, Unknown, awaited, placeholder, unevaluated
from rehearsal.language.scopes import Situation, properties_of
from rehearsal.language.sibling_attributes import feeders
from rehearsal.state.stacks import STACK_TYPE


class Foresight:
    """The values of one stack's template as far as they are known; `unknown` grows as planning goes on.

    What is not there yet is in it before anything that refers to it is asked for: resources come in creation order.
    """

    def __init__(self, evaluated: Situation, stack_name: str, existing: Collection[str], nested: bool) -> None:
        self.evaluated, self.stack_name, self.existing, self.nested = evaluated, stack_name, existing, nested
        self.unknown: set[str] = set()
        self._missing: list[str] = []
        self._for_child = False
        live = evaluated.scope
        self.scope = live._replace(
            resource=self._resource,
            attribute=self._attribute,
            exported=self._exported,
            stack_output=self._stack_output,
        )

    def properties(self, entry: TemplateResource) -> tuple[dict[str, Any], str | None]:
        """The resolved properties, and why they are incomplete where they are.

        Errors: TemplateError where AWS refuses the values outright.
        """
        self._missing.clear()
        self._for_child = self.nested and entry.type == STACK_TYPE
        resolved = properties_of(entry, self.scope)
        reasons = [*self._missing, *_refused_by_unknown(entry.properties, self.scope)]
        return resolved, reasons[0] if reasons else None

    def _resource(self, name: str) -> Any:
        if name in self.unknown:
            return awaited((), name, "", self._placeholder(name, "Ref"))
        return self.evaluated.scope.resource(name)

    def _attribute(self, name: str, wanted: str) -> Any:
        kind = self.evaluated.template.resources[name].type
        is_stack = kind == STACK_TYPE
        known = name not in self.unknown and not self._is_fed(kind, wanted)
        if (self.nested and is_stack) or not known:
            return awaited((), name, wanted, self._placeholder(f"{name}.{wanted}", "Fn::GetAtt"))
        try:
            return self.evaluated.scope.attribute(name, wanted)
        except ValidationError:
            if is_stack:
                return awaited((), name, wanted)  # an output that the nested stack will have only after its own update
            raise

    def _is_fed(self, kind: str, wanted: str) -> bool:
        """Whether a resource that is still to be made adds to the attribute: a VPC has the ranges of others."""
        types = feeders(kind, wanted)
        active = self.evaluated.resources.items() if types else ()
        return any(
            entry.type in types and (name in self.unknown or name not in self.existing) for name, entry in active
        )

    def _exported(self, name: str) -> Any:
        """An import; one that is handed to a child is left to the execution, even for its TemplateURL
        (aws-cloudformation/cloudformation-coverage-roadmap#1212, cfn-language-discussion#152).
        """
        if self._for_child:
            return self._import(name)
        try:
            return self.evaluated.scope.exported(name)
        except ValidationError:
            self._missing.append(f"No export named {name}")
            return self._import(name)

    def _stack_output(self, *parts: str) -> Any:
        """An output of another stack, which the execution will read: what is not there yet may be there then."""
        try:
            return self.evaluated.scope.stack_output(*parts)
        except ValidationError as error:
            self._missing.append(error.message)
            return unevaluated("Fn::GetStackOutput", list(parts))

    def _import(self, name: str) -> Unknown:
        late = unevaluated("Fn::ImportValue", name)
        return Unknown(late.text, late.key, late.sources, self._placeholder("", "Fn::ImportValue"))

    def _placeholder(self, entity: str, function: str) -> str:
        return placeholder(self.stack_name, entity, function) if self.nested else KNOWN_AFTER_APPLY


def _refused_by_unknown(value: Any, scope: Scope) -> Iterator[str]:
    """Why Fn::Split and Fn::Select cannot be evaluated where their text is not known yet.

    To CloudFormation such a text is one piece that nothing splits, so a second piece does not exist: in a
    nested change set, where the text is a placeholder, that fails the set
    (aws-cloudformation/cloudformation-coverage-roadmap#759); elsewhere it is a warning.
    """
    function = intrinsic(value)
    if function and function[0] == "Fn::If":
        condition, *branches = function[1]
        yield from _refused_by_unknown(branches[0 if scope.holds(condition) else 1], scope)
    elif function and function[0] == "Fn::Split":
        source = resolve(function[1][1], scope)
        if isinstance(source, Unknown) and not source.is_text:
            yield _refusal({"Fn::Split": [",", []]}, scope)
    elif function and function[0] == "Fn::Select":
        index, items = function[1]
        yield from _refused_select(index, items, scope)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _refused_by_unknown(item, scope)
    elif isinstance(value, list):
        for item in value:
            yield from _refused_by_unknown(item, scope)


def _refused_select(index: Any, items: Any, scope: Scope) -> Iterator[str]:
    function = intrinsic(items)
    source = resolve(function[1][1], scope) if function and function[0] == "Fn::Split" else None
    if not isinstance(source, Unknown):
        yield from _refused_by_unknown(items, scope)
        return
    refusal = _refusal({"Fn::Select": [index, [source.placeholder]]}, scope)
    yield from [refusal] if refusal else _refused_by_unknown(items, scope)


def _refusal(value: Any, scope: Scope) -> str:
    try:
        resolve(value, scope)
    except TemplateError as error:
        return error.message
    return ""
