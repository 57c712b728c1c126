"""Every fault at every request of a deployment, one after the other: how it ends is CloudFormation's word alone."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deployment.commands import delete, deploy
from tests.deployment.local_cloud import MISLEADING
from tests.deployment.project import ROOT, write_project
from tests.deployment.troubled import Ending, Stage

pytestmark = pytest.mark.slow

# Credentials that expire at any request, of all three commands, have a test of their own below: there they are renewed.
FAULTS = ("throttle", "error", "reset", "timeout", "lose-reply", "cut")
ALL = range(10**9)
DAY = 86400.0


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


@pytest.fixture
def created(stage: Stage) -> Iterator[Stage]:
    assert stage.play(deploy.deploy).ended_well
    yield stage
    stage.play(delete.delete)


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


@pytest.mark.parametrize("fault", ["error", "lose-reply"])
def test_any_one_fault_on_the_way_of_a_creation_in_two_steps_is_survived(
    tmp_path: Path, without_waiting: None, fault: str
) -> None:
    left_out = 'Metadata: {Deployment: {AtCreation: {Hours: "5"}}}\n'
    with closing((stage := Stage(write_project(tmp_path, root=left_out + ROOT))).session):
        stage.play(deploy.deploy)  # makes the bucket
        stage.play(delete.delete)
        way = stage.play(deploy.deploy).requests
        stage.play(delete.delete)
        for number in range(way):
            made = stage.play(deploy.deploy, fault=fault, at=range(number, number + 1))
            assert made.struck, number
            is_updated(stage, made, f"{fault} at request {number}")
            assert stage.play(delete.delete).ended_well


@pytest.mark.parametrize("fault", FAULTS)
def test_any_one_fault_on_the_way_of_a_creation_and_a_deletion_is_survived(stage: Stage, fault: str) -> None:
    stage.play(deploy.deploy)  # makes the bucket
    ways = stage.play(delete.delete).requests, stage.play(deploy.deploy).requests
    stage.play(delete.delete)
    for number in range(max(ways)):
        place = f"{fault} at request {number}"
        made = stage.play(deploy.deploy, fault=fault, at=range(number, number + 1))
        assert len(made.struck) == (number < ways[1]), place
        is_created(stage, made, place)
        is_deleted(stage, stage.play(delete.delete, fault=fault, at=range(number, number + 1)), place)


@pytest.mark.parametrize("fault", FAULTS)
def test_any_one_fault_on_the_way_of_an_update_is_survived(created: Stage, fault: str) -> None:
    hours = itertools.cycle(("5", "6"))
    requests = created.play(deploy.deploy, f"Hours={next(hours)}").requests
    for number in range(requests):
        place = f"{fault} at request {number}"
        ended = created.play(deploy.deploy, f"Hours={next(hours)}", fault=fault, at=range(number, number + 1))
        assert len(ended.struck) == 1, place
        is_updated(created, ended, place)


def misled(clean: Ending) -> Iterator[tuple[str, str | None, range]]:
    """Each answer of a run made misleading, one after the other; then all of them in small pages."""
    for fault, operations in MISLEADING.items():
        for operation in operations:
            yield from ((fault, operation, range(number, number + 1)) for number in range(clean.calls[operation]))
    yield "pages:1", None, ALL


def test_no_answer_that_misleads_changes_what_a_deployment_says_and_does(stage: Stage) -> None:
    """Of a creation, an update and a deletion: the review, the events and the end are those of an honest run."""
    stage.play(deploy.deploy)  # makes the bucket
    stage.play(delete.delete)
    met, hours = Counter[str](), itertools.cycle(("5", "6"))
    made = stage.play(deploy.deploy)
    changed = stage.play(deploy.deploy, f"Hours={next(hours)}")
    gone = stage.play(delete.delete)

    def the_same(fault: str, ended: Ending, honest: Ending, place: str) -> None:
        met.update(f"{fault} {operation}" for operation in ended.struck)
        assert ended.events == honest.events, place
        assert ended.reviewed >= honest.reviewed, f"{place}: {ended.said}"

    for fault, on, at in misled(made):
        place = f"creation: {fault} on {on} {at}"
        ended = stage.play(deploy.deploy, fault=fault, on=on, at=at)
        is_created(stage, ended, place)
        the_same(fault, ended, made, place)
        stage.play(delete.delete)
    stage.play(deploy.deploy)
    for fault, on, at in misled(changed):
        place = f"update: {fault} on {on} {at}"
        ended = stage.play(deploy.deploy, f"Hours={next(hours)}", fault=fault, on=on, at=at)
        is_updated(stage, ended, place)
        the_same(fault, ended, changed, place)
    stage.play(delete.delete)
    for fault, on, at in misled(gone):
        place = f"deletion: {fault} on {on} {at}"
        stage.play(deploy.deploy)
        ended = stage.play(delete.delete, fault=fault, on=on, at=at)
        is_deleted(stage, ended, place)
        the_same(fault, ended, gone, place)
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
def test_a_call_that_never_gets_through_leaves_nothing_and_says_what_is_so(stage: Stage, fault: str) -> None:
    requests = stage.play(deploy.deploy).requests
    stage.play(delete.delete)
    ends = set()
    for number in range(requests):
        # More than the SDK tries; and after many failures it hardly tries again at all.
        ended = stage.play(deploy.deploy, fault=fault, at=range(number, number + 6))
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
        stage.play(delete.delete)
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
    gone, made = stage.play(delete.delete).requests, stage.play(deploy.deploy).requests
    changed = stage.play(deploy.deploy, "Hours=5").requests
    stage.play(delete.delete)
    for number in range(max(gone, made, changed)):
        for action, values, check in (
            (deploy.deploy, (), is_created),
            (deploy.deploy, ("Hours=5",), is_updated),
            (delete.delete, (), is_deleted),
        ):
            ended = stage.play(action, *values, at=range(number, number + 1), meanwhile=renewed)
            check(stage, ended, f"{action.__name__} {values} at request {number}")
    assert next(keys) == gone + made + changed + 1


def test_credentials_that_expire_for_good_end_the_run_and_leave_nothing_once_there_are_others(stage: Stage) -> None:
    stage.play(deploy.deploy)  # makes the bucket
    gone, made = stage.play(delete.delete).requests, stage.play(deploy.deploy).requests
    ends = set()
    # The last request records the release: the stack stands by then, and that is what is told.
    for number in range(made - 1):
        stage.play(delete.delete)
        ended = stage.play(deploy.deploy, fault="expired", at=ALL[number:])
        ends.add(_expired(ended, stage.status(), f"creation, from request {number}: {ended.said}"))
        is_up = stage.play(deploy.deploy)
        assert is_up.ended_well, f"from request {number}: {is_up.said}"
        assert (stage.status(), stage.unexecuted()) == ("CREATE_COMPLETE", []), f"from request {number}"
    for number in range(gone):
        stage.play(deploy.deploy)
        ended = stage.play(delete.delete, fault="expired", at=ALL[number:])
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
