"""Tasks leave private subnets in an update of their own, before what they stand on goes: the command says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import own_project
from tests.deployment.standing import PROJECT, Standing
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
GATEWAY = {"VpcEndpointMode": "gateway"}
PRIVATE = {
    "PrivateSubnet1Cidr": "10.0.11.0/24",
    "PrivateSubnet2Cidr": "10.0.12.0/24",
    "NatGatewayMode": "single",
    **GATEWAY,
}


@pytest.fixture
def play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Play]:
    project = own_project(tmp_path)
    with RehearsalHere(PROJECT, []) as here:

        def played(*arguments: str, **values: str) -> tuple[int, str, str]:
            sets = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
            given = ["--env", "dev", "--rehearse", "--output", "json", *arguments, *sets]
            code = command.main(given, project, rehearsal=Standing(here.url(), here.cloud))
            captured = capsys.readouterr()
            return code, captured.out, captured.err

        yield played


def test_the_way_there_is_one_update_and_the_way_back_two_and_one_is_not_made(play: Play) -> None:
    assert play("--yes", **GATEWAY)[0] == 0
    code, _, err = play("--yes", **PRIVATE, TaskSubnetTier="private")
    assert code == 0, err

    changes = {change["path"]: change for change in json.loads(play("plan", **GATEWAY)[1])["changes"]}
    guard = changes["Ecs/Service"]["guard"]
    assert guard.startswith("leaves Network/PrivateSubnet1, Network/PrivateSubnet2 while what its tasks stand on there")
    assert guard.endswith("move the tasks in an update of their own, and the rest in the next")
    others = [path for path, change in changes.items() if change["guard"] and path != "Ecs/Service"]
    approved = [word for path in others for word in ("--allow", path)]
    code, out, _ = play("--yes", *approved, **GATEWAY)
    document = json.loads(out)
    assert (code, document["outcome"], document["needed"]) == (3, "declined", ["Ecs/Service"])

    code, _, err = play("--yes", **PRIVATE)
    assert code == 0, err
    code, _, err = play("--yes", *approved, **GATEWAY)
    assert code == 0, err
