"""An interrupt at the worst moment: a request was sent, and its answer has not come."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Interrupted = Callable[[Any], Any]


@pytest.fixture
def interrupted() -> Iterator[Interrupted]:
    """An act in a thread of its own that gives what it is given, once the main thread has received an interrupt."""
    heard = threading.Event()

    def hear(*_: object) -> None:
        heard.set()
        raise KeyboardInterrupt

    def act(given: Any) -> Any:
        assert threading.current_thread() is not threading.main_thread()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert heard.wait(60)
        return given

    before = signal.signal(signal.SIGINT, hear)
    yield act
    signal.signal(signal.SIGINT, before)
