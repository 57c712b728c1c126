"""A stack's outputs and exports: resolved when its resources exist, refused when they cannot be."""

from collections.abc import Iterator, Mapping
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, resolve, with_attributes
from cloudformation.references import arguments, if_names, references
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.unknown import canonical
from rehearsal.language.scopes import Situation, situation
from rehearsal.resources.resource_types import ResourceTypes
from rehearsal.state.stacks import Output, Stack, Target
from rehearsal.state.world import World


def active_outputs(evaluated: Situation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The outputs that the conditions leave."""
    for name, output in evaluated.template.outputs.items():
        if "Condition" not in output or evaluated.scope.holds(output["Condition"]) is not False:
            yield name, output


def declared_outputs(evaluated: Situation) -> dict[str, Any]:
    """Outputs as far as they can be compared without the resources: the template and its values.

    A change set with nothing but other outputs has no rows, is CREATE_COMPLETE and executes
    (jenkinsci/pipeline-aws-plugin#253).
    """
    blind = evaluated.scope._replace(
        resource=lambda name: f"ref:{name}",
        attribute=lambda name, wanted: f"{name}.{wanted}",
        exported=lambda name: f"export:{name}",
        stack_output=lambda *parts: f"output:{parts}",
    )
    return {
        name: [_settled(output.get(key), blind) for key in ("Value", "Export", "Description")]
        for name, output in active_outputs(evaluated)
    }


def _settled(value: Any, scope: Scope) -> Any:
    """A value, or where it takes pieces of what only the resources have, its text and what that depends on."""
    try:
        resolved = resolve(value, scope)
    except TemplateError:
        used = [scope.parameters.get(reference.name) for reference in references(value)]
        return canonical([value, used, [scope.holds(name) for name in if_names(value)]])
    return canonical(resolved)


def check_outputs(evaluated: Situation, types: ResourceTypes) -> None:
    """Refuse outputs that ask a resource for an attribute that its type has not.

    AWS lets such a template pass review and fails its execution before any resource is touched.
    """
    for name, output in active_outputs(evaluated):
        value = with_attributes(output["Value"], evaluated.scope)
        for reference in references(value, evaluated.scope.conditions.get):
            entry = evaluated.template.resources.get(reference.name)
            if entry is None or not reference.attribute:
                continue
            kind = types.get(entry.type)
            if kind is not None and not kind.supports_attribute(reference.attribute):
                raise ValidationError(
                    f"[Error] /Outputs/{name}/Value/Fn::GetAtt: Resource type {entry.type} "
                    f"does not support attribute {{{reference.attribute}}}"
                )


def refuse_lists(evaluated: Situation) -> None:
    """Refuse outputs that come to a list or a map whatever the resources turn out to be.

    Not with the request, but in the review (aws-samples/sessions-with-aws-sam#7).
    """
    blind = evaluated.scope.blind()
    for _, output in active_outputs(evaluated):
        _refuse_list(resolve(output["Value"], blind))


def resolve_outputs(world: World, stack: Stack, target: Target) -> dict[str, Output]:
    """Every output with its value.

    Errors: ValidationError for a value that is no text, an export that another stack has, and an export
    in use that would change or go.
    """
    evaluated = situation(world, stack, target)
    outputs = {name: _output(output, evaluated) for name, output in active_outputs(evaluated)}
    _check_exports(world, stack, outputs)
    return outputs


def _output(declared: Mapping[str, Any], evaluated: Situation) -> Output:
    value = resolve(declared["Value"], evaluated.scope)
    _refuse_list(value)
    export = declared.get("Export", {}).get("Name")
    description = declared.get("Description")
    return Output(text_of(value), description, None if export is None else text_of(resolve(export, evaluated.scope)))


def _refuse_list(value: Any) -> None:
    if isinstance(value, (dict, list)):
        raise ValidationError(
            "Template format error: The Value field of every Outputs member must evaluate to a String."
        )


def _check_exports(world: World, stack: Stack, outputs: Mapping[str, Output]) -> None:
    known = world.exports(stack.region)
    for output in outputs.values():
        owner = known.get(output.export or "")
        if owner is not None and owner[0].id != stack.id:
            raise ValidationError(f"Export with name {output.export} is already exported by stack {owner[0].name}")
    kept = {output.export: output.value for output in outputs.values() if output.export}
    for name, (owner_stack, output) in known.items():
        importers = list(importing(world, name, stack.region)) if owner_stack.id == stack.id else []
        if importers and name not in kept:
            raise ValidationError(f"Export {name} cannot be deleted as it is in use by {importers[0]}")
        if importers and kept[name] != output.value:
            raise ValidationError(f"Export {name} cannot be updated as it is in use by {importers[0]}")


def export_in_use(world: World, stack: Stack) -> str | None:
    """Why a stack cannot be deleted: one of its exports is imported by another stack. None: it can."""
    for output in stack.outputs.values():
        for name in importing(world, output.export, stack.region) if output.export else ():
            if name != stack.name:
                return f"Export {output.export} cannot be deleted as it is in use by {name}"
    return None


def importing(world: World, export: str, region: str) -> Iterator[str]:
    """Names of the stacks that import an export."""
    for stack in world.living(region):
        if stack.target is not None and stack.resources and export in imports_of(world, stack):
            yield stack.name


def imports_of(world: World, stack: Stack) -> set[str]:
    """The export names that a stack's template imports, with its values."""
    assert stack.target is not None
    if "ImportValue" not in stack.target.template:
        return set()
    evaluated = situation(world, stack, stack.target)
    values = [entry.properties for entry in evaluated.resources.values()]
    values += [output for _, output in active_outputs(evaluated)]
    return {text_of(resolve(name, evaluated.scope)) for name in arguments(values, "Fn::ImportValue")}
