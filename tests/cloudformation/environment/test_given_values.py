"""What an environment file gives, and what it alone shows to be wrong."""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.environment_file import Reading, read_file
from cloudformation.environment.given_values import given_values
from cloudformation.template.tree import PlainTree

TREE = PlainTree({"Parameters": {"A": {"Type": "Number"}, "B": {"Type": "String", "Default": "b"}}, "Resources": {}})
HEAD = 'account: "111122223333"\nregion: eu-west-1\nstack: shop\n'


def reading(folder: Path, text: str, name: str = "dev") -> Reading:
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return read_file(file, file.name)


def test_every_parameter_with_a_value_is_given(tmp_path: Path) -> None:
    values, findings = given_values(TREE, reading(tmp_path, f"{HEAD}parameters: {{A: 1}}\n"))
    assert {name: value.text for name, value in values.items()} == {"A": "1", "B": "b"}
    assert findings.problems == ()


def test_a_value_that_could_not_be_read_is_told_once(tmp_path: Path) -> None:
    values, findings = given_values(TREE, reading(tmp_path, f"{HEAD}parameters: {{A: , C: {{x: y}}}}\n"))
    assert list(values) == ["B"]
    assert [problem.text for problem in findings.problems] == [
        "A has no value; write '' for an empty one",
        "C: one value is needed",
        "parameter C does not exist in the template",
    ]


def test_of_a_file_without_parameters_no_value_is_asked_for(tmp_path: Path) -> None:
    values, findings = given_values(TREE, reading(tmp_path, HEAD))
    assert values == {}
    assert [problem.text for problem in findings.problems] == [
        "parameters is missing: a mapping of parameter names to values"
    ]
