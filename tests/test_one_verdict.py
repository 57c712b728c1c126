"""A parameter's value is taken or refused by the deployer and the rehearsal alike, whatever is declared and given."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, assign
from cloudformation.environment.value_sources import Setting
from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern
from cloudformation.parameters.declarations import check_declarations
from cloudformation.refusals import CloudFormationError
from rehearsal.language.parameters import settle

_TYPES = st.sampled_from(
    [
        *("String", "Number", "CommaDelimitedList", "List<Number>", "List<String>", "AWS::SSM::Parameter::Name"),
        *("AWS::EC2::VPC::Id", "List<AWS::EC2::Subnet::Id>", "AWS::Route53::HostedZone::Id"),
        *("AWS::EC2::KeyPair::KeyName", "AWS::SSM::Parameter::Value<String>"),
    ]
)
_TEXTS = st.sampled_from(
    [
        *("", "a", "b", "A", "ab", "abc", "1", "1.0", "2", "10", "1_0", " 3 ", "+5", ".5", "1e3", "\u0663", "true"),
        *("True", "a,b", "a, b", "1,2", "1, x", ",", "vpc-12345678", "subnet-12345678", "subnet-12345678, x", "Z12"),
        *("$$", "$+<=>^`|~", "a.b", "\u00e9", "x" * 4096, "\u3042" * 1366, "\U0001f600", "/app/image", "a\n"),
    ]
) | st.text(max_size=4)
_PATTERNS = st.sampled_from(
    [
        *(r"\d+", r"\w*", r"\p{Punct}+", r"\Qa.b\E", r"(?<n>a)\k<n>|a", "[a-z&&[^b]]*", "[a-c[x-z]]+", r"\p{L}+"),
        *("[^a&&b]", "a$", "^.*$", "(?i)A|B", "(", "[a", "a{,2}", r"\p{Nope}"),
    ]
)
_SCALARS = st.sampled_from([True, False, 1, 2, 1.0, "a", "b", "1", "true", "a.b", "2.50", "vpc-12345678"])
_BOUNDS = st.sampled_from([0, 1, 2, 3, "1", "2.5", "1e1"])
_DECLARATIONS = st.fixed_dictionaries(
    {"Type": _TYPES},
    optional={
        "AllowedPattern": _PATTERNS,
        "AllowedValues": st.lists(_SCALARS, max_size=4),
        "MinLength": _BOUNDS,
        "MaxLength": _BOUNDS,
        "MinValue": _BOUNDS,
        "MaxValue": _BOUNDS,
        "ConstraintDescription": st.just("as described"),
        "NoEcho": st.sampled_from([True, "True", "false"]),
    },
)


def _deployed(declaration: dict[str, Any], text: str) -> list[str]:
    """What the deployer finds before anything is sent."""
    setting = {"P": Setting(text, Place("p.yaml", 1))}
    environment = Environment("dev", Place("p.yaml"), "1", "r", "s", "b", False, {}, (), setting, {})
    return [problem.text for problem in assign({"P": Declared("P", declaration["Type"], declaration)}, environment)[1]]


def _rehearsed(declaration: dict[str, Any], text: str) -> str | None:
    """What the rehearsal answers; every name that is no empty one is in its parameter store."""
    try:
        settle({"P": declaration}, [{"ParameterKey": "P", "ParameterValue": text}], {}, lambda name: name or None)
    except CloudFormationError as refused:
        return refused.message
    return None


def _is_left_open(declaration: dict[str, Any]) -> bool:
    """Whether the deployer cannot read the pattern: such a value is left to CloudFormation."""
    try:
        java_pattern(str(declaration.get("AllowedPattern", "")))
    except InvalidPatternError:
        return False
    except UnsayableError:
        return True
    return False


@given(_DECLARATIONS, _TEXTS)
@example({"Type": "Number"}, "1_0")
@example({"Type": "String", "AllowedPattern": r"\p{Punct}+"}, "$$")
@example({"Type": "Number", "AllowedValues": [1, 2]}, "1.0")
@example({"Type": "AWS::SSM::Parameter::Name"}, "")
def test_both_wings_give_one_verdict(declaration: dict[str, Any], text: str) -> None:
    check_declarations({"P": declaration})
    found, refused = _deployed(declaration, text), _rehearsed(declaration, text)
    assert bool(found) == bool(refused) or (_is_left_open(declaration) and not found), (found, refused)
    if declaration.get("NoEcho") in (True, "True") and len(text) > 3:
        assert not [problem for problem in found if text in problem.replace(declaration["Type"], "")]


@given(_DECLARATIONS, _TEXTS)
def test_both_wings_say_it_in_the_same_words(declaration: dict[str, Any], text: str) -> None:
    """The deployer reports all that is broken, with the value; the rehearsal the first, as CloudFormation does."""
    plain = {member: value for member, value in declaration.items() if member not in _UNSAID}
    refused, found = _rehearsed(plain, text), _deployed(plain, text)
    if refused and found and not _is_left_open(plain) and not _in_own_words(found):
        assert any(problem.startswith(refused) for problem in found), (found, refused)


_UNSAID = ("ConstraintDescription", "NoEcho")


def _in_own_words(found: list[str]) -> bool:
    """What is empty is identified by the deployer itself, and an invalid pattern is reported alone."""
    return any(words in problem for words in ("must have values", "Invalid AllowedPattern") for problem in found)
