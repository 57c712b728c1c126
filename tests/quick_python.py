"""Python for commands that run in processes of their own: forked from one that has imported what they need.

`python` in the folder hands its command on to a server, which forks a child that runs it, as a script, a module or a
text. Most of a command of this project is Python reading modules: those of others, and those of one tree of its own,
are read once. A command starts others with the same `python`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from tests.handed_on import HandedOn, ended_children, listening_at, received, write_client

_OWN = ("cloudformation", "deployment", "rehearsal", "templates")
_SERVICES = ("cloudformation", "s3", "sts", "route53")
# What moto and the tree import in the first command that needs it.
_OTHERS = (
    *("boto3", "botocore.session", "cfnlint.schema.manager", "flask", "flask_cors", "rich.console", "samtranslator"),
    *("moto.moto_server.werkzeug_app", "moto.moto_api._internal"),
    *(f"moto.{service}.{part}" for service in ("s3", "sts", "route53", "iam") for part in ("models", "urls")),
)


def serve(address: str, tree: str, program: str) -> None:
    """Fork a Python for each client, until the process is ended; modules of the project are those of `tree`."""
    import gc

    _import_all(tree)
    gc.collect()
    gc.freeze()  # no child looks through what exists by now: its pages stay shared
    listening = listening_at(address)
    ended, end = os.pipe()
    os.set_blocking(end, False)
    signal.set_wakeup_fd(end)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    os.write(1, b"ready\n")
    links: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([listening.fileno(), ended], [], [])
        if ended in ready:
            os.read(ended, 512)
            for process, code in ended_children():
                with links.pop(process) as link, suppress(OSError):  # the client may have ended
                    link.send(bytes([code & 255]))
        if listening.fileno() in ready:
            link, _ = listening.accept()
            if (given := received(link)) is None:
                link.close()
                continue
            if not (process := os.fork()):
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os._exit(_run(given, Path(tree), program))
            links[process] = link
            with suppress(OSError):
                link.send(process.to_bytes(4, "big"))
            for number in given.streams:
                os.close(number)


def _import_all(tree: str) -> None:
    """Everything that a command may import, and what the SDK reads."""
    import functools

    import botocore.loaders
    import botocore.session

    sys.path[0] = tree
    loader = botocore.loaders.JSONFileLoader
    loader.load_file = functools.cache(loader.load_file)
    for name in (*_OTHERS, "deploy", "render"):
        importlib.import_module(name)
    for package in _OWN:
        for module in pkgutil.walk_packages([f"{tree}/{package}"], f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    for service in _SERVICES:
        key = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        botocore.session.get_session().create_client(service, region_name="us-east-1", **key).close()


def _run(given: HandedOn, tree: Path, program: str) -> int:
    """What a command ends with, once it and what it began have ended."""
    import atexit
    import threading

    _become(given, program)
    code = _executed(given.arguments, tree)
    threading._shutdown()  # type: ignore[attr-defined]  # what an interpreter itself does at its end
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1
    return code & 255


def _executed(arguments: list[str], tree: Path) -> int:
    """The exit code of a command."""
    try:
        _execute(arguments, tree)
    except SystemExit as ended:
        if isinstance(ended.code, int):
            return ended.code
        if ended.code is None:
            return 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _become(given: HandedOn, program: str) -> None:
    """The process that the client is."""
    import random

    os.chdir(given.folder)
    os.environ.clear()
    os.environ.update(given.environment)
    for number, stream in enumerate(given.streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115  # as long as the process
        for number, (mode, errors) in enumerate((("r", "strict"), ("w", "strict"), ("w", "backslashreplace")))
    )
    sys.executable = program
    random.seed()


def _execute(arguments: list[str], tree: Path) -> None:
    """What the interpreter does with such arguments."""
    import runpy

    match arguments:
        case ["-m", module, *rest]:
            sys.argv = [module, *rest]
            _find_in(Path.cwd(), tree)
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", text, *rest]:
            sys.argv, sys.path[0] = ["-c", *rest], ""
            exec(compile(text, "<string>", "exec"), {"__name__": "__main__"})
        case [script, *rest] if not script.startswith("-"):
            sys.argv = [script, *rest]
            _find_in(Path(script).resolve().parent, tree)
            runpy.run_path(script, run_name="__main__")
        case _:
            _refuse(arguments)


def _find_in(folder: Path, tree: Path) -> None:
    """Find modules in a folder first; one with a project of its own has its own modules."""
    sys.path[0] = str(folder)
    if folder != tree and (folder / "deployment").is_dir():
        for name in [name for name in sys.modules if name.partition(".")[0] in (*_OWN, "deploy", "render")]:
            del sys.modules[name]


def _refuse(arguments: list[str]) -> NoReturn:
    """End with what the interpreter cannot do here."""
    sys.exit(f"neither a script, nor a module, nor a text: {' '.join(arguments)}")


@contextmanager
def quick_python(folder: Path, tree: Path) -> Iterator[Path]:
    """Such a `python` in a folder, with the project's modules of `tree`."""
    program, address = folder / "python", folder / "python.socket"
    write_client(program, address, stoppable=True)
    served = subprocess.Popen(
        [sys.executable, "-c", f"from tests.quick_python import serve; serve{(str(address), str(tree), str(program))}"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[1],
        text=True,
    )
    assert served.stdout is not None
    assert served.stdout.readline() == "ready\n"
    try:
        yield program
    finally:
        served.kill()
        served.wait()
        served.stdout.close()
