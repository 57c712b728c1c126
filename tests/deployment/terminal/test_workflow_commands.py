"""Workflow commands say what they are to say, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.terminal.workflow_commands import END_GROUP, error, group, harmless, notice


def _runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner takes it apart (actions/runner, ActionCommand.cs, TryParseV2)."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    name, _, listed = head.partition(" ")
    pairs = (each.split("=", 1) for each in listed.strip().split(",") if each)
    properties = {key: _unescaped(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}
    return name, properties, _unescaped(data, {})


def _unescaped(text: str, further: dict[str, str]) -> str:
    for escape, meant in {"%0D": "\r", "%0A": "\n", **further, "%25": "%"}.items():
        text = text.replace(escape, meant)
    return text


@given(st.text(min_size=1).filter(lambda text: text == text.strip()), st.text())
def test_whatever_is_said_arrives_as_it_was_said_and_on_one_line(title: str, message: str) -> None:
    for command, name in ((error, "error"), (notice, "notice")):
        line = command(title, message)
        assert "\n" not in line
        assert "\r" not in line
        assert _runner_reads(line) == (name, {"title": title}, message)


def test_a_property_escapes_what_would_end_it() -> None:
    assert error("a: b, 5%\n", "c: d, 5%\r\n") == "::error title=a%3A b%2C 5%25%0A::c: d, 5%25%0D%0A"


def test_a_group_has_its_title_on_one_line() -> None:
    assert (group("Review\n::error::x"), END_GROUP) == ("::group::Review%0A::error::x", "::endgroup::")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::set-output name=x::y", "| ::set-output name=x::y"),
        ("   ::error::x", "| ::error::x"),
        ("reason: ##[error]x", "reason: ## [error]x"),
        ("AWS::EC2::VPC", "AWS::EC2::VPC"),
        ("", ""),
    ],
)
def test_a_line_that_the_runner_would_take_for_a_command_is_none(line: str, shown: str) -> None:
    assert harmless(line) == shown
