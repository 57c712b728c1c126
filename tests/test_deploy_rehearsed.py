"""Whole deployments, played against the rehearsal: the same clients, wire and order as against AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import deploy as command
from deployment.aws.clock import Waiting
from deployment.commands.delete import delete
from deployment.commands.deploy import deploy, plan
from deployment.commands.status import status
from deployment.errors import OperationFailed, StackStuck, TerminationProtected
from deployment.review.review import Kind
from deployment.run.outcome import Absent, Declined, Deleted, Deployed, Planned, SettingsChanged, Shown, Unchanged
from deployment.run.telling import Happened
from tests.deployment.project import ACCOUNT, APP, ENVIRONMENT, NETWORK, write_project
from tests.deployment.rehearsed import Player, rehearsal, without_polls
from tests.deployment.this_process import RehearsalHere

Closing = Callable[[Player], Player]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with rehearsal("--account", ACCOUNT, "--zone", "Z0123456789=example.com") as endpoint:
        yield endpoint


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> str:
    return "shop-" + "".join(each for each in request.node.name if each.isalnum())[:60]


@pytest.fixture
def closed() -> Iterator[Callable[[Player], Player]]:
    with ExitStack() as stack:
        yield lambda player: stack.enter_context(closing(player))


@pytest.fixture
def player(tmp_path: Path, url: str, stack: str) -> Iterator[Player]:
    with closing(Player(write_project(tmp_path, environment=ENVIRONMENT.replace("shop-dev", stack)), url)) as made:
        yield made


def test_a_create_ends_with_outputs_and_the_time_of_each_layer(player: Player, stack: str) -> None:
    outcome = deploy(player.run())
    assert isinstance(outcome, Deployed)
    assert outcome.stack.status.value == "CREATE_COMPLETE"
    assert [output.name for output in outcome.stack.outputs] == ["VpcId"]
    assert [each.path for each in outcome.layers] == [("Network",), ("App",)]
    assert all(each.seconds > 0 for each in outcome.layers)
    # The first test of the module makes the bucket, too.
    asked = player.asked[-1].text.replace("artifacts-bucket, ", "")
    assert asked == f"Create stack {stack} in {ACCOUNT}/eu-west-1 (settings: capabilities)?"


def test_a_create_makes_few_calls(player: Player) -> None:
    deploy(player.run("Hours=5"))  # the bucket is there now
    delete(player.run())
    deploy(player.run())
    assert without_polls(player.calls) <= 16


def test_each_event_is_told_once_and_oldest_first(player: Player) -> None:
    deploy(player.run())
    events = [told.event for told in player.told if isinstance(told, Happened)]
    assert len({(event.stack, event.id) for event in events}) == len(events)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert events[0].reason == "User Initiated"
    assert (events[-1].status, events[-1].path) == ("CREATE_COMPLETE", ())
    assert ("App", "Group") in {event.path for event in events}


def test_a_second_deploy_has_nothing_to_do_and_asks_little(player: Player) -> None:
    deploy(player.run())
    outcome = deploy(player.run())
    assert isinstance(outcome, Unchanged)
    assert sum(player.calls.values()) <= 6
    assert player.asked == []


def test_a_set_value_is_the_one_change_of_the_review(player: Player) -> None:
    deploy(player.run())
    outcome = deploy(player.run("Hours=7"))
    assert isinstance(outcome, Deployed)
    [change] = player.reviewed.review.resources
    assert (change.path, change.kind) == (("App", "Role"), Kind.CHANGED)
    assert [(each.name, each.before, each.after) for each in change.properties] == [
        ("MaxSessionDuration", "4000", "7000")
    ]
    assert player.reviewed.overridden == (("Hours", "7"),)
    assert [folded.path for folded in player.reviewed.review.folded] == [("App", "Group")]
    assert player.calls["HeadObject"] == 3, "each template is verified where it stands"
    assert player.calls["GetTemplate"] == 2, "of the stack, and of the change set that is executed"
    assert player.calls["HeadBucket"] == 1, "the SDK would follow the bucket to another Region"
    assert player.calls["PutObject"] == 1, "the record of the release"
    assert without_polls(player.calls) - 5 - 1 <= 12


def test_an_update_leaves_no_failed_change_sets_on_unchanged_layers(player: Player, stack: str) -> None:
    deploy(player.run())
    (player._project / "rendered/app.yaml").write_text(APP.replace("GroupDescription: app", "GroupDescription: new"))
    assert isinstance(deploy(player.run()), Deployed)
    cloudformation = player.client("cloudformation")
    resources = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    left = [
        row
        for each in resources
        for row in cloudformation.list_change_sets(StackName=each["PhysicalResourceId"])["Summaries"]
        if row["Status"] == "FAILED"
    ]
    assert left == []


def test_a_real_replacement_is_followed_into_the_layers_that_use_it(player: Player) -> None:
    deploy(player.run())
    (player._project / "rendered/network.yaml").write_text(NETWORK.replace("10.0.0.0", "10.1.0.0"))
    outcome = plan(player.run())
    assert isinstance(outcome, Planned)
    assert outcome.reviewed
    kinds = {"/".join(each.path): each.kind for each in outcome.reviewed.review.resources}
    assert kinds == {"Network/Vpc": Kind.REPLACED, "App/Group": Kind.REPLACED}


def test_a_change_of_text_alone_is_told_and_applied(player: Player) -> None:
    deploy(player.run())
    (player._project / "rendered/network.yaml").write_text(f"# a comment\n{NETWORK}")
    outcome = deploy(player.run())
    assert isinstance(outcome, Deployed)
    assert player.reviewed.review.resources == ()
    assert isinstance(deploy(player.run()), Unchanged)


def test_a_plan_leaves_nothing_behind(player: Player, stack: str) -> None:
    outcome = plan(player.run())
    assert isinstance(outcome, Planned)
    assert outcome.reviewed
    assert outcome.reviewed.review.count(Kind.ADDED) == 3
    assert isinstance(status(player.run()), Absent)
    names = [each["StackName"] for each in player.client("cloudformation").describe_stacks()["Stacks"]]
    assert not [name for name in names if name.startswith(stack)]


def test_a_plan_of_nothing_says_so(player: Player) -> None:
    deploy(player.run())
    outcome = plan(player.run())
    assert isinstance(outcome, Planned)
    assert not outcome.changes


def test_a_declined_update_leaves_nothing_behind(player: Player, url: str, stack: str, closed: Closing) -> None:
    deploy(player.run())
    refusing = closed(Player(player._project, url, approve=False))
    assert isinstance(deploy(refusing.run("Hours=6")), Declined)
    left = player.client("cloudformation").list_change_sets(StackName=stack)["Summaries"]
    assert [row["ExecutionStatus"] for row in left] == ["EXECUTE_COMPLETE"]


def test_a_declined_bucket_makes_nothing(tmp_path: Path, url: str, stack: str, closed: Closing) -> None:
    text = ENVIRONMENT.replace("shop-dev", stack) + "artifacts_bucket: another-one\n"
    refusing = closed(Player(write_project(tmp_path, environment=text), url, approve=False))
    assert isinstance(deploy(refusing.run()), Declined)
    assert "Create bucket another-one" in refusing.asked[0].text
    assert refusing.calls["CreateBucket"] == 0


def test_an_interrupt_before_execution_leaves_nothing_behind(player: Player, stack: str) -> None:
    run = player.run()

    def interrupted(_: object) -> bool:
        raise KeyboardInterrupt

    object.__setattr__(run, "approve", lambda question: question.text.startswith("Create bucket") or interrupted(None))
    with pytest.raises(KeyboardInterrupt):
        deploy(run)
    assert isinstance(status(player.run()), Absent)


def test_termination_protection_follows_the_environment_file(player: Player) -> None:
    params = player._project / "params/dev.yaml"
    params.write_text(params.read_text().replace("termination_protection: false", "termination_protection: true"))
    deploy(player.run())
    with pytest.raises(TerminationProtected, match="is protected against deletion"):
        delete(player.run())
    params.write_text(params.read_text().replace("termination_protection: true", "termination_protection: false"))
    assert isinstance(deploy(player.run()), SettingsChanged)
    assert [question.typed for question in player.asked] == [None, "termination-protection"]
    assert isinstance(delete(player.run()), Deleted)
    assert isinstance(delete(player.run()), Absent)


def test_a_declined_delete_deletes_nothing(player: Player, url: str, stack: str, closed: Closing) -> None:
    deploy(player.run())
    refusing = closed(Player(player._project, url, approve=False))
    assert isinstance(delete(refusing.run()), Declined)
    assert refusing.asked[0].typed == stack
    assert isinstance(status(player.run()), Shown)


def test_status_tells_what_the_next_deploy_would_send(player: Player) -> None:
    deploy(player.run())
    shown = status(player.run("DesiredCount=5"))
    assert isinstance(shown, Shown)
    assert [(each.path, each.status) for each in shown.layers] == [
        (("Network",), "CREATE_COMPLETE"),
        (("App",), "CREATE_COMPLETE"),
    ]
    assert [(each.name, each.deployed, each.file) for each in shown.differences] == [("DesiredCount", "2", "5")]
    assert not shown.template_differs


def test_a_failed_create_names_the_first_cause_and_then_only_delete_helps(tmp_path: Path, closed: Closing) -> None:
    faults = ("--fail", "App/Group=The group is not wanted", "--zone", "Z0123456789=example.com")
    with rehearsal("--account", ACCOUNT, *faults) as url:
        player = closed(Player(write_project(tmp_path), url))
        with pytest.raises(OperationFailed) as caught:
            deploy(player.run())
        assert caught.value.status == "ROLLBACK_COMPLETE"
        assert caught.value.findings == ("App/Group CREATE_FAILED: The group is not wanted",)
        with pytest.raises(StackStuck, match="ROLLBACK_COMPLETE") as stuck:
            deploy(player.run())
        assert "deploy.py recover --env dev" in (stuck.value.remedy or "")
        assert isinstance(delete(player.run()), Deleted)


def test_a_rehearsal_sleeps_for_nothing(player: Player) -> None:
    run = player.run()
    assert isinstance(run.waiting, Waiting)
    assert run.waiting.polling.most == 0


def _rehearse(
    project: Path, capsys: pytest.CaptureFixture[str], *arguments: str, child: bool = False
) -> tuple[int, str, str]:
    """`child`: the command starts a process for the rehearsal, as it does for a person."""
    own = None if child else RehearsalHere
    code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=own)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.slow
def test_the_command_rehearses_a_whole_life_and_remembers_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path)
    code, out, err = _rehearse(project, capsys, "--yes", "--fresh", child=True)
    assert code == 0, err
    assert out.startswith("VpcId=vpc-")
    assert "shop-dev is CREATE_COMPLETE after" in err
    assert (project / ".rehearsal").is_dir()
    code, again, err = _rehearse(project, capsys, "status", child=True)
    assert (code, again) == (0, out)
    assert "a deployment has nothing to do" in err
    code, planned, _ = _rehearse(project, capsys, "plan", "--exit-code", "--set", "Hours=7")
    assert code == 4
    assert "MaxSessionDuration: 4000 -> 7000" in planned
    code, _, err = _rehearse(project, capsys, "--set", "Hours=7")
    assert code == 3
    assert "there is no terminal to ask on" in err
    code, _, err = _rehearse(project, capsys, "delete", "--yes", "--allow", "shop-dev")
    assert code == 0
    assert "shop-dev is deleted" in err


def test_the_command_tells_a_rehearsed_failure_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path)
    fault = ("--fail", "App/Group=The group is not wanted", "--pace", "100000")
    code, out, err = _rehearse(project, capsys, "--yes", *fault)
    assert (code, out) == (1, "")
    assert "App/Group CREATE_FAILED: The group is not wanted" in err
    assert "deploy.py recover --env dev --rehearse" in err
    assert _rehearse(project, capsys, "--yes")[0] == 5


def test_a_scenario_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path)
    code, _, err = _rehearse(project, capsys, "--scenario", str(tmp_path / "none.yaml"), child=True)
    assert code == 2
    assert "error: the rehearsal did not start" in err
    assert "next: correct the value of --fail or the file of --scenario, then try again" in err
    assert "usage" not in err, "of a program that nobody has called"
    assert "none.yaml" in err


_TROUBLE = """\
api:
  - {operation: CreateChangeSet, fault: lose-reply, times: 1}
  - {operation: ExecuteChangeSet, fault: lose-reply, times: 1}
  - {operation: DescribeStackEvents, fault: throttle, after: 2, times: 12}
  - {operation: DescribeChangeSet, fault: error, after: 1, times: 2}
  - {operation: DescribeStacks, fault: reset, times: 1}
"""


@pytest.mark.slow
def test_lost_replies_throttling_and_resets_do_not_fail_a_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: Closing
) -> None:
    monkeypatch.setattr("botocore.retries.standard.time.sleep", lambda _: None)
    (tmp_path / "scenario.yaml").write_text(_TROUBLE)
    trouble = ("--scenario", str(tmp_path / "scenario.yaml"), "--zone", "Z0123456789=example.com")
    with rehearsal("--account", ACCOUNT, *trouble) as url:
        player = closed(Player(write_project(tmp_path), url))
        outcome = deploy(player.run())
        assert isinstance(outcome, Deployed)
        events = [told.event for told in player.told if isinstance(told, Happened)]
        assert len({(event.stack, event.id) for event in events}) == len(events)
        sets = player.client("cloudformation").list_change_sets(StackName="shop-dev")["Summaries"]
        assert [row["ExecutionStatus"] for row in sets] == ["EXECUTE_COMPLETE"]
        assert isinstance(deploy(player.run()), Unchanged)
