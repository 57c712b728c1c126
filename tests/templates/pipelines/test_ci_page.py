"""docs/ci.md names GitHub's environments, two for each of params/, with the outputs that their variables take."""

from __future__ import annotations

from pathlib import Path

from cloudformation.environment.environment_file import environment_files
from templates.pipelines.ci_page import BEGIN, END, PAGE
from templates.rendering.tree import render, stale_page
from tests.own_system import PROJECT, write_params


def test_each_environment_has_one_for_plans_and_one_that_production_protects(tmp_path: Path) -> None:
    page = render(environment_files(write_params(tmp_path)), thorough=False)[2](f"a\n{BEGIN}old\n{END}b\n")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("   | `")]
    assert [(row[0], row[3]) for row in rows] == [
        ("`dev-plan`", "output `DevPlanRoleArn`"),
        ("`dev`", "output `DevDeployRoleArn`"),
        ("`prod-plan`", "output `ProdPlanRoleArn`"),
        ("`prod`", "output `ProdDeployRoleArn`"),
    ]
    assert [row[2] for row in rows[:3]] == ["none", "none, or as you like", "none"]
    assert "prevent self-review" in rows[3][2]
    assert page.startswith(f"a\n{BEGIN}\n")
    assert page.endswith(f"{END}b\n")
    assert "old" not in page


def test_the_page_of_this_project_is_up_to_date() -> None:
    files = environment_files(PROJECT / "params")
    assert (
        stale_page(PROJECT / PAGE, render(files, services_in=PROJECT / "templates/services", thorough=False)[2]) == []
    )
