"""A report in the form that was asked for; a form's own module is read when it is asked for."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from deployment.report.facts import Report


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


def write_whole(path: Path, text: str) -> None:
    """Writes the whole file or none of it; raises OSError. A new file may be read as the umask allows."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as new:
        try:
            new.write(text)
            new.flush()
            os.fchmod(new.fileno(), _mode(path))
            Path(new.name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(new.name).unlink()
            raise


def _mode(path: Path) -> int:
    """What the file has already, else what the umask leaves to a new one."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
