"""Scalars as CloudFormation writes and reads them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cloudformation.scalars import double_text, is_number, is_true, text_of


def test_scalars_are_text() -> None:
    assert [text_of(value) for value in (True, False, 1, 1.5, "x")] == ["true", "false", "1", "1.5", "x"]


@pytest.mark.parametrize("written", ["true", "True", "TRUE", "yes", "on", '"true"', '"True"', '"TRUE"'])
def test_true_is_true_however_it_is_written(written: str) -> None:
    assert is_true(yaml.safe_load(written))


@pytest.mark.parametrize("value", [False, "false", "yes", "1", 1, "", None, " true"])
def test_nothing_else_is_true(value: Any) -> None:
    assert not is_true(value)


@pytest.mark.parametrize("text", ["0", "-1", "+5", "+2.5", ".5", "1.", "1e9", "1E-3", "007"])
def test_a_number_is_an_integer_or_a_float(text: str) -> None:
    assert is_number(text)


@pytest.mark.parametrize(
    "text", ["", "1_0", " 3 ", "3\n", "\u0663", "\uff11", "1,000", "0x1", "1e", "nan", "inf", ".", "9" * 401]
)
def test_what_only_python_reads_as_a_number_is_none(text: str) -> None:
    assert not is_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(8.0, "8.0"), (9999999.0, "9999999.0"), (1e7, "1.0E7"), (12345678901.0, "1.2345678901E10"), (-9e8, "-9.0E8")],
)
def test_a_floating_point_number_is_written_as_java_writes_it(value: float, text: str) -> None:
    assert double_text(value) == text
