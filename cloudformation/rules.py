"""Rules: assertions over parameter values, which are held before anything is created.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudformation.conditions import comparable, equals, truth
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import intrinsic, references
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.template.sections import Template


def check_rules(template: Template, scope: Scope) -> None:
    """Hold the parameter values against the template's Rules.

    Errors: ValidationError with the AssertDescription of every assertion that fails. No recording holds the
    words that AWS puts around the descriptions.
    """
    judge = _Rule(template, scope)
    failures = [
        text
        for name, rule in template.rules.items()
        if "RuleCondition" not in rule or judge.holds(rule["RuleCondition"])
        for text in _failed(name, rule, judge)
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
    """Rule functions, which know parameters and nothing else: no conditions, no mappings, no resources."""

    def __init__(self, template: Template, scope: Scope) -> None:
        self.template = template
        self.scope = replace(scope, mappings={}, conditions={})

    def holds(self, value: Any) -> bool:
        return truth(value, self.function)

    def function(self, found: tuple[str, Any]) -> bool:
        name, argument = found
        if name == "Fn::Equals":
            sides = [self.value(item) for item in argument] if isinstance(argument, list) else argument
            return equals(sides, self.scope)
        return self.membership(name, argument)

    def membership(self, name: str, argument: Any) -> bool:
        if name not in ("Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals"):
            raise TemplateError(f"Template format error: Unrecognized rule function {name}")
        if not isinstance(argument, list) or len(argument) != 2:
            raise TemplateError(f"Template error: every {name} object requires a list of 2 parameters.")
        left, right = (comparable(self.value(item)) for item in argument)
        members = left if isinstance(left, list) else [left]
        if name == "Fn::Contains":
            return right in members
        if name == "Fn::EachMemberEquals":
            return all(item == right for item in members)
        return all(item in (right if isinstance(right, list) else [right]) for item in members)

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
        unknown = [found.name for found in references(value) if found.entity not in self.scope.parameters]
        if unknown:
            raise TemplateError(
                f"Template format error: Unresolved dependencies [{', '.join(unknown)}]. "
                "Cannot reference resources in the Rules block of the template"
            )
        return resolve(value, self.scope)
