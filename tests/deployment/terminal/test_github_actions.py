"""A run on GitHub Actions: a group a phase, and annotations for what is to be seen without opening one."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.diagnosis.diagnosis import Cause
from deployment.errors import NothingSent, OperationFailed
from deployment.run.outcome import Declined, Deployed, Unchanged
from deployment.run.telling import Happened, Progress, Settled, Started
from deployment.stack.stack import Output
from deployment.template.resource_path import ResourcePath
from deployment.terminal.github_actions import END_GROUP, Workflow, error, group, harmless, notice
from deployment.terminal.screen import Screen
from tests.deployment.facts import an_event, an_update, changed, deployed, resource, stack


def _workflow() -> tuple[Workflow, list[str]]:
    written: list[str] = []
    return Workflow(written.append), written


def _commands(told: io.StringIO) -> list[str]:
    return [line for line in told.getvalue().splitlines() if line.startswith("::")]


def _screen() -> tuple[Screen, io.StringIO]:
    told = io.StringIO()
    return Screen(io.StringIO(), io.StringIO(), told, yes=True, width=80, workflow=True), told


def test_a_group_ends_before_the_next_begins_and_none_stands_in_another() -> None:
    workflow, written = _workflow()
    for title in ("Prepare", "Review", "Review", "Operation", "Review"):
        workflow.phase(title)
    workflow.end()
    workflow.end()
    assert "".join(written) == (
        "::group::Prepare\n::endgroup::\n::group::Review\n::endgroup::\n::group::Operation\n::endgroup::\n"
        "::group::Review\n::endgroup::\n"
    )


def test_what_is_prepared_first_stands_in_the_first_group_only() -> None:
    workflow, written = _workflow()
    workflow.begin("Prepare")
    workflow.phase("Operation")
    workflow.begin("Prepare")
    assert written == ["::group::Prepare\n", "::endgroup::\n", "::group::Operation\n"]


def test_a_failure_is_annotated_under_the_name_of_what_failed_first() -> None:
    workflow, written = _workflow()
    workflow.failed(
        ["100% wrong", "next: fix it"], Cause(ResourcePath(("App", "Role")), "AWS::X", "CREATE_FAILED", "r")
    )
    workflow.failed(["it is wrong"])
    assert written == [
        "::error title=App/Role CREATE_FAILED::100%25 wrong%0Anext: fix it\n",
        "::error title=deploy.py::it is wrong\n",
    ]


def test_where_the_system_answers_is_annotated_and_other_outputs_are_not() -> None:
    workflow, written = _workflow()
    workflow.ended([Output("Url", "https://x", None), Output("Id", "vpc-1", None)])
    assert written == ["::notice title=Url::https://x\n"]


def test_no_line_of_a_text_is_taken_for_a_command() -> None:
    workflow, _ = _workflow()
    assert workflow.plain("a\n  ::error::b\nc ::d\n") == "a\n| ::error::b\nc ::d\n"


def test_a_deployment_is_told_in_groups_that_end_before_its_last_words() -> None:
    screen, told = _screen()
    screen.tell(Progress("uploading"))
    screen.tell(an_update(resource("App", "Service", properties=(changed(),))))
    screen.tell(Progress("executing"))
    screen.tell(Started("shop-dev", "x"))
    event = an_event("UPDATE_IN_PROGRESS", ResourcePath(("Group",)))
    screen.tell(Happened(event, event.at))
    screen.tell(Settled())
    screen.end(deployed())
    assert _commands(told) == [
        "::group::Prepare",
        "::endgroup::",
        "::group::Review",
        "::endgroup::",
        "::group::Operation",
        "::endgroup::",
        "::notice title=Url::https://x",
    ]
    last = told.getvalue().rpartition("::endgroup::\n")[2]
    assert last.startswith("shop-dev is CREATE_COMPLETE after 2m 05s\n")


def test_the_first_cause_of_a_failure_is_an_annotation_with_all_that_was_found() -> None:
    screen, told = _screen()
    event = an_event("CREATE_FAILED", ResourcePath(("App", "Role")), "It is\nnot wanted: 100%")
    screen.tell(Happened(event, event.at))
    findings = ["App/Role CREATE_FAILED: It is\nnot wanted: 100%"]
    screen.fail(OperationFailed("it is in X", status="X", findings=findings, remedy="fix it"))
    assert _commands(told) == [
        "::error title=App/Role CREATE_FAILED::error: it is in X%0A"
        "  App/Role CREATE_FAILED: It is not wanted: 100%25%0Anext: fix it"
    ]


def test_what_was_refused_before_anything_ran_is_an_annotation_too() -> None:
    screen, told = _screen()
    screen.fail(NothingSent("params/dev.yaml:3: it is wrong"))
    assert _commands(told) == ["::error title=deploy.py::error: params/dev.yaml:3: it is wrong"]


def test_a_missing_approval_is_an_annotation_that_says_how_to_give_it() -> None:
    screen, told = _screen()
    screen.end(Declined("shop-dev", "Remove Log? It holds data.", ("Log",)))
    [command] = _commands(told)
    assert command.startswith("::error title=deploy.py::Remove Log? It holds data.%0Adeclined;")
    assert command.endswith("  to approve: --allow Log")


@pytest.mark.parametrize("outcome", [Unchanged(stack()), deployed()], ids=["unchanged", "deployed"])
def test_without_github_actions_no_command_is_written(outcome: Unchanged | Deployed) -> None:
    told = io.StringIO()
    screen = Screen(io.StringIO(), io.StringIO(), told, yes=True, width=80)
    screen.tell(Progress("uploading"))
    screen.end(outcome)
    assert _commands(told) == []


def test_a_review_whose_values_look_like_commands_runs_none() -> None:
    screen, told = _screen()
    value = f"{'x' * 60} ::error::hacked ##[error]hacked"
    screen.tell(an_update(resource("App", "Service", properties=(changed("Name", "a", value),))))
    text = told.getvalue()
    assert "hacked" in text
    assert [line for line in text.splitlines() if line.lstrip().startswith("::") and "hacked" in line] == []
    assert "##[" not in text


# The commands


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
