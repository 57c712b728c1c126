"""The rehearsal on threads of the tests' own process: served over HTTP too, and nothing is imported again.

A process of its own takes a second to start, most of it Python reading modules that the tests have read already.
What a process of its own promises, tests/rehearsal/test_main.py and tests/rehearsal/control/test_child.py hold.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import rehearsal.__main__ as served
from rehearsal.__main__ import _parser, _serving
from rehearsal.control.child import RehearsalProcess
from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.server import serve
from rehearsal.scenario.scenario_file import read_scenario
from tests.deployment.quick_wire import reached_here
from tests.rehearsal.neighbours.account import forget

served.serve = reached_here(serve)  # type: ignore[attr-defined]


class RehearsalHere(RehearsalProcess):
    """What `python -m rehearsal` is with these arguments, for as long as the `with` block lasts."""

    _open: ClassVar[set[RehearsalHere]] = set()
    cloud: Cloud

    def __init__(self, project: Path, arguments: Sequence[str]) -> None:
        options = _parser().parse_args(["--port", "0", *arguments])
        if not options.params.is_absolute():
            options.params = project / options.params
        self._forget_if_alone()  # what tests without a rehearsal left in moto
        self._scenario = scenario = read_scenario(options.scenario, options.fail)
        self._stack = ExitStack()
        self._url = self._stack.enter_context(_serving(options, scenario, lambda _: None, self._opened))
        self._open.add(self)

    def __enter__(self) -> RehearsalHere:
        return self

    def url(self) -> str:
        return self._url

    def stop(self) -> None:
        """Lets what runs come to its end, and saves; the last one empties moto, whose state is the whole process's."""
        self._stack.close()
        self.unmet, self.unstruck = self._scenario.unmet(), self._scenario.unstruck()
        self._open.discard(self)
        self._forget_if_alone()

    def _forget_if_alone(self) -> None:
        if not self._open and "moto" in sys.modules:
            forget()

    def go_at(self, pace: float) -> None:
        """So many simulated seconds in a real one from now on; 0 waits for nothing, and what is under way ends."""
        with self.cloud._changed:
            self.cloud._pace = pace
            self.cloud._changed.notify_all()

    def _opened(self, *given: object, **named: object) -> Cloud:
        self.cloud = open_cloud(*given, **named)  # type: ignore[arg-type]
        return self.cloud
