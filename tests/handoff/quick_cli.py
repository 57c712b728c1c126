"""The AWS CLI that is installed, in a process that has made it ready, or in one that is forked from it.

`aws` in the folder hands its call on to a server, which is the CLI for a call that only asks, and forks a child that is
it for any other. Half of a call is the CLI gathering its own plugins and tables: that is done once for each
configuration.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from tests.handed_on import HandedOn, ended_children, listening_at, received, write_client
from tests.quick_sdk import remember_in_the_sdk

_DECIDING = {"HOME", "LANG", "LC_ALL", "PAGER"}
"""What decides how the CLI is configured, beside its own variables."""
_SERVICES = ("cloudformation", "s3api", "sts")


def serve(path: str) -> None:
    """Is the CLI for each client, itself or in a child, until the socket's folder is gone."""
    import gc

    ready = _made_ready()
    listening = listening_at(path)
    os.write(1, b"ready\n")
    while True:
        link, _ = listening.accept()
        list(ended_children())
        given = received(link)
        if given is not None:
            driver = ready(given.environment)
            if _only_asks(given.arguments):
                with suppress(OSError):  # the caller may have ended
                    link.send(_run(driver, given))
            elif not os.fork():
                listening.close()
                gc.disable()
                link.send(_run(driver, given))
                os._exit(0)
            for number in given.streams:
                os.close(number)
        link.close()


def _only_asks(arguments: list[str]) -> bool:
    """Whether a call changes nothing, here or there: it leaves the CLI as it was, and takes no child of its own."""
    asks = arguments[1:2] and arguments[1].startswith(("describe-", "get-", "head-", "list-"))
    return bool(asks) and arguments[0] in _SERVICES and "--cli-input-json" not in arguments


def _run(driver: Any, handed: HandedOn) -> bytes:
    """What the CLI ends with, as a byte; what it prints goes to the client's streams."""
    os.environ.clear()
    os.environ.update(handed.environment)
    os.chdir(handed.folder)
    sys.argv = ["aws", *handed.arguments]
    own = sys.stdin, sys.stdout, sys.stderr
    given = [
        os.fdopen(number, mode, encoding="utf-8", closefd=False)
        for number, mode in zip(handed.streams, ("r", "w", "w"), strict=True)
    ]
    sys.stdin, sys.stdout, sys.stderr = given
    try:
        code = driver.main(handed.arguments)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdin, sys.stdout, sys.stderr = own
        os.chdir("/")
    for written in given[1:]:
        try:
            written.flush()
        except OSError:
            code = code or 1
    return bytes([(code or 0) & 255])


def _made_ready() -> Callable[[dict[str, str]], Any]:
    """A function of an environment: a CLI that has read its configuration and the services that are asked for most."""
    import functools
    import gc

    import awscli.botocore.loaders
    import awscli.clidriver

    remember_in_the_sdk()
    # The models are read once, for all: a child that is forked has its own copy.
    loader = awscli.botocore.loaders.JSONFileLoader
    loader.load_file = functools.cache(loader.load_file)
    models = os.environ["AWS_DATA_PATH"]

    @functools.cache
    def made(environment: frozenset[tuple[str, str]], _configured: bytes) -> Any:
        os.environ.clear()
        os.environ.update(environment)
        driver = awscli.clidriver.create_clidriver()
        try:
            for service in _SERVICES:
                driver._get_command_table()[service]._get_command_table()
                driver.session.create_client(service.removesuffix("api"), region_name="us-east-1")
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                # What the first call of a process reads and imports, its children have.
                driver.main(["sts", "get-caller-identity", "--region", "us-east-1"])
        except Exception:  # a profile that does not exist: the caller gets the message
            driver = awscli.clidriver.create_clidriver()
        gc.collect()
        gc.freeze()  # no child looks through what exists by now: its pages stay shared
        return driver

    def ready(environment: dict[str, str]) -> Any:
        environment["AWS_DATA_PATH"] = models
        configured = Path(environment.get("AWS_CONFIG_FILE", "/nowhere"))
        deciding = ((name, word) for name, word in environment.items() if name.startswith("AWS_") or name in _DECIDING)
        return made(frozenset(deciding), configured.read_bytes() if configured.is_file() else b"")

    return ready


@contextmanager
def quick_cli(folder: Path) -> Iterator[Path]:
    """A folder for PATH with such an `aws` in it."""
    programs, socket = folder / "programs", folder / "cli"
    programs.mkdir()
    write_client(programs / "aws", socket)
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
