"""What `python render.py` imports where a project has no services and nothing changed: as little as that takes.

It is run after every edit. Its time is held beside that of importing troposphere (`python -m bench rendering`); a
module more takes half a millisecond, and nobody sees it come. What is new is imported where there is work for it: in
the function that needs it, as that of services is, or when an option asks for it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

import render

PROJECT = Path(render.__file__).parent
# With the environment files of the system, without any services, and with the pages that it writes.
RENDERED = """
import sys
from pathlib import Path
import render

assert render.main([], Path(sys.argv[1])) == 0
print(*sys.modules, file=sys.stderr)
"""
# Rooms of which nothing is imported, and modules that have no work.
ROOMS = ("new_project", "pictures", "bundle")
IDLE = (
    "templates.rendering.drawn_files",
    "templates.rendering.new_service",
    "templates.rendering.registry_schemas",
    "templates.rendering.services",
    "templates.service.job",
    "templates.service.queue",
    "templates.service.stack",
    "cloudformation.environment.check",
    "cloudformation.environment.checks",
    "cloudformation.environment.given_values",
    "cloudformation.environment.keys.availability_zones",
    "cloudformation.environment.parameter_values",
    "cloudformation.environment.services.check",
    "cloudformation.environment.services.refused",
    "cloudformation.environment.services.routes",
    "cloudformation.parameters.allowed_pattern",
    "cloudformation.parameters.java_characters",
    "cloudformation.rules",
    "cloudformation.statuses",
    "cloudformation.template.custom_names",
    "cloudformation.template.sections",
    "cloudformation.template.transforms",
    "cloudformation.text",
)
# What libraries import and a render does not use (templates/parts/postponed.py), by what else is loaded with it.
POSTPONED = {"cfn_tools", "logging", "six", "ast", "dis", "troposphere.apigateway", "troposphere.dynamodb"}
# Of the standard library. What holds values is a NamedTuple here: made in a fifth of the time that a dataclass takes.
STANDARD = {"argparse", "dataclasses", "decimal", "difflib", "hashlib", "http", "socket", "subprocess", "unicodedata"}


@cache
def imported() -> frozenset[str]:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for file in [*PROJECT.glob("params/*.yaml"), PROJECT / "docs/security.md", PROJECT / "docs/environments.md"]:
            copy = project / file.relative_to(PROJECT)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(file.read_bytes())
        render.main(["--no-diagram"], project)
        ran = subprocess.run(
            [sys.executable, "-c", RENDERED, folder], cwd=PROJECT, capture_output=True, text=True, check=True
        )
    assert "none changed" in ran.stderr
    return frozenset(ran.stderr.splitlines()[-1].split())


def test_it_renders_the_system_and_the_pages() -> None:
    at_work = {"templates.layers.ecs", "templates.pipelines.ci_role", "templates.security.page"}
    assert at_work <= imported()


@pytest.mark.parametrize("idle", [*IDLE, *(f"templates.{room}" for room in ROOMS)])
def test_what_has_no_work_is_not_imported(idle: str) -> None:
    assert [name for name in imported() if f"{name}.".startswith(f"{idle}.")] == []


def test_what_only_libraries_import_is_not_loaded() -> None:
    assert imported() & POSTPONED == set()


def test_nothing_is_imported_that_makes_dataclasses_counts_draws_or_parses_options() -> None:
    tops = {name.partition(".")[0] for name in imported()}
    assert tops & (STANDARD | {"boto3", "botocore", "cfnlint", "rich", "svg"}) == set()
