"""What a terminal of some width shows of a long line, and what stays in one piece."""

from __future__ import annotations

from deployment.terminal.line_wrapping import folded


def test_an_error_on_a_terminal_is_folded_between_words_and_its_command_stays_in_one_piece() -> None:
    lines = ["error: the stack is in ROLLBACK_COMPLETE", "next: fix the cause, then: python deploy.py --env dev"]
    assert [*folded(lines, 60, ["python deploy.py"])] == lines
    assert [*folded(lines, 30, ["python deploy.py"])] == [
        "error: the stack is in\n    ROLLBACK_COMPLETE",
        "next: fix the cause, then:",
        "  python deploy.py --env dev",
    ]
