"""What the pages say of the day on which a transcript was taken, and no command brings about."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from rehearsal.loopback.credential_scope import credential_scope
from rehearsal.loopback.http_message import Request, Response
from rehearsal.neighbours.moto_services import Neighbours
from tests.deployment.listed import LISTED_APP, write_listed
from tests.deployment.project import ROOT, write_project
from tests.documents.playing import Player

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


def _unhealthy(player: Player, patch: pytest.MonkeyPatch) -> Player:
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

    patch.setattr(Neighbours, "answer", answer)
    return player


def _copied(player: Player, patch: pytest.MonkeyPatch) -> Player:
    """The same project and stack, which stay as they are for what the page shows later."""
    other = mkdtemp(dir=player.folder.parent)
    return replace(player, folder=Path(shutil.copytree(player.folder, other, dirs_exist_ok=True)))


def _misspelt(player: Player, patch: pytest.MonkeyPatch) -> Player:
    """A copy, in which a property of the log group is misspelt."""
    other = _copied(player, patch)
    _replace(other.folder / "rendered/ecs.yaml", "RetentionInDays", "RetentionDays")
    return other


def _listed(player: Player, patch: pytest.MonkeyPatch) -> Player:
    """Another project, whose second layer allows no nested change set; it is deployed, then that layer changes."""
    (folder := player.folder.with_name("listed")).mkdir()
    other = replace(player, folder=write_listed(folder))
    assert other.typed("python deploy.py --env dev --rehearse --yes").code == 0
    app = folder / "rendered/app.yaml"
    _replace(app, LISTED_APP[LISTED_APP.index("  Queue:") : LISTED_APP.index("  Gateway:")], "")
    _replace(app, "GroupDescription: app", "GroupDescription: new")
    return other


def _secret(player: Player, patch: pytest.MonkeyPatch) -> Player:
    """A project that has a NoEcho parameter."""
    (folder := player.folder.with_name("secret")).mkdir()
    parameter = "  Password:\n    Type: String\n    NoEcho: true\n  Hours:\n"
    return replace(player, folder=write_project(folder, root=ROOT.replace("  Hours:\n", parameter, 1)))


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


CIRCUMSTANCES: dict[str, Callable[[Player, pytest.MonkeyPatch], Player]] = {
    "the tasks do not become healthy": _unhealthy,
    "in a copy of the project and its state": _copied,
    "a property of the log group is misspelt": _misspelt,
    "a layer takes an item of a list that a sibling outputs": _listed,
    "the templates have a parameter Password": _secret,
}
"""By name, once all before it was typed: gives the player, in a project of its own where it needs one."""
