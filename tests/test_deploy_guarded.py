"""Guarded changes through the command itself: --yes alone executes none of them, in whatever way they come about."""

from __future__ import annotations

import io
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import APP, ENVIRONMENT, ROOT, write_project
from tests.deployment.standing import Standing, standing

Edit = Callable[[Path], None]

_ROOT = ROOT.replace(
    """\
      TemplateURL: network.yaml
""",
    """\
      TemplateURL: network.yaml
      Parameters:
        VpcCidr: !Ref VpcCidr
        DomainName: !Ref DomainName
""",
).replace("  Hours:\n    Type: Number\n", "  VpcCidr:\n    Type: String\n  Hours:\n    Type: Number\n")
_NETWORK = """\
Parameters:
  VpcCidr:
    Type: String
  DomainName:
    Type: String
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !Ref VpcCidr
  Certificate:
    Type: AWS::CertificateManager::Certificate
    UpdateReplacePolicy: Retain
    Properties:
      DomainName: !Ref DomainName
      ValidationMethod: DNS
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain
    Properties:
      LogGroupName: shop
Outputs:
  VpcId:
    Value: !Ref Vpc
  Cidr:
    Value: !GetAtt Vpc.CidrBlock
"""
_APP = f"""\
{APP}\
  Queue:
    Type: AWS::SQS::Queue
  TaskDefinition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: shop
      Cpu: !Ref DesiredCount
      ContainerDefinitions: []
"""
_ENVIRONMENT = f"{ENVIRONMENT}  VpcCidr: 10.0.0.0/16\n"


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as found:
        yield found


@pytest.fixture
def project(stage: Standing, tmp_path: Path) -> Path:
    """A project whose stack stands as its files say."""
    stage.empty()
    # A log group that a deleted stack kept still has its name.
    network = _NETWORK.replace("LogGroupName: shop", f"LogGroupName: shop-{uuid.uuid4()}")
    project = write_project(tmp_path, environment=_ENVIRONMENT, root=_ROOT, network=network, app=_APP)
    assert command.main(["--env", "dev", "--rehearse", "--yes"], project, rehearsal=stage) == 0
    return project


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    capsys.readouterr()
    return played


# A new network is a new security group in it, whose id others may have.
_NEW_GROUP = ("--allow", "App/Group")


def _remove_app(project: Path) -> None:
    root = project / "rendered/root.yaml"
    text = root.read_text()
    start, end = text.index("  App:\n"), text.index("Outputs:")
    root.write_text(text[:start] + text[end:])


def _set(name: str, value: str) -> Edit:
    def edit(project: Path) -> None:
        params = project / "params/dev.yaml"
        lines = params.read_text().splitlines()
        kept = [line for line in lines if not line.startswith(f"  {name}:")]
        params.write_text("\n".join([*kept, f"  {name}: {value}", ""]))

    return edit


def _state(play: Callable[..., tuple[int, str, str]]) -> tuple[str, object]:
    code, out, _ = play("status", "--output", "json")
    assert code == 0
    told = json.loads(out)
    return told["status"], told["outputs"]


@pytest.mark.parametrize(
    ("edit", "path", "reason"),
    [
        (_set("VpcCidr", "10.9.0.0/16"), "Network/Vpc", "is public-facing: a new one takes its place"),
        (_set("DomainName", "new.example.com"), "Network/Certificate", "the old one stays in the account"),
        (_remove_app, "App", "is a whole layer: it is deleted with its 4 resources, among them App/Group"),
    ],
    ids=["a changed VpcCidr", "a new domain name", "a removed layer"],
)
def test_a_guarded_change_is_never_executed_by_yes_alone(
    project: Path, play: Callable[..., tuple[int, str, str]], edit: Edit, path: str, reason: str
) -> None:
    before = _state(play)
    edit(project)
    code, out, err = play("--yes")
    assert (code, out) == (3, "")
    assert reason in " ".join(err.split())
    assert f"--allow {path}" in err
    assert "--yes is not enough" in err
    assert _state(play) == before
    others = _NEW_GROUP if path == "Network/Vpc" else ()
    code, _, err = play("--yes", "--allow", path, *others)
    assert code == 0, err
    assert f"approved by --allow: {path}" in err
    assert _state(play)[0] == "UPDATE_COMPLETE"


