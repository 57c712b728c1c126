"""The writer: what it writes reads well, and reads back as the same object."""

import json
from typing import Any

import cfn_flip  # type: ignore[import-untyped]  # it ships no types
import pytest
import yaml
from awscli.customizations.cloudformation.yamlhelper import yaml_parse
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudformation.text import read
from templates.rendering.yaml_writer import FIRST, LAST, SECTIONS, TAGS, write
from tests.examples import examples

WORDS = """
yes no on off Y n true False null ~ Null 0o17 017 0x1F 0b1 1:30 190:20:30 1e3 1_000 .inf -.INF .nan .5 1. +1 -1 12e03 a?
2010-09-09 2001-12-14t21:59:43.10-05:00 << = - -- --- ... ? : a:b a: # a#b !Ref * & % @ ` | > {} [] , ' " \\ /* *
"""
TEXTS = [
    "",
    " ",
    " a",
    "a ",
    "a: b",
    "a #b",
    "a\nb",
    "a\n",
    "\na",
    "a\n\nb\n\n",
    " \n",
    "a\n b\n",
    "a \nb",
    "\t",
    "a\tb",
    "a\r\nb",
    "\u2028",
    "\x85",
    "\ufeff",
    "\ue000",
    "--- a",
    "${A}, ${B}",
    "^$|^arn:aws[a-z-]*:.+$",
    "it's",
    '"q"',
    "word " * 40 + "end",
    "# word " * 20 + "end",
    "x" * 200,
    "a  b " * 40,
    "é → 日本 😀",
    "é → 日本 😀 " * 12 + "end",
]
TRICKY = st.sampled_from([*WORDS.split(), *TEXTS])
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXT = TRICKY | st.text(CHARACTERS, max_size=60) | st.lists(TRICKY, max_size=3).map(" ".join)
LONG_KEYS = ["k" * 999, "k" * 1000, "k" * 1001, "k" * 1025, "a: b #" * 300, "é " * 700 + "end"]
KEY = st.text(CHARACTERS, max_size=20) | TRICKY.filter(lambda text: len(text) < 100) | st.sampled_from(LONG_KEYS)
SCALAR = TEXT | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    call = st.tuples(st.sampled_from([*TAGS, "Fn::Contains"]), inner | TEXT | st.lists(inner, max_size=3))
    attribute = st.lists(TEXT, min_size=2, max_size=2).map(lambda parts: {"Fn::GetAtt": parts})
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEY, inner, max_size=4)
        | call.map(lambda pair: {pair[0]: pair[1]})
        | attribute
    )


VALUE = st.recursive(SCALAR, containers, max_leaves=12)
SECTION = st.dictionaries(KEY, VALUE, max_size=3)
ENTRY = st.dictionaries(st.sampled_from(["Type", "Properties", "DependsOn", "Value", "Description"]) | KEY, VALUE)
DOCUMENT = st.dictionaries(st.sampled_from(SECTIONS) | KEY, VALUE | SECTION | st.dictionaries(KEY, ENTRY, max_size=2))


def body(document: dict[str, Any]) -> str:
    """Give the text of `document` below its header."""
    return write(document, "templates/any.py").split("\n", 1)[1]


@pytest.mark.slow
@settings(max_examples=examples(300), deadline=None)
@given(DOCUMENT)
def test_whatever_is_written_reads_back_as_the_same_object(document: dict[str, Any]) -> None:
    assert (read(write(document, "templates/any.py")) or {}) == document


@settings(max_examples=examples(300), deadline=None)
@given(TEXT)
def test_a_parser_that_knows_no_types_and_one_that_knows_them_read_the_same_text(text: str) -> None:
    written = body({"Description": text})
    loose = yaml.load(written, Loader=yaml.BaseLoader)
    assert loose == yaml.safe_load(written) == {"Description": text}


@settings(max_examples=examples(100), deadline=None)
@given(TEXT)
def test_the_parsers_of_the_aws_cli_and_of_cfn_flip_read_the_same_function(text: str) -> None:
    document = {"Outputs": {"A": {"Value": {"Fn::Join": [text, [text, {"Ref": text}, {"Fn::Sub": text}]]}}}}
    written = write(document, "templates/any.py")
    assert json.loads(json.dumps(yaml_parse(written))) == document
    assert json.loads(cfn_flip.to_json(written)) == document


