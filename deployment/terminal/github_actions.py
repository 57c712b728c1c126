"""A run as GitHub Actions shows it: a group for each phase, and annotations for what must be seen without opening one.

GitHub docs, "Workflow commands for GitHub Actions": a command is a line of its own on any stream; its message escapes
`%`, CR and LF, its properties `:` and `,` too. Other text that begins with `::` would be read as a command, and so
would text with `##[` anywhere: the older form, which the runner still reads (actions/runner, ActionCommand.cs).
"""

from collections.abc import Callable, Iterable

from deployment.diagnosis.diagnosis import Cause
from deployment.report.escaping import clean
from deployment.stack.stack import Output

END_GROUP = "::endgroup::"


class Workflow:
    """Writes workflow commands through `write`, each on a line of its own."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._open: str | None = None
        self._begun = False

    def begin(self, title: str) -> None:
        """Begins the first group, where there is none yet."""
        if not self._begun:
            self.phase(title)

    def phase(self, title: str) -> None:
        """Begins a group, which ends the one before, unless it is that one."""
        if title == self._open:
            return
        self.end()
        self._begun, self._open = True, title
        self._write(f"{group(title)}\n")

    def end(self) -> None:
        """Ends the group, so that what follows is seen at once."""
        if self._open:
            self._write(f"{END_GROUP}\n")
        self._open = None

    def failed(self, lines: Iterable[str], cause: Cause | None = None) -> None:
        """The end of an error, as an annotation, with the name of the resource that failed first."""
        self.end()
        title = f"{cause.path} {cause.status}".strip() if cause else "deploy.py"
        self._write(f"{error(_said(title), chr(10).join(map(_said, lines)))}\n")

    def ended(self, outputs: Iterable[Output]) -> None:
        """Where the system answers, as an annotation."""
        self.end()
        for output in outputs:
            if output.value.startswith(("https://", "http://")):
                self._write(f"{notice(_said(output.name), _said(output.value))}\n")

    def plain(self, text: str) -> str:
        """Text in which nothing is read as a command."""
        return "".join(harmless(line) for line in text.splitlines(keepends=True))


def group(title: str) -> str:
    """Begins the lines that are collapsed under a title, until END_GROUP."""
    return f"::group::{_message(title)}"


def error(title: str, message: str) -> str:
    """An annotation that says what failed."""
    return f"::error title={_property(title)}::{_message(message)}"


def notice(title: str, message: str) -> str:
    """An annotation with something worth knowing."""
    return f"::notice title={_property(title)}::{_message(message)}"


def harmless(line: str) -> str:
    """A line of text that is not read as a command, regardless of its source; invisible characters are removed."""
    visible = "".join(sign for sign in line if sign.isprintable() and not sign.isspace())
    return (f"| {line.lstrip()}" if visible.startswith("::") else line).replace("##[", "## [")


def _said(text: str) -> str:
    """Text of unknown origin for an annotation, which is shown in a terminal, in a browser and in the log."""
    return clean(text).replace("##[", "## [")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
