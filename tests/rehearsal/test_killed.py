"""A rehearsal that is killed at any moment has lost nothing that it answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rehearsal.killing import play


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_answered_is_there_after_the_process_was_killed(tmp_path: Path, seed: int) -> None:
    count, lost = play(tmp_path / "state", 4, seed)
    assert count >= 4
    assert lost == []
