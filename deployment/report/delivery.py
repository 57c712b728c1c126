"""A report in the form that was asked for; a form's own module is read when it is asked for."""

import os
import stat
from datetime import datetime
from pathlib import Path

from deployment.errors import DeploymentError
from deployment.report.facts import Ending, Report, failure_of
from deployment.report.record import Record
from deployment.report.whole_file import replace_whole


def reported(record: Record, ending: Ending | DeploymentError, form: str, now: datetime | None) -> str:
    """The report of a run in that form; of a failure the failure alone, where what came before cannot be reported."""
    try:
        return in_form(record.report(ending, now), form)
    except Exception:
        if not isinstance(ending, DeploymentError):
            raise
        return in_form(record.masked(Report(failure_of(ending), written=now)), form)


def in_form(report: Report, form: str) -> str:
    """The report as `json`, `markdown` or `html`."""
    if form == "json":
        from deployment.report.json_document import document

        return document(report)
    if form == "markdown":
        from deployment.report.markdown import markdown

        return markdown(report)
    from deployment.report.html.page import page

    return page(report)


def write_page(path: Path, text: str) -> None:
    """Writes to the file at the path; raises OSError.

    A file, or the file that a link leads to, is replaced as a whole or not at all. What is no file (a pipe, a device)
    is opened and written, as a shell's `>` does, and so is a stream of this process, such as `/dev/stdout`.
    """
    status = _status(path)
    stream = None if status is None else _own_stream(status)
    if status is not None and (stream is not None or not stat.S_ISREG(status.st_mode)):
        # Never created or truncated: what is not there any more is an error, not a new file.
        descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY) if stream is None else os.dup(stream)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(text)
        return
    replace_whole(Path(os.path.realpath(path)), text)


def _status(path: Path) -> os.stat_result | None:
    """What is at a path, or where its links lead; None where nothing is."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _own_stream(status: os.stat_result) -> int | None:
    """The descriptor of this process's output that is the same file: replaced, it would lose what it has already."""
    for descriptor in (1, 2):
        try:
            if os.path.samestat(status, os.fstat(descriptor)):
                return descriptor
        except OSError:  # closed
            continue
    return None
