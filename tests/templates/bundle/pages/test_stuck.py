"""Every status has a row, and every recovery its section, as in deploy.py's own table."""

from __future__ import annotations

import re

from cloudformation.environment.delivery.stack_recovery import ADVICE, RecoveryAction
from cloudformation.statuses import StackStatus
from templates.bundle.pages.stuck import stuck
from tests.own_system import DEV
from tests.templates.bundle.pages.stacks import platform, service

TEXT = "\n".join(stuck(platform("dev")))


def test_every_status_leads_to_a_part_that_is_there_or_needs_none() -> None:
    for status in StackStatus:
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{status.value}` |"))
        assert ADVICE[status].why in row
        named = re.search(r"\[(.*?)\]", row)
        assert (named is None) == (ADVICE[status].action is RecoveryAction.READY)
        assert named is None or f"#### {named[1]}\n" in TEXT


def test_a_rollback_is_continued_and_never_answered_with_a_deletion() -> None:
    part = TEXT.partition("#### dev: a rollback that failed")[2].partition("\n#### ")[0]
    assert "bin/deploy.sh continue --env dev" in part
    assert "**Do not delete the stack.**" in part
    assert f"continue-update-rollback --stack-name {DEV.stack}" in part
    assert "bin/deploy.sh delete" not in part


def test_what_a_stack_can_wait_for_is_named() -> None:
    assert "`Cert/Certificate` waits for its validation record" in TEXT
    assert "`Service` waits until its tasks are healthy" in "\n".join(stuck(service()))
