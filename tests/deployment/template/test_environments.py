"""An environment is in order, or refused with everything at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudformation.environment.environment_file import Reading
from cloudformation.environment.findings import Place, Problem
from deployment.errors import FileProblems, NothingSent
from deployment.template.environments import accepted, environment_reading, other_environments, overridden
from deployment.template.template import read_template
from tests.deployment.project import ENVIRONMENT, write_project


def test_a_set_without_a_value_is_wrong_use(tmp_path: Path) -> None:
    environment = environment_reading(write_project(tmp_path) / "params", "dev").environment
    assert overridden(environment, ["DesiredCount=3"]).parameters["DesiredCount"].text == "3"
    with pytest.raises(NothingSent, match=r"^--set: KEY=VALUE is needed") as caught:
        overridden(environment, ["DesiredCount"])
    assert caught.value.remedy == "for example: --set DesiredCount=3"
    with pytest.raises(NothingSent, match=r"^--set number 2: KEY=VALUE is needed"):
        overridden(environment, ["DesiredCount=3", "hunter2"])


def test_the_others_are_all_but_this_one_as_far_as_they_can_be_read(tmp_path: Path) -> None:
    params = write_project(tmp_path) / "params"
    (params / "prod.yaml").write_text(ENVIRONMENT.replace("shop-dev", "shop-prod"), encoding="utf-8")
    (params / "odd.yaml").write_text("- [", encoding="utf-8")
    assert [(other.name, other.stack) for other in other_environments(params, "dev")] == [
        ("odd", ""),
        ("prod", "shop-prod"),
    ]


def test_what_is_wrong_with_form_values_and_neighbours_is_told_together(tmp_path: Path) -> None:
    project = write_project(tmp_path, environment=f"{ENVIRONMENT}  Hours: four\n")
    reading = environment_reading(project / "params", "dev")
    found = Reading(reading.environment, (Problem(Place("params/dev.yaml", 99), "said before"),))
    with pytest.raises(FileProblems) as caught:
        accepted(read_template(project / "rendered/root.yaml"), found, [reading.environment])
    assert [(problem.place.line, problem.text.split(" ")[0]) for problem in caught.value.problems] == [
        (3, "stack"),
        (11, "Parameter"),
        (99, "said"),
    ]
