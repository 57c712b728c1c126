"""The tasks of a state folder."""

from __future__ import annotations

from pathlib import Path

from rehearsal.neighbours.containers.kept_tasks import MOST, KeptTasks, tasks_file
from rehearsal.neighbours.containers.task_life import Container, Task


def a_task(number: int) -> Task:
    return Task(
        f"arn:task/{number}", "shop", "definition", "family", "eu-west-1", 1.5, [Container("a", "b")], log=["x"]
    )


def test_what_was_kept_is_there_for_the_next_run_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    KeptTasks(tasks_file(tmp_path / "state")).keep(a_task(1))
    file = tasks_file(tmp_path / "state")
    assert file.stat().st_mode & 0o777 == 0o600
    assert KeptTasks(file).all() == {"arn:task/1": a_task(1)}


def test_the_oldest_are_forgotten(tmp_path: Path) -> None:
    kept = KeptTasks(tasks_file(tmp_path))
    for number in range(MOST + 2):
        kept.keep(a_task(number))
    assert len(kept.all()) == MOST
    assert "arn:task/1" not in kept.all()


def test_a_file_that_was_damaged_holds_none(tmp_path: Path) -> None:
    for text in ("{", '[{"arn": 1}]', "3"):
        tasks_file(tmp_path).write_text(text)
        assert KeptTasks(tasks_file(tmp_path)).all() == {}
