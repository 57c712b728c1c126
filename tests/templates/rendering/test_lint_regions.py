""".cfnlintrc names the Regions of the environments, each once."""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.environment_file import Environment, environment_files, read_file
from templates.rendering.lint_regions import MARK, PAGE, with_regions

PROJECT = Path(__file__).resolve().parents[3]
SOME = read_file(environment_files(PROJECT / "params")[0]).environment
FILE = f"templates:\n  - rendered/*.yaml\n{MARK}regions:\n  - xx-old-1\n  - xx-old-2\nignore_checks:\n  - W3002\n"


def test_the_list_is_that_of_the_environments_and_the_rest_stays() -> None:
    regions = ("eu-west-1", "ap-south-1", "eu-west-1")
    settled: list[tuple[Environment, None]] = [(SOME._replace(region=region), None) for region in regions]
    wanted = FILE.replace("  - xx-old-1\n  - xx-old-2\n", "  - ap-south-1\n  - eu-west-1\n")
    assert with_regions(FILE, settled) == wanted
    assert with_regions(wanted, settled) == wanted


def test_without_an_environment_or_without_the_mark_nothing_changes() -> None:
    assert with_regions(FILE, []) == FILE
    assert with_regions(FILE.replace(MARK, ""), [(SOME, {})]) == FILE.replace(MARK, "")


def test_the_file_of_this_project_has_the_mark() -> None:
    assert f"{MARK}regions:\n  - " in (PROJECT / PAGE).read_text(encoding="utf-8")
