"""The same troubles from outside: a proxy between deploy.py and the rehearsal that throttles, fails, resets and lies.

The proxy knows nothing of this project, and this project nothing of it: microburst speaks AWS's own errors.
"""

from __future__ import annotations

import importlib.util
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from deployment.commands.delete import delete
from deployment.commands.deploy import deploy
from deployment.commands.status import status
from deployment.run.outcome import Absent, Deleted, Deployed, Unchanged
from tests.deployment.project import ACCOUNT, ENVIRONMENT, write_project
from tests.deployment.rehearsed import Player, rehearsal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("microburst") is None, reason="microburst is not installed (pip install microburst)"
    ),
]

_CLOUDFORMATION = {"service": "cloudformation"}
RULES: dict[str, list[dict[str, Any]]] = {
    "throttled": [
        _CLOUDFORMATION
        | {"sequence": {"fail": 1, "pass": 2}, "times": 12, "error": {"code": "Throttling", "status": 400}},
        {"service": "s3", "times": 2, "error": {"code": "SlowDown", "status": 503}},
    ],
    "failing": [
        {
            "service": "*",
            "sequence": {"fail": 1, "pass": 2},
            "times": 12,
            "error": {"code": "InternalFailure", "status": 500},
        }
    ],
    "resetting": [{"service": "*", "sequence": {"fail": 1, "pass": 3}, "times": 12, "reset": True}],
    "losing answers": [
        _CLOUDFORMATION | {"operation": name, "times": 1, "response": {"abort_frac": 0.1}}
        for name in ("CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet", "DescribeStackEvents", "DeleteStack")
    ],
    "lying": [
        _CLOUDFORMATION | {"operation": name, "times": 1, "response": {"truncate_frac": 0.5}}
        for name in ("CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet", "DescribeStackEvents", "DeleteStack")
    ],
    "slow": [{"service": "*", "sequence": {"fail": 1, "pass": 3}, "times": 8, "latency": 150}],
    "refusing credentials for a moment": [
        _CLOUDFORMATION | {"operation": name, "times": 1, "error": {"code": "ExpiredToken", "status": 403}}
        for name in ("DescribeStacks", "CreateChangeSet", "ExecuteChangeSet", "DescribeStackEvents", "DeleteStack")
    ],
}


@dataclass(frozen=True)
class Proxy:
    """A proxy by its URL."""

    url: str

    def follow(self, rules: list[dict[str, Any]]) -> None:
        """Inject faults by these rules from now on, and forget those that were injected."""
        self._asked("fired", "DELETE")
        self._asked("rules", "POST", rules)

    def fired(self) -> list[dict[str, Any]]:
        """The faults that it has injected."""
        answer = self._asked("fired", "GET")
        return list(answer["fired"] if isinstance(answer, dict) else answer)

    def _asked(self, what: str, method: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/_microburst/{what}", data=data, method=method, headers=headers)
        with urlopen(request) as answer:
            return json.load(answer)


# The proxy's own command says that it listens before it does, and takes a port by number: another may have it by then.
_SERVE = """
import socket, sys
from aiohttp import web
from microburst.app import make_app
from microburst.core.pipeline import Microburst
proxy = Microburst(sys.argv[1], rules=[], resign=False)
web.run_app(make_app(proxy), sock=socket.socket(fileno=int(sys.argv[2])), print=None)
"""


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy before `upstream`, as long as the block lasts.

    It is given a socket that listens already: anyone who connects while it starts is served as soon as it is there.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        child = subprocess.Popen(
            [sys.executable, "-c", _SERVE, upstream, str(listening.fileno())],
            pass_fds=[listening.fileno()],
            stderr=subprocess.DEVNULL,
        )
    with child:
        try:
            yield Proxy(f"http://127.0.0.1:{port}")
        finally:
            child.terminate()


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com") as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def between(upstream: str) -> Iterator[Proxy]:
    """One proxy for all: it takes seconds to start."""
    with proxy(upstream) as stands:
        yield stands


@pytest.mark.parametrize("name", RULES)
def test_a_deployment_through_a_faulty_network_ends_right(
    name: str, between: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)  # the SDK's own back-off
    stack = f"shop-{name.replace(' ', '-')}"
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("shop-dev", stack))
    between.follow(RULES[name])
    with closing(Player(project, between.url)) as player:
        assert isinstance(deploy(player.run()), Deployed)
        assert isinstance(deploy(player.run("Hours=7")), Deployed)
        assert isinstance(deploy(player.run("Hours=7")), Unchanged)
        assert _left_unexecuted(player, stack) == []
        assert isinstance(delete(player.run()), Deleted)
        assert isinstance(status(player.run()), Absent)
        fired = between.fired()
    assert len(fired) >= len(RULES[name])
    assert {each["service"] for each in fired} >= {"cloudformation"}


def _left_unexecuted(player: Player, stack: str) -> list[str]:
    rows = player.client("cloudformation").list_change_sets(StackName=stack)["Summaries"]
    return [row["ChangeSetName"] for row in rows if not row["ExecutionStatus"].startswith("EXECUTE_")]
