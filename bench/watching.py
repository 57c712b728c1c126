"""deploy.py beside a deployment that takes its time: how much it asks, what it shows, how soon it ends."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.counting import Relay
from bench.deploying import environment, rehearsal
from bench.measure import ENVIRONMENT, FILE, PROJECT, Line
from cloudformation.environment.environment_file import read_file
from deployment.aws.clock import Clock
from deployment.aws.request_budget import FIRST, MOST, RequestBudget

NESTED = 200
PACE = 40.0  # simulated seconds in a real one, while the dev system is created: a quarter of a minute
WINDOW = 10  # seconds
POLL_SECONDS = 10.0  # the longest wait between two looks, when nothing moves
ACCOUNT, REGION, STACK = "123456789012", "eu-west-1", "wide"
_COMPLETE = re.compile(r"CREATE_COMPLETE +(\S+)$")
_DEPLOY = f"""
import sys; sys.path.insert(0, {str(PROJECT)!r})
import pathlib, deploy
from deployment.aws import session
session.is_loopback = lambda url: False  # AWS's pace is measured
sys.exit(deploy.main(["--env", {ENVIRONMENT!r}, "--yes"], pathlib.Path(sys.argv[1])))
"""


def _write_project(folder: Path) -> None:
    """A root with NESTED stacks of one topic each."""
    for name in ("params", "rendered"):
        (folder / name).mkdir()
    (folder / "render.py").write_text("")
    (folder / "params" / FILE.name).write_text(
        f'account: "{ACCOUNT}"\nregion: {REGION}\nstack: {STACK}\ntermination_protection: false\n'
        "tags: {application: wide}\nparameters: {}\n"
    )
    root = ["Resources:"]
    for number in range(NESTED):
        root += [f"  N{number}:", "    Type: AWS::CloudFormation::Stack", "    Properties:"]
        root += [f"      TemplateURL: n{number}.yaml"]
        topic = f"Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: n{number}\n"
        (folder / f"rendered/n{number}.yaml").write_text(topic)
    (folder / "rendered/root.yaml").write_text("\n".join(root) + "\n")


class _Watch(threading.Thread):
    """Sees, past the relay, when a root stack settles."""

    def __init__(self, endpoint: str, stack: str, region: str) -> None:
        super().__init__(daemon=True)
        self.settled: float | None = None
        self._endpoint, self._stack, self._region = endpoint, stack, region

    def run(self) -> None:
        import boto3

        client: Any = boto3.client(
            "cloudformation",
            self._region,
            endpoint_url=self._endpoint,
            aws_access_key_id="b",
            aws_secret_access_key="b",
        )
        while self.settled is None:
            time.sleep(0.1)
            with suppress(client.exceptions.ClientError):  # not there yet
                if client.describe_stacks(StackName=self._stack)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE":
                    self.settled = time.monotonic()


def _busiest(moments: list[float]) -> float:
    """Requests a second in the busiest WINDOW; within one second alone, what was delayed on the way arrives at once."""
    return max(sum(1 for other in moments if begin <= other < begin + WINDOW) for begin in moments) / WINDOW


def _waited(requests: int, most: float) -> float:
    """Seconds for which a budget lets so many requests wait that are asked at once and are not throttled."""
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    budget = RequestBudget(Clock(lambda: now, sleep), most=most)
    for _ in range(requests):
        budget.spend()
    return now


def lines() -> Iterator[Line]:
    """What is asked and shown of many nested stacks, and the end of the dev system."""
    yield from _many()
    yield _end()


def _many() -> Iterator[Line]:
    with (
        tempfile.TemporaryDirectory() as name,
        rehearsal("--account", ACCOUNT) as endpoint,
        Relay(endpoint) as relay,
    ):
        _write_project(Path(name))
        told = _deploy(Path(name), relay.url)
    shown = Counter(found[1] for line in told.splitlines() if (found := _COMPLETE.search(line)))
    wanted = {STACK} | {f"N{number}{more}" for number in range(NESTED) for more in ("", "/Topic")}
    executed = relay.first["ExecuteChangeSet"]
    before = sum(1 for moment in relay.moments["cloudformation"] if moment < executed)
    watched = _busiest([moment for moment in relay.moments["cloudformation"] if moment >= executed])
    yield Line(
        f"{NESTED} nested stacks: wait for the budget until they are reviewed, to that at five a second",
        _waited(before, MOST) / _waited(before, FIRST),
        0.5,
    )
    yield Line(
        f"{NESTED} nested stacks: requests a second while they are watched, in the busiest {WINDOW}",
        watched,
        MOST,
    )
    yield Line(f"{NESTED} nested stacks: completions that were not shown", len(wanted - set(shown)), 0)
    yield Line(f"{NESTED} nested stacks: completions shown twice", sum(shown.values()) - len(shown), 0)


def _end() -> Line:
    """From the root's last event to the exit; a poll is the longest wait between two looks."""
    own = read_file(FILE).environment
    with rehearsal("--pace", str(PACE)) as endpoint:
        watch = _Watch(endpoint, own.stack, own.region)
        watch.start()
        _deploy(PROJECT, endpoint)
        ended = time.monotonic()
        watch.join(timeout=5)
    assert watch.settled is not None, "the stack was not seen to settle"
    return Line("from the root's last event to the exit", ended - watch.settled, 0.5 + POLL_SECONDS, "s")


def _deploy(project: Path, endpoint: str) -> str:
    """The output of deploy.py of that project."""
    command = [sys.executable, "-c", _DEPLOY, str(project)]
    done = subprocess.run(command, env=environment(endpoint), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"deploying {project} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stderr
