"""A person at a terminal: who types, who says yes after something else has happened, who presses Ctrl-C."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from deployment.terminal.interruption import Interruptions


class Terminal(io.StringIO):
    """A terminal on which somebody types these answers, one a line."""

    def isatty(self) -> bool:
        return True


class Attended(Terminal):
    """A person's terminal; what is typed is yes, after something else has happened."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._act = act

    def readline(self, *_: Any) -> str:  # type: ignore[override]  # as io.StringIO itself
        self._act()
        return "y\n"


class Impatient(Interruptions):
    """Somebody who presses Ctrl-C as soon as the first operation has begun."""

    pressed = False

    def ask(self) -> None:
        super().ask()
        if not self.pressed:
            self.pressed = True
            self.signalled()
