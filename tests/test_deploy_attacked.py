"""What a careless or malicious colleague may try, and answers that leave things out: by the command, in all forms."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from deployment.commands.deploy import deploy
from tests.deployment.listed import LISTED_APP, LISTED_ROOT, write_listed
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.rehearsed import Player
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]
_ENVIRONMENT = f"{ENVIRONMENT.partition('parameters:')[0]}parameters: {{}}\n"
_OLD = "hunter2-of-last-year"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, environment=_ENVIRONMENT)


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


@pytest.fixture
def cloudformation(stage: Standing) -> Iterator[Any]:
    made = client("cloudformation", stage.url(), region=REGION)
    yield made
    made.close()


def _write(project: Path, **texts: str) -> None:
    for name, text in texts.items():
        (project / f"rendered/{name}.yaml").write_text(text)


def test_one_approval_is_never_for_a_setting_and_for_a_resource_of_that_name(
    project: Path, play: Play, cloudformation: Any
) -> None:
    kept = "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n"
    _write(project, root=f"{kept}  notifications: {{Type: AWS::SNS::Topic}}\n")
    assert play("--yes")[0] == 0
    evil = "arn:aws:sns:eu-west-1:111122223333:evil"
    tags = [{"Key": "application", "Value": "shop"}]
    made = cloudformation.create_change_set(
        StackName="shop-dev", ChangeSetName="evil", TemplateBody=kept, NotificationARNs=[evil], Tags=tags
    )
    cloudformation.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"], WaiterConfig={"Delay": 1})
    code, out, _ = play("--yes", "--change-set", made["Id"], "--allow", "notifications", "--output", "json")
    assert (code, json.loads(out)["needed"]) == (3, ["setting:notifications"])
    [stack] = cloudformation.describe_stacks(StackName="shop-dev")["Stacks"]
    assert stack["NotificationARNs"] == []
    allowed = ("--allow", "notifications", "--allow", "setting:notifications")
    assert play("--yes", "--change-set", made["Id"], *allowed)[0] == 0


_SECRET_ROOT = """\
Parameters: {Password: {Type: String, NoEcho: true}}
Resources:
  App: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: app.yaml, Parameters: {Given: !Ref Password}}}
"""
_SECRET_APP = """\
Parameters: {Given: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-${Given}'}}
  Topic: {Type: AWS::SNS::Topic}
"""


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("arguments", [("delete",), ("delete", "--yes", "--allow", "shop-dev"), ("drift",), ("--yes",)])
def test_what_was_made_of_a_secret_is_masked_although_the_files_know_nothing_of_it_any_more(
    project: Path, play: Play, monkeypatch: pytest.MonkeyPatch, form: str, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OLD", _OLD)
    _write(project, root=_SECRET_ROOT, app=_SECRET_APP)
    assert play("--yes", "--set-from-env", "Password=OLD")[0] == 0
    without = _SECRET_ROOT.replace("Parameters: {Password: {Type: String, NoEcho: true}}\n", "")
    _write(project, root=without.replace("!Ref Password", "plain"), app=_SECRET_APP.replace("q-${Given}", "plain"))
    page = project / "page.html"
    allowed = ("--allow", "App/Queue") if arguments == ("--yes",) else ()
    code, out, err = play(*arguments, *allowed, "--output", form, "--html", str(page))
    assert code == (3 if arguments == ("delete",) else 0)
    for told in (out, err, page.read_text(encoding="utf-8")):
        assert _OLD not in told
        assert b64encode(_OLD.encode()).decode() not in told


def test_a_resource_of_a_loop_is_asked_about_as_any_other_before_a_stack_is_made(project: Path, play: Play) -> None:
    loop = "'Fn::ForEach::Each': [Name, [A, B], {'Queue${Name}': {Type: AWS::SQS::Queue}}]"
    _write(project, root=f"Transform: AWS::LanguageExtensions\nResources:\n  {loop}\n")
    code, out, err = play("--yes", "--output", "json")
    assert code == 0, err
    assert {change["path"] for change in json.loads(out)["changes"]} == {"QueueA", "QueueB"}


def test_an_export_that_bears_the_stack_s_name_is_shown_by_it_and_its_importers_are_found(
    project: Path, play: Play, cloudformation: Any
) -> None:
    topic = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"
    exported = "Outputs: {Name: {Value: one, Export: {Name: !Sub '${AWS::StackName}-name'}}}\n"
    _write(project, root=topic + exported)
    assert play("--yes")[0] == 0
    importing = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue shop-dev-name}}}"
    cloudformation.create_stack(StackName="importing", TemplateBody=importing)
    _write(project, root=topic)
    [output] = json.loads(play("plan", "--output", "json")[1])["output_changes"]
    assert (output["export_before"], output["importers"]) == ("shop-dev-name", ["importing"])


def test_the_tags_of_a_nested_stack_itself_are_those_of_what_is_in_it_where_layers_are_compared_here(
    tmp_path_factory: pytest.TempPathFactory, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_listed(tmp_path_factory.mktemp("listed"))
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    capsys.readouterr()
    tagged = LISTED_ROOT.replace(
        'TemplateURL: "app.yaml"\n', 'TemplateURL: "app.yaml"\n      Tags: [{Key: own, Value: one}]\n'
    )
    _write(project, root=tagged)
    given = ["--env", "dev", "--rehearse", "plan", "--output", "json"]
    assert command.main(given, project, rehearsal=stage) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {change["path"]: change["kind"] for change in changes} == {
        f"App/{name}": "changed in place"
        for name in ("Gateway", "Group", "Queue", "Role")
        if f"  {name}:" in LISTED_APP
    }


def _without_targets(answer: dict[str, Any]) -> None:
    for change in answer.get("Changes", ()):
        for detail in change["ResourceChange"].get("Details", ()):
            detail.pop("Target", None)


def _dynamic(answer: dict[str, Any]) -> None:
    for change in answer.get("Changes", ()):
        change["ResourceChange"]["Action"] = "Dynamic"


def _player(project: Path, stage: Standing, mutate: Callable[[dict[str, Any]], None]) -> Player:
    player = Player(project, stage.url())
    deploy(player.run())
    events = player.client("cloudformation").meta.events
    events.register("after-call.cloudformation.DescribeChangeSet", lambda parsed, **_: mutate(parsed))
    return player


_TAGGED = """\
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: x}}
  Layer: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml}}
"""


def test_a_row_that_does_not_say_what_changes_is_a_doubt_where_the_tags_of_the_stack_do(
    project: Path, stage: Standing
) -> None:
    _write(
        project, root=_TAGGED, network="Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}}\n"
    )
    with closing(_player(project, stage, _without_targets)) as player:
        file = project / "params/dev.yaml"
        file.write_text(file.read_text().replace("application: shop", "application: store"))
        deploy(player.run())
        shown = {str(change.path) for change in player.reviewed.review.resources}
        assert {"Topic", "Layer/Queue"} <= shown


def test_a_nested_stack_of_which_anything_may_become_is_a_row_of_its_own(project: Path, stage: Standing) -> None:
    _write(project, root=_TAGGED, network="Resources: {Queue: {Type: AWS::SQS::Queue}}\n")
    with closing(_player(project, stage, _dynamic)) as player:
        _write(project, network="Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 1}}}\n")
        deploy(player.run())
        [layer] = [change for change in player.reviewed.review.resources if str(change.path) == "Layer"]
        assert layer.guard
