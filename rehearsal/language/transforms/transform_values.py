"""The values of a template under AWS::LanguageExtensions: what can be known without the stack becomes literal.

The transform resolves parameters to literal values (user guide, "AWS::LanguageExtensions transform"), and with
them every function over them, conditions included; what depends on resources, exports or the account stays a
function. A parameter with NoEcho stays a Ref, so that no processed template shows its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cloudformation.intrinsics.evaluation import Scope, resolve
from cloudformation.references import intrinsic
from cloudformation.refusals import TemplateError
from cloudformation.unknown import ABSENT
from rehearsal.language.transforms.for_each import Bound, expanded
from rehearsal.language.transforms.transform_failure import Budget, FinalError, layout


@dataclass(frozen=True)
class Values:
    """One place of a template: where names lead there, what functions give, and whether what fails is left out, as
    it is in a resource that its condition switches off."""

    scope: Scope
    budget: Budget
    functions: Mapping[str, Callable[[Values, str, Any], Any]]
    bound: Bound = field(default_factory=Bound)
    resource_type: str | None = None
    lenient: bool = False

    def within(self, bound: Bound) -> Values:
        return self if bound is self.bound else replace(self, bound=bound)

    def reduced(self, value: Any) -> Any:
        """The value with every function that can be evaluated as what it gives; ABSENT for what is left out.

        Errors: TemplateError in the words of the transform.
        """
        if isinstance(value, (dict, list)):
            self.budget.spend(len(value))
            function = intrinsic(value)
            if function and function[0] in self.functions:
                return self._called(*function)
            if isinstance(value, dict):
                return self.members(value)
            return [reduced for reduced in map(self.reduced, value) if reduced is not ABSENT]
        self.budget.spend(len(value) if isinstance(value, str) else 1)
        return value

    def argument(self, value: Any) -> Any:
        """The argument of a function that may stay: it cannot be left out."""
        reduced = self.reduced(value)
        return {"Ref": "AWS::NoValue"} if reduced is ABSENT else reduced

    def members(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """An object with its loops unrolled and its values reduced."""
        made: dict[str, Any] = {}
        for key, item, bound in expanded(value, self.bound, self.collection):
            self.budget.spend(len(key))
            reduced = self.within(bound).reduced(item)
            if reduced is not ABSENT:
                made[key] = reduced
        return made

    def collection(self, value: Any, bound: Bound) -> Any:
        """The collection of a loop, or what is left of it; every item of it is an iteration that counts."""
        items = self.within(bound).reduced(value)
        self.budget.spend(10 * len(items) if isinstance(items, list) else 0)
        return items

    def _called(self, name: str, argument: Any) -> Any:
        try:
            result = self.functions[name](self, name, argument)
        except FinalError:
            raise
        except TemplateError:
            if self.lenient:
                return ABSENT
            raise
        self.budget.spend(len(result) if isinstance(result, (str, list)) else 0)
        return result

    def evaluated(self, name: str, argument: Any) -> Any:
        """A function over arguments that contain no more functions."""
        try:
            return resolve({name: argument}, self.scope)
        except TemplateError:
            raise layout(name) from None
