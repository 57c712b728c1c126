"""The table of docs/environments.md: what the environments set, beside what they leave to the defaults."""

from pathlib import Path

from cloudformation.environment.environment_file import environment_files
from templates.rendering.environments_page import BEGIN, END, PAGE, with_table
from templates.rendering.tree import render, stale_page
from tests.own_system import write_params
from tests.templates.rendering.test_tree import ENVIRONMENT
from tests.templates.resolved import RENDERED

PROJECT = RENDERED.parent


def rewritten(folder: Path, page: str, values: str = "") -> str:
    file = folder / "stg.yaml"
    file.write_text(ENVIRONMENT + values, encoding="utf-8")
    return render([file])[2](page)


def test_what_an_environment_sets_stands_in_the_table_and_what_none_sets_does_not(tmp_path: Path) -> None:
    page = rewritten(tmp_path, f"# A\n{BEGIN}\nold\n{END}\nafter\n", "  MinTasks: 3\n  AlternativeDomainName1: ''\n")
    assert page.startswith(f"# A\n{BEGIN}\n| | stg |\n|---|---|\n")
    assert page.endswith(f"{END}\nafter\n")
    assert "| MinTasks | `3` |" in page
    assert "| AlternativeDomainName1 | `''` |" in page
    assert "MaxTasks" not in page
    assert "old" not in page


def test_a_default_is_in_brackets_beside_what_another_sets(tmp_path: Path) -> None:
    page = render(environment_files(write_params(tmp_path)))[2](f"{BEGIN}\n{END}")
    assert "| EnvironmentClass | (dev) | `prod` |" in page
    assert "| PrivateSubnet1Cidr | (empty) | `10.1.11.0/24` |" in page


def test_a_page_without_the_marks_is_left_alone() -> None:
    assert with_table("# A page\n", {}, []) == "# A page\n"


def test_a_value_from_elsewhere_is_not_shown(tmp_path: Path) -> None:
    page = rewritten(tmp_path, f"{BEGIN}\n{END}", "  MinTasks: {from_environment: COUNT}\n")
    assert "| MinTasks | not shown |" in page


def test_the_page_of_this_project_is_up_to_date() -> None:
    files = environment_files(PROJECT / "params")
    assert (
        stale_page(PROJECT / PAGE, render(files, services_in=PROJECT / "templates/services", thorough=False)[2]) == []
    )


def test_a_page_that_is_not_there_is_not_written(tmp_path: Path) -> None:
    assert stale_page(tmp_path / "none.md", str.upper) == []
