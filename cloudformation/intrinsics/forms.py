"""The form of each intrinsic function's argument: what CloudFormation refuses without knowing a value.

The texts are those of AWS; where an argument is computed, only its place can be judged here, and the
rest when the value is there (`intrinsics`).
"""

import re
from collections.abc import Callable
from typing import Any

from cloudformation.references import functions, intrinsic, sub_names
from cloudformation.refusals import TemplateError, ValidationError

GET_ATT = (
    "Template error: every Fn::GetAtt object requires two non-empty parameters, "
    "the resource name and the resource attribute"
)
JOIN = (
    "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and "
    "(2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) "
    "to be joined."
)
SELECT = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
SPLIT = (
    "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and "
    "(2) a string to be split or a function that returns a string to be split."
)
SUB = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. "
    "Specify a string as first argument, and an optional second argument to specify a mapping of values "
    "to replace in the string"
)
SUB_KEY = (
    "Template error: every key of the context object of every Fn::Sub object "
    "must contain only alphanumeric characters and underscores"
)
SUB_NAMES = (
    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, "
    "underscores, periods, and colons"
)
SUB_VALUE = (
    "Template error: every value of the context object of every Fn::Sub object must be a string "
    "or a function that returns a string"
)
FIND_IN_MAP = (
    "Template error: every Fn::FindInMap object requires three parameters, "
    "the map name, map key and the attribute for return value"
)
IMPORT_VALUE = "Template error: the attribute in Fn::ImportValue must be a string or a function that returns a string"
BASE64 = "Template error: every Fn::Base64 object must have a String-typed value."
# CloudFormation's own text for this one is not known.
STACK_OUTPUT = (
    "Template error: every Fn::GetStackOutput object requires StackName and OutputName, "
    "and may have Region and RoleArn; each is a string or a function that returns a string"
)
STACK_OUTPUT_MEMBERS = ("StackName", "OutputName", "Region", "RoleArn")
INDEX = re.compile(r"[0-9]{1,9}")
_SUB_NAME = re.compile(r"[A-Za-z0-9_.:]+")
_SUB_KEY = re.compile(r"[A-Za-z0-9_]+")


def check_forms(value: Any) -> None:
    """Hold every intrinsic function in a value, at any depth, to the form of its argument.

    Errors: TemplateError in AWS's words; ValidationError for a function that is not simulated.
    """
    for name, argument in functions(value):
        check_form(name, argument)


def check_form(name: str, argument: Any, *, extended: bool = False) -> None:
    """Hold one function's argument to its form; `extended` where AWS::LanguageExtensions gives it more."""
    form = _EXTENDED.get(name, _FORMS.get(name)) if extended else _FORMS.get(name)
    if form is None:
        raise TemplateError(f"Template format error: Unrecognized function {name}")
    form(argument)


def get_att_parts(argument: Any) -> tuple[str, Any]:
    """Logical id and attribute of a Fn::GetAtt; the attribute may be a Ref."""
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    whole = isinstance(argument, list) and len(argument) == 2 and all(argument) and isinstance(argument[0], str)
    if not whole or not isinstance(argument[1], (str, dict)):
        raise TemplateError(GET_ATT)
    return argument[0], argument[1]


def sub_parts(argument: Any) -> tuple[str, dict[str, Any]]:
    """The text of a Fn::Sub and its own variables."""
    text, variables = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        text, variables = argument
    if not isinstance(text, str):
        raise TemplateError(SUB)
    if not all(_SUB_KEY.fullmatch(key) for key in variables):
        raise TemplateError(SUB_KEY)
    if not all(_SUB_NAME.fullmatch(name) for name in sub_names(text)):
        raise TemplateError(SUB_NAMES)
    return text, variables


def _ref(argument: Any) -> None:
    if not isinstance(argument, str):
        raise TemplateError("Template error: every Ref object must have a single String value.")


def _pair(text: str, *, delimited: bool) -> Callable[[Any], None]:
    def check(argument: Any) -> None:
        if not isinstance(argument, list) or len(argument) != 2:
            raise TemplateError(text)
        if delimited and not isinstance(argument[0], str):
            raise TemplateError(text)

    return check


