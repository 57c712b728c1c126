"""Whether a nested change set failed only because a value is not known before the execution.

To a nested set, what a sibling will output is a placeholder; whatever must evaluate it fails, while a plain set has no
such trouble (aws-cloudformation/cloudformation-coverage-roadmap#759, #1212, cfn-language-discussion#152,
aws-cloudformation/rain#526, aws/aws-cdk-cli#1531). The reason seldom says so: each failed set is compared with its
template. A failure that the templates do not explain so is a failure as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cloudformation.references import Reference, arguments, condition_names, references
from cloudformation.statuses import ChangeAction, ChangeSetStatus
from cloudformation.unknown import canonical, is_unknown, shows_unknown
from deployment.aws import texts
from deployment.change_set.change_set import ChangeSet
from deployment.change_set.lifecycle import unchanged
from deployment.template.resource_path import ResourcePath
from deployment.template.values import Values


def unevaluated(root: ChangeSet, values: Values, *, create: bool) -> tuple[str, ...]:
    """Why nested sets failed that a plain set would not; empty unless that is so of every failure of the tree.

    `values` evaluates the templates that are sent; `create` says that nothing stands yet.
    """
    sets = dict(root.walk())
    failed = [_Layer(path, sets, values, create) for path, change_set in sets.items() if _failed(change_set)]
    if not failed or not all(_by_placeholder(layer) for layer in failed):
        return ()
    return tuple(f"{str(layer.path) or 'root'}: {layer.change_set.reason}" for layer in failed)


def _failed(change_set: ChangeSet) -> bool:
    """Whether a set failed by itself, not over one below it."""
    by_child = texts.failed_nested_set(change_set.reason) is not None and bool(change_set.children)
    return change_set.status is ChangeSetStatus.FAILED and not unchanged(change_set) and not by_child


@dataclass(frozen=True)
class _Layer:
    """A nested stack with what is known of its template and its change set."""

    path: ResourcePath
    sets: Mapping[ResourcePath, ChangeSet]
    values: Values
    create: bool

    @property
    def change_set(self) -> ChangeSet:
        return self.sets[self.path]

    def section(self, name: str) -> Mapping[str, Any]:
        return self.values.section(self.path, name)

    @property
    def above(self) -> _Layer:
        return replace(self, path=self.path.parent)

    def waits(self, expression: Any) -> bool:
        """Whether an expression reads what a nested change set does not know: a sibling's output, an import, what is
        still to be created, a condition over one, or a parameter that is given one.
        """
        if any(True for _ in arguments(expression, "Fn::ImportValue")):
            return True
        below = (self.section("Conditions").get(name) for name in condition_names(expression))
        return any(self._is_late(read) for read in references(expression)) or any(
            self.waits(condition) for condition in below
        )

    def _is_late(self, read: Reference) -> bool:
        name = read.name
        if self.values.resource(self.path, name) is not None:
            return (read.attribute or "").startswith("Outputs.") or self._is_made(name)
        if not self.path or name not in self.section("Parameters"):
            return False
        described = self.sets[self.path].parameters if self.path in self.sets else {}
        return shows_unknown(described.get(name, "")) or self.above.waits(self.given.get(name))

    def _is_made(self, name: str) -> bool:
        """Whether a resource does not exist yet; for the root's own a plain set shows it better."""
        rows = {row.logical_id: row for row in self.sets[self.path].changes} if self.path in self.sets else {}
        added = name in rows and rows[name].action is ChangeAction.ADD
        return self.create or not self.path or added or self.is_new

    @property
    def is_new(self) -> bool:
        """Whether the nested stack, or one above it, is listed as added."""
        if not self.path:
            return self.create
        rows = self.sets[self.path.parent].changes if self.path.parent in self.sets else ()
        return self.above.is_new or any(
            row.logical_id == self.path.name and row.action is ChangeAction.ADD for row in rows
        )

    @property
    def given(self) -> Mapping[str, Any]:
        """The parameters that the nested stack above gives."""
        given = self.stack.get("Parameters")
        return given if isinstance(given, dict) else {}

    @property
    def stack(self) -> Mapping[str, Any]:
        """The properties of the nested stack."""
        body = self.values.resource(self.path.parent, self.path.name) or {}
        return body.get("Properties") or {}


def _by_placeholder(layer: _Layer) -> bool:
    reason = layer.change_set.reason or ""
    return texts.names_placeholder(reason) or any(explains(layer, reason) for explains in _EXPLANATIONS)


def _function(layer: _Layer, reason: str) -> bool:
    """A Fn::Select or Fn::Split reads a placeholder, and no other one is wrong by itself."""
    name = texts.failed_function(reason)
    if name is None:
        return False
    calls = [*arguments(layer.values.documents.get(layer.path), name)]
    return any(layer.waits(argument) for argument in calls) and not any(
        _wrong(layer, name, argument) for argument in calls
    )


def _wrong(layer: _Layer, name: str, argument: Any) -> bool:
    """Whether a function cannot be evaluated although all that it reads is known."""
    if not isinstance(argument, list) or len(argument) != 2:
        return True
    read = layer.values.value(layer.path, argument)
    return not is_unknown(read) and is_unknown(layer.values.value(layer.path, {name: argument}))


def _parameter(layer: _Layer, reason: str) -> bool:
    name = texts.refused_parameter(reason)
    return name is not None and layer.waits({"Ref": name})


def _rule(layer: _Layer, reason: str) -> bool:
    """The assertions that the reason names are all of rules that read a placeholder."""
    failed = [
        rule
        for rule in layer.section("Rules").values()
        if any((assertion.get("AssertDescription") or "\0") in reason for assertion in rule.get("Assertions") or ())
    ]
    return bool(failed) and all(layer.waits(rule) for rule in failed)


def _dependency(layer: _Layer, reason: str) -> bool:
    """What is not there was switched off by conditions that read a placeholder."""
    names = texts.unresolved_resources(reason)
    conditions = [(layer.values.resource(layer.path, name) or {}).get("Condition") for name in names]
    return bool(names) and all(condition and layer.waits({"Condition": condition}) for condition in conditions)


def _exports(layer: _Layer, reason: str) -> bool:
    """The names of exports are different ones, of which some read a placeholder."""
    if not texts.says_duplicate_exports(reason):
        return False
    exports = (output.get("Export") for output in layer.section("Outputs").values())
    names = [export["Name"] for export in exports if export]
    known = {canonical(layer.values.value(layer.path, name)) for name in names}
    return len(known) == len(names) and any(layer.waits(name) for name in names)


def _url(layer: _Layer, reason: str) -> bool:
    return texts.says_unsupported_url(reason) and bool(layer.path) and layer.above.waits(layer.stack.get("TemplateURL"))


_EXPLANATIONS: tuple[Callable[[_Layer, str], bool], ...] = (_function, _parameter, _rule, _dependency, _exports, _url)
