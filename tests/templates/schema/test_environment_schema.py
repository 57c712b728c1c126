"""The schema of the project's environment files: they fit it, and a file that it refuses, deploy.py refuses too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from cloudformation.environment.environment_file import environment_files
from cloudformation.template.tree import PlainTree
from templates.layers import LAYERS, root
from templates.new_project.answers import Answers
from templates.new_project.forms_filled import environment_file
from templates.schema.environment_schema import environment_schema, written
from templates.service.declaration import web
from templates.service.stack import template as service_template
from tests.own_system import PROJECT, TEXTS
from tests.templates.schema.editor import (
    ROOT,
    SCHEMA,
    parameter_refused_by_deploy,
    parameter_refused_by_schema,
    refused_by_deploy,
    refused_by_schema,
)

FILES = environment_files(PROJECT / "params")
LINE = "# yaml-language-server: $schema=../rendered/schema/environment.json\n"
PARAMETERS = SCHEMA["definitions"]["parameters"]["properties"]
WRITTEN = [
    *(
        "a",
        "A b",
        "5",
        "-1",
        "1000000",
        "2.5",
        "true",
        "false",
        "''",
        "[a, b]",
        "{keep: true}",
        "~",
        "x" * 260,
        "10.0.0.0/16",
    ),
    *(
        '"5"',
        '"07"',
        '"1e2"',
        "{from_environment: X}",
        "arn:aws:sns:ap-northeast-1:123456789012:ops",
        "/a",
        "per-az",
        "é",
    ),
]


def test_it_is_a_json_schema_and_the_one_that_is_rendered() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert environment_schema(ROOT, {}).keys() == SCHEMA.keys()
    assert written(environment_schema(ROOT, {})) == written(environment_schema(ROOT, {}))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_environment_of_the_project_fits_and_names_the_schema_to_editors(file: Path, tmp_path: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert refused_by_schema(text) == []
    assert LINE in text
    assert (file.parent / LINE.partition("=")[2].strip()).resolve() == PROJECT / "rendered/schema/environment.json"


@pytest.mark.parametrize("name", ["dev", "prod", "test"])
def test_what_a_new_project_begins_with_fits_and_names_the_schema(name: str) -> None:
    answers = Answers("shop", "shop.example.com", "eu-central-1", "210987654321", environments=("dev", "prod", "test"))
    text = environment_file(answers, name, 1)
    assert text.startswith(LINE)
    assert refused_by_schema(text) == []


def test_every_parameter_of_root_is_in_it_with_what_the_console_says() -> None:
    parameters = root.template([(name, layer()) for name, layer in LAYERS.items()]).parameters
    assert list(PARAMETERS) == list(parameters)
    for name, parameter in parameters.items():
        assert PARAMETERS[name]["description"].startswith(parameter.properties["Description"])
        assert PARAMETERS[name]["title"].startswith(f"{name} (")


def with_value(name: str, value: str) -> str:
    """The file of dev with one parameter otherwise."""
    text = TEXTS["dev"]
    return re.sub(rf"^  {name}:.*\n", "", text, flags=re.MULTILINE) + f"  {name}: {value}\n"


@pytest.mark.parametrize("name", list(PARAMETERS))
def test_whatever_is_written_as_a_parameter_the_schema_refuses_nothing_that_deploy_takes(
    name: str, tmp_path: Path
) -> None:
    verdicts = {value: parameter_refused_by_schema(TEXTS["dev"], name, value) for value in WRITTEN}
    for value, refused in verdicts.items():
        assert not refused or parameter_refused_by_deploy(name, value, tmp_path), (value, refused)
    assert any(verdicts.values())


@pytest.mark.parametrize("name", [name for name, body in PARAMETERS.items() if "pattern" in body])
def test_a_text_against_a_pattern_is_refused_by_both_with_the_words_of_the_constraint(
    name: str, tmp_path: Path
) -> None:
    text = with_value(name, "'\u00e9 ,;'")
    assert refused_by_schema(text)
    assert refused_by_deploy(text, tmp_path)
    declared = ROOT.document["Parameters"][name]
    assert ("ConstraintDescription" in declared) == ("patternErrorMessage" in PARAMETERS[name])


def test_a_parameter_alone_is_refused_as_it_is_in_the_file() -> None:
    for name, value in (("DesiredCount", "many"), ("DesiredCount", "2"), ("DomainName", "[a]"), ("Nobody", "5")):
        assert parameter_refused_by_schema(TEXTS["dev"], name, value) == refused_by_schema(with_value(name, value))


def test_a_name_that_is_none_and_one_that_is_missing_are_refused_by_both(tmp_path: Path) -> None:
    for text in (with_value("DesiredCuont", "2"), re.sub("  DomainName:.*\n", "", with_value("DesiredCount", "2"))):
        assert refused_by_schema(text)
        assert refused_by_deploy(text, tmp_path)


def test_a_service_takes_its_own_parameters_and_what_the_platform_gives_may_be_left_out() -> None:
    service = PlainTree(service_template("api", web("The API.")).to_dict())
    validator = Draft7Validator(environment_schema(ROOT, {"api": service}))
    head = TEXTS["dev"]
    service_values = ("ListenerRulePriority: 10100", "ListenerRulePaths: /api", "ContainerImage: api:1")
    good = f"{head}services:\n  api:\n" + "".join(f"    {line}\n" for line in service_values)
    assert refused_by_schema(good, validator) == []
    assert refused_by_schema(good.replace("10100", "0"), validator)
    assert refused_by_schema(good.replace("  api:", "  apo:"), validator)
    assert refused_by_schema(good.replace("    ListenerRulePaths", "    ListenerRulePath"), validator)