@pytest.mark.slow
@settings(max_examples=examples(100), deadline=None)
@given(DOCUMENT)
def test_writing_twice_gives_the_same_bytes_and_nothing_is_an_alias(document: dict[str, Any]) -> None:
    assert write(document, "a.py").encode() == write(document, "a.py").encode()
    twice = {"Resources": {"A": document, "B": document}}
    tokens = yaml.scan(write(twice, "templates/any.py"))
    assert not [token for token in tokens if isinstance(token, (yaml.AliasToken, yaml.AnchorToken))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Vpc"}, "!Ref Vpc"),
        ({"Ref": "AWS::Region"}, "!Ref AWS::Region"),
        ({"Fn::GetAtt": ["Alb", "Outputs.VpcId"]}, "!GetAtt Alb.Outputs.VpcId"),
        ({"Fn::Sub": "${AppName}-alb"}, "!Sub ${AppName}-alb"),
        ({"Fn::Join": [",", [{"Ref": "A"}, {"Ref": "B"}]]}, '!Join [",", [!Ref A, !Ref B]]'),
        ({"Fn::Not": [{"Fn::Equals": [{"Ref": "A"}, ""]}]}, '!Not [!Equals [!Ref A, ""]]'),
        ({"Fn::If": ["Has", "true", {"Ref": "AWS::NoValue"}]}, '!If [Has, "true", !Ref AWS::NoValue]'),
        ({"Fn::Select": [0, {"Fn::Sub": "${A}"}]}, '!Select [0, !Sub "${A}"]'),
        ({"Condition": "Has"}, "!Condition Has"),
    ],
)
def test_functions_take_their_short_form(value: Any, text: str) -> None:
    assert body({"Conditions": {"A": value}}) == f"\nConditions:\n  A: {text}\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::ImportValue": {"Fn::Sub": "${A}-B"}}, "Fn::ImportValue: !Sub ${A}-B"),
        ({"Fn::Base64": {"Ref": "A"}}, "Fn::Base64: !Ref A"),
        ({"Fn::GetAtt": ["A", {"Ref": "B"}]}, "Fn::GetAtt: [A, !Ref B]"),
        ({"Fn::GetAtt": "A.B"}, "Fn::GetAtt: A.B"),
        ({"Fn::Contains": [["a"], {"Ref": "B"}]}, "Fn::Contains: [[a], !Ref B]"),
        ({"Fn::Contains": ["a" * 99]}, f"Fn::Contains:\n        - {'a' * 99}"),
    ],
)
def test_a_function_keeps_its_long_name_where_a_tag_would_not_do(value: Any, text: str) -> None:
    assert body({"Outputs": {"A": {"Value": value}}}) == f"\nOutputs:\n  A:\n    Value:\n      {text}\n"


def test_sections_stand_in_the_order_of_the_guide_a_blank_line_apart() -> None:
    document = {name: {"X": "x"} for name in reversed(SECTIONS[2:])}
    document |= {"Description": "d", "AWSTemplateFormatVersion": "2010-09-09"}  # type: ignore[dict-item]  # plain text
    assert [line.split(":")[0] for line in body(document).splitlines() if line[:1].isalpha()] == list(SECTIONS)
    assert body(document).startswith(
        'AWSTemplateFormatVersion: "2010-09-09"\n\nDescription: d\n\nMetadata:\n  X: x\n\n'
    )


@pytest.mark.parametrize(("section", "keys"), FIRST.items())
def test_an_entry_starts_with_what_it_is_and_ends_with_its_body(section: str, keys: tuple[str, ...]) -> None:
    wanted = [*keys, "Other", *LAST.get(section, ())]
    written = body({section: {"A": dict.fromkeys(reversed(wanted), "x")}})
    assert [line.strip().split(":")[0] for line in written.splitlines()[2:]] == ["A", *wanted]


def test_entries_stand_a_blank_line_apart_and_list_items_under_their_key() -> None:
    document = {"Resources": {"A": {"Type": "T", "Properties": {"L": ["x", {"K": "k", "V": ["z"]}, ["w"]]}}, "B": {}}}
    assert body(document) == (
        "\nResources:\n  A:\n    Type: T\n    Properties:\n      L:\n        - x\n        - K: k\n          V:\n"
        "            - z\n        - - w\n\n  B: {}\n"
    )


def test_a_function_that_does_not_fit_on_a_line_is_a_block() -> None:
    document = {"Outputs": {"A": {"Value": {"Fn::If": ["Has", {"K": "v"}, {"Fn::Join": ["-", ["x" * 60, "y" * 60]]}]}}}}
    assert body(document) == (
        '\nOutputs:\n  A:\n    Value: !If\n      - Has\n      - K: v\n      - !Join\n        - "-"\n'
        f"        - - {'x' * 60}\n          - {'y' * 60}\n"
    )


def test_long_text_is_folded_and_text_with_lines_is_a_literal_block() -> None:
    assert body({"Description": "word " * 30 + "end"}) == (
        "\nDescription: >-\n  " + " ".join(["word"] * 19) + "\n  " + " ".join(["word"] * 11) + " end\n"
    )
    assert body({"Description": "a\n\nb"}) == "\nDescription: |-\n  a\n\n  b\n"
    assert body({"Description": "a\nb\n"}) == "\nDescription: |\n  a\n  b\n"


@pytest.mark.parametrize("value", [{1: "a"}, {"a": object()}, {"a": float("nan")}, {"a": b"bytes"}])
def test_what_no_template_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"template"):
        write({"Resources": value}, "templates/any.py")


def test_the_header_names_the_module_and_nothing_that_changes() -> None:
    assert write({}, "templates/layers/network.py").splitlines() == [
        "# Rendered from templates/layers/network.py by render.py. Do not edit: change that module and render again."
    ]
