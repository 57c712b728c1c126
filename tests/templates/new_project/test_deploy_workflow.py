"""The workflow of whatever environments: each after the one before, its platform before its services."""

from __future__ import annotations

import pytest
import yaml

from templates.new_project.deploy_workflow import deploy_workflow


@pytest.mark.parametrize("names", [("only",), ("staging", "live"), ("dev", "eu-qa", "prod")])
def test_each_environment_has_two_jobs_that_wait_for_those_before(names: tuple[str, ...]) -> None:
    read = yaml.load(deploy_workflow(names, "trunk"), yaml.BaseLoader)
    jobs = read["jobs"]
    assert list(jobs) == [job for name in names for job in (name, f"{name}-services")]
    assert [job.get("needs") for job in jobs.values()] == [None, *list(jobs)[:-1]]
    assert [job["with"]["environment"] for job in jobs.values()] == [name for name in names for _ in range(2)]
    assert [job["with"]["part"] for job in jobs.values()] == ["platform", "services"] * len(names)
    assert {job["concurrency"] for job in jobs.values()} == {f"deploy-{name}" for name in names}
    assert read["on"]["push"]["branches"] == ["trunk"]


def test_what_it_deploys_in_which_order_stands_at_its_top() -> None:
    assert deploy_workflow(("a", "b", "c"), "main").startswith("# Deploys what is on main: a, then b, then c. ")
