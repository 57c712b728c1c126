"""Whatever the streams are, writing takes nothing away from what was done."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deployment.terminal.streams import Reader, Writer

PROJECT = Path(__file__).resolve().parents[3]


class Full(io.StringIO):
    """A disk with no room left."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, _: str) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def readline(self, *_: object) -> str:  # type: ignore[override]
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_what_an_encoding_lacks_is_written_as_its_escape(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Writer(stream).write("├── Vpc\n")
    assert raw.getvalue() == b"\\u251c\\u2500\\u2500 Vpc\n"


@pytest.mark.parametrize(("stream", "code"), [(Full(), errno.ENOSPC), (Gone(), errno.EIO)])
def test_what_does_not_get_through_is_known_afterwards(stream: io.StringIO, code: int) -> None:
    writer = Writer(stream)
    writer.write("text")
    assert isinstance(writer.failure, OSError)
    assert writer.failure.errno == code


def test_a_stream_that_is_closed_is_no_failure_of_anything() -> None:
    writer = Writer(None)
    writer.write("text")
    assert (writer.failure, writer.isatty(), Reader(None).line(), Reader(None).read()) == (None, False, "", "")
    closed = io.StringIO()
    closed.close()
    assert not Reader(closed).isatty()


def test_a_terminal_that_is_gone_answers_nothing() -> None:
    assert Reader(Gone()).line() == ""


@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_the_command_itself_bears_closed_streams(streams: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" deploy.py --env nobody {streams}', sys.executable],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
