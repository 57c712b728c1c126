"""Parameter values: what was given, what the template declares, and whether one fits the other.

Every refusal is AWS's own text (AWS::CloudFormation parameters guide; refusals recorded for
CreateStack and CreateChangeSet), and is made before anything is created.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from cloudformation.parameters.declarations import SSM_VALUE, is_list, shape_of
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import is_number, is_true, text_of
from cloudformation.unknown import PLACEHOLDER, Unknown
from rehearsal.state.parameter_value import ParameterValue
from rehearsal.state.services import SecureString

__all__ = ["PLACEHOLDER", "ref_value", "refuse_secure", "settle"]

_PATTERN_SECONDS = 1.0
_MOST_BYTES = 4096  # "Understand CloudFormation quotas"; the wording of the refusal is the rehearsal's own


def refuse_secure(found: Mapping[str, str | None]) -> None:
    """Refuse secure parameters where a plain one is needed; by their names (aws/aws-cdk#15135)."""
    secure = [name for name, value in found.items() if isinstance(value, SecureString)]
    if secure:
        raise ValidationError(
            f"Parameters [{', '.join(secure)}] referenced by template have types not supported by CloudFormation."
        )


def settle(
    declared: Mapping[str, Mapping[str, Any]],
    given: Sequence[Mapping[str, Any]],
    previous: Mapping[str, ParameterValue],
    fetch: Callable[[str], str | None],
) -> dict[str, ParameterValue]:
    """The value of every declared parameter: given, kept from before, or the default.

    `given` has the shape of the API's Parameters list; `fetch` reads a Systems Manager parameter.
    Errors: ValidationError for unknown keys, missing values and values outside their constraints.
    """
    stated = _stated(given, declared, previous)
    missing = [key for key, parameter in declared.items() if key not in stated and "Default" not in parameter]
    _refuse_missing(missing, declared)
    values = {
        key: _value(key, parameter, stated.get(key, text_of(parameter.get("Default", ""))))
        for key, parameter in declared.items()
    }
    return _looked_up(values, declared, fetch)


def _stated(
    given: Sequence[Mapping[str, Any]], declared: Mapping[str, Any], previous: Mapping[str, ParameterValue]
) -> dict[str, str]:
    unknown = [entry["ParameterKey"] for entry in given if entry["ParameterKey"] not in declared]
    if unknown:
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    stated: dict[str, str] = {}
    for entry in given:
        key = entry["ParameterKey"]
        if entry.get("UsePreviousValue"):
            if key in previous:
                stated[key] = previous[key].value
        elif "ParameterValue" in entry:
            stated[key] = entry["ParameterValue"]
    return stated


def _refuse_missing(missing: list[str], declared: Mapping[str, Mapping[str, Any]]) -> None:
    for key in missing:
        if SSM_VALUE.fullmatch(declared[key]["Type"]):
            raise ValidationError(f"Parameter {key} should either have input value or default value")
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")


def _value(key: str, parameter: Mapping[str, Any], text: str) -> ParameterValue:
    if not text.startswith(PLACEHOLDER):
        _check_value(key, parameter, text)
    elif SSM_VALUE.fullmatch(parameter["Type"]):
        raise ValidationError(f"Unable to fetch parameters [{text}] from parameter store for this account.")
    elif parameter["Type"] != "String" and "AllowedPattern" in parameter:
        _check_value(key, parameter, text)
    return ParameterValue(key, text, no_echo=is_true(parameter.get("NoEcho")))


def _looked_up(
    values: dict[str, ParameterValue], declared: Mapping[str, Mapping[str, Any]], fetch: Callable[[str], str | None]
) -> dict[str, ParameterValue]:
    names = {key: value.value for key, value in values.items() if SSM_VALUE.fullmatch(declared[key]["Type"])}
    found = {key: fetch(name) for key, name in names.items()}
    absent = [names[key] for key, text in found.items() if text is None]
    if absent:
        raise ValidationError(f"Unable to fetch parameters [{','.join(absent)}] from parameter store for this account.")
    refuse_secure({names[key]: text for key, text in found.items()})
    return {key: ParameterValue(key, value.value, found.get(key), value.no_echo) for key, value in values.items()}


def ref_value(declared: Mapping[str, Any], value: ParameterValue) -> Any:
    """What a Ref to the parameter gives: text, or a list of trimmed texts for list types."""
    text = value.effective
    if text.startswith(PLACEHOLDER):
        return Unknown(text)
    return [item.strip() for item in text.split(",")] if is_list(declared["Type"]) else text


def _check_value(key: str, parameter: Mapping[str, Any], text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise ValidationError(f"Parameter '{key}' must contain at most {_MOST_BYTES} bytes")
    kind = parameter["Type"]
    items = [item.strip() for item in text.split(",")] if is_list(kind) else [text]
    problem = _type_problem(key, kind, items) or _constraint_problem(key, parameter, items)
    if problem is None:
        return
    described = parameter.get("ConstraintDescription")
    raise ValidationError(f"Parameter '{key}' {described}" if described and _described(problem) else problem)


def _described(problem: str) -> bool:
    """Whether a ConstraintDescription takes the place of the reason: not where the type itself is missed."""
    return "a number." not in problem and "validation failed" not in problem


def _type_problem(key: str, kind: str, items: list[str]) -> str | None:
    shape = shape_of(kind)
    strange = [item for item in items if shape and not shape.fullmatch(item)]
    if strange:
        return f"Parameter validation failed: parameter value {strange[0]} for parameter name {key} does not exist"
    if kind == "Number" and not is_number(items[0]):
        return f"Parameter '{key}' must be a number."
    if kind == "List<Number>" and not all(is_number(item) for item in items):
        return f"Parameter '{key}' must be a list of numbers."
    return None


def _constraint_problem(key: str, parameter: Mapping[str, Any], items: list[str]) -> str | None:
    allowed = parameter.get("AllowedValues")
    if allowed is not None and not {*items} <= {text_of(value) for value in allowed}:
        return f"Parameter '{key}' must be one of AllowedValues"
    pattern = parameter.get("AllowedPattern")
    if pattern is not None and not all(_matches(text_of(pattern), item) for item in items):
        subject = f"Each value of parameter '{key}'" if is_list(parameter["Type"]) else f"Parameter '{key}'"
        return f"{subject} must match pattern {text_of(pattern)}"
    return _length_problem(key, parameter, items[0]) or _range_problem(key, parameter, items[0])


def _matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches; a pattern that takes too long on it is refused, since it would hold up all."""
    regex: Any = import_module("regex")  # the standard library's cannot be stopped
    try:
        return regex.fullmatch(pattern, text, timeout=_PATTERN_SECONDS) is not None
    except (regex.error, OverflowError, RecursionError, MemoryError):
        raise TemplateError(f"Template format error: Invalid AllowedPattern {pattern}") from None
    except TimeoutError:
        raise TemplateError(f"AllowedPattern {pattern} is not simulated: it takes too long on this value") from None


def _length_problem(key: str, parameter: Mapping[str, Any], text: str) -> str | None:
    if "MinLength" in parameter and len(text) < float(parameter["MinLength"]):
        return f"Parameter '{key}' must contain at least {parameter['MinLength']} characters"
    if "MaxLength" in parameter and len(text) > float(parameter["MaxLength"]):
        return f"Parameter '{key}' must contain at most {parameter['MaxLength']} characters"
    return None


def _range_problem(key: str, parameter: Mapping[str, Any], text: str) -> str | None:
    if parameter["Type"] != "Number":
        return None
    if "MinValue" in parameter and float(text) < float(parameter["MinValue"]):
        return f"Parameter '{key}' must be a number not less than {parameter['MinValue']}"
    if "MaxValue" in parameter and float(text) > float(parameter["MaxValue"]):
        return f"Parameter '{key}' must be a number not greater than {parameter['MaxValue']}"
    return None
