"""A page of Markdown: what would end a cell, a code or a link too early is written so that it does not."""

from __future__ import annotations

from templates.bundle.pages.markdown import commands, heading, link, literal, numbered, paragraph, table


def test_a_sign_that_ends_a_cell_is_escaped_and_lines_become_one() -> None:
    assert table(["a"], [["x | y\nz"]]) == ["| a |", "| --- |", r"| x \| y z |", ""]


def test_a_link_leads_to_the_heading_of_that_text() -> None:
    assert link("prod, service api: alarm Ecs/CpuAlarm") == (
        "[prod, service api: alarm Ecs/CpuAlarm](#prod-service-api-alarm-ecscpualarm)"
    )


def test_commands_say_for_which_state_of_a_stack_they_are() -> None:
    assert commands("a", "b") == ["```sh", "a", "b", "```", ""]
    assert commands("a", when="cancel")[0] == "```sh cancel"


def test_a_text_stands_as_it_is() -> None:
    assert [literal("a|b"), literal("a`b")] == ["`a|b`", "`` a`b ``"]
    assert heading(2, "x") + paragraph("a", "", "b") + numbered(["c"]) == ["## x", "", "a b", "", "1. c", ""]
