"""Stacks as they may be found: busy, stuck in each state, changed by hand, not to be deleted; and another AWS CLI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudformation.statuses import StackStatus
from tests.handoff.ops import REGION, Ops
from tests.handoff.small import small

pytestmark = pytest.mark.slow
KEEP = ("--keep-value", "Password")
SCENARIO = """\
resources:
  - {path: Reader/Queue, on: delete, reason: "The queue is held", times: 1}
"""
READY = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
# Version 2 says who speaks, and adds what else it knows of an error.
VERSION_2 = """\
#!/bin/sh
[ -z "$AWS_PAGER" ] && [ "${{AWS_PAGER+set}}" = set ] || {{ echo "a pager waits for a person" >&2; exit 255; }}
[ "$AWS_CLI_ERROR_FORMAT" = legacy ] || {{ echo '{{"Code": "written in another form"}}' >&2; exit 254; }}
"{programs}/aws" "$@" 2>"{folder}/said.$$"
code=$?
sed 's/^An error occurred/aws: [ERROR]: &/' "{folder}/said.$$" >&2
[ $code -lt 250 ] || printf '\\nAdditional error details:\\nType: Sender\\n' >&2
exit $code
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ops]:
    folder = tmp_path_factory.mktemp("states")
    (folder / "scenario.yaml").write_text(SCENARIO)
    with small(folder, "--scenario", str(folder / "scenario.yaml")) as someone:
        someone("deploy", "--env", "dev", "--yes").ended(0)
        yield someone


def with_program(someone: Ops, folder: Path, text: str) -> Ops:
    """The same person with another `aws`."""
    programs = folder / "other programs"
    programs.mkdir()
    (programs / "aws").write_text(text.format(programs=someone.programs, folder=folder))
    (programs / "aws").chmod(0o755)
    return Ops(someone.bundle, someone.url, programs, someone.shell, someone.variables)


@pytest.mark.parametrize("status", [status.value for status in StackStatus if status.value not in READY])
def test_a_stack_that_takes_no_change_set_is_told_with_its_way_out(here: Ops, tmp_path: Path, status: str) -> None:
    if status in {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}:  # there is nothing yet, or nothing any more
        return
    program = f'#!/bin/sh\n"{{programs}}/aws" "$@" | sed \'s/"StackStatus": "[A-Z_]*"/"StackStatus": "{status}"/\'\n'
    told = with_program(here, tmp_path, program)("deploy", "--env", "dev", "--yes", *KEEP).ended(5).err
    assert f"stack small is in {status}" in told
    assert "next: " in told
    assert "does not know that state" not in told
    assert "bin/deploy.sh" in told[told.index("next: ") :]


def test_the_second_version_of_the_cli_is_read_as_the_first(here: Ops, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\noutput = yaml-stream\ncli_pager = less\ncli_timestamp_format = iso8601\n")
    someone = with_program(here, tmp_path, VERSION_2).within(AWS_CONFIG_FILE=str(config), AWS_CLI_ERROR_FORMAT="json")
    told = someone("deploy", "--env", "dev", "--yes", *KEEP, "--set", "Seconds=41").ended(0).err
    assert "UPDATE_COMPLETE" in told
    assert someone("events", "--env", "dev").ended(0).out.count("UPDATE_COMPLETE") > 1
    other = here.bundle.parent / "elsewhere"
    other.mkdir()
    for file in (here.bundle / "config/dev").iterdir():
        (other / file.name).write_text(file.read_text().replace("STACK='small'", "STACK='not-there'"))
    assert "does not exist" in someone("status", "--env", "dev", "--config", str(other)).ended(0).err


def test_a_nested_stack_that_was_changed_by_hand_is_shown_as_what_changes(here: Ops) -> None:
    rows = here.aws("cloudformation", "list-stack-resources", "--stack-name", "small")["StackResourceSummaries"]
    [reader] = [row["PhysicalResourceId"] for row in rows if row["LogicalResourceId"] == "Reader"]
    parameters = ["ParameterKey=TopicArn,UsePreviousValue=true", "ParameterKey=Seconds,ParameterValue=77"]
    by_hand = ("--stack-name", reader, "--use-previous-template", "--parameters", *parameters)
    here.aws("cloudformation", "update-stack", *by_hand)
    words = ("--env", "dev", *KEEP, "--set", "Words=others", "--set", "Seconds=41")
    told = here("plan", *words).ended(0).err
    assert "~ Queue  changed in place  AWS::SQS::Queue  (VisibilityTimeout)" in told
    here("deploy", *words, "--yes").ended(0)
    [body] = here.aws("cloudformation", "describe-stacks", "--stack-name", reader)["Stacks"]
    assert {"ParameterKey": "Seconds", "ParameterValue": "41"} in body["Parameters"]


def test_a_deletion_that_failed_leaves_what_is_named_in_the_account(here: Ops) -> None:
    words = ("--env", "dev", "--yes", "--allow", "small")
    told = here("delete", *words).ended(1).err
    assert "error: stack small is in DELETE_FAILED" in told
    assert "Reader/Queue DELETE_FAILED: The queue is held" in told
    assert "--retain LOGICAL_ID" in told
    here("deploy", "--env", "dev", "--yes", *KEEP).ended(5)
    here("continue", "--env", "dev", "--yes").ended(5)
    here("delete", *words, "--retain", "Reader").ended(0)
    rows = here.aws("cloudformation", "list-stacks", "--region", REGION)["StackSummaries"]
    assert "DELETE_COMPLETE" in {row["StackStatus"] for row in rows if row["StackName"] == "small"}
