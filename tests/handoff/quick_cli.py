"""The AWS CLI that is installed, in processes that are forked from one that has made it ready.

`aws` in the folder is a client of a few lines: it hands its words, its environment and its three streams to a server,
which forks a child that is the CLI. What a child prints and ends with is what the command itself would. Half of a call
is the CLI gathering its own plugins and tables: that is done once for each configuration, before the fork.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_DECIDING = {"HOME", "LANG", "LC_ALL", "PAGER"}
"""What decides how the CLI is configured, beside its own variables."""
_CLIENT = """\
#!{python} -SEI
import json, os, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect({socket!r})
words = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(link, [len(words).to_bytes(8, "big")], [0, 1, 2])
link.sendall(words)
answer = link.recv(1)
sys.exit(answer[0] if answer else 255)
"""


def serve(path: str) -> None:
    """Forks a CLI for each client until the socket's folder is gone."""
    import functools
    import json
    import signal
    import socket

    import awscli.botocore.loaders
    import awscli.clidriver

    # The models are read once, for all: a child that is forked has its own copy.
    loader = awscli.botocore.loaders.JSONFileLoader
    loader.load_file = functools.cache(loader.load_file)
    models = os.environ["AWS_DATA_PATH"]

    @functools.cache
    def ready(environment: frozenset[tuple[str, str]], _configured: bytes) -> Any:
        """A CLI that has read its configuration and the services that are asked for most."""
        os.environ.clear()
        os.environ.update(environment)
        driver = awscli.clidriver.create_clidriver()
        try:
            for service in ("cloudformation", "s3api", "sts"):
                driver._get_command_table()[service]._get_command_table()
                driver.session.create_client(service.removesuffix("api"), region_name="us-east-1")
        except Exception:  # a profile that is not there: the child gets it too
            return awscli.clidriver.create_clidriver()
        return driver

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    os.write(1, b"ready\n")
    while True:
        link, _ = listening.accept()
        size, streams, _, _ = socket.recv_fds(link, 8, 3)
        length, words = int.from_bytes(size, "big"), b""
        while len(words) < length and (more := link.recv(65536)):
            words += more
        if not length or len(words) < length:  # it was interrupted before it had said what it wants
            link.close()
            continue
        arguments, folder, environment = json.loads(words)
        environment["AWS_DATA_PATH"] = models
        configured = Path(environment.get("AWS_CONFIG_FILE", "/nowhere"))
        deciding = ((name, word) for name, word in environment.items() if name.startswith("AWS_") or name in _DECIDING)
        driver = ready(frozenset(deciding), configured.read_bytes() if configured.is_file() else b"")
        if os.fork():
            link.close()
            for given in streams:
                os.close(given)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listening.close()
        for number, given in enumerate(streams):
            os.dup2(given, number)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv = ["aws", *arguments]
        try:
            code = driver.main(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        for written in (sys.stdout, sys.stderr):
            try:
                written.flush()
            except OSError:
                code = code or 1
        link.send(bytes([(code or 0) & 255]))
        os._exit(0)


@contextmanager
def quick_cli(folder: Path) -> Iterator[Path]:
    """A folder for PATH with such an `aws` in it."""
    programs, socket = folder / "programs", folder / "cli"
    programs.mkdir()
    client = programs / "aws"
    client.write_text(_CLIENT.format(python=sys.executable, socket=str(socket)))
    client.chmod(0o755)
    served = subprocess.Popen(
        [sys.executable, "-c", f"from tests.handoff.quick_cli import serve; serve({str(socket)!r})"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
        text=True,
    )
    assert served.stdout is not None
    assert served.stdout.readline() == "ready\n"
    try:
        yield programs
    finally:
        served.kill()
        served.wait()
        served.stdout.close()
