"""Two deployers at once, over one rehearsal: the first to execute wins, the second is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from deployment.change_set.process import Process
from deployment.commands.deploy import deploy
from deployment.errors import AwsRefusal, DeploymentError, Overtaken, StackBusy
from deployment.run.choices import Choices
from deployment.run.other_deployers import explained, refuse_obsolete
from deployment.run.outcome import Deployed, Detached, Outcome
from deployment.run.run import Run
from deployment.run.telling import Progress, Question
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.rehearsed import Player, rehearsal
from tests.deployment.runs import fake_run
from tests.deployment.shapes import FOLLOW_IT, change_set, set_arn, stacks

_STAGE = ("--account", ACCOUNT, "--zone", "Z0123456789=example.com")
Players = Callable[..., Player]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


@pytest.fixture
def players(project: Path) -> Iterator[Players]:
    """Players of one rehearsal, which goes as fast as it can, or at a pace."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}

        def player(pace: str = "0") -> Player:
            if pace not in urls:
                urls[pace] = stack.enter_context(rehearsal(*_STAGE, "--pace", pace))
            return stack.enter_context(closing(Player(project, urls[pace])))

        yield player


def _asking(run: Run, meanwhile: Callable[[], object]) -> Run:
    """The run, in which something happens while the person thinks about the update."""

    def approve(question: Question) -> bool:
        if question.text.startswith(("Update", "Create")):
            meanwhile()
        return True

    return replace(run, approve=approve)


def _sets(player: Player) -> list[str]:
    rows = player.client("cloudformation").list_change_sets(StackName="shop-dev")["Summaries"]
    return [row["ExecutionStatus"] for row in rows]


@pytest.mark.parametrize("assignment", ["Hours=8", "DesiredCount=5"])
def test_whoever_is_overtaken_while_reviewing_executes_nothing(players: Players, assignment: str) -> None:
    first, second = players(), players()
    deploy(first.run())
    overtaking = _asking(second.run(assignment), lambda: deploy(first.run("Hours=7")))
    with pytest.raises(Overtaken, match="somebody else deployed to stack shop-dev since") as caught:
        deploy(overtaking)
    assert caught.value.remedy == "review again: python deploy.py --env dev"
    stack = first.client("cloudformation").describe_stacks(StackName="shop-dev")["Stacks"][0]
    assert {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}["Hours"] == "7"
    assert set(_sets(first)) == {"EXECUTE_COMPLETE"}


def test_whoever_is_overtaken_while_creating_executes_nothing(players: Players) -> None:
    first, second = players(), players()
    with pytest.raises(Overtaken):
        deploy(_asking(second.run("Hours=8"), lambda: deploy(first.run("Hours=7"))))
    assert _sets(first) == ["EXECUTE_COMPLETE"]


def test_whoever_comes_while_another_is_at_work_is_told_who_and_since_when(players: Players) -> None:
    first, second = players("2"), players("2")
    assert isinstance(deploy(replace(first.run(), choices=Choices(detach=True))), Detached)
    with pytest.raises(StackBusy, match=r"CREATE_IN_PROGRESS: deploy.py of \S+ is at work since 20") as caught:
        deploy(second.run())
    assert caught.value.remedy == FOLLOW_IT


def test_whoever_is_overtaken_by_work_that_goes_on_finds_the_stack_busy(players: Players) -> None:
    first, second = players("2"), players("2")
    with pytest.raises(StackBusy, match="is at work since"):
        deploy(_asking(second.run(), lambda: deploy(replace(first.run(), choices=Choices(detach=True)))))


@pytest.mark.slow
def test_waiting_goes_on_when_the_other_operation_has_ended(players: Players) -> None:
    first, second = players("15"), players("15")
    deploy(replace(first.run(), choices=Choices(detach=True)))
    outcome = deploy(replace(second.run("Hours=7"), choices=Choices(wait=True)))
    assert isinstance(outcome, Deployed)
    said = [told.text for told in second.told if isinstance(told, Progress)]
    assert said[0].endswith("; waiting")
    assert said[1] == "stack shop-dev is CREATE_COMPLETE now"


def test_of_two_that_execute_in_one_moment_one_wins_and_one_is_told(players: Players) -> None:
    deploy(players().run())
    both = threading.Barrier(2, timeout=60)

    def played(assignment: str) -> Outcome | DeploymentError:
        try:
            return deploy(_asking(players().run(assignment), both.wait))
        except DeploymentError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(played, ["Hours=7", "Hours=8"]))
    kinds = sorted(type(end).__name__ for end in ends)
    assert kinds in (["Deployed", "Overtaken"], ["Deployed", "StackBusy"])
    last = players()
    assert set(_sets(last)) == {"EXECUTE_COMPLETE"}


def test_a_change_set_of_another_run_is_told_of_and_left_alone(players: Players) -> None:
    first, second = players(), players()
    deploy(first.run())
    notes: list[str] = []

    def meanwhile() -> None:
        refusing = replace(second.run("Hours=8"), approve=lambda _: False)
        deploy(refusing)
        notes.extend(told.text for told in second.told if isinstance(told, Progress))

    host = Process("here", 1, alive=lambda _: True)
    assert isinstance(deploy(replace(_asking(first.run("Hours=7"), meanwhile), process=host)), Deployed)
    [note] = [each for each in notes if each.startswith("note: ")]
    assert "1 change set of other runs on this stack (deploy.py of" in note
    assert "process 1 on here" in note


def test_what_aws_refuses_for_another_reason_stays_what_it_is(tmp_path: Path) -> None:
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation"))
    with pytest.raises(AwsRefusal, match="AccessDenied"), explained(run):
        raise AwsRefusal("execute_change_set", "AccessDenied", "not allowed")


def test_a_stack_that_is_gone_was_overtaken_too(tmp_path: Path) -> None:
    missing = refusal("ValidationError", "Stack with id shop-dev does not exist")
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", describe_stacks=missing))
    with pytest.raises(Overtaken), explained(run):
        raise AwsRefusal("x", "InvalidChangeSetStatus", "in its current execution status of [OBSOLETE]")


def test_an_obsolete_change_set_is_refused(tmp_path: Path) -> None:
    described = change_set("root", ExecutionStatus="OBSOLETE")
    client = FakeClient("cloudformation", describe_change_set=described, describe_stacks=stacks())
    run = fake_run(write_project(tmp_path), client)
    with pytest.raises(Overtaken) as caught:
        refuse_obsolete(run, set_arn("root"))
    assert caught.value.findings == ("the change set is OBSOLETE",)
