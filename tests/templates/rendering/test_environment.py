"""Environment files: what they hold arrives by name and as it was typed; what is wrong is said with its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from cloudformation.template.tree import PlainTree
from templates.rendering.environment import EnvironmentFileError, environments, parameters_json

HEAD = 'account: "111122223333"\nregion: eu-west-1\nstack: shop-dev\n'
PARAMETERS: dict[str, Any] = {
    "DomainName": {"Type": "String"},
    "TaskCpu": {"Type": "String", "Default": "256"},
    "DesiredCount": {"Type": "Number", "Default": 2, "MinValue": 0},
    "Paths": {"Type": "CommaDelimitedList", "Default": "/*"},
    "Password": {"Type": "String", "Default": "", "NoEcho": True},
}
TREE = PlainTree({"Parameters": PARAMETERS, "Resources": {}})


def written(folder: Path, text: str, name: str = "dev") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def values(folder: Path, text: str, *, thorough: bool = True) -> dict[str, str | None]:
    [environment] = environments([written(folder, text)], TREE, thorough=thorough)
    assert environment.values is not None
    return dict(environment.values)


def problems(*files: Path, thorough: bool = True) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        environments(files, TREE, thorough=thorough)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [
        f"{Path(problem.place.file).name}:{problem.place.line}: {problem.text}" for problem in caught.value.problems
    ]


def test_every_parameter_has_the_file_s_value_or_its_default_in_root_s_order(tmp_path: Path) -> None:
    given = values(tmp_path, "parameters:\n  TaskCpu: 512\n  DomainName: a.example\n")
    assert given == {"DomainName": "a.example", "TaskCpu": "512", "DesiredCount": "2", "Paths": "/*", "Password": ""}
    assert list(given) == list(PARAMETERS)


@pytest.mark.parametrize("text", ["0123", "yes", "1.10", "true", "1e3", '""', "2026-11-23"])
def test_a_value_is_the_text_that_was_typed(tmp_path: Path, text: str) -> None:
    assert values(tmp_path, f"parameters:\n  DomainName: {text}\n")["DomainName"] == text.strip('"')


def test_the_items_of_a_list_are_joined_by_commas(tmp_path: Path) -> None:
    assert values(tmp_path, "parameters:\n  DomainName: a\n  Paths: [/a/*, /b]\n")["Paths"] == "/a/*,/b"


def test_everything_wrong_in_all_files_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    dev = written(tmp_path, "parameters:\n  DesiredCuont: 3\n  TaskCpu: {a: b}\n  TaskCpu: 256\n  Paths:\n")
    prod = written(tmp_path, "tag: {}\nparameters: {DomainName: a, DesiredCount: -1}\n", "prod")
    assert problems(dev, prod) == [
        "dev.yaml:4: DomainName must have a value",
        "dev.yaml:5: parameter DesiredCuont does not exist in the template; did you mean DesiredCount?",
        "dev.yaml:7: TaskCpu is written twice; first in line 6",
        "dev.yaml:8: Paths has no value; write '' for an empty one",
        "prod.yaml:3: stack shop-dev of 111122223333/eu-west-1 is that of dev already (dev.yaml:3): each would be "
        "deployed over the other".replace("(dev", f"({tmp_path}/dev"),
        "prod.yaml:4: tag is not a key of an environment file; did you mean tags?",
        "prod.yaml:5: Parameter 'DesiredCount' must be a number not less than 0; it is '-1'",
    ]


def test_what_takes_longer_is_asked_only_thoroughly(tmp_path: Path) -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "TaskCpu"}, "512"]}, "AssertDescription": "512 it is"}]}
    tree = PlainTree({**TREE.document, "Rules": {"Cpu": rule}})
    file = written(tmp_path, "parameters: {DomainName: a}\n")
    assert environments([file], tree, thorough=False)
    with pytest.raises(EnvironmentFileError, match=r"dev\.yaml:4: Rule Cpu: 512 it is"):
        environments([file], tree, thorough=True)


def test_an_environment_of_another_tree_is_held_to_its_form_alone(tmp_path: Path) -> None:
    shop = written(tmp_path, "rendered: ../shop/\nparameters: {Else: x}\n")
    [environment] = environments([shop], TREE, thorough=True)
    assert environment.values is None
    assert environment.environment.rendered == "../shop"
    assert problems(written(tmp_path, "rendered: ../shop\nparameter: {}\n"))


@pytest.mark.parametrize("own", ["rendered", "./rendered/", "''"])
def test_the_project_s_own_tree_may_be_named(tmp_path: Path, own: str) -> None:
    assert values(tmp_path, f"rendered: {own}\nparameters: {{DomainName: a}}\n")["DomainName"] == "a"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("parameters:\n  A: [\n", "dev.yaml:6: is not valid YAML"),
        ("a: b: c\n", "dev.yaml:4: is not valid YAML: mapping values are not allowed"),
        ("", "dev.yaml:1: parameters is missing"),
        ("parameters: none\n", "dev.yaml:4: parameters: a mapping is needed"),
        ("? [a, b]\n: c\nparameters: {DomainName: a}\n", "dev.yaml:4: "),
        ("parameters:\n  ? {a: b}\n  : c\n", "dev.yaml:4: DomainName must have a value"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str, told: str) -> None:
    assert problems(written(tmp_path, text))[0].startswith(told)


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    file = tmp_path / "dev.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EnvironmentFileError, match=r"dev\.yaml: is not valid YAML"):
        environments([file], TREE, thorough=False)


def test_the_json_is_what_the_aws_cli_takes() -> None:
    text = parameters_json({"DomainName": "é.example", "Paths": "/*"})
    assert text.endswith("]\n")
    assert "é" in text
    assert json.loads(text) == [
        {"ParameterKey": "DomainName", "ParameterValue": "é.example"},
        {"ParameterKey": "Paths", "ParameterValue": "/*"},
    ]


def test_a_value_that_is_kept_is_sent_as_such_and_one_from_elsewhere_is_left_to_be_added(tmp_path: Path) -> None:
    text = "parameters:\n  DomainName: a\n  Password: {keep: true}\n  TaskCpu: {from_environment: CPU}\n"
    for thorough in (True, False):
        given = values(tmp_path, text, thorough=thorough)
        assert (given["Password"], "TaskCpu" in given) == (None, False)
        assert {"ParameterKey": "Password", "UsePreviousValue": True} in json.loads(parameters_json(given))


@pytest.mark.parametrize("value", ["{keep: false}", "{from: X}", "{keep: true, from_environment: X}"])
def test_another_mapping_is_a_mistake(tmp_path: Path, value: str) -> None:
    [problem] = problems(written(tmp_path, f"parameters:\n  DomainName: {value}\n"))
    assert problem.startswith("dev.yaml:5: DomainName: ")
    assert problem.endswith(" is needed")


def test_what_is_written_nowhere_is_neither_missing_nor_judged(tmp_path: Path) -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "DesiredCount"}, "3"]}, "AssertDescription": "three"}]}
    tree = PlainTree({**TREE.document, "Rules": {"Count": rule}})
    text = "parameters:\n  DomainName: {from_environment: DOMAIN}\n  DesiredCount: {from_environment: COUNT}\n"
    [environment] = environments([written(tmp_path, text)], tree, thorough=True)
    assert environment.values == {"TaskCpu": "256", "Paths": "/*", "Password": ""}


def test_only_a_no_echo_value_can_be_kept(tmp_path: Path) -> None:
    assert problems(written(tmp_path, "parameters:\n  DomainName: {keep: true}\n")) == [
        "dev.yaml:5: DomainName cannot be kept: only a NoEcho parameter can; write its value"
    ]
