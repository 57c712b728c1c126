"""Changes that count although no row of a change set shows them: outputs, and tags of the stack.

A change set with nothing else is CREATE_COMPLETE with no rows, and executes
(jenkinsci/pipeline-aws-plugin#253 for outputs, envato/stack_master#302 for tags).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import if_names, references
from cloudformation.refusals import TemplateError
from cloudformation.unknown import canonical
from rehearsal.language.output_values import active_outputs
from rehearsal.language.scopes import Situation


def declared_outputs(evaluated: Situation) -> dict[str, Any]:
    """Outputs as far as they can be compared without the resources: the template and its values."""
    blind = replace(
        evaluated.scope,
        resource=lambda name: f"ref:{name}",
        attribute=lambda name, wanted: f"{name}.{wanted}",
        exported=lambda name: f"export:{name}",
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
