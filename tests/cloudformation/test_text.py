"""Reading the text of a template."""

from __future__ import annotations

import json

import pytest
import yaml

from cloudformation.refusals import TemplateError
from cloudformation.text import MAXIMUM_DEPTH, TextError, read

YAML_MALFORMED = "Template format error: YAML not well-formed."
UNSUPPORTED = "Template format error: unsupported structure."


def refusal(body: str) -> str:
    with pytest.raises(TemplateError) as caught:
        read(body)
    return caught.value.message


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Vpc", {"Ref": "Vpc"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Vpc.CidrBlock", {"Fn::GetAtt": ["Vpc", "CidrBlock"]}),
        ("!GetAtt Alb.LoadBalancer.Name", {"Fn::GetAtt": ["Alb", "LoadBalancer.Name"]}),
        ("!GetAtt [Vpc, CidrBlock]", {"Fn::GetAtt": ["Vpc", "CidrBlock"]}),
        ("!Sub '${A}-x'", {"Fn::Sub": "${A}-x"}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!Equals [a, b]", {"Fn::Equals": ["a", "b"]}),
        ("!Transform {Name: Include}", {"Fn::Transform": {"Name": "Include"}}),
        ("!Sub 10", {"Fn::Sub": "10"}),
        ("!If [Has, !Ref A, {B: 1}]", {"Fn::If": ["Has", {"Ref": "A"}, {"B": 1}]}),
    ],
)
def test_a_short_form_is_read_as_its_long_form(short: str, long: object) -> None:
    assert read(f"Value: {short}") == {"Value": long}


@pytest.mark.parametrize("text", ["A: !Ref B", "A: !Join ['', []]", "A: !Map {}", "{A: !Ref B}"])
def test_short_forms_may_be_no_yaml(text: str) -> None:
    with pytest.raises(TemplateError, match="not well-formed"):
        read(text, short_forms=False)
    assert read("A: {Ref: !!str B}", short_forms=False) == {"A": {"Ref": "B"}}


def test_short_forms_nest() -> None:
    assert read("A: !Base64\n  Fn::Sub: !Ref B") == {"A": {"Fn::Base64": {"Fn::Sub": {"Ref": "B"}}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [("8080", 8080), ("true", True), ("yes", True), ("1.5", 1.5), ("0o14", "0o14"), ("~", None), ("'80'", "80")],
)
def test_a_scalar_has_the_type_that_yaml_1_1_gives_it(text: str, value: object) -> None:
    assert read(f"A: {text}") == {"A": value}


@pytest.mark.parametrize("name", ["Length", "ToJsonString", "ForEach"])
def test_functions_of_the_language_extensions_have_no_short_form(name: str) -> None:
    assert refusal(f"A: !{name} [a]") == f"!{name} is not simulated: Fn::{name} has no short form"
    assert read(f"A: {{Fn::{name}: [a]}}") == {"A": {f"Fn::{name}": ["a"]}}


def test_a_date_stays_text() -> None:
    assert read("AWSTemplateFormatVersion: 2010-09-09\nVersion: 2012-10-17T00:00:00Z") == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Version": "2012-10-17T00:00:00Z",
    }


def test_a_key_is_text_whatever_it_looks_like() -> None:
    read_as = {"M": {"123456789012": {"true": "x", "2012-10-17": "y", "1.2.3": "z", "012": "w"}}}
    assert read("M: {'123456789012': {true: x, 2012-10-17: y, 1.2.3: z, !!str 012: w}}") == read_as
    assert read('{"M": {"1": 2}}') == {"M": {"1": 2}}


@pytest.mark.parametrize(
    ("body", "path", "received"),
    [
        ("Mappings: {AccountMap: {123456789012: {Some: Foo}}}", "/Mappings/AccountMap", "numeric [123456789012]"),
        ("Mappings: {AccountMap: {012345678901: {Some: Foo}}}", "/Mappings/AccountMap", "numeric [1.2345678901E10]"),
        ("A: {Schedule: [{Monday: {1: on}}]}", "/A/Schedule/0/Monday", "numeric [1]"),
        ("A: {1.5: b}", "/A", "numeric [1.5]"),
        ("A: {StringEquals: {!Sub '${B}:sub': c}}", "/A/StringEquals", "a map"),
    ],
)
def test_a_key_that_is_a_number_or_a_function_is_refused_with_the_path_of_its_map(
    body: str, path: str, received: str
) -> None:
    assert refusal(body) == f"Template format error: [{path}] map keys must be strings; received {received} instead"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("012345670123", 1402433619),
        ("012345678901", "1.2345678901E10"),
        ("08", "8.0"),
        ("-0900", "-900.0"),
        ("007", 7),
        ("0", 0),
        ("'012345678901'", "012345678901"),
        ("!!str 012345678901", "012345678901"),
        ("123456789012", 123456789012),
        ("0.5", 0.5),
    ],
)
def test_a_number_with_a_leading_zero_is_octal_or_a_floating_point_one(text: str, value: object) -> None:
    assert read(f"A: {text}") == {"A": value}


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("A: 1\nB: [", 3, "did not find expected node content"),
        ('{"A": 1,\n "B": ]}', 2, "did not find expected node content"),  # no YAML either: the line is YAML's
        ("A: &x 1\nB: *x", 2, None),
        ("A: 1\n---\nB: 2", 2, "another document begins"),
        ("A: 1\n[b]: 2", 2, "a key is no text"),
        ("A:\n  !Length [a]", None, None),
        ("A: \ud800", None, "half of a surrogate pair is no character"),
    ],
)
def test_a_refusal_tells_the_line_and_what_is_wrong_there(body: str, line: int | None, problem: str | None) -> None:
    with pytest.raises(TextError) as caught:
        read(body)
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_json_is_read_as_it_stands() -> None:
    assert read('\n {"Resources": {"A": {"Ref": "!Ref B"}}}') == {"Resources": {"A": {"Ref": "!Ref B"}}}


