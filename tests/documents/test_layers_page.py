"""docs/layers.md describes how the data layer was made: of files that are there, and of all that are its own."""

from __future__ import annotations

import re

import pytest

from tests.own_system import PROJECT

PAGE = (PROJECT / "docs/layers.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:\w[\w.-]*/)+[\w.-]+\.\w+)`", PAGE)))
# What is the layer's alone, wherever it stands: by its words in the name of the file.
OF_THE_LAYER = re.compile(r"(^|/)(data|database|databases|database_\w+)(\.py|\.yaml|/)")
# The price of databases was there before the layer; tests stand beside what they hold.
ROOMS = ("templates", "deployment", "cloudformation", "rendered")
STEPS = re.split(r"^### \d+\. ", PAGE.partition("## Using it")[0], flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("path", NAMED)
def test_a_file_that_the_page_names_is_there(path: str) -> None:
    assert (PROJECT / path).is_file()


def test_the_steps_are_all_files_of_the_layer() -> None:
    files = {
        str(file.relative_to(PROJECT))
        for room in ROOMS
        for file in (PROJECT / room).rglob("*")
        if file.suffix in (".py", ".yaml") and OF_THE_LAYER.search(str(file.relative_to(PROJECT)))
    }
    assert len(files) > 10
    assert files <= set(NAMED)


def test_every_test_of_the_layer_is_named() -> None:
    tests = {
        str(file.relative_to(PROJECT))
        for file in (PROJECT / "tests").rglob("test_*.py")
        if re.search(r"(^|/)(database/test_|test_(data|databases?|database_\w+|deploy_database)\.py)", str(file))
        and "costs" not in file.parts
    }
    assert len(tests) > 8
    assert tests <= set(NAMED)


def test_each_step_names_what_holds_it() -> None:
    assert len(STEPS) == 10
    assert [step.splitlines()[0] for step in STEPS if "`tests/" not in step] == []


def test_the_parameters_that_the_page_names_are_parameters() -> None:
    declared = (PROJECT / "templates/database/parameters.py").read_text(encoding="utf-8")
    named = set(re.findall(r"\bDatabase[A-Z]\w+", PAGE))
    assert named
    assert [name for name in named if f'"{name}"' not in declared] == []
