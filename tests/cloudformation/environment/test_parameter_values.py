"""Values are checked against what the template declares, in CloudFormation's words."""

from pathlib import Path
from typing import Any

import pytest

from cloudformation.environment.environment_file import Environment
from cloudformation.environment.findings import Place
from cloudformation.environment.parameter_values import Declared, Value, assign
from cloudformation.environment.value_sources import Setting


def _environment(**settings: str | list[str]) -> Environment:
    parameters = {
        name: Setting(value, Place("p.yaml", 7))
        if isinstance(value, str)
        else Setting(",".join(value), Place("p.yaml", 7), tuple(value))
        for name, value in settings.items()
    }
    return Environment(
        "dev", Place("p.yaml"), "1", "r", "s", "b", False, {}, (), parameters, {"parameters": Place("p.yaml", 3)}
    )


def _findings(body: dict[str, Any], value: str | list[str]) -> list[str]:
    declared = {"P": Declared("P", body.get("Type", "String"), body)}
    return [str(problem) for problem in assign(declared, _environment(P=value))[1]]


def test_a_value_comes_from_the_file_before_the_default() -> None:
    declared = {name: Declared(name, "String", {"Default": 1}) for name in ("A", "B")}
    values, problems = assign(declared, _environment(A="2"))
    assert [(name, value.text) for name, value in values.items()] == [("A", "2"), ("B", "1")]
    assert problems == []


def test_a_missing_value_is_asked_for_with_its_meaning() -> None:
    declared = {"A": Declared("A", "String", {"Description": "Where it answers."})}
    _, problems = assign(declared, _environment())
    assert [str(each) for each in problems] == ["p.yaml:3: A must have a value: Where it answers."]


def test_a_misspelt_name_is_told_with_the_nearest() -> None:
    declared = {"DomainName": Declared("DomainName", "String", {})}
    _, problems = assign(declared, _environment(DomianName="x"))
    assert "p.yaml:7: parameter DomianName does not exist in the template; did you mean DomainName?" in [
        str(each) for each in problems
    ]


