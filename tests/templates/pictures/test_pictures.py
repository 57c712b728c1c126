"""Which pictures there are, and what they may show."""

from pathlib import Path

from cloudformation.environment.environment_file import read_file
from templates.pictures.pictures import of_defaults, of_environment
from tests.templates.pictures.systems import SVG, read, templates
from tests.templates.rendering.test_tree import ENVIRONMENT


def test_the_system_itself_is_drawn_with_its_defaults_and_what_parameters_can_add() -> None:
    picture = read(of_defaults(templates()))
    assert picture.says("${DomainName}")
    assert picture.says("Parameters can add")
    assert picture.root.findtext(f"{SVG}title") == "The system and its layers"


def test_an_environment_is_drawn_with_its_values_and_says_which_stack_it_is(tmp_path: Path) -> None:
    file = tmp_path / "stg.yaml"
    file.write_text(ENVIRONMENT, encoding="utf-8")
    environment = read_file(file, "stg.yaml").environment
    values = {name: setting.text for name, setting in environment.parameters.items()}
    picture = read(of_environment(templates(), environment, values))
    assert picture.root.findtext(f"{SVG}title") == "Environment stg"
    assert picture.says(f"Stack {environment.stack} in account {environment.account}")
    assert picture.says(values["DomainName"])


def test_a_value_that_the_file_does_not_say_is_not_taken_from_the_default(tmp_path: Path) -> None:
    file = tmp_path / "stg.yaml"
    file.write_text(ENVIRONMENT, encoding="utf-8")
    environment = read_file(file, "stg.yaml").environment
    picture = read(of_environment(templates(), environment, {"DomainName": "a.example.dev", "VpcCidr": None}))
    assert picture.says("Network/Vpc ${VpcCidr}")
    assert picture.says("${MinTasks} to ${MaxTasks} tasks (if")
