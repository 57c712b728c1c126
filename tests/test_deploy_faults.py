"""Every fault at every request of a deployment, one after the other: how it ends is CloudFormation's word alone."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deployment.commands import delete, deploy
from tests.deployment.local_cloud import MISLEADING
from tests.deployment.project import ROOT, write_project
from tests.deployment.troubled import Action, Ending, Stage

pytestmark = pytest.mark.slow

# Credentials that expire at any request, of all three commands, have a test of their own below: there they are renewed.
# What is not executed is sent again, whatever kept it: `make faults` plays each of these at each request, where
# `make check` takes them in turn.
NOT_CARRIED_OUT = ("throttle", "error", "reset", "timeout")
NO_ANSWER = ("lose-reply", "cut")
FAULTS = (*(NOT_CARRIED_OUT if os.environ.get("FAULTS") == "every" else ("not executed",)), *NO_ANSWER)
ALL = range(10**9)
DAY = 86400.0


@dataclass(frozen=True)
class Way:
    """One command on the stage: what exists before it, what it is given, how an honest run of it ends."""

    action: Action
    values: tuple[str, ...]
    before: bytes
    honest: Ending
    after: list[tuple[str, str, dict[str, str], dict[str, str]]]
    check: Callable[[Stage, Ending, str], None]

    def play(self, stage: Stage, **trouble: Any) -> Ending:
        """From what exists before it."""
        stage.put_back(self.before)
        return stage.play(self.action, *self.values, **trouble)


@pytest.fixture(scope="module")
def without_waiting() -> Iterator[None]:
    """The SDK's own back-off takes no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, without_waiting: None) -> Iterator[Stage]:
    made = Stage(write_project(tmp_path_factory.mktemp("shop")))
    with closing(made.session):
        yield made


def is_created(stage: Stage, ended: Ending, place: str) -> None:
    assert ended.ended_well, f"{place}: {ended.said}"
    assert "shop-dev is CREATE_COMPLETE after" in ended.said.splitlines()[-2], place
    assert stage.status() == "CREATE_COMPLETE", place
    assert stage.unexecuted() == [], place


def is_updated(stage: Stage, ended: Ending, place: str) -> None:
    assert ended.ended_well, f"{place}: {ended.said}"
    assert "shop-dev is UPDATE_COMPLETE after" in ended.said.splitlines()[-2], place
    assert stage.status() == "UPDATE_COMPLETE", place
    assert stage.unexecuted() == [], place


def is_deleted(stage: Stage, ended: Ending, place: str) -> None:
    assert ended.ended_well, f"{place}: {ended.said}"
    assert ended.said.splitlines()[-1].startswith("shop-dev is deleted"), place
    assert stage.status() is None, place


def way(stage: Stage, action: Action, *values: str) -> Way:
    """A command from what exists now, which an honest run of it changes."""
    checks = {"CREATE_COMPLETE": is_created, "UPDATE_COMPLETE": is_updated, None: is_deleted}
    before, honest = stage.keep(), stage.play(action, *values)
    check = checks[stage.status()]
    check(stage, honest, "honest")
    return Way(action, values, before, honest, stage.standing(), check)


@pytest.fixture(scope="module")
def ways(stage: Stage) -> dict[str, Way]:
    """A creation, an update and a deletion, in a bucket that is there."""
    stage.play(deploy.deploy)
    stage.play(delete.delete)
    creation = way(stage, deploy.deploy)
    update = way(stage, deploy.deploy, "Hours=5")
    return {"creation": creation, "update": update, "deletion": way(stage, delete.delete)}


def is_survived(stage: Stage, played: Way, fault: str) -> None:
    """One fault at every request of a command, one after the other: each ends as without."""
    for number in range(played.honest.requests):
        kind = NOT_CARRIED_OUT[number % len(NOT_CARRIED_OUT)] if fault == "not executed" else fault
        place = f"{kind} at request {number}"
        ended = played.play(stage, fault=kind, at=range(number, number + 1))
        assert len(ended.struck) == 1, place
        played.check(stage, ended, place)
        assert stage.standing() == played.after, place
        if kind in NOT_CARRIED_OUT:
            is_sent_again(ended, played.honest, place)


def is_sent_again(ended: Ending, honest: Ending, place: str) -> None:
    """Which of these faults it was makes no difference: the same request comes once more, and everything else is so.

    What asks IAM beforehand has one try.
    """
    again = [operation for operation in ended.struck if operation != "SimulatePrincipalPolicy"]
    assert ended.calls == honest.calls + Counter(again), place
    assert (ended.events, ended.reviewed) == (honest.events, honest.reviewed), place


@pytest.mark.parametrize("fault", ["error", "lose-reply"])
def test_any_one_fault_on_the_way_of_a_creation_in_two_steps_is_survived(
    tmp_path: Path, without_waiting: None, fault: str
) -> None:
    left_out = 'Metadata: {Deployment: {AtCreation: {Hours: "5"}}}\n'
    with closing((stage := Stage(write_project(tmp_path, root=left_out + ROOT))).session):
        stage.play(deploy.deploy)  # makes the bucket
        stage.play(delete.delete)
        is_survived(stage, way(stage, deploy.deploy), fault)
        assert stage.play(delete.delete).ended_well


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["creation", "update", "deletion"])
def test_any_one_fault_on_the_way_of_a_command_is_survived(
    stage: Stage, ways: dict[str, Way], command: str, fault: str
) -> None:
    is_survived(stage, ways[command], fault)


def misled(clean: Ending) -> Iterator[tuple[str, str | None, range]]:
    """Each answer of a run made misleading, one after the other; then all of them in small pages."""
    for fault, operations in MISLEADING.items():
        for operation in operations:
            yield from ((fault, operation, range(number, number + 1)) for number in range(clean.calls[operation]))
    yield "pages:1", None, ALL


