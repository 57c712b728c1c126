"""The page, played in an empty directory: a project is made, then changed by its checklists, and holds.

`make yours` plays all of it, with every fast test of the new project.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.own_system import PROJECT
from tests.yours.checklists import FAST_TESTS, FIRST_OF_ALL, extended, run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FIRST_OF_ALL, reason="the page is walked from the project that others are made of"),
]

ENVIRONMENTS = ("staging", "live")
_NEW = [
    *("--name", "kiosk", "--domain", "kiosk.example.com", "--region", "eu-central-1"),
    *("--account", "210987654321,310987654321", "--environments", ",".join(ENVIRONMENTS)),
]
# Of its tests, which `make yours` runs, those that depend most on account, Region and values of an environment.
_FEW = ("tests/test_render.py", "tests/test_environments.py", "tests/templates/security", "tests/templates/layers")


def test_the_walk_ends_in_a_system_that_renders_deploys_and_holds(tmp_path: Path) -> None:
    kiosk = tmp_path / "a/kiosk"
    run([sys.executable, "render.py", "--new", str(kiosk), *_NEW], PROJECT)
    extended(kiosk, ENVIRONMENTS)
    assert {"orders.yaml", "services"} <= {path.name for path in (kiosk / "rendered").iterdir()}
    told = run([sys.executable, "deploy.py", "--env", "qa", "--rehearse"], kiosk)
    assert "OrdersTopicArn=arn:aws:sns:eu-central-1:210987654321:kiosk-qa-" in told
    run([sys.executable, "deploy.py", "--env", "staging", "--rehearse", "--all"], kiosk)
    run([sys.executable, "render.py", "--check"], kiosk)
    run([sys.executable, *FAST_TESTS, *_FEW], kiosk)
