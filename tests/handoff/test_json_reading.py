"""bin/lib/json.awk and table.awk: what the program makes of JSON, checked against Python's reading of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples

LIB = Path(__file__).resolve().parents[2] / "templates/bundle/bin/lib/awk"
AWKS = tuple(words for words in (("mawk",), ("gawk",), ("busybox", "awk"), ("original-awk",)) if shutil.which(words[0]))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=6)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def flat(text: str, awk: tuple[str, ...] = AWKS[0]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*awk, "-f", str(LIB / "json.awk")],
        input=text.encode(),
        capture_output=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin"},
    )


def expected(value: Any, path: str = "") -> list[tuple[str, Any]]:
    """Each value with its path, as Python has it."""
    if isinstance(value, dict) and value:
        return [line for name, inner in value.items() for line in expected(inner, f"{path}/{name}".lstrip("/"))]
    if isinstance(value, list) and value:
        return [line for at, inner in enumerate(value) for line in expected(inner, f"{path}/{at}".lstrip("/"))]
    return [(path, value)]


def read(line: str, value: Any) -> Any:
    """A value of a line as Python has it: between quotation marks, it is a text of JSON."""
    if isinstance(value, str):
        return json.loads('"' + line.replace('"', '\\"') + '"')
    return json.loads(line)


@pytest.mark.parametrize("awk", AWKS, ids=lambda words: words[0])
@pytest.mark.parametrize("ascii_only", [True, False])
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_each_value_stands_on_one_line_with_its_path(awk: tuple[str, ...], ascii_only: bool, value: Any) -> None:
    told = flat(json.dumps(value, indent=4, ensure_ascii=ascii_only), awk)
    assert told.returncode == 0, told.stderr
    lines = told.stdout.decode().split("\n")[:-1]
    wanted = expected(value)
    assert len(lines) == len(wanted)
    for line, (path, inner) in zip(lines, wanted, strict=True):
        name, _, text = line.partition("\t")
        assert name == path
        assert read(text, inner) == inner


@given(text=TEXTS)
@settings(max_examples=examples(40), deadline=None)
def test_both_spellings_of_a_text_are_the_same_line_and_move_no_cursor(text: str) -> None:
    first, second = (flat(json.dumps([text], ensure_ascii=ascii_only)).stdout for ascii_only in (True, False))
    assert first == second
    assert not [character for character in first.decode()[:-1] if character < " " and character != "\t"]
    assert "\x9b" not in first.decode()


@pytest.mark.parametrize(
    "text", ["", "[1,]", "{", '{"a" 1}', '["a"', "[1 2]", '{"a": nope}', "[] []", "{a: 1}", '["\n"]', "]"]
)
@pytest.mark.parametrize("awk", AWKS, ids=lambda words: words[0])
def test_what_is_no_json_is_refused(awk: tuple[str, ...], text: str) -> None:
    assert flat(text, awk).returncode == 3


def test_a_table_has_a_line_for_each_member_and_a_hyphen_for_what_is_not_there() -> None:
    rows = {"Rows": [{"Name": "a b", "Value": ""}, {"Value": "x\ty"}, {"Name": "c", "In": {"Name": "no"}}]}
    told = subprocess.run(
        [*AWKS[0], "-f", str(LIB / "table.awk"), "LIST=Rows", "FIELDS=Name Value", "-"],
        input=flat(json.dumps(rows)).stdout,
        capture_output=True,
    )
    assert told.stdout.decode() == "a b\t-\n-\tx\\ty\nc\t-\n"