def test_yaml_flow_style_that_begins_with_a_brace_is_no_broken_json() -> None:
    assert read("{A: !Ref B}") == {"A": {"Ref": "B"}}


def test_broken_json_is_refused_with_its_place() -> None:
    assert refusal('{"A": "unterminated') == "Template format error: JSON not well-formed. (line 1, column 8)"


@pytest.mark.parametrize(
    "body", ["A: [1", "A: 'x", "A: &x 1\nB: @", "%YAML 9.9\n---\nA: }", "A: 1\nB: 2\n  C: 3", "\x00"]
)
def test_text_that_is_no_yaml_is_refused(body: str) -> None:
    assert refusal(body) == YAML_MALFORMED


@pytest.mark.parametrize("body", ["A: 1\n---\nB: 2", "[a]: 1", "A: \ud800"])
def test_what_a_template_cannot_be_is_refused_as_malformed(body: str) -> None:
    assert refusal(body) == YAML_MALFORMED


@pytest.mark.parametrize("body", ["A: 1\nB: x\nA: 2", '{"A": 1, "B": "x", "A": 2}'])
def test_of_a_key_that_is_repeated_the_last_value_counts(body: str) -> None:
    assert read(body) == {"A": 2, "B": "x"}


@pytest.mark.parametrize(
    "number", ["9" * 5000, "0x" + "f" * 5000, ":".join(["1"] + ["59"] * 500), ".inf", ".nan", "1.0e+999"]
)
def test_a_number_beyond_all_measure_is_text(number: str) -> None:
    assert read(f"A: {number}") == {"A": number}


def test_json_numbers_beyond_all_measure_are_text_and_what_is_no_json_number_is_refused() -> None:
    assert read('{"A": [' + "9" * 5000 + ", 1e999]}") == {"A": ["9" * 5000, "1e999"]}
    assert refusal('{"A": NaN}') == UNSUPPORTED


def test_aliases_are_refused_so_that_no_bomb_goes_off() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    assert refusal(bomb) == "Template error: YAML aliases are not allowed in CloudFormation templates"


@pytest.mark.parametrize(
    "body",
    [
        "[" * 5000,
        "A: " + "[" * (MAXIMUM_DEPTH + 1) + "]" * (MAXIMUM_DEPTH + 1),
        json.dumps({"A": 1}).replace("1", "[" * 300 + "]" * 300),
        '{"A":' * 100_000,
        '{"A":' * 100_000 + "1" + "}" * 100_000,
    ],
)
def test_text_nested_too_deeply_is_refused(body: str) -> None:
    assert refusal(body) in (UNSUPPORTED, YAML_MALFORMED)


def test_an_empty_body_is_nothing() -> None:
    assert read("") is None


def test_without_the_c_reader_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "Resources:\n  A: {Type: !Sub 'x', Count: 3, On: true}\n"
    fast = read(body)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert read(body) == fast
    assert refusal("A: [") == YAML_MALFORMED


def answered(body: str) -> str:
    try:
        return "read" if isinstance(read(body), (str, list, dict)) else "nothing"
    except TemplateError:
        return "refused"


@pytest.mark.parametrize(
    "unit", ["- a\n", "{", "[", "a: b\n", "!Ref a\n", "&a\n", "'", '"', "\t", "? a\n", "- - - - - - \n"]
)
def test_a_long_run_of_anything_is_read_or_refused(unit: str) -> None:
    body = unit * (96 * 1024 // len(unit))
    assert answered(body) in ("read", "refused")


@pytest.mark.parametrize(
    "body",
    [
        "A: [1, 0x1F, 1.5, yes, ~, '2', 010, 012345678901, 2020-01-01, é😀, {B: !Sub [a, {c: d}]}]",
        '{"A": [1, 1e400, 1.5, true, null, "2", {"B": {"Ref": "C"}}], "é": 123456789012345678901234567890}',
    ],
)
def test_whoever_reads_a_text_again_reads_the_same_and_shares_nothing(body: str) -> None:
    first, second = read(body), read(body)
    assert repr(first) == repr(second)
    first["A"][-1]["B"] = first["A"][0] = "written over"
    first["Added"] = {}
    assert repr(read(body)) == repr(second)


def test_what_is_refused_is_refused_again() -> None:
    assert [refusal("A: *b"), refusal("A: *b")] == [refusal("A: *b")] * 2


def test_short_forms_that_were_read_are_refused_where_there_are_to_be_none() -> None:
    assert read("A: !Ref B") == {"A": {"Ref": "B"}}
    with pytest.raises(TextError):
        read("A: !Ref B", short_forms=False)


def test_an_exclamation_mark_alone_is_no_short_form() -> None:
    assert read("A: ! text\nB: !Ref C\n") == {"A": "text", "B": {"Ref": "C"}}
