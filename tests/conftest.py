"""What holds for every test: properties are tried on the same examples each time, and never against the clock.

And the stage on which many a stack is brought into its state.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.examples import load_profile
from tests.quick_sdk import collect_rarely, remember_in_the_sdk

if TYPE_CHECKING:
    from tests.deployment.scenes import Scene, Stage
    from tests.deployment.standing import Standing

_NUMBERS = itertools.count()

remember_in_the_sdk()

load_profile()


def pytest_collection_finish() -> None:
    collect_rarely()


@pytest.fixture(scope="module")
def played() -> Iterator[Stage]:
    """A rehearsal for all scenes of a file."""
    from tests.deployment.scenes import stage

    with stage() as made:
        yield made


@pytest.fixture
def scene(played: Stage, tmp_path: Path) -> Iterator[Scene]:
    """A stack of its own, which does not stand yet, and no faults."""
    from tests.deployment.rehearsed import Player
    from tests.deployment.scenes import Scene, project_in

    stack = f"shop{next(_NUMBERS)}"
    played.faults()
    with closing(Player(project_in(tmp_path, stack), played.url)) as player:
        yield Scene(played, player, stack)


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Standing]:
    """One rehearsal for all commands of a file."""
    from tests.deployment.standing import standing

    with standing() as endpoint:
        yield endpoint


@pytest.fixture
def stage(rehearsal: Standing) -> Standing:
    """That rehearsal, in which nothing stands."""
    rehearsal.empty()
    return rehearsal
