"""What a template declares about a parameter: its type and its constraints, before any value is given.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Mapping
from typing import Any

from cloudformation.refusals import TemplateError
from cloudformation.scalars import is_number, is_true

MASK = "****"  # as CloudFormation shows the value of a parameter with NoEcho
SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_MEMBERS = frozenset(
    (
        *("Type", "Default", "Description", "NoEcho", "ConstraintDescription"),
        *("AllowedValues", "AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue"),
    )
)
# What the account has cannot be known here, but a value of another shape exists in no account.
_SHAPES = {
    "AWS::EC2::AvailabilityZone::Name": r"[a-z]{2}(-[a-z0-9]+)+",
    "AWS::EC2::Image::Id": r"ami-[0-9a-f]{8,17}",
    "AWS::EC2::Instance::Id": r"i-[0-9a-f]{8,17}",
    "AWS::EC2::KeyPair::KeyName": r".+",
    "AWS::EC2::SecurityGroup::GroupName": r".+",
    "AWS::EC2::SecurityGroup::Id": r"sg-[0-9a-f]{8,17}",
    "AWS::EC2::Subnet::Id": r"subnet-[0-9a-f]{8,17}",
    "AWS::EC2::Volume::Id": r"vol-[0-9a-f]{8,17}",
    "AWS::EC2::VPC::Id": r"vpc-[0-9a-f]{8,17}",
    "AWS::Route53::HostedZone::Id": r"[A-Z0-9]{1,32}",
}
_SPECIFIC = "|".join(_SHAPES)
_NAME = {"AWS::SSM::Parameter::Name": r".+"}
_STORED = rf"String|CommaDelimitedList|List<(String|{_SPECIFIC})>|{_SPECIFIC}"
_TYPES = (
    rf"String|Number|CommaDelimitedList|List<(String|Number|{_SPECIFIC})>|{_SPECIFIC}"
    rf"|AWS::SSM::Parameter::(Name|Value<({_STORED})>)"
)


def check_declarations(declared: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse declarations of the wrong form.

    Errors: TemplateError; the words for constraints of the wrong form are not evidenced by any recording.
    """
    for key, parameter in declared.items():
        _check_members(parameter)
        _check_type(key, parameter)
        _check_constraints(key, parameter)


def _check_members(parameter: Mapping[str, Any]) -> None:
    for member in parameter:
        if member not in _MEMBERS:
            raise TemplateError(f"Invalid template parameter property '{member}'")


def _check_type(key: str, parameter: Mapping[str, Any]) -> None:
    kind = parameter.get("Type")
    if kind is None:
        raise TemplateError(f"Template format error: Every Parameters object must contain a Type member. [{key}]")
    if not isinstance(kind, str) or not re.fullmatch(_TYPES, kind):
        raise TemplateError(f"Template format error: Unrecognized parameter type: {kind}")


def _check_constraints(key: str, parameter: Mapping[str, Any]) -> None:
    if isinstance(parameter.get("Default"), (dict, list)):
        raise TemplateError("Template format error: Every Default member must be a string.")
    for member in ("AllowedPattern", "Description", "ConstraintDescription", "NoEcho"):
        if isinstance(parameter.get(member), (dict, list)):
            raise TemplateError(f"Template format error: Every {member} member must be a string.")
    allowed = parameter.get("AllowedValues", [])
    if not isinstance(allowed, list) or any(isinstance(value, (dict, list)) for value in allowed):
        raise TemplateError("Template format error: Every AllowedValues member must be a list of strings.")
    for member in ("MinLength", "MaxLength", "MinValue", "MaxValue"):
        if member in parameter and not is_number(str(parameter[member])):
            raise TemplateError(f"Template format error: {member} of parameter {key} must be a number.")


def is_no_echo(parameter: Any) -> bool:
    """Whether a parameter's value must not be shown: its NoEcho is true, however that is written."""
    return isinstance(parameter, Mapping) and is_true(parameter.get("NoEcho"))


def is_stored(kind: str) -> bool:
    """Whether the value is the name of a Systems Manager parameter, which CloudFormation reads at each change set."""
    return SSM_VALUE.fullmatch(kind) is not None


def is_list(kind: str) -> bool:
    """Whether a parameter type holds a list."""
    ssm = SSM_VALUE.fullmatch(kind)
    kind = ssm[1] if ssm else kind
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def shape_of(kind: str) -> re.Pattern[str] | None:
    """What a value of an AWS-specific parameter type looks like, or each of its values for a list of them."""
    shape = (_SHAPES | _NAME).get(kind.removeprefix("List<").removesuffix(">"))
    return re.compile(shape) if shape else None
