"""The contents of a change set: the comparison of each existing resource with the resource in the template.

Two descriptions come from one comparison, because AWS gives two. With property values (`valued`) a
row is for a value that differs, or that is unknown until execution. Without them (`plain`) there
is also a row for every attribute of a resource that is modified elsewhere, whether it will differ or
not: the phantom rows. References: DescribeChangeSet in the API reference, and the change set samples
in the user guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cloudformation.intrinsics.evaluation import resolve
from cloudformation.references import creation_order
from cloudformation.refusals import ValidationError
from cloudformation.resource_types.policies import default_deletion_policy
from cloudformation.template.resource import TemplateResource
from cloudformation.unknown import ABSENT, is_settled
from rehearsal.change_sets.planning.causes import Causes, fed_by_siblings, moved_parameters
from rehearsal.change_sets.planning.change_rows import Row, add_row, import_row, modify_row, remove_row
from rehearsal.change_sets.planning.early_validation import (
    given_name,
    name_findings,
    names_in_use,
    property_findings,
    refuse_unguarded,
)
from rehearsal.change_sets.planning.foresight import Foresight
from rehearsal.language.output_values import declared_outputs, refuse_lists
from rehearsal.language.scopes import Situation, described, situation
from rehearsal.language.sibling_attributes import fed_by
from rehearsal.properties.made_up_values import excused
from rehearsal.properties.physical_names import stands_outside
from rehearsal.properties.property_checks import with_open_answers
from rehearsal.resources.differences import Difference, differences
from rehearsal.resources.resource_types import ResourceType
from rehearsal.state.events import properties_text
from rehearsal.state.stacks import STACK_TYPE, Stack, StackResource, Target
from rehearsal.state.world import World

ATTRIBUTES = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
INCOMPLETE = "[WARN] --include-property-values option can return incomplete ChangeSet data because: "


@dataclass
class Plan:
    """The rows of one stack's change set, and the requests to its nested stacks.

    `children` has the resolved properties of every nested stack that stays or is added, `outputs_change` whether
    outputs do as far as is known, `findings` what early validation says, `warning` why the description with
    values may be incomplete, `adopted` what exists already and is imported.
    """

    plain: list[dict[str, Any]] = field(default_factory=list)
    valued: list[dict[str, Any]] = field(default_factory=list)
    children: dict[str, dict[str, Any]] = field(default_factory=dict)
    other_changes: bool = False
    outputs_change: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)
    warning: str | None = None
    adopted: list[str] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        """Without values there are the rows that there are with them, and more."""
        return not (self.plain or self.other_changes)


def plan(world: World, stack: Stack, target: Target, *, nested: bool, importing: bool) -> Plan:
    """What executing the target would do to the stack.

    `nested` says that the nested stacks get change sets of their own; their outputs are then unknown. With `importing`,
    what exists under the name of a new resource becomes that resource.
    Errors: ValidationError where AWS refuses the values or the template.
    """
    return _Planner(world, stack, target, nested, importing).plan()


class _Planner:
    """One comparison under way: which resources are replaced or modified so far."""

    def __init__(self, world: World, stack: Stack, target: Target, nested: bool, importing: bool) -> None:
        self.world, self.stack, self.target, self.nested, self.importing = world, stack, target, nested, importing
        self.now: Situation = situation(world, stack, target)
        self.before = situation(world, stack, stack.target) if stack.target and not stack.target.refusal else None
        self.existing = {name: entry for name, entry in stack.resources.items() if entry.exists}
        self.modified: set[str] = set()
        self.imported: dict[str, tuple[str, str | None]] = {}
        self.result = Plan()
        self.standing = {name: entry for name, entry in self.existing.items() if entry.stands}
        self.foresight = Foresight(self.now, stack.name, self.standing, nested)
        self.scope, self.unknown = self.foresight.scope, self.foresight.unknown
        moved = moved_parameters(stack.target.parameters if stack.target else {}, target.parameters)
        self.causes = Causes(self.now, nested, moved, self.unknown, self.modified)

    def plan(self) -> Plan:
        wanted = self.now.resources
        self.world.scenario.know(self.world.path(self.stack, name) for name in (*wanted, *self.existing))
        self._refuse_changed_types(wanted)
        for name in self._order(wanted):
            if name in self.standing:
                self._compare(name, wanted[name])
            else:
                self._add(name, wanted[name])
        for name, entry in self.existing.items():
            if name not in wanted:
                self._remove(name, entry)
        for rows in (self.result.plain, self.result.valued):
            rows.sort(key=lambda row: row["ResourceChange"]["LogicalResourceId"])
        refuse_unguarded(self.imported)
        self.result.adopted = list(self.imported)
        self.result.other_changes = self._other_changes()
        refuse_lists(self.now)
        return self.result

    def _order(self, wanted: Mapping[str, TemplateResource]) -> list[str]:
        """Each resource after what it depends on, and after what adds to an attribute that it reads: whether that is
        replaced is then known. What adds to it and depends on its reader is executed after the reader.
        """
        needed = {name: self.now.dependencies(name) for name in wanted}
        adding = fed_by(wanted, self.now.scope.conditions)
        order, circular = creation_order({name: needs | adding.get(name, set()) for name, needs in needed.items()})
        if circular:
            kept = {name: adding[name] for name in adding.keys() - circular}
            order, _ = creation_order({name: needs | kept.get(name, set()) for name, needs in needed.items()})
        return order

    def _refuse_changed_types(self, wanted: Mapping[str, TemplateResource]) -> None:
        changed = [
            name for name, entry in wanted.items() if name in self.existing and self.existing[name].type != entry.type
        ]
        if changed:
            raise ValidationError(
                "Update of resource type is not permitted. "
                f"The new template modifies resource type of the following resources: [{', '.join(changed)}]"
            )

    @cached_property
    def _names_of_stacks(self) -> dict[str, set[str]]:
        return names_in_use(self.world, self.stack.region)

    def _in_use(self, type_name: str, name: str) -> bool:
        return name in self._names_of_stacks.get(type_name, ()) or self.world.services.stands(
            type_name, name, self.stack.region
        )

    @property
    def _retagged(self) -> bool:
        """Whether the stack's own tags change, which CloudFormation copies to every resource that has tags."""
        return self.stack.target is not None and self.stack.target.tags != self.target.tags

    def _other_changes(self) -> bool:
        """Changes that count although no row shows them: outputs, and tags of the stack (envato/stack_master#302)."""
        if self.before is None:
            return False
        old, new = declared_outputs(self.before), declared_outputs(self.now)
        moved = [name for name in {*old, *new} if old.get(name) != new.get(name)]
        self.result.outputs_change = any(all(map(is_settled, new.get(name, ()))) for name in moved)
        return self._retagged or bool(moved)

    def _described(self, name: str, entry: TemplateResource) -> tuple[ResourceType, StackResource]:
        kind = self.world.kind(self.stack.region, entry.type)
        properties, incomplete = self.foresight.properties(entry)
        if incomplete:
            reason = f"ChangeSet creation failed for resource [{name}] because: {incomplete}"
            self.result.warning = self.result.warning or INCOMPLETE + reason
        return kind, described(entry, self.scope, properties)

    def _add(self, name: str, entry: TemplateResource) -> None:
        self.unknown.add(name)
        kind, wanted = self._described(name, entry)
        if entry.type == STACK_TYPE:
            self.result.children[name] = wanted.properties
        existing = given_name(kind, entry.properties) if self.importing else None
        if existing is not None and stands_outside(self.world, self.stack, entry.type, existing):
            [identifier] = kind.primary_identifier
            self.imported[name] = (f"{identifier}={existing}", wanted.deletion_policy)
            self._import(replace(wanted, physical_id=existing))
            return
        self.result.plain.append(add_row(name, entry.type, None))
        self.result.valued.append(add_row(name, entry.type, _shown(wanted)))
        self.result.findings += self._findings(name, kind, wanted)
        if not self._failed_under(name, kind, wanted):
            self.result.findings += name_findings(name, kind, wanted.properties, self._in_use)

    def _failed_under(self, name: str, kind: ResourceType, wanted: StackResource) -> bool:
        """Whether the name is that of the resource itself, which was not rolled back when its creation failed."""
        kept = self.stack.resources.get(name)
        if kept is None or not kept.exists or kept.type != wanted.type:
            return False
        return given_name(kind, kept.properties) == given_name(kind, wanted.properties)

    def _findings(self, name: str, kind: ResourceType, wanted: StackResource) -> list[Row]:
        properties = with_open_answers(self.stack, Situation(self.now.template, self.scope), wanted).properties
        return property_findings(name, kind, properties, excused(self.world, properties))

    def _import(self, wanted: StackResource) -> None:
        self.result.plain.append(import_row(wanted, None, beside_others=True))
        self.result.valued.append(import_row(wanted, _shown(wanted), beside_others=True))

    def _remove(self, name: str, entry: StackResource) -> None:
        policy = entry.deletion_policy or default_deletion_policy(entry.type, entry.properties)
        context = _shown(replace(entry, properties=self._as_removed(name, entry)))
        self.result.plain.append(remove_row(entry, policy, None))
        self.result.valued.append(remove_row(entry, policy, context))

    def _as_removed(self, name: str, entry: StackResource) -> dict[str, Any]:
        """Properties of a removed resource: what refers to resources is not looked up any more."""
        if self.before is None or name not in self.before.template.resources:
            return entry.properties
        live = self.before.scope
        resolved: dict[str, Any] = resolve(
            self.before.template.resources[name].properties, live.blind()._replace(exported=live.exported)
        )
        return resolved

    def _compare(self, name: str, entry: TemplateResource) -> None:
        existing = self.standing[name]
        kind, wanted = self._described(name, entry)
        differing = differences(kind, existing.properties, wanted.properties)
        causes = [(difference, self.causes.of(entry, difference)) for difference in differing]
        found = _member_differences(_shown(existing), _shown(wanted))
        members = [(difference, self.causes.of_member(entry, difference)) for difference in found]
        if self._retagged and kind.tag_property and entry.type != STACK_TYPE:
            members.append((Difference(("Tags",), ABSENT, ABSENT), ()))
        automatic = entry.type == STACK_TYPE
        if automatic:
            self.result.children[name] = wanted.properties
            causes = [(difference, why) for difference, why in causes if not fed_by_siblings(why, difference)]
        valued = modify_row(existing, kind, causes, {}, members, valued=True, automatic=automatic)
        phantoms = self.causes.phantoms(entry)
        plain = modify_row(existing, kind, causes, phantoms, members, valued=False, automatic=automatic)
        if valued:
            valued["ResourceChange"]["BeforeContext"] = properties_text(_shown(existing))
            valued["ResourceChange"]["AfterContext"] = properties_text(_shown(wanted))
            self.result.valued.append(valued)
            if causes:
                self.result.findings += self._findings(name, kind, wanted)
            if valued["ResourceChange"]["Replacement"] == "True":
                self.unknown.add(name)
        if plain:
            self.result.plain.append(plain)
            self.modified.add(name)


def _member_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference((member,), before.get(member, ABSENT), after.get(member, ABSENT))
        for member in ATTRIBUTES
        if before.get(member) != after.get(member)
    ]


def _shown(entry: StackResource) -> dict[str, Any]:
    """The members of a resource as a change set shows them."""
    members = {
        "Metadata": entry.metadata,
        **entry.policies,
        "DeletionPolicy": entry.deletion_policy,
        "UpdateReplacePolicy": entry.update_replace_policy,
    }
    kept = {member: value for member, value in members.items() if value is not None}
    return {"Properties": entry.properties} | kept
