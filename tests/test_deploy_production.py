"""prod as its files have it, from nothing: a creation that fails is rolled back, one that succeeds ends protected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import own_project
from tests.deployment.this_process import RehearsalHere
from tests.own_system import PROD

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
STACK = PROD.stack
_BREAKER = "Ecs/Service=ECS Deployment Circuit Breaker was triggered"


@pytest.fixture
def play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    (project := tmp_path / "project").mkdir()
    own_project(project)

    def played(*arguments: str) -> tuple[int, str, str]:
        given = ["--env", "prod", "--rehearse", "--state", str(tmp_path / "state"), "--output", "json", *arguments]
        code = command.main(given, project, rehearsal=RehearsalHere)
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return played


def test_a_first_creation_that_fails_at_the_last_resource_is_rolled_back_and_can_be_tried_again(play: Play) -> None:
    code, out, err = play("--yes", "--fail", _BREAKER)
    document = json.loads(out)
    assert (code, document["status"], document["cause"]["path"]) == (1, "ROLLBACK_COMPLETE", "Ecs/Service")
    assert "DELETE_FAILED" not in err
    # All that is left is the log group of the flow logs, which the rehearsal keeps as it does in every nested stack.
    assert "CREATE_COMPLETE Alb/LoadBalancer" in err
    assert "CREATE_IN_PROGRESS Alb/AccessLogs" not in err
    assert err.count("DELETE_SKIPPED") == err.count("DELETE_SKIPPED Network/FlowLogGroup") == 1
    code, out, err = play("recover", "--yes")
    assert (code, json.loads(out)["status"]) == (0, None), err
    assert json.loads(play("status")[1])["outcome"] == "absent"
    code, out, err = play("--yes")
    assert (code, json.loads(out)["status"]) == (0, "UPDATE_COMPLETE"), err


def test_a_first_creation_that_succeeds_ends_protected_and_logged(play: Play) -> None:
    code, out, err = play("--yes")
    document = json.loads(out)
    assert (code, document["outcome"], document["status"]) == (0, "deployed", "UPDATE_COMPLETE"), err
    assert document["protected"] is True
    shown = json.loads(play("status")[1])
    assert (shown["differences"], shown["settings"], shown["template_differs"]) == ([], [], False)
    assert json.loads(play("drift")[1])["in_sync"] is True
    code, out, err = play("delete", "--yes", "--allow", STACK)
    assert (code, json.loads(out)["error"]) == (2, "TerminationProtected"), err


def test_a_second_step_that_fails_leaves_a_stack_that_stands_and_says_what_is_left(play: Play) -> None:
    code, out, err = play("--yes", "--fail", "Alb/LoadBalancer:update=Rate exceeded")
    document = json.loads(out)
    assert (code, document["status"]) == (1, "UPDATE_ROLLBACK_COMPLETE"), err
    assert f"stack {STACK} was created and exists" in document["findings"]
    assert any("AlbDeletionProtection: false -> true" in finding for finding in document["findings"])
    assert play("--yes")[0] == 0
    assert json.loads(play("status")[1])["differences"] == []
