"""The Rules section of a template, evaluated before anything is sent.

User guide, "CloudFormation template Rules syntax" and "Rule functions": Fn::And, Fn::Contains, Fn::EachMemberEquals,
Fn::EachMemberIn, Fn::Equals, Fn::Not, Fn::Or, Fn::RefAll, Fn::ValueOf, Fn::ValueOfAll. The last two read attributes of
resources in the account; a rule that needs them is left to CloudFormation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudformation.scalars import text_of as scalar_text
from deployment.environment.environment_file import Environment
from deployment.environment.parameter_values import Value
from deployment.errors import Problem
from deployment.template.template import Template


class _UndecidedError(Exception):
    """Only CloudFormation can tell."""


def broken_rules(template: Template, values: Mapping[str, Value], environment: Environment) -> Iterator[Problem]:
    """One finding an assertion that does not hold, at the first parameter that it speaks of."""
    rules = _Rules(values, {"AWS::Region": environment.region, "AWS::AccountId": environment.account})
    for name, rule in template.section("Rules").items():
        condition = rule.get("RuleCondition", True)
        for assertion in rule.get("Assertions") or ():
            if rules.holds(condition) and rules.fails(assertion.get("Assert")):
                description = assertion.get("AssertDescription") or "an assertion does not hold"
                place = _place(assertion, condition, values) or environment.places.get("parameters", environment.place)
                yield Problem(place, f"Rule {name}: {description}")


def _place(assertion: Any, condition: Any, values: Mapping[str, Value]) -> Any:
    named = [*_referred(assertion), *_referred(condition)]
    return next((values[name].place for name in named if name in values and values[name].place), None)


def _referred(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict):
        for key, value in expression.items():
            if key == "Ref":
                yield str(value)
            else:
                yield from _referred(value)
    elif isinstance(expression, list):
        for value in expression:
            yield from _referred(value)


class _Rules:
    """Rule functions over one set of values."""

    def __init__(self, values: Mapping[str, Value], pseudo: Mapping[str, str]) -> None:
        self._values = values
        self._pseudo = pseudo

    def holds(self, expression: Any) -> bool:
        """Whether a condition is known to be true."""
        try:
            return self._evaluate(expression) is True
        except _UndecidedError:
            return False

    def fails(self, expression: Any) -> bool:
        """Whether an assertion is known to be false."""
        try:
            return self._evaluate(expression) is False
        except _UndecidedError:
            return False

    def _evaluate(self, expression: Any) -> Any:
        if isinstance(expression, dict) and len(expression) == 1:
            [(name, argument)] = expression.items()
            return self._ref(argument) if name == "Ref" else self._function(name, argument)
        if isinstance(expression, list):
            return [self._evaluate(each) for each in expression]
        return expression if isinstance(expression, bool) else scalar_text(expression)

    def _ref(self, name: Any) -> Any:
        if name in self._pseudo:
            return self._pseudo[name]
        if name not in self._values:
            raise _UndecidedError
        value = self._values[name]
        if value.declared.is_ssm:
            raise _UndecidedError
        return list(value.members) if value.declared.is_list else value.text

    def _function(self, name: str, argument: Any) -> Any:
        if name == "Fn::RefAll":
            return [value.text for value in self._values.values() if value.declared.type == argument]
        if name not in _FUNCTIONS:
            raise _UndecidedError
        return _FUNCTIONS[name](*(self._evaluate(argument)))


def _texts(values: Any) -> list[str]:
    return [scalar_text(each) for each in (values if isinstance(values, list) else [values])]


_FUNCTIONS: dict[str, Callable[..., bool]] = {
    "Fn::And": lambda *each: all(value is True for value in each),
    "Fn::Or": lambda *each: any(value is True for value in each),
    "Fn::Not": lambda value: value is not True,
    "Fn::Equals": lambda left, right: _plain(left) == _plain(right),
    "Fn::Contains": lambda members, value: scalar_text(value) in _texts(members),
    "Fn::EachMemberEquals": lambda members, value: all(each == scalar_text(value) for each in _texts(members)),
    "Fn::EachMemberIn": lambda members, allowed: set(_texts(members)) <= set(_texts(allowed)),
}


def _plain(value: Any) -> Any:
    return _texts(value) if isinstance(value, list) else scalar_text(value)
