"""Environment files: what they hold arrives by name and as it was typed; what is wrong is said with its line."""

import json
from pathlib import Path

import pytest
from troposphere import Parameter

from templates.rendering.environment import EnvironmentFileError, parameter_values, parameters_json

PARAMETERS = {
    "DomainName": Parameter("DomainName", Type="String"),
    "TaskCpu": Parameter("TaskCpu", Type="String", Default="256"),
    "DesiredCount": Parameter("DesiredCount", Type="Number", Default=2),
    "Paths": Parameter("Paths", Type="String", Default="/*"),
}


def written(folder: Path, text: str) -> Path:
    file = folder / "dev.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        parameter_values(written(folder, text), PARAMETERS)
    return [f"{mistake.line}: {mistake.sentence}" for mistake in caught.value.mistakes]


def test_every_parameter_has_the_file_s_value_or_its_default_in_root_s_order(tmp_path: Path) -> None:
    values = parameter_values(written(tmp_path, "parameters:\n  TaskCpu: 512\n  DomainName: a.example\n"), PARAMETERS)
    assert values == {"DomainName": "a.example", "TaskCpu": "512", "DesiredCount": "2", "Paths": "/*"}
    assert list(values) == list(PARAMETERS)


@pytest.mark.parametrize("text", ["0123", "yes", "1.10", "true", "1e3", '""', "2026-11-23"])
def test_a_value_is_the_text_that_was_typed(tmp_path: Path, text: str) -> None:
    values = parameter_values(written(tmp_path, f"parameters:\n  DomainName: {text}\n"), PARAMETERS)
    assert values["DomainName"] == text.strip('"')


def test_the_items_of_a_list_are_joined_by_commas(tmp_path: Path) -> None:
    text = "parameters:\n  DomainName: a\n  Paths: [/a/*, /b]\n"
    assert parameter_values(written(tmp_path, text), PARAMETERS)["Paths"] == "/a/*,/b"


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = "parameters:\n  DesiredCuont: 3\n  TaskCpu: {a: b}\n  TaskCpu: 256\n  Paths:\n"
    assert mistakes(tmp_path, text) == [
        "2: root.yaml has no parameter DesiredCuont: did you mean DesiredCount?",
        "3: TaskCpu must be one value or a list of values",
        '5: Paths has no value: write "" for an empty one, or remove the line to take the default',
        "1: DomainName has no default and no value here: add it under parameters",
    ]


def test_a_name_that_is_like_no_other_gets_the_whole_list(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "parameters: {DomainName: a, Zzz: b}") == [
        "1: root.yaml has no parameter Zzz; it has DomainName, TaskCpu, DesiredCount, Paths"
    ]


def test_a_name_that_is_given_twice_is_a_mistake(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "parameters:\n  DomainName: a\n  DomainName: b\n") == [
        "3: DomainName is given twice: keep one"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("parameters:\n  A: [\n", "3: this is not YAML"),
        ("a: b: c\n", "1: this is not YAML: mapping values are not allowed"),
        ("", "1: there is no mapping named parameters at the top level: add it"),
        ("- a\n", "1: there is no mapping named parameters"),
        ("parameters: none\n", "1: there is no mapping named parameters"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, told: str) -> None:
    assert mistakes(tmp_path, text)[0].startswith(told)


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EnvironmentFileError, match=r"dev\.yaml:1: this is not UTF-8 text"):
        parameter_values(file, PARAMETERS)


def test_the_json_is_what_the_aws_cli_takes() -> None:
    text = parameters_json({"DomainName": "é.example", "Paths": "/*"})
    assert text.endswith("]\n")
    assert "é" in text
    assert json.loads(text) == [
        {"ParameterKey": "DomainName", "ParameterValue": "é.example"},
        {"ParameterKey": "Paths", "ParameterValue": "/*"},
    ]


def test_a_value_that_is_kept_is_sent_as_such_and_one_from_elsewhere_is_left_to_be_added(tmp_path: Path) -> None:
    text = "parameters:\n  DomainName: {keep: true}\n  TaskCpu: {from_environment: CPU}\n"
    values = parameter_values(written(tmp_path, text), PARAMETERS)
    assert (values["DomainName"], "TaskCpu" in values) == (None, False)
    assert json.loads(parameters_json(values))[0] == {"ParameterKey": "DomainName", "UsePreviousValue": True}


@pytest.mark.parametrize("value", ["{keep: false}", "{from: X}", "{keep: true, from_environment: X}"])
def test_another_mapping_is_a_mistake(tmp_path: Path, value: str) -> None:
    assert mistakes(tmp_path, f"parameters:\n  DomainName: {value}\n") == [
        "2: DomainName must be one value or a list of values"
    ]
