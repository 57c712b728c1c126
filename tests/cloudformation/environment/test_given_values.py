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


ELSEWHERE = f"{HEAD}parameters: {{A: {{from_environment: COUNT}}}}\n"


def test_a_value_that_comes_from_elsewhere_is_missing_only_where_somebody_asked_for_it(tmp_path: Path) -> None:
    read = reading(tmp_path, ELSEWHERE)
    values, findings = given_values(TREE, read)
    assert list(values) == ["B"]
    assert [str(problem) for problem in findings.problems] == [
        "dev.yaml:4: A must have a value: environment variable COUNT is not set"
    ]
    for written in (given_values(TREE, read.as_written), given_values(TREE, read, complete=False)):
        assert (list(written[0]), written[1].problems) == (["B"], ())


def test_a_value_that_was_read_is_judged_as_one_that_is_written(tmp_path: Path) -> None:
    read = reading(tmp_path, ELSEWHERE)
    given = read._replace(environment=read.environment.read({"COUNT": "many"}, None))
    for written in (given, given.as_written):
        [problem] = given_values(TREE, written)[1].problems
        assert str(problem).startswith("dev.yaml:4: Parameter 'A' must be a number")


def test_what_is_not_complete_lacks_values_and_is_judged_all_the_same(tmp_path: Path) -> None:
    _, findings = given_values(TREE, reading(tmp_path, f"{HEAD}parameters: {{C: 1}}\n"), complete=False)
    assert [problem.text for problem in findings.problems] == ["parameter C does not exist in the template"]
