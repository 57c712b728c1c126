"""Conditions: what is decided from parameter values alone, before any resource exists.

What a condition compares may be unknown to who asks before the execution; then so is the condition, unless the rest
of it decides.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import (
    PSEUDO_PARAMETERS,
    arguments,
    condition_names,
    creation_order,
    intrinsic,
    references,
)
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.unknown import ABSENT, Truth, Unknown, is_unknown, unevaluated

if TYPE_CHECKING:
    from cloudformation.template.sections import Template

EQUALS = "Template error: every Fn::Equals object requires a list of 2 string parameters."
_BOOLEAN = "Template format error: Conditions can only be boolean operations on parameters and other conditions"


def evaluate_conditions(conditions: Mapping[str, Any], scope: Scope) -> dict[str, Truth]:
    """Every condition of a template.

    Errors: TemplateError for a wrong form, an unknown name or a circle (AWS::CloudFormation
    condition functions reference).
    """
    known: dict[str, Truth] = {}
    so_far = scope._replace(conditions=known)
    for name in _in_order(conditions):
        known[name] = condition(conditions[name], so_far)
    return {name: known[name] for name in conditions}


def condition(value: Any, scope: Scope) -> Truth:
    """Whether one condition holds; `scope.conditions` answers for those that it builds on."""
    return truth(value, scope, lambda name, argument: _holds(name, argument, scope))


def check_conditions(template: "Template") -> None:
    """Refuse what can be seen without values: conditions that are not there, circles, references to resources.

    And imports (aws/aws-cdk#32238): which values there are is known before any other stack is looked at.
    """
    _in_order(template.conditions)
    if any(arguments(template.conditions, "Fn::ImportValue")):
        raise TemplateError("Template error: Cannot use Fn::ImportValue in Conditions.")
    known = PSEUDO_PARAMETERS.union(template.parameters)
    referred = references(list(template.conditions.values()))
    unknown = dict.fromkeys(reference.name for reference in referred if reference.entity not in known)
    if unknown:
        raise TemplateError(
            f"Template format error: Unresolved dependencies [{', '.join(unknown)}]. "
            "Cannot reference resources in the Conditions block of the template"
        )


def _in_order(conditions: Mapping[str, Any]) -> list[str]:
    """The names so that each stands after those that it builds on."""
    needs = {name: set(condition_names(value)) for name, value in conditions.items()}
    for name in (need for needed in needs.values() for need in sorted(needed)):
        if name not in conditions:
            raise TemplateError(
                f"Template format error: Unresolved condition dependency {name} in the Conditions block of the template"
            )
    order, left = creation_order(needs)
    if left:
        raise TemplateError(f"Template error: Found circular condition dependency: {', '.join(left)}")
    return order


def _holds(name: str, argument: Any, scope: Scope) -> Truth:
    if name == "Condition" and argument in scope.conditions:
        return scope.conditions[argument]
    if name == "Fn::Equals":
        return equals(argument, scope)
    raise TemplateError(_BOOLEAN)


def truth(value: Any, scope: Scope, holds: Callable[[str, Any], Truth]) -> Truth:
    """Fn::And, Fn::Or and Fn::Not over what `holds` says of every other function.

    Errors, unless `scope.refused` leaves it: TemplateError with AWS's text for the wrong number of arguments and for
    what is no function.
    """
    function = intrinsic(value)
    try:
        if function is None:
            raise TemplateError(_BOOLEAN)
        name, argument = function
        if name not in _OPERATIONS:
            return holds(name, argument)
        _count(name, argument)
        return _OPERATIONS[name]([truth(item, scope, holds) for item in argument])
    except ValidationError as error:
        refused: Truth = scope.refused(scope, *(function or ("Condition", value)), error)
        return refused


def _count(name: str, argument: Any) -> None:
    low, high = (1, 1) if name == "Fn::Not" else (2, 10)
    if not isinstance(argument, list) or not low <= len(argument) <= high:
        wanted = "1 boolean parameter" if name == "Fn::Not" else "at least 2 and at most 10 boolean parameters"
        raise TemplateError(f"Template error: every {name} object requires a list of {wanted}.")


def all_of(truths: list[Truth]) -> Truth:
    """Fn::And."""
    return False if False in truths else _undecided("Fn::And", truths) or True


def any_of(truths: list[Truth]) -> Truth:
    """Fn::Or."""
    return True if True in truths else _undecided("Fn::Or", truths) or False


def not_of(truths: list[Truth]) -> Truth:
    """Fn::Not."""
    return _undecided("Fn::Not", truths) or truths != [True]


_OPERATIONS: dict[str, Callable[[list[Truth]], Truth]] = {"Fn::And": all_of, "Fn::Or": any_of, "Fn::Not": not_of}


def _undecided(name: str, truths: list[Truth]) -> Unknown | None:
    return unevaluated(name, truths) if is_unknown(truths) else None


def equals(argument: Any, scope: Scope) -> Truth:
    """Fn::Equals over two values, compared as text. No function in it reads a condition.

    Fn::If stands in resources and outputs only (user guide, "Condition functions").
    """
    if not isinstance(argument, list) or len(argument) != 2:
        raise TemplateError(EQUALS)
    plain = scope._replace(conditions={})
    left, right = (resolve(item, plain) for item in argument)
    return equal(left, right)


def equal(left: Any, right: Any) -> Truth:
    """Whether two resolved values are the same."""
    both = [comparable(left), comparable(right)]
    if both[0] == both[1]:
        return True
    return unevaluated("Fn::Equals", both) if is_unknown(both) else False


def comparable(value: Any) -> Any:
    """A value of which all spellings are equal; in a nested change set, an unknown one is the text in its place."""
    if isinstance(value, Unknown):
        return value.placeholder if value.is_text else value
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    return value if value is None or value is ABSENT else text_of(value)