def test_no_answer_that_misleads_changes_what_a_deployment_says_and_does(stage: Stage, ways: dict[str, Way]) -> None:
    """Of a creation, an update and a deletion: the review, the events and the end are those of an honest run."""
    met = Counter[str]()
    for command, played in ways.items():
        for fault, on, at in misled(played.honest):
            place = f"{command}: {fault} on {on} {at}"
            ended = played.play(stage, fault=fault, on=on, at=at)
            played.check(stage, ended, place)
            met.update(f"{fault} {operation}" for operation in ended.struck)
            assert ended.events == played.honest.events, place
            assert ended.reviewed >= played.honest.reviewed, f"{place}: {ended.said}"
    assert {
        "stale DescribeStacks",
        "unseen DescribeStackEvents",
        "unseen ListStackResources",
        "incomplete DescribeChangeSet",
        "pages:1 DescribeChangeSet",
        "pages:1 DescribeStackEvents",
        "pages:1 ListStackResources",
    } <= set(met)


@pytest.mark.parametrize("fault", ["lose-reply", "reset"])
def test_a_call_that_never_gets_through_leaves_nothing_and_says_what_is_so(
    stage: Stage, ways: dict[str, Way], fault: str
) -> None:
    creation, ends = ways["creation"], set()
    for number in range(creation.honest.requests):
        # More than the SDK tries; and after many failures it hardly tries again at all.
        ended = creation.play(stage, fault=fault, at=range(number, number + 6))
        place = f"{fault} from request {number}: {ended.said}"
        ends.add(ended.ended_well)
        status = stage.status()
        if ended.ended_well:
            assert status == "CREATE_COMPLETE", place
        else:
            assert "error: no answer: " in ended.said, place
            assert "next: check the network" in ended.said, place
            assert status is None, place
        assert stage.unexecuted() == [], place
    assert ends == {True, False}


@pytest.mark.parametrize("ahead", [-DAY, DAY])
def test_a_clock_that_is_not_the_servers_hides_no_event(tmp_path: Path, without_waiting: None, ahead: float) -> None:
    events = []
    for each in (0.0, ahead):
        folder = tmp_path / str(each)
        folder.mkdir()
        skewed = Stage(write_project(folder), ahead=each)
        with closing(skewed.session):
            made = skewed.play(deploy.deploy)
            is_created(skewed, made, "creation")
            changed = skewed.play(deploy.deploy, "Hours=5")
            is_updated(skewed, changed, "update")
            gone = skewed.play(delete.delete)
            is_deleted(skewed, gone, "deletion")
            events.append([made.events, changed.events, gone.events])
    assert events[0] == events[1]
    assert all(events[0])


@pytest.fixture
def signed_in(tmp_path: Path, without_waiting: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A machine whose credentials stand in a file."""
    keys = tmp_path / "credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    keys.write_text("[default]\naws_access_key_id = key0\naws_secret_access_key = secret\n")
    made = Stage(write_project(tmp_path), keys=keys)
    with closing(made.session):
        yield made


def test_credentials_that_are_renewed_may_expire_at_any_request(signed_in: Stage) -> None:
    stage, keys = signed_in, itertools.count(1)

    def renewed() -> None:
        number = next(keys)
        stage.sign_in(f"key{number}")
        stage.cloud.expired.add(f"key{number - 1}")

    stage.play(deploy.deploy)  # makes the bucket
    stage.play(delete.delete)
    creation = way(stage, deploy.deploy)
    update = way(stage, deploy.deploy, "Hours=5")
    commands = creation, update, way(stage, delete.delete)
    for played in commands:
        for number in range(played.honest.requests):
            ended = played.play(stage, at=range(number, number + 1), meanwhile=renewed)
            played.check(stage, ended, f"{played.action.__name__} {played.values} at request {number}")
            assert stage.standing() == played.after
    assert next(keys) == sum(played.honest.requests for played in commands) + 1


def test_credentials_that_expire_for_good_end_the_run_and_leave_nothing_once_there_are_others(
    stage: Stage, ways: dict[str, Way]
) -> None:
    creation, deletion, ends = ways["creation"], ways["deletion"], set()
    # The last request records the release: the stack exists by then, and that is what is shown.
    for number in range(creation.honest.requests - 1):
        ended = creation.play(stage, fault="expired", at=ALL[number:])
        ends.add(_expired(ended, stage.status(), f"creation, from request {number}: {ended.said}"))
        is_up = stage.play(deploy.deploy)
        assert is_up.ended_well, f"from request {number}: {is_up.said}"
        assert (stage.status(), stage.unexecuted()) == ("CREATE_COMPLETE", []), f"from request {number}"
    for number in range(deletion.honest.requests):
        ended = deletion.play(stage, fault="expired", at=ALL[number:])
        ends.add(_expired(ended, stage.status(), f"deletion, from request {number}: {ended.said}"))
        stage.play(delete.delete)
        assert stage.status() is None, f"from request {number}"
    assert ends == {"refused", "left", "lost"}


def _expired(ended: Ending, status: str | None, place: str) -> str:
    """What became of a run whose credentials expired for good, as it says."""
    assert not ended.ended_well, place
    if "it can no longer be watched" in ended.said:
        assert "next: follow it again: python deploy.py status --follow --env dev" in ended.said, place
        return "lost"
    assert "The security token included in the request is expired" in ended.said, place
    assert "next: sign in (aws sso login, aws configure)" in ended.said, place
    left = "may be left behind" in ended.said
    assert left or status != "REVIEW_IN_PROGRESS", place
    return "left" if left else "refused"