def _join(argument: Any) -> None:
    _pair(JOIN, delimited=True)(argument)
    if not isinstance(argument[1], list) and intrinsic(argument[1]) is None:
        raise TemplateError(JOIN)


def _select(argument: Any) -> None:
    """A literal index must fit a literal list; AWS has one text for all that can be wrong with them."""
    _pair(SELECT, delimited=False)(argument)
    index, items = argument
    computed = isinstance(index, dict)
    if not computed and (isinstance(index, bool) or not INDEX.fullmatch(str(index))):
        raise TemplateError(SELECT)
    if isinstance(items, list) and (computed or int(index) < len(items)):
        return
    if intrinsic(items) is None:
        raise TemplateError(SELECT)


def _if(argument: Any) -> None:
    if not isinstance(argument, list) or not argument or not isinstance(argument[0], str):
        raise TemplateError("Template error: Fn::If requires a list argument with the first element being a condition")
    if len(argument) != 3:
        raise TemplateError("Template error: Fn::If requires a list argument with three elements")


def _find_in_map(argument: Any) -> None:
    """Without a transform there is no DefaultValue, and a key is text, a Ref, a Fn::FindInMap or a Fn::Select.

    Fn::If, Fn::Join and Fn::Sub are refused (cloudtools/troposphere#479, cloudformation-coverage-roadmap#2034, #1826).
    The guide names no Fn::Select; the templates of awslabs/aws-solutions-constructs' integration tests
    (aws-lambda-bedrockinferenceprofile), which are deployed (#1387), have it as the first key.
    """
    if not isinstance(argument, list) or len(argument) != 3 or not all(_may_be_key(key) for key in argument):
        raise TemplateError(FIND_IN_MAP)


def _may_be_key(value: Any) -> bool:
    function = intrinsic(value)
    return _may_be_text(value) and (function is None or function[0] in ("Ref", "Fn::FindInMap", "Fn::Select"))


def _extended_find_in_map(argument: Any) -> None:
    """The transform takes any function for a key, and `DefaultValue` (user guide, "Fn::FindInMap enhancements")."""
    if not isinstance(argument, list) or not 3 <= len(argument) <= 4:
        raise TemplateError(FIND_IN_MAP)
    if len(argument) == 4 and (not isinstance(argument[3], dict) or set(argument[3]) != {"DefaultValue"}):
        raise TemplateError(FIND_IN_MAP)


def _text(text: str) -> Callable[[Any], None]:
    def check(argument: Any) -> None:
        if not _may_be_text(argument):
            raise TemplateError(text)

    return check


def _stack_output(argument: Any) -> None:
    """The forms are those of the template reference, "Fn::GetStackOutput"."""
    members = set(argument) if isinstance(argument, dict) else set()
    whole = members >= {"StackName", "OutputName"} and members <= set(STACK_OUTPUT_MEMBERS)
    if not whole or not all(_may_be_text(member) for member in argument.values()):
        raise TemplateError(STACK_OUTPUT)


def _may_be_text(value: Any) -> bool:
    return not isinstance(value, list) and (not isinstance(value, dict) or intrinsic(value) is not None)


def _refused(name: str) -> Callable[[Any], None]:
    def refuse(argument: Any) -> None:
        raise ValidationError(f"{name} is not simulated: it needs a transform")

    return refuse


def _any(argument: Any) -> None:
    """Judged by its values alone."""


_FORMS: dict[str, Callable[[Any], object]] = {
    "Ref": _ref,
    "Condition": _any,
    "Fn::GetAtt": get_att_parts,
    "Fn::Sub": sub_parts,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _pair(SPLIT, delimited=True),
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _text("Template error: every Fn::GetAZs object must have a String-typed value."),
    "Fn::Cidr": _any,
    "Fn::Base64": _text(BASE64),
    "Fn::ImportValue": _text(IMPORT_VALUE),
    "Fn::GetStackOutput": _stack_output,
    "Fn::ToJsonString": _refused("Fn::ToJsonString"),
    "Fn::Length": _refused("Fn::Length"),
    "Fn::ForEach": _refused("Fn::ForEach"),
}
_EXTENDED: dict[str, Callable[[Any], object]] = {"Fn::FindInMap": _extended_find_in_map}
