"""A program of a few lines that hands its words, environment and three streams on to a server, which does the work.

It needs no more than the interpreter has in itself, so that it starts in a moment. What the server prints for it, and
ends with, is what the program itself would.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CLIENT = """\
#!{python} -SEI
import _signal, _socket, posix, sys
link = _socket.socket(_socket.AF_UNIX)
link.connect({socket!r})
words = [word.encode(errors="surrogateescape") for word in sys.argv[1:]]
own = [name + b"=" + value for name, value in posix.environ.items()]
message = b"\\0".join([b"%d" % len(words), *words, posix.getcwdb(), *own])
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
link.sendmsg([len(message).to_bytes(8, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
link.sendall(message)
"""
_ENDING = """\
answer = link.recv(1)
sys.exit(answer[0] if answer else 255)
"""
# What is asked to end is the process that does the work.
_STOPPABLE = """\
worker = int.from_bytes(link.recv(4), "big")
_signal.signal(_signal.SIGTERM, lambda *_: posix.kill(worker, _signal.SIGTERM))
"""


@dataclass(frozen=True)
class HandedOn:
    """What a client hands on; `streams` are the numbers of its three streams here."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


def write_client(program: Path, address: Path, *, stoppable: bool = False) -> None:
    """Write the program; the server of one that is `stoppable` sends the number of the process first."""
    client = _CLIENT + (_STOPPABLE if stoppable else "") + _ENDING
    program.write_text(client.format(python=sys.executable, socket=str(address)))
    program.chmod(0o755)


def listening_at(address: str) -> socket.socket:
    """Where clients are accepted."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(64)
    return listening


def received(link: socket.socket) -> HandedOn | None:
    """What a client hands on; None if it was interrupted before it had said what it wants."""
    size, streams, _, _ = socket.recv_fds(link, 8, 3)
    length, words = int.from_bytes(size, "big"), b""
    while len(words) < length and (more := link.recv(65536)):
        words += more
    if not length or len(words) < length:
        for given in streams:
            os.close(given)
        return None
    many, *texts = words.decode(errors="surrogateescape").split("\0")
    environment = dict(text.split("=", 1) for text in texts[int(many) + 1 :])
    return HandedOn(texts[: int(many)], texts[int(many)], environment, list(streams))


def ended_children() -> Iterator[tuple[int, int]]:
    """The number and the exit code of each child that has ended; the time that they took is counted from then on."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended[0], os.waitstatus_to_exitcode(ended[1])
