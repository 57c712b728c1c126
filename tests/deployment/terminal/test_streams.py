"""Whatever the streams are, writing takes nothing away from what was done."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import deploy as command
from deployment.terminal.streams import Reader, Writer, settle_encodings

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


@pytest.mark.slow
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


def written_in(encoding: str, monkeypatch: pytest.MonkeyPatch) -> tuple[io.BytesIO, io.BytesIO]:
    """What comes to be of standard output and standard error, where all streams have that encoding."""
    given, told = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(given, encoding=encoding))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(told, encoding=encoding))
    return given, told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037", "utf-7", "punycode"])
def test_an_encoding_that_does_not_hold_ascii_as_it_is_is_refused_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    given, told = written_in(encoding, monkeypatch)
    assert command.main(["--env", "dev", "plan", "--output", "json"], tmp_path) == 2
    assert given.getvalue() == b""
    assert told.getvalue().decode("ascii").splitlines() == [
        f"error: {encoding} is no encoding of text that holds ASCII as it is",
        "next: unset PYTHONIOENCODING, or set it to utf-8, then try again",
    ]


def test_a_mark_at_the_beginning_is_left_out_of_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, told = written_in("utf-8-sig", monkeypatch)
    assert command.main(["--env", "dev", "plan", "--output", "json"], tmp_path) == 2
    assert given.getvalue().startswith(b"{")
    assert told.getvalue().startswith(b"error: there is no environment named 'dev'")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252", "shift_jis", "gb18030"])
def test_what_holds_ascii_as_it_is_is_kept(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written_in(encoding, monkeypatch)
    assert settle_encodings() is None
    assert sys.stdout.encoding == encoding
