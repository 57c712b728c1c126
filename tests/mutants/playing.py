"""One mutation against its tests, in a process of its own that is forked where all libraries stand loaded already.

Nothing is written to the checkout: the forked process reads the mutated module in place of the one on the disk.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType

_OURS = {"tests", "cloudformation", "deployment", "rehearsal", "templates", "bench", "deploy", "render", "conftest"}
_OPTIONS = ("-x", "-q", "-m", "not slow", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
_MEMORY = 6 * 1024**3
_PASSED, _NO_TESTS = 0, 5


@dataclass(frozen=True)
class Played:
    """How a run ended, and how long it computed."""

    passed: bool
    seconds: float


class _Mutated(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self._tree = tree

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._tree, self.get_filename(fullname), "exec", dont_inherit=True)


class _InPlace(importlib.abc.MetaPathFinder):
    def __init__(self, module: Path, tree: ast.Module) -> None:
        self._name = ".".join(module.with_suffix("").parts)
        self._loader = _Mutated(self._name, str(module.resolve()), tree)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._loader.path, loader=self._loader)


def load_libraries(tests: Sequence[str]) -> None:
    """Loads what these tests load and is not ours, as a separate process shows."""
    told = (
        "import sys, pytest\n"
        "pytest.main(['--collect-only', '-qq', *sys.argv[1:]])\n"
        "print('\\n'.join(['', '-' * 9, *sys.modules]))"
    )
    command = [sys.executable, "-c", told, "-p", "no:cacheprovider", *tests]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("-" * 9)[1].split()
    for name in names:
        if name.partition(".")[0] not in _OURS:
            # What moto and others make up while they are loaded has no file of its own.
            with suppress(Exception):
                import_module(name)


def play(tests: Sequence[str], module: Path | None, tree: ast.Module | None, limit: float) -> Played:
    """Runs tests, with that tree for that module; what computes longer than the limit, in seconds, did not pass."""
    folder = tempfile.mkdtemp(prefix="mutant")
    before = _computed()
    child = os.fork()
    if not child:
        _run(tests, module, tree, limit, folder)
    status = _waited(child, 12 * limit)
    shutil.rmtree(folder, ignore_errors=True)
    return Played(os.WIFEXITED(status) and os.WEXITSTATUS(status) in (_PASSED, _NO_TESTS), _computed() - before)


def _computed() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _waited(child: int, longest: float) -> int:
    """How it ended; one that neither computes nor ends is killed too."""
    end = time.monotonic() + longest
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            return os.waitpid(child, 0)[1]
        time.sleep(0.01)


def _run(tests: Sequence[str], module: Path | None, tree: ast.Module | None, limit: float, folder: str) -> None:
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 1))
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(silence, stream)
        _forget_ours()
        if module and tree:
            sys.meta_path.insert(0, _InPlace(module, tree))
        import pytest

        status = int(pytest.main([*_OPTIONS, f"--basetemp={folder}/tests", *tests]))
    finally:
        os._exit(status)


def _forget_ours() -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in _OURS:
            del sys.modules[name]
