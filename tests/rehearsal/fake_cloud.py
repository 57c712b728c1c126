"""The wire's other side, for tests of the wire alone: an object with the protocol that the server asks."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudformation.refusals import CloudFormationError
from rehearsal.loopback.wire import Call


@dataclass
class FakeCloud:
    """Answers each operation with the result, or the error, that the test has put there; notes every call."""

    account: str = "123456789012"
    results: dict[str, Mapping[str, Any] | Exception] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    calls: list[Call] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)

    def handle(self, call: Call) -> Mapping[str, Any]:
        self.calls.append(call)
        result = self.results.get(call.operation, CloudFormationError("ValidationError", "nothing prepared"))
        if isinstance(result, Exception):
            raise result
        return result

    def notes(self, call: Call, answer: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        return self.headers

    def now(self) -> float:
        return 1_000_000_000.0

    def api_fault(self, operation: str) -> str | None:
        self.asked.set()
        return self.faults.pop(operation, None)
