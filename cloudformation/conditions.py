"""Conditions: what is decided from parameter values alone, before any resource exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, Unknown, resolve, text_of
from cloudformation.references import PSEUDO_PARAMETERS, condition_names, creation_order, intrinsic, references
from cloudformation.refusals import TemplateError
from cloudformation.template.sections import Template

_EQUALS = "Template error: every Fn::Equals object requires a list of 2 string parameters."
_BOOLEAN = "Template format error: Conditions can only be boolean operations on parameters and other conditions"


def evaluate_conditions(conditions: Mapping[str, Any], scope: Scope) -> dict[str, bool]:
    """Every condition of a template as true or false; a value that is not known yet counts as text.

    Errors: TemplateError for a wrong form, an unknown name or a circle (AWS::CloudFormation
    condition functions reference).
    """
    known: dict[str, bool] = {}
    for name in _in_order(conditions):
        known[name] = truth(conditions[name], lambda found: _holds(found, scope, known))
    return {name: known[name] for name in conditions}


def check_conditions(template: Template) -> None:
    """Refuse what can be seen without values: conditions that are not there, circles, references to resources."""
    _in_order(template.conditions)
    known = PSEUDO_PARAMETERS.union(template.parameters)
    found = references(list(template.conditions.values()))
    unknown = dict.fromkeys(reference.name for reference in found if reference.entity not in known)
    if unknown:
        raise TemplateError(
            f"Template format error: Unresolved dependencies [{', '.join(unknown)}]. "
            "Cannot reference resources in the Conditions block of the template"
        )


def _in_order(conditions: Mapping[str, Any]) -> list[str]:
    """The names so that each stands after those that it builds on."""
    needs = {name: set(condition_names(value)) for name, value in conditions.items()}
    for name in (need for found in needs.values() for need in sorted(found)):
        if name not in conditions:
            raise TemplateError(
                f"Template format error: Unresolved condition dependency {name} in the Conditions block of the template"
            )
    order, left = creation_order(needs)
    if left:
        raise TemplateError(f"Template error: Found circular condition dependency: {', '.join(left)}")
    return order


def _holds(found: tuple[str, Any], scope: Scope, known: Mapping[str, bool]) -> bool:
    name, argument = found
    if name == "Condition":
        return known[argument]
    if name == "Fn::Equals":
        return equals(argument, scope)
    raise TemplateError(_BOOLEAN)


def truth(value: Any, holds: Callable[[tuple[str, Any]], bool]) -> bool:
    """Fn::And, Fn::Or and Fn::Not over what `holds` says of every other function.

    Errors: TemplateError with AWS's text for the wrong number of arguments and for what is no function.
    """
    found = intrinsic(value)
    if found is None:
        raise TemplateError(_BOOLEAN)
    name, argument = found
    if name not in ("Fn::And", "Fn::Or", "Fn::Not"):
        return holds(found)
    _count(name, argument)
    answers = [truth(item, holds) for item in argument]
    return all(answers) if name == "Fn::And" else any(answers) if name == "Fn::Or" else not answers[0]


def _count(name: str, argument: Any) -> None:
    low, high = (1, 1) if name == "Fn::Not" else (2, 10)
    if not isinstance(argument, list) or not low <= len(argument) <= high:
        wanted = "1 boolean parameter" if name == "Fn::Not" else "at least 2 and at most 10 boolean parameters"
        raise TemplateError(f"Template error: every {name} object requires a list of {wanted}.")


def equals(argument: Any, scope: Scope) -> bool:
    """Fn::Equals over two values, compared as text."""
    if not isinstance(argument, list) or len(argument) != 2:
        raise TemplateError(_EQUALS)
    left, right = (resolve(item, scope) for item in argument)
    return bool(comparable(left) == comparable(right))


def comparable(value: Any) -> Any:
    """A value so that all spellings of it are equal; an unknown one is the text that stands for it."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    return text_of(value)
