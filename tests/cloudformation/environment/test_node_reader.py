"""The nodes of an environment file are read with their lines, and what is wrong with their form is gathered."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cloudformation.environment.findings import Place
from cloudformation.environment.node_reader import Entries, NodeReader
from cloudformation.environment.value_sources import KEPT, Setting, variable


def read(folder: Path, text: str | bytes) -> tuple[NodeReader, Entries | None]:
    """A reader of a file with this text, and its top level."""
    file = folder / "dev.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    reader = NodeReader("dev.yaml", folder)
    return reader, reader.document(file)


def told(reader: NodeReader) -> list[str]:
    return [str(problem) for problem in reader.problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1\nb: x: y\n", "dev.yaml:2: is not valid YAML"),
        ("a: 'x\n", "dev.yaml:2: is not valid YAML"),
        (b"\xff\xfe\x00", "dev.yaml: is not valid YAML"),
        ("a: \x07", "dev.yaml: is not valid YAML"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line_and_misses_no_key(
    tmp_path: Path, text: str | bytes, problem: str
) -> None:
    reader, entries = read(tmp_path, text)
    assert entries is None
    [found] = told(reader)
    assert found.startswith(problem)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    reader = NodeReader("gone.yaml", tmp_path)
    assert reader.document(tmp_path / "gone.yaml") is None
    assert len(reader.problems) == 1


def test_each_key_has_its_place_and_is_written_once(tmp_path: Path) -> None:
    reader, entries = read(tmp_path, "a: 1\n\nb: 2\na: 3\n[x]: 4\nc: 5\n")
    assert entries is not None
    assert {key: place.line for key, (place, _) in entries.items()} == {"a": 4, "b": 3, "c": 6}
    assert told(reader) == [
        "dev.yaml:4: a is written twice; first in line 1",
        "dev.yaml:5: dev.yaml: a key is one text, not a list or a mapping",
    ]


@pytest.mark.parametrize(("text", "line"), [("", 1), ("\n\n- a\n", 3), ("\ntext\n", 2)])
def test_a_file_is_a_mapping(tmp_path: Path, text: str, line: int) -> None:
    reader, entries = read(tmp_path, text)
    assert entries == {}
    assert told(reader) == [f"dev.yaml:{line}: dev.yaml: a mapping is needed"]


@pytest.mark.parametrize(
    ("written", "setting", "problems"),
    [
        ("0123", Setting("0123", Place("dev.yaml", 1)), []),
        ("''", Setting("", Place("dev.yaml", 1)), []),
        ("", Setting("", Place("dev.yaml", 1)), ["a has no value; write '' for an empty one"]),
        ("[x, 'y,z']", Setting("x,y,z", Place("dev.yaml", 1), ("x", "y,z")), []),
        ("[]", Setting("", Place("dev.yaml", 1), ()), []),
        (
            "[x, , [y]]",
            None,
            ["dev.yaml:1: is not valid YAML: did not find expected node content"],
        ),
        ("[x, ~, [y]]", Setting("x,,", Place("dev.yaml", 1), ("x", "", "")),
         ["a, item 2 has no value; write '' for an empty one", "a, item 3: one value is needed"]),
        ("{x: y}", Setting("", Place("dev.yaml", 1)), ["a: one value is needed"]),
        ("{from_environment: A_1}", Setting("", Place("dev.yaml", 1), source=variable("A_1")), []),
        ("{keep: true}", Setting("", Place("dev.yaml", 1), source=KEPT), []),
        *(
            (written, Setting("", Place("dev.yaml", 1), source=KEPT),
             ["a: a value, {from_environment: VARIABLE} or {keep: true} is needed"])
            for written in ("{keep: false}", "{from_environment: 1A}", "{from_environment: A-B}",
                            "{keep: true, from_environment: A}", "{keep: true, x: y}", "{from_environment: ''}")
        ),
    ],
)  # fmt: skip
def test_a_value_is_a_text_a_list_or_where_it_comes_from(
    tmp_path: Path, written: str, setting: Setting | None, problems: list[str]
) -> None:
    reader, entries = read(tmp_path, f"a: {written}\n")
    if setting is None:
        assert entries is None
        return
    assert entries is not None
    assert reader.setting("a", *entries["a"]) == setting
    assert [problem.text for problem in reader.problems] == problems
    assert reader.unread == ({"a"} if problems else set())
    other = yaml.ScalarNode("tag:yaml.org,2002:str", "x")
    assert reader.setting("b", Place("dev.yaml", 9), other) == Setting("x", Place("dev.yaml", 9))
    assert "b" not in reader.unread, "a finding of another key is none of this one"


def test_a_text_is_told_from_a_value_that_is_not_there(tmp_path: Path) -> None:
    reader, entries = read(tmp_path, "a: x\nb: ''\nc:\nd: [x]\n")
    assert entries is not None
    assert [key for key, (_, node) in entries.items() if reader.is_text(node)] == ["a", "b"]
    assert [reader.items(key, *entries[key]) for key in ("a", "d")] == [(), ("x",)]
    assert told(reader) == ["dev.yaml:1: a: a list is needed"]
