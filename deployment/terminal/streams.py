"""The streams of the process, whatever they are: closed, full, of another encoding, or the terminal is gone.

What a command did is done whether anybody reads it or not: writing never raises, and the caller asks
afterwards whether all of it was written.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from contextlib import suppress
from getpass import getpass
from typing import TextIO, cast

_SLICE_SECONDS = 0.2
_ASCII = "".join(map(chr, range(128)))


class Writer(io.TextIOBase):
    """Text to a stream; `failure` is why some of it was not written, unless the reader has closed the stream."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.failure: OSError | ValueError | None = None

    def write(self, text: str) -> int:
        """Writes, and flushes; what the stream's encoding lacks is written as its escape."""
        if self._stream is None:
            return len(text)
        try:
            try:
                self._stream.write(text)
            except UnicodeEncodeError:
                name = self._stream.encoding or "ascii"
                self._stream.write(text.encode(name, "backslashreplace").decode(name))
            self._stream.flush()
        except BrokenPipeError:  # the reader has read enough
            pass
        except (OSError, ValueError) as error:
            self.failure = error
        return len(text)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream is not None and _is_terminal(self._stream)

    def fileno(self) -> int:
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of its text."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    @property
    def coloured(self) -> bool:
        """Whether it is a terminal that shows colour, and colour is not switched off."""
        return self.live and not os.environ.get("NO_COLOR")

    @property
    def live(self) -> bool:
        """Whether lines can be drawn again."""
        return self.isatty() and os.environ.get("TERM") != "dumb"


def settle_encodings() -> str | None:
    """Makes the streams of the process write UTF-8 without a mark; returns an encoding that none of them can have.

    The readers of our output (JSON, a shell that pastes a command, a runner that reads what to mask) read ASCII as
    ASCII, and so does what is piped in; PYTHONIOENCODING can set UTF-16 or EBCDIC, which are neither.
    """
    streams = [stream for stream in (sys.stdin, sys.stdout, sys.stderr) if stream is not None]
    for stream in streams[1:]:
        if isinstance(stream, io.TextIOWrapper) and _codec(stream.encoding) == "utf-8-sig":
            stream.reconfigure(encoding="utf-8")
    names = [str(stream.encoding) for stream in streams if getattr(stream, "encoding", None)]
    return next((name for name in names if not _holds_ascii(name)), None)


def say_plainly(text: str) -> None:
    """Writes to standard error where its encoding cannot be used."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.buffer.write(text.encode("ascii", "backslashreplace"))
        sys.stderr.flush()


def _codec(name: str) -> str:
    return codecs.lookup(name).name


def _holds_ascii(name: str) -> bool:
    if _codec(name) == "utf-8-sig":  # of what is read: the mark is omitted
        return True
    try:
        return _ASCII.encode(name) == bytes(range(128))
    except UnicodeError:
        return False


class Reader:
    """Lines of a stream; one that is closed has none."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream is not None and _is_terminal(self._stream)

    def read(self) -> str:
        """All of it. UnicodeDecodeError: it is no text."""
        with suppress(OSError):
            return self._stream.read() if self._stream else ""
        return ""

    def secret(self, prompt: str, told: Writer) -> str:
        """What is piped in, without one line ending; on a terminal typed unseen. UnicodeDecodeError: it is not text."""
        if not self.isatty():
            return self.read().removesuffix("\n").removesuffix("\r")
        with suppress(EOFError):
            return getpass(prompt, cast(TextIO, told))
        return ""

    def line(self) -> str:
        """The line that is typed; "" where the terminal is closed.

        It is waited for in slices: a Ctrl-C between writing a question and reading would otherwise only take effect
        with the next key, because a read that has not started is not interrupted.
        """
        if self._stream is None:
            return ""
        with suppress(OSError, ValueError):  # a regular file has its lines at once
            waited = self._stream.fileno()
            while not select.select([waited], [], [], _SLICE_SECONDS)[0]:
                pass
        with suppress(OSError, ValueError):  # a terminal that was closed; what is typed is no text
            return self._stream.readline().strip()
        return ""


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def fill_closed() -> None:
    """Opens what is closed of the first three descriptors: the next file to be opened would take its place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def let_go() -> None:
    """Makes the interpreter's last flush harmless: where it cannot write, it would set an exit code of its own."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
