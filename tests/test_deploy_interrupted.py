"""Ctrl-C and SIGTERM at every stage, in a real terminal: nothing stays before execution; after it AWS goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pytest

from deployment.commands.delete import delete
from deployment.commands.deploy import deploy
from deployment.commands.status import status
from deployment.run.outcome import Absent, Deployed, Shown
from tests.deployment.project import ACCOUNT, APP, ENVIRONMENT, write_project
from tests.deployment.rehearsed import PROJECT, Player, rehearsal
from tests.terminal import CTRL_C, Terminal, terminal

pytestmark = pytest.mark.slow

_SLOW = """\
  Slow:
    Type: AWS::SNS::Topic
"""
_SCENARIO = """\
resources:
  - {path: App/Slow, on: create, fault: hang}
  - {path: App/Role, on: update, fault: hang}
"""

Play = Callable[..., Terminal]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    scenario = tmp_path_factory.mktemp("scenario") / "scenario.yaml"
    scenario.write_text(_SCENARIO)
    given = ("--zone", "Z0123456789=example.com", "--scenario", str(scenario))
    with rehearsal("--account", ACCOUNT, *given) as endpoint:
        yield endpoint


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> str:
    return "shop-" + "".join(each for each in request.node.name if each.isalnum())[:60]


def command(folder: Path) -> Path:
    """The project in `folder` gets a deploy.py of its own, the real one."""
    shutil.copy(PROJECT / "deploy.py", folder)
    for wing in ("cloudformation", "deployment", "rehearsal"):
        (folder / wing).symlink_to(PROJECT / wing)
    return folder


def machine(url: str) -> dict[str, str]:
    """The environment variables of somebody who works with that endpoint."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_COLOR": "1",
    }


@pytest.fixture
def project(tmp_path: Path, stack: str) -> Path:
    return command(write_project(tmp_path, environment=ENVIRONMENT.replace("shop-dev", stack)))


@pytest.fixture
def player(project: Path, url: str) -> Iterator[Player]:
    with closing(Player(project, url)) as made:
        yield made


@pytest.fixture
def play(project: Path, url: str) -> Iterator[Play]:
    """Starts the command in a terminal of its own."""
    with ExitStack() as open_terminals:

        def started(*arguments: str) -> Terminal:
            made: AbstractContextManager[Terminal] = terminal(
                ["deploy.py", "--env", "dev", *arguments], project, machine(url), columns=160
            )
            return open_terminals.enter_context(made)

        yield started


def _hanging(project: Path) -> None:
    (project / "rendered/app.yaml").write_text(APP + _SLOW)


def _left(player: Player, stack: str) -> list[str]:
    """The change sets of the stack that were not executed."""
    listed = player.client("cloudformation").list_change_sets(StackName=stack)["Summaries"]
    return [row["ChangeSetName"] for row in listed if not row["ExecutionStatus"].startswith("EXECUTE_")]


def test_an_interrupt_at_the_question_leaves_nothing_behind(play: Play, player: Player) -> None:
    shown = play()
    if "bucket" in shown.expect("[y/N] "):
        shown.type("y\n")
        shown.expect("[y/N] ")
    shown.type(CTRL_C)
    assert shown.ended() == 130
    assert "interrupted" in shown.screen
    assert " continues" not in shown.screen
    assert isinstance(status(player.run()), Absent)


def test_an_interrupted_creation_goes_on_or_is_left_to_itself(
    play: Play, player: Player, project: Path, stack: str
) -> None:
    _hanging(project)
    shown = play("--yes")
    shown.expect("at work  App")
    shown.type(CTRL_C)
    asked = shown.expect("? ")
    assert "[d]etach, [g]o on" in asked + shown.screen
    assert "[c]ancel" not in shown.screen  # a creation cannot be cancelled
    shown.type("g\n")
    shown.expect("at work  App")
    shown.type(CTRL_C)
    shown.expect("[d]etach, [g]o on? ")
    shown.type("d\n")
    assert shown.ended() == 130
    _, _, look = shown.screen.rpartition(f"the operation on stack {stack} continues; look at it with:\r\n  ")
    assert look.splitlines()[0].endswith("python deploy.py status --follow --env dev")
    found = status(player.run())
    assert isinstance(found, Shown)
    assert found.stack.status.value == "CREATE_IN_PROGRESS"


def test_a_second_interrupt_detaches(play: Play, project: Path) -> None:
    _hanging(project)
    shown = play("--yes")
    shown.expect("at work  App")
    shown.type(CTRL_C)
    shown.expect("[g]o on? ")
    shown.type(CTRL_C)
    assert shown.ended() == 130
    assert "the operation on stack" in shown.screen


def test_termination_detaches_without_a_question(play: Play, project: Path) -> None:
    _hanging(project)
    shown = play("--yes")
    shown.expect("at work  App")
    shown.terminate()
    assert shown.ended() == 130
    assert "[g]o on" not in shown.screen
    assert "the operation on stack" in shown.screen


def test_an_interrupted_update_can_be_cancelled(play: Play, player: Player, stack: str) -> None:
    assert isinstance(deploy(player.run()), Deployed)
    shown = play("--yes", "--set", "Hours=7")
    shown.expect("at work  App")
    shown.type(CTRL_C)
    shown.expect("[c]ancel, [d]etach, [g]o on? ")
    shown.type("c\n")
    shown.expect("cancelling the update")
    assert shown.ended() == 1
    told = " ".join(shown.screen.split())  # wrapped to the terminal
    assert f"error: the update was cancelled; stack {stack} is in UPDATE_ROLLBACK_COMPLETE" in told
    assert "fix the cause" not in told
    assert _left(player, stack) == []
    delete(player.run())


def test_termination_at_the_question_leaves_nothing_behind(play: Play, player: Player) -> None:
    shown = play()
    if "bucket" in shown.expect("[y/N] "):
        shown.type("y\n")
        shown.expect("[y/N] ")
    shown.terminate()
    assert shown.ended() == 130
    assert isinstance(status(player.run()), Absent)


@pytest.mark.parametrize("operation", ["CreateChangeSet", "DescribeChangeSet"])
def test_an_interrupt_while_a_change_set_is_made_leaves_nothing_behind(
    operation: str, project: Path, tmp_path_factory: pytest.TempPathFactory, stack: str
) -> None:
    scenario = tmp_path_factory.mktemp("slow") / "scenario.yaml"
    scenario.write_text(f'api:\n  - {{operation: {operation}, fault: "slow:5", times: 1}}\n')
    given = ("--zone", "Z0123456789=example.com", "--scenario", str(scenario))
    with rehearsal("--account", ACCOUNT, *given) as endpoint, closing(Player(project, endpoint)) as player:
        with terminal(["deploy.py", "--env", "dev", "--yes"], project, machine(endpoint)) as shown:
            shown.expect("creating a change set")
            shown.type(CTRL_C)
            assert shown.ended() == 130
        assert isinstance(status(player.run()), Absent)
        stacks = player.client("cloudformation").list_stacks(StackStatusFilter=["REVIEW_IN_PROGRESS"])
        assert stacks["StackSummaries"] == []
