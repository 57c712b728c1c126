"""Scalars: quotes where YAML would read something else, and nowhere else."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from templates.rendering.yaml_scalar import constant, scalar
from tests.examples import examples
from tests.templates.rendering.test_yaml_writer import TEXT, WORDS

PLAIN = ["a-name-of-it", "10.0.0.0/16", "AWS::EC2::VPC", "/*", "nginx:latest", "^[a-z]+$", "503 Service", "é → 日本"]


@settings(max_examples=examples(300), deadline=None)
@given(TEXT)
def test_a_text_reads_back_alone_and_within_brackets(text: str) -> None:
    # Line breaks go into blocks; a scalar on one line escapes them.
    assert yaml.safe_load(f"a: {scalar(text)}\n") == {"a": text}
    assert yaml.safe_load(f"a: [{scalar(text, flow=True)}, b]\n") == {"a": [text, "b"]}


@pytest.mark.parametrize("text", WORDS.split())
def test_a_word_that_means_something_to_yaml_is_quoted(text: str) -> None:
    meaning = yaml.safe_load(f"a: {text}\n") if scalar(text) == text else {"a": text}
    assert meaning == {"a": text}


@pytest.mark.parametrize(
    "text", ["0o17", "1e3", "0b1", "NO", "1_000", "12e03", "-.INF", "2010-09-09", "190:20:30", "~"]
)
def test_what_either_version_of_yaml_takes_for_a_value_is_quoted(text: str) -> None:
    assert scalar(text) == f'"{text}"'


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_that_needs_no_quotes_has_none(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(("text", "written"), [("${A}", '"${A}"'), ("a,b", '"a,b"'), ("a?", '"a?"'), ("a", "a")])
def test_brackets_ask_for_more_quotes(text: str, written: str) -> None:
    assert scalar(text, flow=True) == written


@pytest.mark.parametrize(
    ("text", "written"), [("# \\d", "'# \\d'"), ('"a"', "'\"a\"'"), ("# it's \\", "'# it''s \\'"), ("'a'", "\"'a'\"")]
)
def test_quotes_are_the_ones_that_need_no_escapes(text: str, written: str) -> None:
    assert scalar(text) == written


def test_text_that_cannot_be_seen_is_escaped() -> None:
    assert scalar('a\tb"\n\u2028') == '"a\\U00000009b\\"\\n\\U00002028"'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1.5, "1.5"),
        (1e20, "1.0e+20"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_a_value_that_is_no_text_stands_as_yaml_has_it(value: Any, text: str) -> None:
    assert constant(value) == text


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    assert yaml.safe_load(constant(value)) == value


@pytest.mark.parametrize("value", [object(), float("nan"), float("inf"), b"bytes", {"a": 1}])
def test_what_is_no_scalar_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"a template cannot contain"):
        constant(value)