def test_what_is_guarded_is_marked_in_the_review_by_a_sign_and_a_word(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    _set("VpcCidr", "10.9.0.0/16")(project)
    _, out, err = play("plan")
    assert "! guarded: is public-facing: a new one takes its place" in out
    assert "to approve: --allow Network/Vpc" in err
    _, out, _ = play("plan", "--output", "json")
    guards = {each["path"]: each["guard"] for each in json.loads(out)["changes"]}
    assert guards["Network/Vpc"].startswith("is public-facing")
    assert guards["App/Group"].startswith("serves others")
    _, out, _ = play("plan", "--output", "json", "--set", "VpcCidr=10.0.0.0/16", "--set", "DesiredCount=3")
    assert {each["path"]: each["guard"] for each in json.loads(out)["changes"]} == {"App/TaskDefinition": None}


def test_a_new_task_definition_is_how_ecs_deploys_and_not_guarded(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, err = play("--yes", "--set", "DesiredCount=3")
    assert code == 0, err
    assert "TaskDefinition  replaced" in err


def test_an_approval_for_no_guarded_change_is_wrong_use_and_nothing_is_left(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    before = _state(play)
    _set("VpcCidr", "10.9.0.0/16")(project)
    code, out, err = play("--yes", "--allow", "Network/Vcp", "--output", "json")
    assert code == 2
    assert "--allow names no guarded change: Network/Vcp; nothing was executed" in err
    assert "guarded: Network/Vpc" in err
    assert json.loads(out)["nothing_sent"] is True
    assert _state(play) == before


def test_one_approval_is_not_enough_for_two_guarded_changes(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    _set("VpcCidr", "10.9.0.0/16")(project)
    _set("DomainName", "new.example.com")(project)
    code, out, err = play("--yes", "--allow", "Network/Vpc", *_NEW_GROUP, "--output", "json")
    assert code == 3
    assert json.loads(out)["needed"] == ["Network/Certificate"]
    assert "to approve: --allow Network/Certificate" in err
    assert play("--yes", "--allow", "Network/Vpc", *_NEW_GROUP, "--allow", "Network/Certificate")[0] == 0


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "code"), [("y\nNetwork/Vpc\nApp/Group\n", 0), ("y\ny\n", 3), ("y\nNetwork\n", 3), ("n\n", 3)]
)
def test_a_person_approves_a_guarded_change_by_typing_its_path(
    project: Path, stage: Standing, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    _set("VpcCidr", "10.9.0.0/16")(project)
    told = _Terminal()
    monkeypatch.setattr(sys, "stdin", _Terminal(typed))
    monkeypatch.setattr(sys, "stderr", told)
    assert command.main(["--env", "dev", "--rehearse", "--pace", "100000"], project, rehearsal=stage) == code
    assert ("Replace Network/Vpc?" in told.getvalue()) is (typed[0] == "y")


def test_what_the_environment_file_protects_is_guarded_too(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App/Group, App/Taks*]\n")
    (project / "rendered/app.yaml").write_text(_APP.replace("GroupDescription: app", "GroupDescription: new"))
    code, _, err = play("--yes")
    assert code == 3
    assert "is protected by the environment file (App/Group)" in err
    assert "params/dev.yaml:12: protect names nothing that there is: App/Taks*" in err
    assert play("--yes", "--allow", "App/Group")[0] == 0


def test_a_delete_of_what_is_protected_needs_the_stacks_name(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App]\n")
    code, _, err = play("delete", "--yes")
    assert code == 3
    assert "With it goes what the environment file protects: App/Group" in err
    assert "to approve: --allow shop-dev" in err
    assert play("delete", "--yes", "--allow", "App")[0] == 2
    assert play("delete", "--yes", "--allow", "shop-dev")[0] == 0


def test_a_delete_in_an_environment_that_protects_nothing_takes_yes_for_an_answer(
    play: Callable[..., tuple[int, str, str]],
) -> None:
    assert play("delete", "--yes")[0] == 0
    _, out, _ = play("status", "--output", "json")
    assert json.loads(out)["outcome"] == "absent"
