"""A deployment that fails, a rollback that is stuck, an update that is interrupted: the messages and the next steps."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handoff.ops import REGION, Ops
from tests.handoff.small import small

pytestmark = pytest.mark.slow
STACK = "small"
SCENARIO = """\
resources:
  - {path: Reader/Queue, on: update, reason: "ECS Deployment Circuit Breaker was triggered"}
  - {path: Reader/Queue, on: rollback, reason: "Service limit exceeded"}
"""
KEEP = ("--keep-value", "Password")
CHANGE = (*KEEP, "--set", "Seconds=90")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ops]:
    folder = tmp_path_factory.mktemp("ops")
    scenario = folder / "scenario.yaml"
    scenario.write_text(SCENARIO)
    with small(folder, "--scenario", str(scenario)) as someone:
        yield someone


@pytest.fixture(scope="module")
def stuck(here: Ops) -> str:
    """The output of an update whose rollback failed."""
    here("deploy", "--env", "dev", "--yes").ended(0)
    return here("deploy", "--env", "dev", "--yes", *CHANGE).ended(1).err


def status(someone: Ops) -> Any:
    [body] = someone.aws("cloudformation", "describe-stacks", "--stack-name", STACK)["Stacks"]
    return body["StackStatus"]


def test_a_failure_ends_with_its_first_cause_and_the_next_command(here: Ops, stuck: str) -> None:
    assert status(here) == "UPDATE_ROLLBACK_FAILED"
    last = stuck[stuck.index("error: ") :]
    assert last.splitlines()[0] == f"error: stack {STACK} is in UPDATE_ROLLBACK_FAILED"
    assert "  Reader/Queue UPDATE_FAILED: ECS Deployment Circuit Breaker was triggered" in last
    assert "next: fix what did not roll back, then: bin/deploy.sh continue --env dev" in last


def test_the_way_out_names_stuck_resources_as_aws_does(here: Ops, stuck: str) -> None:
    [nested] = [
        row["PhysicalResourceId"].split("/")[1]
        for row in here.aws("cloudformation", "list-stack-resources", "--stack-name", STACK)["StackResourceSummaries"]
        if row["LogicalResourceId"] == "Reader"
    ]
    assert f"--resources-to-skip {nested}.Queue" in stuck
    assert f"--region {REGION} --stack-name {STACK}" in stuck
    assert f"{nested}.Queue" in here("status", "--env", "dev").ended(0).err


def test_a_stuck_stack_takes_no_change_set(here: Ops, stuck: str) -> None:
    del stuck
    told = here("plan", "--env", "dev", *CHANGE).ended(5).err
    assert "is in UPDATE_ROLLBACK_FAILED" in told
    assert "bin/deploy.sh continue --env dev" in told


def test_what_is_not_stuck_cannot_be_skipped(here: Ops, stuck: str) -> None:
    del stuck
    told = here("continue", "--env", "dev", "--yes", "--skip", "Store/Topic").ended(2).err
    assert "Store/Topic is not stuck" in told
    assert status(here) == "UPDATE_ROLLBACK_FAILED"


def test_a_rollback_is_continued_and_then_the_stack_is_as_it_was(here: Ops, stuck: str) -> None:
    del stuck
    here("continue", "--env", "dev").ended(3)
    told = here("continue", "--env", "dev", "--yes").ended(1).err
    assert "Reader/Queue UPDATE_FAILED: Service limit exceeded" in told[told.index("error: ") :]
    told = here.in_shell("bash")("continue", "--env", "dev", "--yes", "--skip", "Reader/Queue").ended(0).err
    assert status(here) == "UPDATE_ROLLBACK_COMPLETE"
    assert "UPDATE_ROLLBACK_COMPLETE" in told
    assert "nothing to do" in here("plan", "--env", "dev", "--exit-code", *KEEP).ended(0).err
    here("continue", "--env", "dev", "--yes").ended(0)


def test_the_last_operation_is_told_on_stdout(here: Ops, stuck: str) -> None:
    del stuck
    told = here("events", "--env", "dev").ended(0)
    assert "UPDATE_ROLLBACK_COMPLETE" in told.out
    assert "CREATE_IN_PROGRESS" not in told.out
    assert here("events", "--env", "dev", "--follow").ended(1).out == told.out


def test_ctrl_c_before_the_execution_leaves_nothing(here: Ops, stuck: str) -> None:
    """Nobody answers the question at the terminal; then somebody presses Ctrl-C."""
    del stuck
    before = here.aws("cloudformation", "list-change-sets", "--stack-name", STACK)["Summaries"]
    code, told = interrupted(here, "Update stack", "deploy", "--env", "dev", *CHANGE)
    assert code == 130
    assert "interrupted: nothing was executed" in told
    assert here.aws("cloudformation", "list-change-sets", "--stack-name", STACK)["Summaries"] == before
    assert "UPDATE_ROLLBACK_COMPLETE" in status(here)


def interrupted(someone: Ops, when: str, *words: str) -> tuple[int, str]:
    """What a command at a terminal came to that was interrupted once it had said something."""
    master, slave = os.openpty()
    # Tests that run in the background ignore Ctrl-C, and a shell that is started so could not receive it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*someone.shell, "bin/deploy.sh", *words],
        cwd=someone.bundle,
        env=someone.environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    os.close(slave)
    told, pressed = b"", 0
    for _ in range(60):
        ready = select.select([master], [], [], 5)[0]
        if ready:
            try:
                told += os.read(master, 4096)
            except OSError:  # Linux's way to say that nobody writes any more
                break
        # A shell that is about to read an answer learns of it at the next one, as if Ctrl-C was sent again.
        if when.encode() in told and (not ready or not pressed):
            os.killpg(process.pid, signal.SIGINT)
            pressed += 1
    code = process.wait(timeout=100)
    os.close(master)
    return code, told.decode()


def test_a_failed_creation_is_deleted_and_nothing_is_left(tmp_path: Path) -> None:
    with small(tmp_path, "--fail", "Reader/Queue=The service did not stabilise") as someone:
        failed = someone("deploy", "--env", "dev", "--yes").ended(1).err
        assert "Reader/Queue CREATE_FAILED: The service did not stabilise" in failed
        assert "error: stack small is in ROLLBACK_COMPLETE" in failed
        assert re.search(r"^next: bin/deploy.sh delete --env dev, then fix the cause", failed, re.M)
        assert "cannot be updated" in someone("plan", "--env", "dev").ended(5).err
        someone("delete", "--env", "dev", "--yes").ended(0)
        assert "does not exist" in someone("delete", "--env", "dev", "--yes").ended(0).err
        assert "does not exist" in someone("status", "--env", "dev").ended(0).err
