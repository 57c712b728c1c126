"""AllowedPattern in ECMAScript's words: what Java takes is never refused, with any implementation of the pattern."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cloudformation.parameters.allowed_pattern import InvalidPatternError, UnsayableError, java_pattern
from cloudformation.parameters.ecma_pattern import ecma_pattern, may_match_a_number, may_match_a_word, whole
from templates.layers import LAYERS, root

RECORDED = json.loads(Path(__file__).with_name("java_patterns.json").read_text(encoding="utf-8"))
OWN = [
    str(parameter.properties["AllowedPattern"])
    for parameter in root.template([(name, layer()) for name, layer in LAYERS.items()]).parameters.values()
    if "AllowedPattern" in parameter.properties
]
TEXTS = [
    "",
    "a",
    "true",
    "0",
    "12",
    "1.5",
    "-3",
    "+4",
    ".5",
    "6e7",
    "0x1f",
    "a.example.com",
    "10.0.0.0/16",
    "/",
    "a b\n",
]


def asked_of_node(rows: list[tuple[str, str]]) -> list[bool | str]:
    """What ECMAScript's own engine says of each pattern and text, with the flag u; its words where it refuses."""
    script = (
        "const rows = JSON.parse(require('fs').readFileSync(0));"
        "const ask = ([p, t]) => { try { return new RegExp(p, 'u').test(t) } catch (e) { return String(e) } };"
        "console.log(JSON.stringify(rows.map(ask)))"
    )
    ran = subprocess.run(["node", "-e", script], input=json.dumps(rows), capture_output=True, text=True, check=True)
    said: list[bool | str] = json.loads(ran.stdout)
    return said


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here: ECMAScript is not asked")
def test_what_java_takes_ecmascript_takes_and_what_it_refuses_is_refused_but_for_one_line_end() -> None:
    rows = [(written, text, said) for pattern, text, said in RECORDED if (written := ecma_pattern(pattern)) is not None]
    assert len(rows) > 300
    said = asked_of_node([(written, text) for written, text, _ in rows])
    other = [row for row, one in zip(rows, said, strict=True) if one is not (row[2] == "matches")]
    # To Java the next line of ISO 6429 ends a line, too; taking more than Java refuses nobody.
    assert [(text, java) for _, text, java in other] == [("\x85", "differs")]


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here: ECMAScript is not asked")
def test_every_pattern_of_the_project_says_the_same_in_java_and_in_ecmascript() -> None:
    asked = [(pattern, text) for pattern in OWN for text in TEXTS]
    said = asked_of_node([(str(ecma_pattern(pattern)), text) for pattern, text in asked])
    assert said == [java_pattern(pattern).fullmatch(text) is not None for pattern, text in asked]


def test_python_s_validators_refuse_nothing_that_java_takes_in_a_pattern_that_is_read_alike() -> None:
    for pattern, text, said in RECORDED:
        written = ecma_pattern(pattern)
        if written is not None and said == "matches" and "(?<" not in written and "(?!" not in written:
            assert re.search(written, text), (pattern, text)


@pytest.mark.parametrize("pattern", OWN)
def test_a_pattern_of_the_project_stays_as_it_is_but_for_what_its_short_forms_stand_for(pattern: str) -> None:
    assert ecma_pattern(pattern) == pattern.replace(r"\s", r"\t-\r ")


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("[a-z]+", "^(?:[a-z]+)$"),
        ("^a$|^b$", "^a$|^b$"),
        ("^a|b$", "^(?:^a|b$)$"),
        (r"\d{3}", "^(?:[0-9]{3})$"),
        (r"[\w-]+", "^(?:[A-Za-z0-9_-]+)$"),
        (r"\Q.\E", r"^(?:[\x2e])$"),
        (r"\p{Alpha}", "^(?:[A-Za-z])$"),
        ("(?i)a", "^(?:[aA-A])$"),
    ],
)
def test_what_is_written(pattern: str, written: str) -> None:
    assert ecma_pattern(pattern) == written


@pytest.mark.parametrize("pattern", ["a++", r"(a)|b\1", r"\bx", r"\p{L}", "[a", "a{3,2}", "[b-a]", "(?<=a+)b"])
def test_what_ecmascript_cannot_say_or_java_refuses_is_left_out(pattern: str) -> None:
    assert ecma_pattern(pattern) is None


@pytest.mark.parametrize("pattern", [*OWN, *sorted({row[0] for row in RECORDED})])
def test_a_pattern_that_matches_a_number_or_a_word_is_known_to(pattern: str) -> None:
    try:
        matches = java_pattern(pattern).fullmatch
    except (InvalidPatternError, UnsayableError):
        return
    numbers = ["0", "7", "123456789012", "1.5", "-3", "+4", ".5", "1984", "200", *map(str, range(10))]
    assert may_match_a_number(pattern) or not any(map(matches, numbers))
    assert may_match_a_word(pattern) or not any(
        map(matches, ["true", "false", "TRUE", "False", "yes", "no", "on", "off"])
    )


def test_a_name_that_must_begin_with_a_letter_is_no_number_and_one_with_a_dot_in_it_is_no_word() -> None:
    assert not may_match_a_number("^[a-z][a-z0-9]*$")
    assert not may_match_a_number("^$|^arn:.+$")
    assert not may_match_a_word(r"^([a-z0-9]+\.)+[a-z]{2,63}$")
    assert may_match_a_number("^[2-4][0-9]{2}$")
    assert may_match_a_word("^[a-z]+$")


def test_a_form_of_python_s_is_searched_for_as_a_whole_with_the_characters_that_python_means() -> None:
    written = whole(r"role/\S+ .*")
    assert re.search(written, "role/\u00a0 \r")
    assert not re.search(written, "a role/x y")