@pytest.mark.parametrize(
    ("body", "value", "finding"),
    [
        ({"Type": "Number"}, "two", "Parameter 'P' must be a number.; it is 'two'"),
        ({"Type": "Number"}, "NaN", "Parameter 'P' must be a number.; it is 'NaN'"),
        ({"Type": "Number"}, "1_0", "Parameter 'P' must be a number.; it is '1_0'"),
        ({"Type": "Number"}, " 3 ", "Parameter 'P' must be a number.; it is ' 3 '"),
        ({"Type": "Number"}, "\u0663", "Parameter 'P' must be a number.; it is '\u0663'"),
        ({"Type": "Number", "MinValue": 2}, "1", "Parameter 'P' must be a number not less than 2; it is '1'"),
        ({"Type": "Number", "MaxValue": "2"}, "3", "Parameter 'P' must be a number not greater than 2; it is '3'"),
        ({"AllowedValues": [True, 1]}, "no", "Parameter 'P' must be one of AllowedValues: 'true', '1'; it is 'no'"),
        ({"MinLength": 3}, "ab", "Parameter 'P' must contain at least 3 characters; it is 'ab'"),
        ({"MaxLength": 1}, "ab", "Parameter 'P' must contain at most 1 characters; it is 'ab'"),
        ({"AllowedPattern": "[a-z]"}, "A", "Parameter 'P' must match pattern [a-z]; it is 'A'"),
        (
            {"AllowedPattern": "[a-z]", "ConstraintDescription": "one letter"},
            "A",
            "Parameter 'P' must match pattern [a-z] (one letter); it is 'A'",
        ),
        ({"AllowedPattern": "[a-z&&[^b]]"}, "b", "Parameter 'P' must match pattern [a-z&&[^b]]; it is 'b'"),
        ({"AllowedPattern": r"\p{Alpha}(?i)b"}, "Bc", r"Parameter 'P' must match pattern \p{Alpha}(?i)b; it is 'Bc'"),
        ({"AllowedPattern": "a{,2}"}, "a", "Template format error: Invalid AllowedPattern a{,2} (parameter P)"),
        ({"AllowedPattern": "["}, "a", "Template format error: Invalid AllowedPattern [ (parameter P)"),
        ({"AllowedPattern": "[a-z]", "NoEcho": True}, "A", "Parameter 'P' must match pattern [a-z]"),
        ({"AllowedPattern": "[a-z]", "NoEcho": "True"}, "A", "Parameter 'P' must match pattern [a-z]"),
        (
            {"Type": "AWS::Route53::HostedZone::Id"},
            "/hostedzone/Z1",
            "Parameter validation failed: parameter value /hostedzone/Z1 for parameter name P does not exist"
            "; it is '/hostedzone/Z1'",
        ),
        (
            {"Type": "AWS::EC2::VPC::Id", "NoEcho": "TRUE"},
            "secret",
            "Parameter validation failed: parameter value **** for parameter name P does not exist",
        ),
        ({"Type": "CommaDelimitedList", "NoEcho": True}, ["a,b"], "P: a list member cannot hold a comma"),
        (
            {"Type": "CommaDelimitedList", "AllowedPattern": "/.*"},
            "/a, b",
            "Each value of parameter 'P' must match pattern /.*; it is '/a, b'",
        ),
        ({"Type": "List<Number>"}, "1,x", "Parameter 'P' must be a list of numbers.; it is '1,x'"),
        ({"Type": "AWS::EC2::VPC::Id"}, "", "Parameter 'P' must have values: AWS::EC2::VPC::Id; it is ''"),
        ({"Type": "String"}, ["a", "b"], "P is one String, not a list"),
        ({"Type": "CommaDelimitedList"}, ["a,b"], "P: a list member cannot hold a comma: 'a,b'"),
    ],
)
def test_a_broken_constraint_is_told_where_the_value_stands(
    body: dict[str, Any], value: str | list[str], finding: str
) -> None:
    assert _findings(body, value) == [f"p.yaml:7: {finding}"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ({"Type": "Number", "AllowedValues": [1, 2]}, "1.0"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a, b"),
        ({"Type": "String", "MinLength": 1, "MaxLength": 3}, "abc"),
        ({"AllowedPattern": "[a-z&&[^b]]"}, "a"),
        ({"AllowedPattern": r"\p{L}"}, "1"),  # only CloudFormation can know
        ({"Type": "CommaDelimitedList"}, ["a", "b"]),
    ],
)
def test_a_value_that_fits_is_not_mentioned(body: dict[str, Any], value: str | list[str]) -> None:
    assert _findings(body, value) == []


def test_a_value_that_is_too_long_for_cloudformation_is_told() -> None:
    assert "must contain at most 4096 bytes" in _findings({}, "é" * 2100)[0]


def test_a_default_that_breaks_its_own_constraint_is_told_where_a_value_belongs() -> None:
    declared = {"P": Declared("P", "String", {"Default": "", "MinLength": 1})}
    _, problems = assign(declared, _environment())
    assert str(problems[0]).startswith("p.yaml:3: Parameter 'P' must contain")


def test_types_say_what_they_are() -> None:
    assert Declared("P", "AWS::SSM::Parameter::Value<List<String>>", {}).is_list
    assert Declared("P", "AWS::SSM::Parameter::Value<String>", {}).is_ssm
    assert Value(Declared("P", "List<Number>", {}), "1, 2", None).members == ("1", "2")


def test_the_projects_own_environments_fit_its_templates() -> None:
    from cloudformation.environment.environment_file import environment_files
    from deployment.template.environments import read_environment
    from deployment.template.template import read_template
    from tests.deployment.checked import checked_values

    project = Path(__file__).resolve().parents[3]
    root = read_template(project / "rendered/root.yaml")
    for file in environment_files(project / "params"):
        values = checked_values(root, read_environment(project / "params", file.stem))
        assert list(values) == list(root.section("Parameters"))
