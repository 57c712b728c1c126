"""What is played of a seed: systems that are deployed one after the other, and the source of chance as it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.soundness.changes import changed
from tests.soundness.links import tied_system
from tests.soundness.system import System


@dataclass(frozen=True)
class Story:
    """Two systems, with a word on each change; `founding` stands before the first of them, where there is one."""

    random: Random
    before: System
    after: System
    notes: tuple[str, ...]
    founding: System | None = None


def tied_story(seed: int) -> Story:
    """The two systems of a seed of the first family."""
    random = Random(seed)
    before = tied_system(random, f"s{seed}")
    after, notes = changed(random, before)
    return Story(random, before, after, tuple(notes))
