"""Conditions and Rules: what is decided from parameter values alone, before any resource exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rehearsal.errors import TemplateError, ValidationError
from rehearsal.intrinsics import Scope, Unknown, resolve, text_of
from rehearsal.references import intrinsic
from rehearsal.template import Template

_LIST = "Template error: every {} object requires a list of {} string parameters."


def evaluate_conditions(template: Template, scope: Scope) -> dict[str, bool]:
    """Every condition of the template as true or false; a value that is not known yet counts as text.

    Errors: TemplateError for a wrong form, an unknown name or a circle (AWS::CloudFormation
    condition functions reference).
    """
    known: dict[str, bool] = {}
    for name in template.conditions:
        _named(name, template, scope, known, ())
    return known


def _named(name: str, template: Template, scope: Scope, known: dict[str, bool], path: tuple[str, ...]) -> bool:
    if name not in template.conditions:
        raise TemplateError(
            f"Template format error: Unresolved condition dependency {name} in the Conditions block of the template"
        )
    if name in path:
        raise TemplateError("Template error: Found circular condition dependency: " + ", ".join((*path, name)))
    if name not in known:
        known[name] = _holds(template.conditions[name], template, scope, known, (*path, name))
    return known[name]


def _holds(value: Any, template: Template, scope: Scope, known: dict[str, bool], path: tuple[str, ...]) -> bool:
    name, argument = intrinsic(value) or ("", None)
    if name == "Condition" and isinstance(argument, str):
        return _named(argument, template, scope, known, path)
    if name == "Fn::Equals":
        return equals(argument, scope)
    if name in ("Fn::And", "Fn::Or", "Fn::Not"):
        _count(name, argument)
        answers = [_holds(item, template, scope, known, path) for item in argument or ()]
        return all(answers) if name == "Fn::And" else any(answers) if name == "Fn::Or" else not answers[0]
    raise TemplateError(
        "Template format error: Conditions can only be boolean operations on parameters and other conditions"
    )


def _count(name: str, argument: Any) -> None:
    low, high = (1, 1) if name == "Fn::Not" else (2, 10)
    if not isinstance(argument, list) or not low <= len(argument) <= high:
        wanted = "1 boolean parameter" if name == "Fn::Not" else "at least 2 and at most 10 boolean parameters"
        raise TemplateError(f"Template error: every {name} object requires a list of {wanted}.")


def equals(argument: Any, scope: Scope) -> bool:
    """Fn::Equals over two values, compared as text."""
    if not isinstance(argument, list) or len(argument) != 2:
        raise TemplateError(_LIST.format("Fn::Equals", 2))
    left, right = (resolve(item, scope) for item in argument)
    return bool(_comparable(left) == _comparable(right))


def _comparable(value: Any) -> Any:
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return value if isinstance(value, dict) else text_of(value)


def check_rules(template: Template, scope: Scope) -> None:
    """Hold the parameter values against the template's Rules.

    Errors: ValidationError with the AssertDescription of every assertion that fails. The wrapper text
    around the descriptions is not evidenced by any recording.
    """
    failures = [
        text
        for name, rule in template.rules.items()
        if "RuleCondition" not in rule or _Rule(template, scope).holds(rule["RuleCondition"])
        for text in _failed(name, rule, _Rule(template, scope))
    ]
    if failures:
        raise ValidationError("Template error: " + "; ".join(failures))


def _failed(name: str, rule: Mapping[str, Any], judge: _Rule) -> list[str]:
    assertions = rule.get("Assertions")
    if not isinstance(assertions, list) or not all(isinstance(item, dict) and "Assert" in item for item in assertions):
        raise TemplateError(f"Template format error: Rule {name} must have a list of Assertions")
    return [
        str(item.get("AssertDescription", f"Rule {name} failed"))
        for item in assertions
        if not judge.holds(item["Assert"])
    ]


class _Rule:
    """Rule functions, which have no text values of their own: lists against lists, text against text."""

    def __init__(self, template: Template, scope: Scope) -> None:
        self.template = template
        self.scope = replace(scope, mappings={}, conditions={})

    def holds(self, value: Any) -> bool:
        name, argument = intrinsic(value) or ("", None)
        if name in ("Fn::And", "Fn::Or", "Fn::Not"):
            _count(name, argument)
            answers = [self.holds(item) for item in argument or ()]
            return all(answers) if name == "Fn::And" else any(answers) if name == "Fn::Or" else not answers[0]
        if name == "Fn::Equals":
            return equals(
                [self.value(item) for item in argument] if isinstance(argument, list) else argument, self.scope
            )
        return self.membership(name, argument)

    def membership(self, name: str, argument: Any) -> bool:
        if name not in ("Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals") or not isinstance(argument, list):
            raise TemplateError(f"Template format error: Unrecognized rule function {name or 'in Rules'}")
        if len(argument) != 2:
            raise TemplateError(_LIST.format(name, 2))
        left, right = (self.value(item) for item in argument)
        if name == "Fn::Contains":
            return text_of(right) in [text_of(item) for item in left]
        if name == "Fn::EachMemberEquals":
            return all(text_of(item) == text_of(right) for item in left)
        return all(any(text_of(item) == text_of(other) for other in right) for item in left)

    def value(self, value: Any) -> Any:
        name, argument = intrinsic(value) or ("", None)
        if name == "Fn::RefAll":
            return [
                self.scope.parameters[key]
                for key, declared in self.template.parameters.items()
                if declared.get("Type") == argument
            ]
        if name in ("Fn::ValueOf", "Fn::ValueOfAll"):
            raise ValidationError(f"{name} is not simulated: it reads attributes from the account")
        return resolve(value, self.scope)
