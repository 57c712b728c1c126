"""Jobs before the services that name them: who waits, who runs the job, and what is reported meanwhile."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from deployment.errors import StackBlocked, TaskFailed
from deployment.run.outcome import Declined, Unchanged
from deployment.run.run import Run
from deployment.terminal.ending import Ending
from deployment.terminal.together.crew import Crew, Seat
from deployment.terminal.together.jobs import Jobs
from tests.deployment.facts import stack
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run


@pytest.fixture
def crew() -> Crew:
    crew = Crew()
    for name in ("api", "shop", "migrate"):
        crew.seat(name, lambda _, __: None)
    return crew


def waiting(jobs: Jobs, folder: Path, name: str) -> Run:
    """The run of a service that comes after migrate."""
    (own := folder / name).mkdir()
    run = fake_run(write_project(own), FakeClient("cloudformation"))
    of: dict[str, Any] = vars(run)

    def service(own: str) -> Run:
        return Run(**{**of, "environment": run.environment._replace(service=own, stack=f"shop-dev-{own}")})

    return jobs.before(service(name).preceded_by(service("migrate")))


def ends(crew: Crew, ending: Ending) -> None:
    crew.seats["migrate"].ending = ending


def test_a_run_without_a_job_is_left_as_it_is(crew: Crew, tmp_path: Path) -> None:
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation"))
    assert Jobs(crew).before(run) is run


def test_the_first_that_needs_the_job_runs_it_and_all_have_what_came_of_it(crew: Crew, tmp_path: Path) -> None:
    jobs, may_end = Jobs(crew), Event()
    played: list[int] = []
    ends(crew, Unchanged(stack()))
    runs = {name: waiting(jobs, tmp_path, name) for name in ("api", "shop")}
    told: dict[str, Any] = {}

    def play() -> str:
        played.append(1)
        may_end.wait()
        return "done"

    def act(name: str) -> None:
        first = runs[name].first
        assert first is not None
        told[name] = first(play)

    threads = [Thread(target=act, args=(name,)) for name in runs]
    for thread in threads:
        thread.start()
    may_end.set()
    for thread in threads:
        thread.join()
    assert (told, played) == ({"api": "done", "shop": "done"}, [1])


def test_what_the_job_failed_with_is_what_all_end_with(crew: Crew, tmp_path: Path) -> None:
    jobs = Jobs(crew)
    ends(crew, Unchanged(stack()))
    failed = TaskFailed("it never ran")

    def play() -> None:
        raise failed

    for name in ("api", "shop"):
        first = waiting(jobs, tmp_path, name).first
        assert first is not None
        with pytest.raises(TaskFailed, match="it never ran"):
            first(play)


@pytest.mark.parametrize(
    ("ending", "why"),
    [(Declined("shop-dev-migrate", "go on?"), "it was declined"), (StackBlocked("it is busy"), "it is busy")],
)
def test_where_the_job_is_not_deployed_it_does_not_run(crew: Crew, tmp_path: Path, ending: Ending, why: str) -> None:
    ends(crew, ending)
    first = waiting(Jobs(crew), tmp_path, "api").first
    assert first is not None
    with pytest.raises(StackBlocked) as raised:
        first(lambda: pytest.fail("the job ran"))
    assert list(raised.value.findings) == [f"migrate: {why}"]
    assert "nothing was executed on stack shop-dev-api" in raised.value.happened


def test_who_waits_hears_that_all_is_to_end(crew: Crew, tmp_path: Path) -> None:
    first = waiting(Jobs(crew), tmp_path, "api").first
    assert first is not None
    seat: Seat = crew.seats["api"]
    seat.order(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        first(lambda: pytest.fail("the job ran"))
