"""Which process a run is, and whether another one has ended."""

from __future__ import annotations

import os

import pytest

from deployment.change_set.process import Process, alive

_HERE = Process("here", 7, alive=lambda number: number == 8)


def test_a_process_of_this_host_that_has_ended_is_outlived() -> None:
    assert _HERE.outlived("deploy.py of ann, process 9 on here")


def test_one_that_lives_is_not() -> None:
    assert not _HERE.outlived("deploy.py of ann, process 8 on here")
    assert not _HERE.outlived(f"deploy.py of ann, {_HERE}")


def test_of_another_host_nothing_is_known() -> None:
    assert not _HERE.outlived("deploy.py of ann, process 9 on there")
    assert not _HERE.outlived("made by hand")


def test_a_process_lives_whoever_it_belongs_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert alive(os.getpid())
    for error, lives in ((ProcessLookupError, False), (PermissionError, True)):

        def asked(process: int, signal: int, error: type[OSError] = error) -> None:
            assert (process, signal) == (8, 0)
            raise error

        monkeypatch.setattr(os, "kill", asked)
        assert alive(8) is lives
