"""Rules: assertions over parameter values, which are held before anything is created.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"Rule functions": Fn::And, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::Equals, Fn::Not, Fn::Or,
Fn::RefAll, Fn::ValueOf, Fn::ValueOfAll. The last two read attributes of resources in the account, which only
CloudFormation can.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cloudformation.conditions import EQUALS, all_of, any_of, comparable, equal, truth
from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import intrinsic, references
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.template.sections import Template
from cloudformation.unknown import Truth


@dataclass(frozen=True)
class BrokenAssertion:
    """An assertion that is known to be false; `assertion` and `condition` are the expressions that decided it."""

    rule: str
    description: str | None
    assertion: Any
    condition: Any


def check_rules(template: Template, scope: Scope) -> None:
    """Hold the parameter values against the template's Rules.

    Errors: ValidationError with the AssertDescription of every assertion that fails. No recording holds the
    words that AWS puts around the descriptions.
    """
    types = {name: declared.get("Type") for name, declared in template.parameters.items()}
    failures = [
        f"Rule {broken.rule} failed" if broken.description is None else broken.description
        for broken in broken_assertions(template.rules, types, scope)
    ]
    if failures:
        raise ValidationError("Template error: " + "; ".join(failures))


def broken_assertions(
    rules: Mapping[str, Mapping[str, Any]], types: Mapping[str, Any], scope: Scope
) -> Iterator[BrokenAssertion]:
    """The assertions that do not hold, of all rules that apply; what is not decided is none of them.

    `types` are those of the parameters. Errors, unless `scope.refused` leaves it: TemplateError for a wrong form,
    ValidationError for what only CloudFormation can decide.
    """
    judge = _Rule(types, scope._replace(mappings={}, conditions={}))
    for name, rule in rules.items():
        condition = rule.get("RuleCondition")
        if condition is not None and judge.holds(condition) is not True:
            continue
        for item in _assertions(name, rule, scope):
            if judge.holds(item["Assert"]) is False:
                described = item.get("AssertDescription")
                yield BrokenAssertion(name, None if described is None else str(described), item["Assert"], condition)


def _assertions(name: str, rule: Mapping[str, Any], scope: Scope) -> list[Any]:
    assertions = rule.get("Assertions")
    if isinstance(assertions, list) and all(isinstance(item, dict) and "Assert" in item for item in assertions):
        return assertions
    error = TemplateError(f"Template format error: Rule {name} must have a list of Assertions")
    scope.refused(scope, name, None, error)
    return []


@dataclass(frozen=True)
class _Rule:
    """Rule functions, which know parameters and nothing else: no conditions, no mappings, no resources."""

    types: Mapping[str, Any]
    scope: Scope

    def holds(self, value: Any) -> Truth:
        return truth(value, self.scope, self._function)

    def _function(self, name: str, argument: Any) -> Truth:
        if name == "Fn::Equals":
            return equal(*self._pair(argument, EQUALS))
        if name not in ("Fn::Contains", "Fn::EachMemberIn", "Fn::EachMemberEquals"):
            raise TemplateError(f"Template format error: Unrecognized rule function {name}")
        text = f"Template error: every {name} object requires a list of 2 parameters."
        left, right = (comparable(value) for value in self._pair(argument, text))
        members = left if isinstance(left, list) else [left]
        if name == "Fn::Contains":
            return any_of([equal(member, right) for member in members])
        if name == "Fn::EachMemberEquals":
            return all_of([equal(member, right) for member in members])
        allowed = right if isinstance(right, list) else [right]
        return all_of([any_of([equal(member, one) for one in allowed]) for member in members])

    def _pair(self, argument: Any, refusal: str) -> tuple[Any, Any]:
        if not isinstance(argument, list) or len(argument) != 2:
            raise TemplateError(refusal)
        return self._value(argument[0]), self._value(argument[1])

    def _value(self, value: Any) -> Any:
        name, argument = intrinsic(value) or ("", None)
        if name == "Fn::RefAll":
            return [self.scope.parameters[key] for key, kind in self.types.items() if kind == argument]
        if name in ("Fn::ValueOf", "Fn::ValueOfAll"):
            raise ValidationError(f"{name} is not simulated: it reads attributes from the account")
        unknown = [reference.name for reference in references(value) if reference.entity not in self.scope.parameters]
        if unknown:
            raise TemplateError(
                f"Template format error: Unresolved dependencies [{', '.join(unknown)}]. "
                "Cannot reference resources in the Rules block of the template"
            )
        return resolve(value, self.scope)
