"""A mutation meets its tests in a process of its own, and the checkout is not written to."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.playing import Played, play

MODULE = Path("cloudformation/scalars.py")
TESTS = ["tests/cloudformation/test_scalars.py"]


def _played(source: str, limit: float = 30) -> Played:
    return play(TESTS, MODULE, ast.parse(source), limit)


@pytest.mark.slow
def test_tests_of_the_code_as_it_is_pass() -> None:
    assert _played(MODULE.read_text()).passed


def test_tests_meet_the_mutated_module_and_the_file_stays() -> None:
    before = MODULE.read_text()
    assert not _played(before + "\n\nraise ValueError").passed
    assert MODULE.read_text() == before


@pytest.mark.slow  # a second of computing
def test_what_never_ends_did_not_pass() -> None:
    endless = MODULE.read_text() + "\n\nwhile True:\n    pass"
    assert not _played(endless, 1).passed


@pytest.mark.slow
def test_a_process_that_cannot_be_run_did_not_pass() -> None:
    assert not play(["tests/there_is_none.py"], None, None, 10).passed
