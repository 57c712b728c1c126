"""What an update leaves in the account, outside the stack: the review says it before, and the end names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import own_project
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
PRIVATE = ("--set", "PrivateSubnet1Cidr=10.0.11.0/24", "--set", "PrivateSubnet2Cidr=10.0.12.0/24")
PROTECTED = (*PRIVATE, "--set", "AlbDeletionProtection=true")
INTERNAL = (*PROTECTED, "--set", "AlbScheme=internal")
LOGGED = ("--set", "AccessLogsMode=create", "--set", "HealthCheckGracePeriodSeconds=90")


@pytest.fixture
def play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    (project := tmp_path / "project").mkdir()
    own_project(project)

    def played(*arguments: str) -> tuple[int, str, str]:
        given = ["--env", "dev", "--rehearse", "--state", str(tmp_path / "state"), "--output", "json", *arguments]
        code = command.main(given, project, rehearsal=RehearsalHere)
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return played


def test_a_protected_load_balancer_that_is_replaced_stays_and_is_named_before_and_after(play: Play) -> None:
    assert play("--yes", *PROTECTED)[0] == 0
    assert json.loads(play("plan", *PRIVATE)[1])["notes"] == []
    document = json.loads(play("plan", *INTERNAL)[1])
    guards = {change["path"]: change["guard"] for change in document["changes"]}
    assert "but its deletion protection is on, so that its deletion is refused" in guards["Alb/LoadBalancer"]
    assert "deletion protection" not in guards["Alb/HttpListener"]
    [note] = document["notes"]
    assert note.startswith("an update that fails could not delete the new protected resource Alb/LoadBalancer;")
    approved = [word for path, guard in guards.items() if guard for word in ("--allow", path)]
    code, out, err = play("--yes", *approved, *INTERNAL)
    assert (code, json.loads(out)["status"]) == (0, "UPDATE_COMPLETE")
    assert "warning: Alb/LoadBalancer (arn:aws:elasticloadbalancing:" in err
    assert "could not be deleted: it stays in the account, outside the stack; delete it by hand" in err
    assert "first: aws elbv2 modify-load-balancer-attributes" in err


def test_logs_that_are_switched_on_by_an_update_that_fails_leave_their_bucket(play: Play) -> None:
    assert play("--yes")[0] == 0
    [note] = json.loads(play("plan", *LOGGED)[1])["notes"]
    assert note.startswith("an update that fails could not delete Alb/AccessLogsBucket: Elastic Load Balancing writes")
    code, out, _ = play("--yes", *LOGGED, "--fail", "Ecs/Service:update=The service did not stabilise")
    document = json.loads(out)
    assert (code, document["status"]) == (1, "UPDATE_ROLLBACK_COMPLETE")
    [line] = [finding for finding in document["findings"] if finding.startswith("Alb/AccessLogsBucket")]
    assert "could not be deleted: it stays in the account, outside the stack" in line
