"""A run as GitHub Actions shows it: a group a phase, and annotations for what a person must see without opening one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from deployment.diagnosis import Cause
from deployment.errors import DeploymentError
from deployment.report.actions import END_GROUP, error, group, harmless, notice
from deployment.stack import Output


class Workflow:
    """Writes workflow commands through `write`, each on a line of its own."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._open = False
        self._begun: set[str] = set()

    def phase(self, title: str) -> None:
        """Begins a group, which ends the one before; each begins once."""
        if title in self._begun:
            return
        self.end()
        self._begun.add(title)
        self._open = True
        self._write(f"{group(title)}\n")

    def end(self) -> None:
        """Ends the group, so that what follows is seen at once."""
        if self._open:
            self._write(f"{END_GROUP}\n")
        self._open = False

    def failed(self, happened: DeploymentError, cause: Cause | None) -> None:
        """The first cause, or else what happened, as an annotation."""
        self.end()
        if cause:
            title = f"{'/'.join(cause.path)} {cause.status}".strip()
            self._write(f"{error(title, cause.reason)}\n")
        else:
            said = "\n".join([happened.happened, *happened.findings])
            self._write(f"{error('deploy.py', said)}\n")

    def ended(self, outputs: Iterable[Output]) -> None:
        """Where the system answers, as an annotation."""
        self.end()
        for output in outputs:
            if output.value.startswith(("https://", "http://")):
                self._write(f"{notice(output.name, output.value)}\n")

    def plain(self, text: str) -> str:
        """Text in which nothing is taken for a command."""
        return "".join(harmless(line) for line in text.splitlines(keepends=True))
