"""A scanner's command: its output, or why there is none."""

from __future__ import annotations

import sys

import pytest

from tests.scanners.command import output_of
from tests.scanners.finding import ScannerError


def test_what_a_command_writes_comes_back_where_its_exit_code_is_one_of_those() -> None:
    assert output_of([sys.executable, "-c", "print('found'); raise SystemExit(19)"], {0, 19}) == "found\n"


def test_another_exit_code_is_told_with_what_the_command_says() -> None:
    with pytest.raises(ScannerError, match=r"(?s)exit code 5\n.*no such rule"):
        output_of([sys.executable, "-c", "import sys; sys.stderr.write('no such rule'); sys.exit(5)"], {0, 19})


def test_settings_of_the_person_s_own_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CKV_FRAMEWORK", "terraform")
    monkeypatch.setenv("SCANNED", "yes")
    asked = "import os; print(os.environ.get('CKV_FRAMEWORK'), os.environ['SCANNED'])"
    assert output_of([sys.executable, "-c", asked], {0}) == "None yes\n"


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(ScannerError, match="no/such/engine"):
        output_of(["no/such/engine"], {0})
