"""Why a resource's values differ: the parameters, resources and attributes that a change set names."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from cloudformation.intrinsics.evaluation import with_attributes
from cloudformation.references import Reference, intrinsic, references
from cloudformation.template.resource import TemplateResource
from cloudformation.unknown import Truth, Unknown
from rehearsal.change_sets.planning.change_rows import Cause
from rehearsal.language.scopes import Situation
from rehearsal.resources.differences import Difference, PropertyPath, node_at
from rehearsal.state.stacks import STACK_TYPE, ParameterValue


@dataclass(frozen=True)
class Causes:
    """What may be a cause in one comparison.

    `nested` says that nested stacks have change sets of their own; `moved` are parameters whose text differs,
    `unknown` resources that are new or replaced, `modified` those that are modified; the last two grow meanwhile.
    """

    now: Situation
    nested: bool
    moved: Set[str]
    unknown: Set[str]
    modified: Set[str]

    def of(self, entry: TemplateResource, difference: Difference) -> tuple[Cause, ...]:
        """Why a value differs: the parameters and resources that the new template takes it from."""
        return self._causes(node_at(entry.properties, difference.path, self.now.scope.conditions))

    def of_member(self, entry: TemplateResource, difference: Difference) -> tuple[Cause, ...]:
        """Why an attribute of a resource differs: its Metadata, one of its policies."""
        [member] = difference.path
        return self._causes(entry.member(member))

    def _causes(self, node: Any) -> tuple[Cause, ...]:
        causes = [self._cause(reference) for reference in self._read(node)]
        return tuple(dict.fromkeys(cause for cause in causes if cause))

    def _read(self, node: Any) -> Iterator[Reference]:
        """What a value refers to; an attribute that a Ref gives, by its name, and what the Ref leads to."""
        scope = self.now.scope
        yield from references(with_attributes(node, scope), scope.conditions.get)
        yield from (entry for entry in references(node, scope.conditions.get) if entry.attribute is None)

    def _cause(self, reference: Reference) -> Cause | None:
        if reference.name in self.moved:
            return Cause("ParameterReference", reference.entity)
        if reference.name not in self.now.template.resources:
            return None
        source = "ResourceReference" if reference.attribute is None else "ResourceAttribute"
        by_sibling = self.nested and self.now.template.resources[reference.name].type == STACK_TYPE
        return Cause(source, reference.entity) if reference.name in self.unknown or by_sibling else None

    def phantoms(self, entry: TemplateResource) -> dict[PropertyPath, tuple[Cause, ...]]:
        """Attributes of resources that are modified in place, by the path of the property that uses them."""
        causes: dict[PropertyPath, tuple[Cause, ...]] = {}
        properties = with_attributes(entry.properties, self.now.scope)
        for path, reference in _placed(properties, self.now.scope.conditions):
            touched = reference.name in self.modified and reference.name not in self.unknown
            if touched and reference.attribute is not None:
                cause = Cause("ResourceAttribute", reference.entity, dynamic=True)
                causes[path] = (*causes.get(path, ()), cause)
        return causes


def fed_by_siblings(causes: tuple[Cause, ...], difference: Difference) -> bool:
    """Whether a nested stack's property differs only because a sibling's output is not known yet."""
    return isinstance(difference.after, Unknown) and all(cause.source == "ResourceAttribute" for cause in causes)


def moved_parameters(before: Mapping[str, ParameterValue], after: Mapping[str, ParameterValue]) -> set[str]:
    """Parameters whose given text differs; a value that moved in Systems Manager is not among them."""
    return {key for key, value in after.items() if key not in before or before[key].value != value.value}


def _placed(value: Any, holds: Mapping[str, Truth], path: PropertyPath = ()) -> list[tuple[PropertyPath, Reference]]:
    if intrinsic(value):
        return [(path, reference) for reference in references(value, holds.get)]
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in _placed(item, holds, (*path, key))]
    if isinstance(value, list):
        return [pair for index, item in enumerate(value) for pair in _placed(item, holds, (*path, str(index)))]
    return []
