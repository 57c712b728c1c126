"""What an environment file gives, and what it alone shows to be wrong."""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.environment_file import Reading, read_file
from cloudformation.environment.given_values import given_values, held_alone
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


def test_one_stack_belongs_to_one_file(tmp_path: Path) -> None:
    first = reading(tmp_path, f"{HEAD}parameters: {{}}\n")
    for changed, told in ((HEAD, 1), (HEAD.replace("shop", "Shop"), 0), (HEAD.replace("eu-west-1", "eu-west-2"), 0)):
        other = reading(tmp_path, f"{changed}rendered: ../other\nparameters: {{}}\n", "copy")
        assert len(held_alone(other, [first.environment]).problems) == told
    unread = reading(tmp_path, "account: [\n", "unread")
    assert len(held_alone(unread, [unread.environment]).problems) == 1  # that it is no YAML
