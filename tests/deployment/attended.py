"""A person at a terminal, who says yes after something else has happened."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


class Attended(io.StringIO):
    """A person's terminal; what is typed is yes, after something else has happened."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._act = act

    def isatty(self) -> bool:
        return True

    def readline(self, *_: Any) -> str:  # type: ignore[override]  # as io.StringIO itself
        self._act()
        return "y\n"
