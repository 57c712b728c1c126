"""The tables of parameters: each once, with what the templates say of it and the value of each environment."""

from __future__ import annotations

import re
from dataclasses import replace

from cloudformation.environment.findings import Place
from cloudformation.environment.value_sources import KEPT, Setting, variable
from cloudformation.template.tree import PlainTree
from templates.bundle.pages.parameters import parameters
from templates.bundle.pages.stack_facts import StackFacts
from tests.own_system import DEV, PROD
from tests.templates.bundle.pages.stacks import platform, service, system


def rows(lines: list[str]) -> dict[str, list[str]]:
    cells = [
        re.split(r"(?<!\\) \| ", line.strip("| ").replace("|  |", "| |")) for line in lines if line.startswith("| `")
    ]
    return {row[0].strip("`"): row for row in cells}


def test_every_parameter_of_root_is_there_once_in_the_groups_of_the_console() -> None:
    lines = parameters([platform("dev"), platform("prod")])
    declared = system().tree.document["Parameters"]
    assert sorted(rows(lines)) == sorted(declared)
    assert sum(line.startswith("| `") for line in lines) == len(declared)
    assert "| **Alarms** |  |  |  |  |  |" in lines


def test_a_row_says_meaning_constraint_replacement_and_the_value_of_each_environment() -> None:
    text = "\n".join(parameters([platform("dev"), platform("prod")]))
    line = next(line for line in text.splitlines() if line.startswith("| `VpcCidr`"))
    assert "Address range of the VPC. | an address range in CIDR notation" in line
    assert "| Vpc. All resources in it are replaced too |" in line
    assert line.endswith(f"| (`10.0.0.0/16`) | `{PROD.parameters['VpcCidr'].text}` |")
    assert f"`{DEV.parameters['DomainName'].text}`" in text


def test_a_secret_is_not_shown_and_a_value_that_comes_from_elsewhere_says_whence() -> None:
    bodies = {
        "Secret": {"Type": "String", "NoEcho": True, "Default": "hush"},
        "Kept": {"Type": "String", "NoEcho": "true"},
        "Given": {"Type": "String", "AllowedValues": ["a", "b"]},
    }
    own = platform().one
    settings = {
        "Kept": Setting("", Place("x"), source=KEPT),
        "Given": Setting("", Place("x"), source=variable("GIVEN")),
    }
    environment = own.environment._replace(parameters=settings)
    tree = PlainTree({"Parameters": bodies, "Resources": {}})
    text = "\n".join(
        parameters([StackFacts(replace(own, environment=environment, tree=tree, values={"Secret": "hush"}))])
    )
    assert "hush" not in text
    assert "| `Secret` |  | String |  | not shown |" in text
    assert "kept as the stack has it" in text
    assert "| `Given` |  | one of a, b |  | from environment variable GIVEN |" in text


def test_a_service_has_a_table_of_its_own() -> None:
    lines = parameters([platform(), service()])
    assert "### Parameters of the service api" in lines
    assert "`api:1`" in "\n".join(lines)
