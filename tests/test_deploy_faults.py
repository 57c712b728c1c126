"""Every fault at every request of a deployment, one after the other: how it ends is CloudFormation's word alone."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployment import delete, deploy
from deployment.change_set import Waiting
from deployment.check import checked_values
from deployment.clock import Polling
from deployment.environment import read_environment
from deployment.errors import DeploymentError
from deployment.outcome import Outcome
from deployment.prepare import Run
from deployment.request_budget import RequestBudget
from deployment.screen import Screen
from deployment.session import Endpoint, Session
from deployment.template import read_template
from tests.deployment.fake_client import FakeTime
from tests.deployment.local_cloud import LocalCloud
from tests.deployment.project import ACCOUNT, write_project

pytestmark = pytest.mark.slow

FAULTS = ("throttle", "error", "reset", "timeout", "lose-reply", "cut", "expired")
Action = Callable[[Run], Outcome]


@dataclass(frozen=True)
class Ending:
    """How one run ended: its exit, what it said, how many requests it made, and how many of them met a fault."""

    ended_well: bool
    said: str
    requests: int
    struck: int


class Stage:
    """A project, an account, and time that passes only in sleeps."""

    def __init__(self, folder: Path) -> None:
        self.cloud = LocalCloud(ACCOUNT)
        self.time = FakeTime()
        self._environment = read_environment(folder / "params", "dev")
        self._root = read_template(folder / "rendered/root.yaml")
        budget = RequestBudget(self.time.clock)
        self.session = self.cloud.attach(Session("eu-west-1", Endpoint("http://127.0.0.1:9", "x", "x"), budget))
        self._numbers = itertools.count()

    def play(self, action: Action, *assignments: str, fault: str | None = None, at: range = range(0)) -> Ending:
        """One run, in which the requests of these numbers meet a fault."""
        numbers, struck = itertools.count(), list[str]()

        def trouble(operation: str) -> str | None:
            if next(numbers) not in at:
                return None
            struck.append(operation)
            return fault

        self.cloud.trouble = trouble
        told = io.StringIO()
        screen = Screen(io.StringIO(), io.StringIO(), told, yes=True, width=80)
        try:
            screen.end(action(self._run(screen, assignments)))
            well = True
        except DeploymentError as error:
            screen.fail(error)
            well = False
        made = next(numbers)
        self.cloud.trouble = lambda _: None
        return Ending(well, told.getvalue(), made, len(struck))

    def _run(self, screen: Screen, assignments: tuple[str, ...]) -> Run:
        environment = self._environment.overriding(assignments)
        return Run(
            environment=environment,
            root=self._root,
            values=checked_values(self._root, environment),
            session=self.session,
            waiting=Waiting(self.time.clock, Polling()),
            token=lambda: f"00000000-0000-4000-8000-{next(self._numbers):012d}",
            tell=screen.tell,
            approve=screen.approve,
            selection="--env dev",
        )

    def status(self) -> str | None:
        """The state of the stack; None where there is none."""
        found = self.session.cloudformation.describe_stacks()["Stacks"]
        return found[0]["StackStatus"] if found else None

    def unexecuted(self) -> list[str]:
        """Change sets that wait for an execution, in any stack."""
        cloudformation = self.session.cloudformation
        return [
            row["ChangeSetName"]
            for stack in cloudformation.describe_stacks()["Stacks"]
            for row in cloudformation.list_change_sets(StackName=stack["StackId"])["Summaries"]
            if not row["ExecutionStatus"].startswith("EXECUTE_")
        ]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        made = Stage(write_project(tmp_path_factory.mktemp("shop")))
        patch.setattr("botocore.endpoint.time.sleep", made.time.sleep)  # the SDK's own back-off
        with closing(made.session):
            yield made


@pytest.fixture
def created(stage: Stage) -> Iterator[Stage]:
    assert stage.play(deploy.deploy).ended_well
    yield stage
    stage.play(delete.delete)


def test_any_one_fault_on_the_way_of_a_creation_and_a_deletion_is_survived(stage: Stage) -> None:
    stage.play(deploy.deploy)  # makes the bucket
    ways = stage.play(delete.delete).requests, stage.play(deploy.deploy).requests
    stage.play(delete.delete)
    for fault, number in itertools.product(FAULTS, range(max(ways))):
        place = f"{fault} at request {number}"
        made = stage.play(deploy.deploy, fault=fault, at=range(number, number + 1))
        assert made.struck == (number < ways[1]), place
        assert made.ended_well, f"{place}: {made.said}"
        assert "shop-dev is CREATE_COMPLETE after" in made.said.splitlines()[-2], place
        assert stage.status() == "CREATE_COMPLETE", place
        assert stage.unexecuted() == [], place
        gone = stage.play(delete.delete, fault=fault, at=range(number, number + 1))
        assert gone.ended_well, f"{place}: {gone.said}"
        assert gone.said.splitlines()[-1].startswith("shop-dev is deleted"), place
        assert stage.status() is None, place


def test_any_one_fault_on_the_way_of_an_update_is_survived(created: Stage) -> None:
    hours = itertools.cycle(("5", "6"))
    requests = created.play(deploy.deploy, f"Hours={next(hours)}").requests
    for fault, number in itertools.product(FAULTS, range(requests)):
        place = f"{fault} at request {number}"
        ended = created.play(deploy.deploy, f"Hours={next(hours)}", fault=fault, at=range(number, number + 1))
        assert ended.struck == 1, place
        assert ended.ended_well, f"{place}: {ended.said}"
        assert "shop-dev is UPDATE_COMPLETE after" in ended.said.splitlines()[-2], place
        assert created.status() == "UPDATE_COMPLETE", place
        assert created.unexecuted() == [], place


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
            assert status in (None, "CREATE_COMPLETE"), place
        assert stage.unexecuted() == [], place
        stage.play(delete.delete)
    assert ends == {True, False}
