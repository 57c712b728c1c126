"""What a command is connected to, and what is the same each time where SOURCE_DATE_EPOCH asks for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployment.terminal.connecting import drawn_alike, stated_time


def test_a_report_has_the_time_that_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert stated_time() == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "yesterday", "-1", "1e3", "9" * 12])
def test_without_a_time_it_is_now_and_ids_are_drawn_anew(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if text is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    assert stated_time() is None
    assert drawn_alike("from") == []


def test_the_two_rehearsals_of_a_preview_draw_different_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert drawn_alike("from") == drawn_alike("from")
    assert drawn_alike("from")[0] == "--seed"
    assert drawn_alike("from") != drawn_alike("to")
