"""Parameter values: what was given, what the template declares, and whether one fits the other.

Every refusal is AWS's own text (AWS::CloudFormation parameters guide; refusals recorded for
CreateStack and CreateChangeSet), and is made before anything is created.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from cloudformation.environment.keys.regions import is_zone_of
from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern
from cloudformation.parameters.declarations import is_no_echo, is_stored
from cloudformation.parameters.values import Breach, breaches, members, typed_value
from cloudformation.refusals import TemplateError, ValidationError
from cloudformation.scalars import text_of
from cloudformation.unknown import PLACEHOLDER, fed
from rehearsal.state.services import SecureString
from rehearsal.state.stacks import ParameterValue

Declared = Mapping[str, Mapping[str, Any]]
Given = Sequence[Mapping[str, Any]]
Values = Mapping[str, ParameterValue]
Fetch = Callable[[str], str | None]

_ZONE = "AWS::EC2::AvailabilityZone::Name"
_PATTERN_SECONDS = 1.0


def refuse_secure(stored: Mapping[str, str | None]) -> None:
    """Refuse secure parameters where a plain one is needed; by their names (aws/aws-cdk#15135)."""
    secure = [name for name, value in stored.items() if isinstance(value, SecureString)]
    if secure:
        raise ValidationError(
            f"Parameters [{', '.join(secure)}] referenced by template have types not supported by CloudFormation."
        )


def settle(
    declared: Declared,
    given: Given,
    previous: Values,
    fetch: Fetch,
    made_up: Callable[[str], bool] = lambda _: False,
) -> dict[str, ParameterValue]:
    """The value of every declared parameter: given, the previous one, or the default.

    `given` has the shape of the API's Parameters list; `fetch` reads a Systems Manager parameter, `made_up` decides
    if the rehearsal made up a value: its constraints are not checked.
    Errors: ValidationError for unknown keys, missing values and values outside their constraints.
    """
    stated = _stated(given, declared, previous)
    missing = [key for key, parameter in declared.items() if key not in stated and "Default" not in parameter]
    _refuse_missing(missing, declared)
    values = {
        key: _value(key, parameter, stated.get(key, text_of(parameter.get("Default", ""))), made_up)
        for key, parameter in declared.items()
    }
    return _looked_up(values, declared, fetch)


def check_zones(declared: Declared, values: Values, region: str) -> None:
    """Refuse zones that are none of the Region; which of its zones the account has, the account alone knows.

    `... parameter value eu-north-1a for parameter name AvailabilityZones does not exist, parameter value ...`: what a
    deployment to another Region got (aws-quickstart/quickstart-microsoft-exchange#37).
    """
    strange = [
        f"parameter value {zone} for parameter name {key} does not exist"
        for key, parameter in declared.items()
        if _ZONE in text_of(parameter.get("Type")) and not values[key].effective.startswith(PLACEHOLDER)
        for zone in members(parameter["Type"], values[key].effective)
        if not is_zone_of(zone, region)
    ]
    if strange:
        raise ValidationError(f"Parameter validation failed: {', '.join(strange)}")


def _stated(given: Given, declared: Declared, previous: Values) -> dict[str, str]:
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


def _refuse_missing(missing: list[str], declared: Declared) -> None:
    for key in missing:
        if is_stored(declared[key]["Type"]):
            raise ValidationError(f"Parameter {key} should either have input value or default value")
    if missing:
        raise ValidationError(f"Parameters: [{', '.join(missing)}] must have values")


def _value(key: str, parameter: Mapping[str, Any], text: str, made_up: Callable[[str], bool]) -> ParameterValue:
    if not text.startswith(PLACEHOLDER):
        _check_value(key, parameter, text, made_up)
    elif is_stored(parameter["Type"]):
        raise ValidationError(f"Unable to fetch parameters [{text}] from parameter store for this account.")
    elif parameter["Type"] != "String" and "AllowedPattern" in parameter:
        _check_value(key, parameter, text, made_up)
    return ParameterValue(key, text, no_echo=is_no_echo(parameter))


def _looked_up(values: Values, declared: Declared, fetch: Fetch) -> dict[str, ParameterValue]:
    names = {key: value.value for key, value in values.items() if is_stored(declared[key]["Type"])}
    stored = {key: fetch(name) for key, name in names.items()}
    absent = [names[key] for key, text in stored.items() if text is None]
    if absent:
        raise ValidationError(f"Unable to fetch parameters [{','.join(absent)}] from parameter store for this account.")
    refuse_secure({names[key]: text for key, text in stored.items()})
    return {key: ParameterValue(key, value.value, stored.get(key), value.no_echo) for key, value in values.items()}


def ref_value(declared: Mapping[str, Any], value: ParameterValue) -> Any:
    """What a Ref to the parameter gives: text, or a list of trimmed texts for list types."""
    text = value.effective
    if text.startswith(PLACEHOLDER):
        return fed(text)
    return typed_value(declared["Type"], text)


def _check_value(key: str, parameter: Mapping[str, Any], text: str, made_up: Callable[[str], bool]) -> None:
    breach = next(breaches(key, parameter, text, _matches), None)
    if breach is not None and not made_up(text):
        raise ValidationError(_told(key, parameter, breach))


def check_defaults(declared: Declared) -> None:
    """Refuse a default that its own parameter's constraints refuse, whatever value is given.

    The console refuses such a template as soon as it is submitted, in the words for a value: `Template contains
    errors.: Parameter 'Naming' must contain at least 12 characters` (Stack Overflow 77187158; aws-samples/
    aws-service-catalog-reference-architectures#23). Whether a type fits, as of an empty Number, is not judged here:
    nobody was seen to meet that before the value is used.
    """
    for key, parameter in declared.items():
        if "Default" in parameter and not is_stored(text_of(parameter.get("Type"))):
            broken = breaches(key, parameter, text_of(parameter["Default"]), _surely_matches)
            breach = next((breach for breach in broken if breach.describable), None)
            if breach is not None:
                raise TemplateError(_told(key, parameter, breach))


def _told(key: str, parameter: Mapping[str, Any], breach: Breach) -> str:
    described = parameter.get("ConstraintDescription")
    return f"Parameter '{key}' {described}" if described and breach.describable else breach.text


def _surely_matches(pattern: str, text: str) -> bool | None:
    """Whether a value matches; None if only Java can decide, or matching takes too long."""
    try:
        return _matches(pattern, text)
    except TemplateError:
        return None


@lru_cache(4096)  # every review and every operation asks it of the same defaults
def _matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches; a pattern that takes too long on it is refused: it would block everything."""
    regex: Any = import_module("regex")  # the standard library's cannot be stopped
    try:
        return java_pattern(pattern, regex).fullmatch(text, timeout=_PATTERN_SECONDS) is not None
    except InvalidPatternError:
        raise TemplateError(f"Template format error: Invalid AllowedPattern {pattern}") from None
    except UnsayableError:
        raise TemplateError(
            f"AllowedPattern {pattern} is not simulated: it uses syntax that only Java supports"
        ) from None
    except TimeoutError:
        raise TemplateError(f"AllowedPattern {pattern} is not simulated: matching this value takes too long") from None
