"""The transform AWS::LanguageExtensions: a template and the values of its parameters in, a plain template out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html
It works on Conditions, Resources and Outputs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cloudformation.conditions import evaluate_conditions
from cloudformation.intrinsics.evaluation import Scope
from cloudformation.references import functions
from cloudformation.unknown import ABSENT, Unknown, refuse_placeholders
from rehearsal.language.transforms.for_each import check_loops, expanded
from rehearsal.language.transforms.transform_failure import Budget, failed
from rehearsal.language.transforms.transform_functions import CONDITION_FUNCTIONS, FUNCTIONS
from rehearsal.language.transforms.transform_values import Values

LITERAL_PSEUDO_PARAMETERS = frozenset(f"AWS::{name}" for name in ("AccountId", "Partition", "Region", "URLSuffix"))
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")


def extended(document: Mapping[str, Any], scope: Scope, secret: frozenset[str], budget: Budget) -> dict[str, Any]:
    """A template without its loops and with every value that can be known.

    `scope` has the values of parameters and pseudo parameters, and the mappings; `secret` names the parameters
    that stay references. Errors: TemplateError in the words of the transform; ValidationError for what is not
    simulated.
    """
    check_loops(document)
    _check_json_strings(document)
    literal = {
        name: value.placeholder if isinstance(value, Unknown) else value
        for name, value in scope.parameters.items()
        if name not in secret and (name in LITERAL_PSEUDO_PARAMETERS or not name.startswith("AWS::"))
    }
    values = Values(scope._replace(parameters=literal), budget, FUNCTIONS)
    made = dict(document)
    if isinstance(document.get("Conditions"), dict):
        made["Conditions"] = _section(document["Conditions"], values, lambda key, item, place: place.reduced(item))
        conditions = evaluate_conditions(made["Conditions"], scope)
        values = replace(values, scope=values.scope._replace(conditions=conditions))
    for section in ("Resources", "Outputs"):
        if isinstance(document.get(section), dict):
            made[section] = _section(document[section], values, _entry)
    refuse_placeholders([made.get("Resources"), made.get("Outputs")])
    return made


def _section(entries: Mapping[str, Any], values: Values, reduced: Callable[[str, Any, Values], Any]) -> dict[str, Any]:
    made = {}
    for key, item, bound in expanded(entries, values.bound, values.collection):
        values.budget.spend(len(key))
        if bound is not values.bound and not _ALPHANUMERIC.fullmatch(key):
            raise failed(f"OutputKey '{key}' should be alphanumeric")
        entry = reduced(key, item, values.within(bound))
        if entry is not ABSENT:
            made[key] = entry
    return made


def _entry(key: str, entry: Any, values: Values) -> Any:
    """A resource or an output; what fails in one that its condition switches off is left out of it."""
    if not isinstance(entry, dict):
        return values.reduced(entry)
    if isinstance(entry.get("Type"), str):
        values = replace(values, resource_type=entry["Type"])
    condition = values.reduced(entry.get("Condition", ABSENT))
    if isinstance(condition, str):
        if condition not in values.scope.conditions:
            raise failed(f"Key {condition} is missing in the map.")
        values = replace(values, lenient=values.scope.holds(condition) is False)
    made = values.members({name: value for name, value in entry.items() if name != "Condition"})
    return made if condition is ABSENT else made | {"Condition": condition}


def _check_json_strings(document: Mapping[str, Any]) -> None:
    """Refuse in Fn::ToJsonString what its text could not say (aws-cloudformation/cfn-language-discussion#156)."""
    sections = (document.get(section) for section in ("Resources", "Outputs"))
    for key, entry in (pair for section in sections if isinstance(section, dict) for pair in section.items()):
        for name, argument in functions(entry):
            if name == "Fn::ToJsonString":
                _check_json_string(key, argument)


def _check_json_string(key: str, argument: Any) -> None:
    for name, inner in functions(argument):
        if name in CONDITION_FUNCTIONS:
            raise failed(f"Fn::ToJsonString does not support {name} intrinsic function for resource {key}")
        if (name, inner) == ("Ref", "AWS::NotificationARNs"):
            raise failed("Fn::ToJsonString does not support AWS::NotificationARNs pseudo parameter")
