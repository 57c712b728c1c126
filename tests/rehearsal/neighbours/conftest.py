"""The services around CloudFormation behind a server, forgotten after each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.loopback.server import Server, serve
from rehearsal.neighbours.moto_services import Neighbours
from tests.rehearsal.fake_cloud import FakeCloud
from tests.rehearsal.neighbours.account import ACCOUNT, ZONE, forget


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def neighbours(state: Path) -> Iterator[Neighbours]:
    made = Neighbours(ACCOUNT, state, [ZONE])
    yield made
    made.close()
    forget()


@pytest.fixture
def server(neighbours: Neighbours) -> Iterator[Server]:
    running = serve(FakeCloud(account=ACCOUNT), neighbours=neighbours.answer, log=pytest.fail)
    yield running
    running.close()
