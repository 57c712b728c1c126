"""Whether a template's references lead anywhere, and its types exist: refused before anything is made."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cloudformation.conditions import check_conditions
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.intrinsics.forms import check_forms, get_att_parts, sub_parts
from cloudformation.references import (
    PSEUDO_PARAMETERS,
    arguments,
    certain,
    creation_order,
    functions,
    if_names,
    references,
    sub_names,
)
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.resource_types.policies import DELETION_POLICIES, SNAPSHOT_TYPES
from cloudformation.rules import check_rules
from cloudformation.template.resource import TemplateResource
from cloudformation.template.sections import Template, parse_template
from cloudformation.template.transforms import INCLUDE, LANGUAGE_EXTENSIONS, SERVERLESS
from cloudformation.unknown import PLACEHOLDER, refuse_placeholders
from rehearsal.language.dynamic_references import check_references
from rehearsal.language.output_values import active_outputs
from rehearsal.language.parameters import check_defaults, check_zones
from rehearsal.language.scopes import Situation, situation
from rehearsal.resources.resource_types import ResourceTypes
from rehearsal.state.stacks import Stack, Target
from rehearsal.state.world import World

STACK_OUTPUT = "Fn::GetStackOutput"
_NOT_IN_A_NAME = frozenset(("Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs", STACK_OUTPUT))


_in_order: set[tuple[str, bytes]] = set()
"""The Regions and texts of templates that were judged, and had nothing against them: each operation asks again."""


def validate_template(template: Template, types: ResourceTypes) -> None:
    """Refuse what can be seen without parameter values.

    A template with transforms is left to them. Errors: TemplateError with AWS's text for unknown types, dangling
    references, unknown conditions and functions whose arguments have the wrong form.
    """
    judged = types.region, sha256(template.body.encode(errors="surrogatepass")).digest()
    # What a transform made of a text is another template with the same text.
    as_written = parse_template(template.body) is template
    if not (as_written and judged in _in_order):
        _validate(template, types)
    if as_written:
        _in_order.add(judged)


def _validate(template: Template, types: ResourceTypes) -> None:
    if template.transforms:
        _refuse_transforms(template)
        return
    if PLACEHOLDER in template.body:
        refuse_placeholders([[entry.values for entry in template.resources.values()], template.outputs])
    unknown = sorted({entry.type for entry in template.resources.values() if types.get(entry.type) is None})
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    check_defaults(template.parameters)
    for entry in template.resources.values():
        _refuse_snapshot(entry.type, entry.deletion_policy)
    check_conditions(template)
    _refuse_conditions(template)
    _refuse_stack_outputs(template)
    _refuse_export_names(template)
    outputs = [[output["Value"], output.get("Export")] for output in template.outputs.values()]
    for values in [entry.values for entry in template.resources.values()] + outputs:
        check_forms(values)
        _refuse_attributes(values, template)
    _refuse_dangling(template)


def _refuse_transforms(template: Template) -> None:
    others = [name for name in template.transforms if name not in (LANGUAGE_EXTENSIONS, INCLUDE, SERVERLESS)]
    if others or template.transforms.count(LANGUAGE_EXTENSIONS) > 1:
        raise ValidationError(f"Transforms are not simulated: [{', '.join(others or template.transforms)}]")


def _refuse_conditions(template: Template) -> None:
    named = [("Resources", entry.condition) for entry in template.resources.values()]
    named += [("Outputs", output.get("Condition") or None) for output in template.outputs.values()]
    for block, name in named:
        if name not in (None, *template.conditions):
            raise TemplateError(
                f"Template format error: Unresolved condition dependencies [{name}] "
                f"in the {block} block of the template"
            )
    used = [entry.values for entry in template.resources.values()] + list(template.outputs.values())
    for name in if_names(used):
        if name not in template.conditions:
            raise TemplateError(f"Template error: unresolved condition dependency {name} in Fn::If")


def _refuse_stack_outputs(template: Template) -> None:
    """Where Fn::GetStackOutput is not allowed, in the texts of deployments (aws-cloudformation/cfn-lint#4519)."""

    def reads(value: Any) -> bool:
        return any(True for _ in arguments(value, STACK_OUTPUT))

    if reads(list(template.conditions.values())):
        raise TemplateError(f"Template error: Cannot use {STACK_OUTPUT} in Conditions")
    outputs = list(template.outputs.values())
    if any(
        map(reads, arguments([[entry.values for entry in template.resources.values()], outputs], "Fn::ImportValue"))
    ):
        raise TemplateError(
            "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, "
            "or Fn::GetAZs"
        )


def _refuse_snapshot(type_name: str, policy: Any) -> None:
    """A DeletionPolicy of Snapshot is for the types that support snapshots; the text as a user of DynamoDB met it."""
    if policy == "Snapshot" and type_name not in SNAPSHOT_TYPES:
        raise TemplateError(f"Template error: resource type {type_name} does not support deletion policy Snapshot")


def _refuse_export_names(template: Template) -> None:
    """An export's name is known before anything is made (aws-cloudformation/cfn-lint#1632)."""
    for name, output in template.outputs.items():
        export = output.get("Export")
        used = {reference.name for reference in references(export)}
        if used & set(template.resources) or any(function in _NOT_IN_A_NAME for function, _ in functions(export)):
            raise TemplateError(
                f"Template format error: Output {name} is malformed.  The Name field of Export must not depend on any "
                "resources, imported values, or Fn::GetAZs."
            )


def _refuse_attributes(values: Any, template: Template) -> None:
    """Attributes of what is no resource: a parameter, a pseudo parameter, or nothing at all."""
    for name, argument in functions(values):
        if name == "Fn::GetAtt" and get_att_parts(argument)[0] not in template.resources:
            raise TemplateError(
                f"Template error: instance of Fn::GetAtt references undefined resource {get_att_parts(argument)[0]}"
            )
        text, own = sub_parts(argument) if name == "Fn::Sub" else ("", {})
        for variable in sub_names(text):
            if "." in variable and variable not in own and variable.partition(".")[0] not in template.resources:
                raise TemplateError(
                    f"Template error: instance of Fn::Sub references invalid resource attribute {variable}"
                )


def _refuse_dangling(template: Template) -> None:
    known = PSEUDO_PARAMETERS.union(template.parameters, template.resources)
    dangling: list[str] = []
    for entry in template.resources.values():
        needed = [reference.name for reference in references(entry.values)]
        dangling += [need for need in (*needed, *entry.depends_on) if need not in known]
    if dangling:
        raise _unresolved(dangling)


def _unresolved(names: list[str]) -> TemplateError:
    return TemplateError(
        f"Template format error: Unresolved resource dependencies [{', '.join(dict.fromkeys(names))}] "
        "in the Resources block of the template"
    )


def validate_target(world: World, stack: Stack, target: Target) -> None:
    """Refuse what can be seen once the parameters have values: rules, then all of `validate_situation`."""
    check_zones(parse_template(target.template).parameters, target.parameters, stack.region)
    evaluated = situation(world, stack, target)
    check_rules(evaluated.template, evaluated.scope)
    validate_situation(evaluated)


def validate_situation(evaluated: Situation) -> None:
    """Refuse what depends on values: references to resources that are switched off, circles, functions, outputs.

    Errors: TemplateError with AWS's text.
    """
    resources = evaluated.resources
    known = PSEUDO_PARAMETERS.union(evaluated.template.parameters, resources)
    for entry in resources.values():
        used = references(entry.values, evaluated.scope.conditions.get)
        off = [reference.name for reference in used if reference.name not in known]
        off += [name for name in entry.depends_on if name not in evaluated.template.resources]
        if off:
            raise _unresolved(off)
    _refuse_circles({name: evaluated.dependencies(name) for name in evaluated.resources})
    _refuse_outputs(evaluated, known)
    _refuse_values(evaluated)


def _refuse_values(evaluated: Situation) -> None:
    """Evaluate every function as far as parameters go; resources and exports stay unknown."""
    blind = evaluated.scope.blind()
    for entry in evaluated.resources.values():
        _refuse_policy(entry, blind)
        check_references(resolve(entry.properties, blind), blind.stored)
        for value in entry.values[1:]:
            resolve(value, blind)
    _refuse_same_exports(evaluated, blind)


def _refuse_policy(entry: TemplateResource, blind: Scope) -> None:
    """A DeletionPolicy from a function must be an existing one; an UpdateReplacePolicy is not checked.

    aws-cloudformation/cloudformation-coverage-roadmap#2096.
    """
    policy = resolve(entry.deletion_policy, blind)
    if isinstance(policy, str) and policy not in DELETION_POLICIES:
        raise TemplateError(
            f"Template format error: Unrecognized DeletionPolicy {policy} for resource {entry.logical_id}"
        )
    _refuse_snapshot(entry.type, policy)


def _refuse_same_exports(evaluated: Situation, blind: Scope) -> None:
    """Two exports of one name (aws/aws-cdk-cli#1531); names that are not known yet count as different."""
    names = [resolve(output.get("Export", {}).get("Name"), blind) for _, output in active_outputs(evaluated)]
    known = [name for name in names if isinstance(name, str)]
    if len(known) > len(set(known)):
        raise TemplateError("Template format error: duplicate Export names")


def refuse_certain_circles(template: Template) -> None:
    """Refuse resources in a circle that no condition can cut, as far as that is seen without values.

    ValidateTemplate reports circles too.
    """
    sure = {name: entry for name, entry in template.resources.items() if entry.condition is None}
    _refuse_circles(
        {
            name: {need.name for need in references(certain(entry.values))}.union(entry.depends_on).intersection(sure)
            for name, entry in sure.items()
        }
    )


def _refuse_circles(needs: Mapping[str, set[str]]) -> None:
    _, left = creation_order(needs)
    if left:
        raise TemplateError(f"Circular dependency between resources: [{', '.join(left)}]")


def _refuse_outputs(evaluated: Situation, known: frozenset[str]) -> None:
    for _, output in active_outputs(evaluated):
        used = references([output["Value"], output.get("Export")], evaluated.scope.conditions.get)
        dangling = [reference.name for reference in used if reference.name not in known]
        if dangling:
            raise TemplateError(
                f"Unresolved resource dependencies [{', '.join(dict.fromkeys(dangling))}] "
                "in the Outputs block of the template"
            )
