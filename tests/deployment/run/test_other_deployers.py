"""Two deployers at once, over one rehearsal: the first to execute wins, the second gets an error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deployment.change_set.process import Process
from deployment.commands.deploy import deploy
from deployment.errors import AwsRefusal, DeploymentError, NotFound, Overtaken, StackBusy
from deployment.run.choices import Choices
from deployment.run.other_deployers import explained, refuse_obsolete
from deployment.run.outcome import Deployed, Detached, Outcome
from deployment.run.run import Run
from deployment.run.telling import Progress, Question, Told
from deployment.stack.stack import describe_stack
from tests.deployment.fake_client import FakeClient, refusal
from tests.deployment.project import ACCOUNT, write_project
from tests.deployment.rehearsed import PROJECT, Player
from tests.deployment.runs import fake_run
from tests.deployment.shapes import FOLLOW_IT, at, change_set, set_arn, stack_arn, stack_body, stacks
from tests.deployment.this_process import RehearsalHere

pytestmark = pytest.mark.slow

_STAGE = ("--account", ACCOUNT, "--zone", "Z0123456789=example.com")
_HOURS = 0.001  # the pace at which simulated minutes are real hours
Players = Callable[[], Player]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


@pytest.fixture
def stage() -> Iterator[RehearsalHere]:
    with RehearsalHere(PROJECT, _STAGE) as here:
        yield here


@pytest.fixture
def players(project: Path, stage: RehearsalHere) -> Iterator[Players]:
    """Players of one rehearsal."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Player(project, stage.url())))


def _asking(run: Run, meanwhile: Callable[[], object]) -> Run:
    """The run, in which something happens while the person thinks about the update."""

    def approve(question: Question) -> bool:
        if question.text.startswith(("Update stack", "Create stack")):
            meanwhile()
        return True

    return replace(run, approve=approve)


def _begun(player: Player, stage: RehearsalHere) -> Outcome:
    """A deployment that is at work until the stage goes faster."""
    run = replace(player.run(), choices=Choices(detach=True))
    return deploy(_asking(run, lambda: stage.go_at(_HOURS)))


def _sets(player: Player) -> list[str]:
    rows = player.client("cloudformation").list_change_sets(StackName="shop-dev")["Summaries"]
    return [row["ExecutionStatus"] for row in rows]


@pytest.mark.parametrize("assignment", ["Hours=8", "DesiredCount=5"])
def test_whoever_is_overtaken_while_reviewing_executes_nothing(players: Players, assignment: str) -> None:
    first, second = players(), players()
    deploy(first.run())
    overtaking = _asking(second.run(assignment), lambda: deploy(first.run("Hours=7")))
    with pytest.raises(Overtaken, match="somebody else deployed to stack shop-dev after") as caught:
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


def test_whoever_comes_while_another_is_at_work_is_told_who_and_since_when(
    players: Players, stage: RehearsalHere
) -> None:
    assert isinstance(_begun(players(), stage), Detached)
    with pytest.raises(
        StackBusy, match=r"CREATE_IN_PROGRESS: an operation that deploy.py of \S+ started at 20\S+ is in progress$"
    ) as caught:
        deploy(players().run())
    assert caught.value.remedy == FOLLOW_IT


def test_whoever_is_overtaken_by_work_that_goes_on_finds_the_stack_busy(players: Players, stage: RehearsalHere) -> None:
    with pytest.raises(StackBusy, match=r"is in progress$"):
        deploy(_asking(players().run(), lambda: _begun(players(), stage)))


def test_waiting_goes_on_when_the_other_operation_has_ended(players: Players, stage: RehearsalHere) -> None:
    second = players()
    run = replace(second.run("Hours=7"), choices=Choices(wait=True))

    def tell(told: Told) -> None:
        run.tell(told)
        if isinstance(told, Progress) and told.text.endswith("; waiting"):
            stage.go_at(0)

    _begun(players(), stage)
    outcome = deploy(replace(run, tell=tell))
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
    assert "other runs have 1 change set on this stack (deploy.py of" in note
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


_ABSENT = "Stack with id arn:aws:cloudformation:x does not exist"


def test_a_refusal_that_something_does_not_exist_is_no_proof_of_another_deployer(tmp_path: Path) -> None:
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", describe_stacks=stacks()))
    stood = describe_stack(run.cloudformation, "shop-dev")
    with pytest.raises(NotFound) as caught, explained(run, stood):
        raise NotFound("create_change_set", "ValidationError", _ABSENT)
    assert caught.value.happened == f"AWS refused create_change_set: {_ABSENT} (ValidationError)"
    assert caught.value.findings == ("stack shop-dev is unchanged: there is no sign of another deployment",)


@pytest.mark.parametrize(
    "changed", [{"StackId": stack_arn("other")}, {"LastUpdatedTime": at(9)}, {"StackStatus": "UPDATE_COMPLETE"}]
)
def test_a_stack_that_has_changed_since_shows_another_deployer(tmp_path: Path, changed: dict[str, Any]) -> None:
    client = FakeClient("cloudformation", describe_stacks=[stacks(), {"Stacks": [stack_body() | changed]}])
    run = fake_run(write_project(tmp_path), client)
    stood = describe_stack(run.cloudformation, "shop-dev")
    with pytest.raises(Overtaken, match="somebody else deployed"), explained(run, stood):
        raise NotFound("create_change_set", "ValidationError", _ABSENT)


def test_a_stack_that_was_deleted_since_is_told_as_such(tmp_path: Path) -> None:
    missing = refusal("ValidationError", "Stack with id shop-dev does not exist")
    run = fake_run(write_project(tmp_path), FakeClient("cloudformation", describe_stacks=[stacks(), missing]))
    stood = describe_stack(run.cloudformation, "shop-dev")
    with pytest.raises(Overtaken, match="stack shop-dev was deleted after it was reviewed"), explained(run, stood):
        raise NotFound("create_change_set", "ValidationError", _ABSENT)


def test_a_stack_that_nobody_created_shows_nobody(tmp_path: Path) -> None:
    client = FakeClient("cloudformation", describe_stacks=stacks("REVIEW_IN_PROGRESS"))
    with pytest.raises(NotFound), explained(fake_run(write_project(tmp_path), client), None):
        raise NotFound("describe_change_set", "ChangeSetNotFound", "ChangeSet [x] does not exist")


def test_an_obsolete_change_set_is_refused(tmp_path: Path) -> None:
    described = change_set("root", ExecutionStatus="OBSOLETE")
    client = FakeClient("cloudformation", describe_change_set=described, describe_stacks=stacks())
    run = fake_run(write_project(tmp_path), client)
    with pytest.raises(Overtaken) as caught:
        refuse_obsolete(run, set_arn("root"))
    assert caught.value.findings == ("the change set is OBSOLETE",)
