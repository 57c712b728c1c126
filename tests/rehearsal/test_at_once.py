"""Clients that ask at the same time over HTTP, and a process that is killed while it works."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.control.cloud import Cloud, open_cloud
from rehearsal.loopback.http_message import Response
from rehearsal.loopback.server import serve
from rehearsal.state.services import Services
from tests.rehearsal.boto import client
from tests.rehearsal.play import ACCOUNT, Play
from tests.rehearsal.samples import template, topic

ROOT = Path(__file__).parents[2]
CLIENTS = 6


@pytest.fixture
def url() -> Iterator[str]:
    cloud: Cloud = open_cloud(None, ACCOUNT, Services())
    cloud.start()
    server = serve(cloud, neighbours=lambda request: Response(404, (), b""), log=pytest.fail)
    yield server.url
    server.close()
    cloud.close()


def body(show: str) -> str:
    return json.dumps(template(A=topic(show), B=topic(show, after="A")))


def at_once(url: str, calls: Sequence[Callable[[Any], Any]]) -> list[str]:
    """What every call came to, each made by a client of its own: its error code, or accepted."""
    barrier = threading.Barrier(len(calls))
    outcomes = [""] * len(calls)

    def make(number: int) -> None:
        cloudformation = client("cloudformation", url)
        barrier.wait()
        try:
            calls[number](cloudformation)
            outcomes[number] = "accepted"
        except ClientError as error:
            outcomes[number] = error.response["Error"]["Code"]

    threads = [threading.Thread(target=make, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def settled(cloudformation: Any, name: str = "web") -> dict[str, Any]:
    """The stack once nothing is under way; asked for a bounded number of times."""
    for _ in range(400):
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS") or stack["StackStatus"] == "REVIEW_IN_PROGRESS":
            return stack
    return stack


def review(name: str, kind: str, show: str) -> Callable[[Any], Any]:
    return lambda cloudformation: cloudformation.create_change_set(
        StackName="web", ChangeSetName=name, ChangeSetType=kind, TemplateBody=body(show)
    )


def test_change_sets_that_are_made_at_once_stand_side_by_side_on_one_stack(url: str) -> None:
    made = at_once(url, [review(f"set{number}", "CREATE", "1") for number in range(CLIENTS)])
    assert made == ["accepted"] * CLIENTS
    cloudformation = client("cloudformation", url)
    sets = cloudformation.list_change_sets(StackName="web")["Summaries"]
    assert {row["ChangeSetName"] for row in sets} == {f"set{number}" for number in range(CLIENTS)}
    assert len({row["StackId"] for row in sets}) == 1
    assert settled(cloudformation)["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_of_change_sets_of_one_name_that_are_made_at_once_one_is_made(url: str) -> None:
    made = Counter(at_once(url, [review("same", "CREATE", str(number)) for number in range(CLIENTS)]))
    assert made == {"accepted": 1, "AlreadyExistsException": CLIENTS - 1}


@pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
def test_of_executions_at_once_one_wins_and_the_stack_ends_as_that_one_says(url: str, kind: str) -> None:
    cloudformation = client("cloudformation", url)
    if kind == "UPDATE":
        cloudformation.create_stack(StackName="web", TemplateBody=body("0"))
        assert settled(cloudformation)["StackStatus"] == "CREATE_COMPLETE"
    arns = [review(f"set{number}", kind, str(number + 1))(cloudformation)["Id"] for number in range(CLIENTS)]
    for arn in arns:
        cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=arn)
    calls = [lambda asked, arn=arn: asked.execute_change_set(ChangeSetName=arn) for arn in arns]
    outcomes = at_once(url, calls)
    assert Counter(outcomes) == {"accepted": 1, "ChangeSetNotFound": CLIENTS - 1}
    stack = settled(cloudformation)
    assert (stack["StackStatus"], stack["ChangeSetId"]) == (f"{kind}_COMPLETE", arns[outcomes.index("accepted")])
    assert len(cloudformation.list_change_sets(StackName="web")["Summaries"]) == 1
    statuses = [row["ResourceStatus"] for row in cloudformation.describe_stack_events(StackName="web")["StackEvents"]]
    assert statuses.count(f"{kind}_COMPLETE") == 3  # two resources and the stack, once each


def test_updates_and_deletes_at_once_leave_a_stack_that_is_whole_or_gone(url: str) -> None:
    cloudformation = client("cloudformation", url)
    arn = cloudformation.create_stack(StackName="web", TemplateBody=body("0"))["StackId"]
    settled(cloudformation)
    updates = [
        lambda asked, show=show: asked.update_stack(StackName=arn, TemplateBody=body(show)) for show in ("1", "2", "3")
    ]
    deletes = [lambda asked: asked.delete_stack(StackName=arn)] * 2
    outcomes = at_once(url, [*updates, *deletes])
    assert set(outcomes) <= {"accepted", "ValidationError"}
    assert "accepted" in outcomes
    cloudformation.delete_stack(StackName=settled(cloudformation, arn)["StackId"])
    assert settled(cloudformation, arn)["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.slow
def test_a_process_that_is_killed_at_any_moment_leaves_a_state_that_goes_on(tmp_path: Path) -> None:
    chance, arns = random.Random(7), set()
    for visit in range(4):
        process = _start(tmp_path)
        try:
            assert process.stdout is not None
            cloudformation = client("cloudformation", process.stdout.readline().strip())
            if visit == 0:
                arns.add(cloudformation.create_stack(StackName="web", TemplateBody=body("0"))["StackId"])
            for _ in range(chance.randrange(40) if visit < 3 else 5000):
                stack = cloudformation.describe_stacks(StackName="web")["Stacks"][0]
                arns.add(stack["StackId"])
                if visit == 3 and stack["StackStatus"] == "CREATE_COMPLETE":
                    break
            rows = cloudformation.describe_stack_events(StackName="web")["StackEvents"][::-1]
        finally:
            process.kill()
            process.communicate(timeout=30)
    assert len(arns) == 1
    undisturbed = Play()
    undisturbed("CreateStack", StackName="web", TemplateBody=body("0"))
    undisturbed.settle()
    assert [(row["LogicalResourceId"], row["ResourceStatus"]) for row in rows] == undisturbed.events("web")


def _start(state: Path) -> subprocess.Popen[str]:
    arguments = ["--port", "0", "--state", str(state), "--account", ACCOUNT, "--pace", "30"]
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    return subprocess.Popen(
        [sys.executable, "-m", "rehearsal", *arguments], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE
    )
