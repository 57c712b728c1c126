"""What AWS never brings to an end is given up in bounded time, and what was made is taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployment.commands import deploy
from deployment.commands.drift import drift
from tests.deployment.project import write_project
from tests.deployment.troubled import Stage

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("status", ["CREATE_PENDING", "CREATE_IN_PROGRESS"])
def test_a_change_set_that_is_never_made_is_given_up_and_taken_away(tmp_path: Path, status: str) -> None:
    stage = Stage(write_project(tmp_path))
    for create in (True, False):
        undo = _answering(stage, "DescribeChangeSet", lambda body: body.update(Status=status))
        ending = stage.play(deploy.deploy, *([] if create else ["Hours=36"]))
        undo()
        assert (ending.code, ending.foreseen) == (1, True), ending.said
        assert "the change set was not created within 60 minutes; nothing was executed" in ending.said
        assert f"is still {status}" in ending.said
        assert "next: deploy again; its status, while it exists: " in ending.said
        assert stage.unexecuted() == []
        assert stage.status() == (None if create else "CREATE_COMPLETE")
        assert stage.play(deploy.deploy).code == 0


def test_a_drift_detection_that_never_ends_is_given_up(tmp_path: Path) -> None:
    stage = Stage(write_project(tmp_path))
    assert stage.play(deploy.deploy).code == 0
    operation = "DescribeStackDriftDetectionStatus"
    _answering(stage, operation, lambda body: body.update(DetectionStatus="DETECTION_IN_PROGRESS"))
    ending = stage.play(drift.drift)
    assert (ending.code, "has not ended after 60 minutes; nothing was changed" in ending.said) == (1, True), ending.said


def _answering(stage: Stage, operation: str, change: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
    """From here on each answer of an operation is changed, until the result is called."""
    events, name = stage.session.cloudformation.meta.events, f"after-call.cloudformation.{operation}"

    def changed(parsed: dict[str, Any], **_: Any) -> None:
        if "Error" not in parsed:
            change(parsed)

    events.register(name, changed)
    return lambda: events.unregister(name, changed)
