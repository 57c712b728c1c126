"""The tasks that were started, in a file of the state folder: what they logged can be asked for in the next run."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from rehearsal.neighbours.containers.task_life import Container, Task

# The oldest are forgotten, because each contains its output.
MOST = 200


def tasks_file(state: Path) -> Path:
    """Where a state folder keeps them."""
    return state / "tasks.json"


class KeptTasks:
    """The tasks by ARN, the oldest first; in memory alone without a `file`."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._tasks: dict[str, Task] | None = None

    def all(self) -> dict[str, Task]:
        """Every task; what is in the file and is none is left out."""
        if self._tasks is None:
            self._tasks = {task.arn: task for task in self._read()}
        return self._tasks

    def keep(self, task: Task) -> None:
        """Takes a task in, or what has changed of it. OSError: the folder cannot be written to."""
        tasks = self.all()
        tasks[task.arn] = task
        for arn in list(tasks)[:-MOST]:
            del tasks[arn]
        if self._file is not None:
            self._write(self._file, [asdict(kept) for kept in tasks.values()])

    def _read(self) -> list[Task]:
        try:
            rows = json.loads(self._file.read_text(encoding="utf-8")) if self._file and self._file.exists() else []
            return [Task(**{**row, "containers": [Container(**one) for one in row["containers"]]}) for row in rows]
        except (ValueError, KeyError, TypeError):  # damaged by hand
            return []

    @staticmethod
    def _write(file: Path, rows: list[object]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.new")
        # Only its owner may read it: a task's log may contain secrets.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(rows, stream, separators=(",", ":"))
        beside.replace(file)
