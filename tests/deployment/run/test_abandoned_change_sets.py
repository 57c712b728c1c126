"""Change sets that killed runs left, and those that somebody still needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deployment.change_set.process import Process
from deployment.run.abandoned_change_sets import abandoned, clear
from deployment.run.telling import Progress, Told
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import START, set_arn, stack_arn

_GONE = refusal("ChangeSetNotFound", "ChangeSet [x] does not exist", 404)
_HERE = Process("here", 7, alive=lambda _: False)


def _row(name: str, *, hours: float = 0.0, **members: Any) -> dict[str, Any]:
    return {
        "StackId": stack_arn(),
        "StackName": "shop-dev",
        "ChangeSetId": set_arn(name),
        "ChangeSetName": name,
        "ExecutionStatus": "AVAILABLE",
        "Status": "CREATE_COMPLETE",
        "CreationTime": START - timedelta(hours=hours),
        "IncludeNestedStacks": True,
        **members,
    }


def _cleared(tmp_path: Path, *rows: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The ARNs that were deleted, and what was said."""
    client = FakeClient(
        "cloudformation",
        list_change_sets={"Summaries": [_row("deploy-own"), *rows]},
        delete_change_set={},
        describe_change_set=_GONE,
    )
    told: list[Told] = []
    run = replace(fake_run(write_project(tmp_path), client, told=told), process=_HERE)
    clear(run, abandoned(run, stack_arn(), set_arn("deploy-own")))
    deleted = [each["ChangeSetName"] for each in client.named("delete_change_set")]
    return deleted, [each.text for each in told if isinstance(each, Progress)]


@pytest.mark.parametrize(
    "row",
    [
        _row("deploy-1", hours=1.01),
        _row("deploy-1", ExecutionStatus="OBSOLETE"),
        _row("deploy-1", Description="deploy.py of ann, process 9 on here"),
    ],
    ids=["older than any review", "obsolete", "of a process that has ended"],
)
def test_what_nobody_can_need_any_more_is_deleted(tmp_path: Path, row: dict[str, Any]) -> None:
    deleted, said = _cleared(tmp_path, row)
    assert deleted == [set_arn("deploy-1")]
    assert said == ["deleting 1 change set that earlier runs left"]


def test_what_somebody_may_be_reviewing_stays_and_is_told(tmp_path: Path) -> None:
    one = _row("deploy-1", hours=0.5, Description="deploy.py of ann, process 9 on there")
    deleted, said = _cleared(tmp_path, one, _row("deploy-2"))
    assert deleted == []
    assert said == [
        "note: other runs have 2 change sets on this stack (deploy.py of ann, process 9 on there, "
        "2026-01-02T02:34:05+00:00, somebody, 2026-01-02T03:04:05+00:00): only the first to be executed can be"
    ]


@pytest.mark.parametrize(
    "row",
    [
        _row("plan-1", hours=100),
        _row("by-hand", hours=100),
        _row("deploy-1", hours=100, ExecutionStatus="EXECUTE_COMPLETE"),
    ],
    ids=["kept", "of others", "executed"],
)
def test_what_is_not_of_a_killed_run_is_left_alone(tmp_path: Path, row: dict[str, Any]) -> None:
    assert _cleared(tmp_path, row) == ([], [])
