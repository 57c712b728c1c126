"""The bad days that README and guide show: each is played, and what the screen tells is compared."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from rehearsal.loopback.credential_scope import credential_scope
from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.moto_services import Neighbours
from tests.deployment.project import FRESH
from tests.deployment.this_process import RehearsalHere

PROJECT = Path(__file__).resolve().parents[1]
_SECTION = (PROJECT / "README.md").read_text(encoding="utf-8").split("### The two commonest bad days\n")[1]
DAYS = re.findall(r"^```\n(\$ .*?)^```\n", _SECTION.split("\nOr what a branch")[0], re.MULTILINE | re.DOTALL)
_TASK = "arn:aws:ecs:ap-northeast-1:123456789012:task/ecs-alb-basic/0123456789abcdef"
_GROUP = "(target-group ecs-alb-basic)"
# What ECS and CloudWatch Logs answer about a service whose tasks do not become healthy, by operation.
_ANSWERS: dict[str, dict[str, Any]] = {
    "DescribeServices": {
        "services": [
            {
                "runningCount": 0,
                "desiredCount": 3,
                "events": [
                    {
                        "id": "1",
                        "message": f"(service web) (port 80) is unhealthy in {_GROUP} "
                        "due to (reason Health checks failed with these codes: [502]).",
                    }
                ],
            }
        ]
    },
    "ListTasks": {"taskArns": [_TASK]},
    "DescribeTasks": {
        "tasks": [
            {
                "taskArn": _TASK,
                "taskDefinitionArn": "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/ecs-alb-basic:2",
                "stopCode": "ServiceSchedulerInitiated",
                "stoppedReason": f"Task failed ELB health checks in {_GROUP}",
                "containers": [{"name": "web", "exitCode": 137}],
            }
        ]
    },
    "DescribeTaskDefinition": {
        "taskDefinition": {
            "containerDefinitions": [
                {
                    "name": "web",
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {"awslogs-group": "/web", "awslogs-stream-prefix": "web"},
                    },
                }
            ]
        }
    },
    "GetLogEvents": {"events": [{"timestamp": 1, "message": "listening on 127.0.0.1:80"}]},
}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the rehearsal's port ECS and CloudWatch Logs answer as they do on AWS: moto has no such service."""
    others: Callable[[Neighbours, Request], Response] = Neighbours.answer

    def answer(self: Neighbours, request: Request) -> Response:
        scope = credential_scope(request)
        if scope is None or scope.service not in ("ecs", "logs"):
            return others(self, request)
        operation = request.header("x-amz-target").rpartition(".")[2]
        return Response(
            200, (("Content-Type", "application/x-amz-json-1.1"),), json.dumps(_ANSWERS[operation]).encode()
        )

    monkeypatch.setattr(Neighbours, "answer", answer)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What deploy.py reads of this project, and a place of its own for the rehearsal."""
    for folder in ("params", "rendered", "docs/scenarios"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    (tmp_path / "render.py").write_text(FRESH)
    return tmp_path


def played(day: str, project: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the screen tells where the command of a transcript is typed."""
    typed = shlex.split(day.splitlines()[0].removeprefix("$ python deploy.py "))
    given = [str(project / word) if word.startswith("docs/") else word for word in typed]
    assert command.main(given, project, rehearsal=RehearsalHere) == 1
    return capsys.readouterr().err


def missing(day: str, told: str) -> list[str]:
    """The lines of a transcript that do not come, in their order; `…` stands for whatever is left out."""
    lines, left = iter(told.splitlines()), []
    for line in day.splitlines()[1:]:
        pattern = ".*".join(map(re.escape, line.split("…")))
        if line != "…" and not any(re.fullmatch(pattern, said) for said in lines):
            left.append(line)
    return left


def test_the_readme_shows_a_certificate_that_nobody_validates_as_the_screen_tells_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = played(DAYS[0], project, capsys)
    assert missing(DAYS[0], told) == []
    assert told[told.index("error: ") :].count("\n") == len(DAYS[0][DAYS[0].index("error: ") :].splitlines())


def test_the_readme_shows_a_service_whose_tasks_do_not_become_healthy_as_the_screen_tells_it(
    project: Path, capsys: pytest.CaptureFixture[str], services: None
) -> None:
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=RehearsalHere) == 0
    capsys.readouterr()
    told = played(DAYS[1], project, capsys)
    assert missing(DAYS[1], told) == []
    assert told[told.index("error: ") :].count("\n") == len(DAYS[1][DAYS[1].index("error: ") :].splitlines())


def test_the_guide_shows_a_misspelt_property_as_the_screen_tells_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = (PROJECT / "docs/deploying.md").read_text(encoding="utf-8")
    [day] = [block.strip() for block in guide.split("```") if "[RetentionDays]" in block]
    file = project / "rendered/ecs.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("RetentionInDays", "RetentionDays"), encoding="utf-8")
    told = played("$ python deploy.py --env dev --rehearse --fresh --yes", project, capsys)
    assert missing(f"$ …\n{day}", told) == []
    lines = file.read_text(encoding="utf-8").splitlines()
    [line] = [number for number, text in enumerate(lines, 1) if text.strip().startswith("RetentionDays:")]
    assert f"  rendered/ecs.yaml:{line}: Ecs/LogGroup" in told


def test_a_transcript_that_no_longer_agrees_is_found() -> None:
    assert len(DAYS) == 2
    assert missing("$ x\n…\na … c\nd\n", "0\na b c\nd\n") == []
    assert missing("$ x\na\nb\n", "b\na\n") == ["b"]
