"""How a task goes that a call starts (RunTask of Amazon ECS): what it writes, how long it runs, how it ends."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class PlayedTask:
    """The tasks of a family, `times` times (None: always).

    `not_started` is why its containers never run, `refused` the reason for which RunTask starts none.
    """

    task: str = "*"
    exit_code: int = 0
    log: tuple[str, ...] = ()
    seconds: float = 10.0
    not_started: str | None = None
    refused: str | None = None
    times: int | None = None

    def is_of(self, family: str) -> bool:
        return fnmatchcase(family, self.task)


ENDS_WELL = PlayedTask()
