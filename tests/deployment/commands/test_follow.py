"""Picking an operation up again; the ordinary ways are played in tests/test_deploy_later.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from deployment.commands.status import status
from deployment.run.choices import Choices
from deployment.run.outcome import Deleted, Followed
from tests.deployment.fake_client import FakeClient
from tests.deployment.project import write_project
from tests.deployment.runs import fake_run
from tests.deployment.shapes import event, stack_arn, stack_event, stacks

_FOLLOW = Choices(follow=True)


def test_a_deletion_that_is_followed_ends_as_one(tmp_path: Path) -> None:
    log = [
        stack_event(3, "DELETE_COMPLETE"),
        event(2, "Topic", "DELETE_COMPLETE"),
        stack_event(1, "DELETE_IN_PROGRESS"),
    ]
    client = FakeClient(
        "cloudformation",
        describe_stacks=[stacks("DELETE_IN_PROGRESS"), stacks("DELETE_COMPLETE")],
        describe_stack_events={"StackEvents": log},
    )
    outcome = status(replace(fake_run(write_project(tmp_path), client), choices=_FOLLOW))
    assert outcome == Deleted("shop-dev", stack_arn(), 2.0)


def test_only_the_last_operation_counts_and_protection_is_set_as_the_file_says(tmp_path: Path) -> None:
    log = [
        stack_event(9, "UPDATE_COMPLETE", token=None),
        stack_event(8, "UPDATE_IN_PROGRESS", token=None),
        stack_event(3, "CREATE_COMPLETE"),
        stack_event(1, "CREATE_IN_PROGRESS"),
    ]
    client = FakeClient(
        "cloudformation",
        describe_stacks=stacks("UPDATE_COMPLETE", EnableTerminationProtection=True),
        describe_stack_events={"StackEvents": log},
        update_termination_protection={"StackId": stack_arn()},
    )
    outcome = status(replace(fake_run(write_project(tmp_path), client), choices=_FOLLOW))
    assert isinstance(outcome, Followed)
    assert outcome.seconds == 1.0
    assert len(client.named("update_termination_protection")) == 1
