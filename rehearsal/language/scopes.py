"""Where the names of one stack's template lead: parameters, pseudo parameters, conditions, resources."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from cloudformation.conditions import evaluate_conditions
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import intrinsic, references
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.template.resource import TemplateResource
from cloudformation.template.sections import Template, parse_template
from cloudformation.unknown import ABSENT, Truth
from rehearsal.language.custom_answers import custom_answer, is_answered
from rehearsal.language.dynamic_references import refer
from rehearsal.language.parameters import ref_value
from rehearsal.language.sibling_attributes import with_siblings
from rehearsal.language.split_values import with_parts
from rehearsal.language.stack_outputs import stack_output
from rehearsal.resources.identifier_words import Where
from rehearsal.state.events import iso
from rehearsal.state.stacks import STACK_TYPE, ParameterValue, Stack, StackResource, Target
from rehearsal.state.world import World


@dataclass(frozen=True)
class Situation:
    """A template with its values for one stack: what is switched on, and where every name leads."""

    template: Template
    scope: Scope

    def active(self, logical_id: str) -> bool:
        """Whether a resource exists under the conditions as they are."""
        resource = self.template.resources.get(logical_id)
        return resource is not None and (resource.condition is None or self.scope.holds(resource.condition) is True)

    @property
    def resources(self) -> dict[str, TemplateResource]:
        """The resources that the conditions leave."""
        return {name: entry for name, entry in self.template.resources.items() if self.active(name)}

    def dependencies(self, logical_id: str) -> set[str]:
        """The active resources that this one needs: by reference or by DependsOn."""
        entry = self.template.resources[logical_id]
        named = {reference.name for reference in references(entry.values, self.scope.conditions.get)}
        return {name for name in named.union(entry.depends_on) if self.active(name)}


def situation(world: World, stack: Stack, target: Target) -> Situation:
    """The situation of a stack under a target; resources resolve to what exists now.

    Errors: TemplateError for a target whose transform has failed.
    """
    if target.refusal is not None:
        raise TemplateError(target.refusal)
    pseudo = tuple(pseudo_parameters(world, stack, target).items())
    template, values, conditions = _settled(target.template, tuple(target.parameters.values()), pseudo)
    lookups = _lookups(world, stack, template)
    scope = Scope(parameters=values, mappings=template.mappings, conditions=conditions, **lookups)
    return Situation(template, scope)


@lru_cache(maxsize=128)
def _settled(
    body: str, given: tuple[ParameterValue, ...], pseudo: tuple[tuple[str, Any], ...]
) -> tuple[Template, Mapping[str, Any], Mapping[str, Truth]]:
    """What parameters and conditions come to; every step of an operation asks for the same."""
    template = parse_template(body)
    values = {value.key: ref_value(template.parameters[value.key], value) for value in given} | dict(pseudo)
    conditions = evaluate_conditions(template.conditions, Scope(parameters=values, mappings=template.mappings))
    whole = {name: entry for name, entry in template.resources.items() if intrinsic(entry.properties)}
    if whole:
        chosen = {name: replace(entry, properties=_chosen(name, entry, conditions)) for name, entry in whole.items()}
        template = replace(template, resources={**template.resources, **chosen})
    return template, values, conditions


def _chosen(name: str, entry: TemplateResource, conditions: Mapping[str, Truth]) -> dict[str, Any]:
    """The Properties that a Fn::If in their place chooses (a stack of such a template: stelligent/cfn_nag#334).

    Errors: TemplateError where they are no object in the end; AWS's words for that are not known.
    """
    wanted: Any = entry.properties
    while (function := intrinsic(wanted)) and function[0] == "Fn::If":
        condition, *branches = function[1]
        wanted = branches[0 if conditions.get(condition) is True else 1]
    if wanted == {"Ref": "AWS::NoValue"}:
        return {}
    if not isinstance(wanted, dict) or intrinsic(wanted):
        raise TemplateError(f"Template format error: [/Resources/{name}/Properties] Properties must be an object.")
    return wanted


def pseudo_parameters(world: World, stack: Stack, target: Target) -> dict[str, Any]:
    """`AWS::Region` and its like."""
    return {
        "AWS::AccountId": world.state.account,
        "AWS::NotificationARNs": target.notification_arns,
        "AWS::NoValue": ABSENT,
        "AWS::Partition": world.partition(stack.region),
        "AWS::Region": stack.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": world.url_suffix(stack.region),
    }


def _lookups(world: World, stack: Stack, template: Template) -> dict[str, Any]:
    def exported(name: str) -> Any:
        export = world.exports(stack.region).get(name)
        if export is None:
            raise ValidationError(f"No export named {name} found")
        return export[1].value

    return {
        "resource": lambda name: with_parts(template, stack.resources[name], "", stack.resources[name].ref),
        "attribute": partial(_attribute, world, stack, template),
        "exported": exported,
        "stack_output": partial(stack_output, world, stack),
        "zones": partial(zones_of, world),
        "stored": partial(world.stored, region=stack.region),
    }


def zones_of(world: World, region: str) -> list[str]:
    """The availability zones of a region.

    Errors: ValidationError where none are known: which zones an account has is known only to the account.
    """
    zones = list(world.services.zones(region))
    if not zones:
        raise ValidationError(f"Fn::GetAZs for the region {region} is not simulated by the rehearsal")
    return zones


def _attribute(world: World, stack: Stack, template: Template, name: str, wanted: str) -> Any:
    resource = stack.resources[name]
    if not is_answered(resource.type) or wanted in resource.attributes:
        return with_parts(template, resource, wanted, attribute_of(world, stack, name, wanted))
    answer = custom_answer(template, world.types(stack.region), _where(world, stack), resource, wanted)
    world.answered.update(item for item in (answer if isinstance(answer, list) else [answer]) if isinstance(item, str))
    return answer


def attribute_of(world: World, stack: Stack, name: str, wanted: str) -> Any:
    """What Fn::GetAtt gives for a resource that exists.

    Errors: ValidationError with AWS's text for an attribute that the type or the nested stack has not.
    """
    resource = stack.resources[name]
    if resource.type == STACK_TYPE:
        child = world.state.stacks[resource.physical_id]
        output = child.outputs.get(wanted.removeprefix("Outputs."))
        if output is None or not wanted.startswith("Outputs."):
            raise ValidationError(f"Resource type {STACK_TYPE} does not support attribute {{{wanted}}}")
        return output.value
    if wanted not in resource.attributes:
        raise ValidationError(f"Resource type {resource.type} does not support attribute {{{wanted}}}")
    return with_siblings(world, stack, resource, wanted)


def _where(world: World, stack: Stack) -> Where:
    """Where what is made up for a stack belongs; its time is the stack's own, so that it stays the same."""
    partition = world.partition(stack.region)
    return Where(world.state.account, stack.region, partition, stack.name, stack.id, iso(stack.created))


def properties_of(entry: TemplateResource, scope: Scope) -> dict[str, Any]:
    """A resource's properties, resolved: functions first, then dynamic references."""
    properties: dict[str, Any] = refer(entry.type, resolve(entry.properties, scope), scope.stored)
    return properties


def described(entry: TemplateResource, scope: Scope, properties: dict[str, Any]) -> StackResource:
    """A resource as the template wants it, with its resolved properties; it has no physical id yet."""
    removed, replaced = (resolve(policy, scope) for policy in (entry.deletion_policy, entry.update_replace_policy))
    policies = {"CreationPolicy": entry.creation_policy, "UpdatePolicy": entry.update_policy}
    return StackResource(
        logical_id=entry.logical_id,
        type=entry.type,
        properties=properties,
        metadata=resolve(entry.metadata, scope),
        deletion_policy=None if removed is None else str(removed),
        update_replace_policy=None if replaced is None else str(replaced),
        policies={name: resolve(policy, scope) for name, policy in policies.items() if policy is not None},
    )
