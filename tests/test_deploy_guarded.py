"""Guarded changes through the command itself: --yes alone executes none of them, in whatever way they come about."""

from __future__ import annotations

import io
import json
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest

import deploy as command
from tests.deployment.attended import Terminal
from tests.deployment.project import APP, ENVIRONMENT, FRESH, ROOT, write_project
from tests.deployment.standing import PROJECT, Standing, standing
from tests.deployment.this_process import RehearsalHere

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
    """A project whose stack is deployed as its files say."""
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
        (_remove_app, "App", "is a whole nested stack: it is deleted with its 4 resources, among them App/Group"),
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "code"), [("y\nNetwork/Vpc\nApp/Group\n", 0), ("y\ny\n", 3), ("y\nNetwork\n", 3), ("n\n", 3)]
)
def test_a_person_approves_a_guarded_change_by_typing_its_path(
    project: Path, stage: Standing, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    _set("VpcCidr", "10.9.0.0/16")(project)
    told = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stderr", told)
    assert command.main(["--env", "dev", "--rehearse", "--pace", "100000"], project, rehearsal=stage) == code
    assert ("Replace Network/Vpc?" in told.getvalue()) is (typed[0] == "y")


@pytest.mark.slow
def test_what_the_environment_file_protects_is_guarded_too(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App/Group, App/Taks*]\n")
    (project / "rendered/app.yaml").write_text(_APP.replace("GroupDescription: app", "GroupDescription: new"))
    code, _, err = play("--yes")
    assert code == 3
    assert "is protected by the environment file (App/Group)" in err
    assert "params/dev.yaml:12: protect names resources that do not exist: App/Taks*" in err
    assert play("--yes", "--allow", "App/Group")[0] == 0


@pytest.mark.slow
def test_a_delete_of_what_is_protected_needs_the_stacks_name(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App]\n")
    code, _, err = play("delete", "--yes")
    assert code == 3
    assert "The deletion includes what the environment file protects: App/Group" in err
    assert "to approve: --allow shop-dev" in err
    assert play("delete", "--yes", "--allow", "App")[0] == 2
    assert play("delete", "--yes", "--allow", "shop-dev")[0] == 0


def test_a_delete_of_what_holds_something_needs_the_stacks_name_and_says_what_is_lost(
    play: Callable[..., tuple[int, str, str]],
) -> None:
    before = _state(play)
    code, out, err = play("delete", "--yes")
    assert (code, out) == (3, "")
    assert "- Queue  AWS::SQS::Queue\n        ! guarded: holds data: it is deleted, with its messages" in err
    assert "= Logs  AWS::Logs::LogGroup\n" in err
    assert (
        "5 of its 6 resources are guarded. there is no terminal to ask on; use a terminal: --yes is not enough" in err
    )
    assert "to approve: --allow shop-dev" in err
    assert _state(play) == before
    assert play("delete", "--allow", "shop-dev")[0] == 3
    code, _, err = play("delete", "--yes", "--allow", "shop-dev")
    assert code == 0
    assert "approved by --allow: shop-dev" in err
    _, out, _ = play("status", "--output", "json")
    assert json.loads(out)["outcome"] == "absent"


def test_a_delete_believes_the_stack_s_templates_and_not_the_files(
    project: Path, play: Callable[..., tuple[int, str, str]]
) -> None:
    (project / "rendered/app.yaml").write_text(
        _APP.replace("Type: AWS::SQS::Queue", "Type: AWS::SQS::Queue\n    DeletionPolicy: Retain")
    )
    network = project / "rendered/network.yaml"
    network.write_text(network.read_text().replace("    DeletionPolicy: Retain\n", ""))
    _, out, _ = play("delete", "--yes", "--output", "json")
    deletion = json.loads(out)["deletion"]
    assert "App/Queue" in [row["path"] for row in deletion["goes"]]
    assert [row["path"] for row in deletion["stays"]] == ["Network/Logs"]


def test_a_misspelt_protection_is_told_by_delete_too(project: Path, play: Callable[..., tuple[int, str, str]]) -> None:
    params = project / "params/dev.yaml"
    params.write_text(f"{params.read_text()}protect: [App/Quque, App/Queue]\n")
    _, _, err = play("delete", "--yes")
    assert "params/dev.yaml:12: protect names resources that do not exist: App/Quque\n" in err


_HARMLESS = """\
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
"""


_ALONE = f"{ENVIRONMENT[: ENVIRONMENT.index('parameters:')]}parameters: {{}}\n"


@pytest.fixture
def alone(stage: Standing, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """A root without layers, as it is given; what the command answers, and all that it says."""
    stage.empty()
    project = write_project(tmp_path, environment=_ALONE, root=_HARMLESS)

    def played(template: str, *arguments: str) -> tuple[int, str]:
        (project / "rendered/root.yaml").write_text(template)
        told = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", told)
            patch.setattr(sys, "stdin", io.StringIO())
            code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=stage)
        return code, told.getvalue()

    return played


def test_a_stack_without_anything_that_is_guarded_is_deleted_by_yes(alone: Callable[..., tuple[int, str]]) -> None:
    assert alone(_HARMLESS, "--yes")[0] == 0
    code, words = alone(_HARMLESS, "delete", "--yes")
    assert code == 0, words
    assert "guarded" not in words


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("AWS::ElastiCache::CacheCluster", "{CacheNodeType: cache.t4g.micro, Engine: redis, NumCacheNodes: 1}"),
        ("AWS::RedshiftServerless::Namespace", "{NamespaceName: shop}"),
        ("AWS::WorkSpaces::Workspace", "{BundleId: wsb-1, DirectoryId: d-1, UserName: shop}"),
        (
            "AWS::AmazonMQ::Broker",
            "{BrokerName: shop, DeploymentMode: SINGLE_INSTANCE, EngineType: RABBITMQ, HostInstanceType: mq.m5.large,"
            " PubliclyAccessible: false}",
        ),
        ("AWS::S3Tables::TableBucket", "{TableBucketName: shop-tables}"),
        ("AWS::EC2::EIPAssociation", "{AllocationId: eipalloc-1, NetworkInterfaceId: eni-1}"),
        ("AWS::QLDB::Ledger", "{PermissionsMode: STANDARD}"),
        ("Custom::Thing", "{ServiceToken: !Sub 'arn:aws:sns:eu-west-1:${AWS::AccountId}:made'}"),
    ],
)
@pytest.mark.slow
def test_what_no_list_of_last_words_knew_is_not_removed_by_yes(
    alone: Callable[..., tuple[int, str]], type_: str, properties: str
) -> None:
    held = f"{_HARMLESS}  Held:\n    Type: {type_}\n    Properties: {properties}\n"
    code, words = alone(held, "--yes")
    assert code == 0, words
    code, words = alone(_HARMLESS, "--yes")
    assert code == 3, words
    assert "! guarded:" in words
    assert "to approve: --allow Held" in words
    assert alone(_HARMLESS, "--yes", "--allow", "Held")[0] == 0


_CACHE = """\
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupDescription: shop
      NumNodeGroups: 2
"""
_RESHARDING = "    UpdatePolicy:\n      UseOnlineResharding: true\n"


@pytest.mark.slow
def test_another_number_of_shards_replaces_a_cache_unless_the_update_policy_keeps_it(
    alone: Callable[..., tuple[int, str]],
) -> None:
    assert alone(f"{_HARMLESS}{_CACHE}", "--yes")[0] == 0
    more = f"{_HARMLESS}{_CACHE}".replace("NumNodeGroups: 2", "NumNodeGroups: 3")
    code, words = alone(more, "--yes")
    assert code == 3, words
    assert "may be replaced" in words
    assert "no UpdatePolicy UseOnlineResharding keeps" in " ".join(words.split())
    assert "to approve: --allow Cache" in words
    code, words = alone(f"{more}{_RESHARDING}", "--yes")
    assert code == 0, words


@pytest.mark.parametrize("way_on", [("--allow", "shop-dev"), ("--retain", "Network/Vpc")], ids=["allowed", "retained"])
@pytest.mark.slow
def test_a_deletion_that_got_stuck_is_ended_by_recover_where_nobody_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], way_on: tuple[str, str]
) -> None:
    project = write_project(tmp_path)

    def rehearse(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=RehearsalHere)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    assert rehearse("--yes")[0] == 0
    code, _, err = rehearse("delete", "--yes", "--allow", "shop-dev", "--fail", "Network/Vpc:delete=It is in use")
    assert code == 1
    assert "deploy.py recover --env dev --rehearse" in err
    code, _, err = rehearse("recover", "--yes")
    assert code == 3
    assert "    - Vpc  AWS::EC2::VPC\n        ! guarded: is public-facing" in err
    assert "to approve: --allow shop-dev" in err
    code, out, err = rehearse("recover", "--yes", *way_on, "--output", "json")
    assert code == 0, err
    body = json.loads(out)
    jsonschema.Draft202012Validator(json.loads((PROJECT / "docs/report.schema.json").read_text("utf-8"))).validate(body)
    assert (body["outcome"], body["status"]) == ("recovered", None)
    assert [row["path"] for row in body["deletion"]["goes"]] == (["Network/Vpc"] if "--allow" in way_on else [])


_RULE = """\
  Second:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref HttpsListenerArn
      Priority: 77
      Conditions: [{Field: path-pattern, Values: [/second]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref TargetGroup}]

"""


@pytest.mark.slow
def test_the_product_s_usual_days_ask_no_new_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("rendered", "params"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    (tmp_path / "render.py").write_text(FRESH)

    def rehearse(*arguments: str) -> int:
        return command.main(["--env", "dev", "--rehearse", "--yes", *arguments], tmp_path, rehearsal=RehearsalHere)

    assert rehearse() == 0
    for values in ("DesiredCount=3", "ContainerImage=nginx:9", "ListenerRulePaths=/a/*", "LogRetentionDays=30"):
        capsys.readouterr()
        assert rehearse("--set", values) == 0, values
        assert "guarded" not in capsys.readouterr().err
    ecs = tmp_path / "rendered/ecs.yaml"
    ecs.write_text(ecs.read_text().replace("  ListenerRule:\n", f"{_RULE}  ListenerRule:\n", 1))
    # Back to a shorter retention, with a new resource: only what is deleted by that is guarded.
    assert rehearse() == 3
    assert "to approve: --allow Ecs/LogGroup\n" in capsys.readouterr().err
    assert rehearse("--allow", "Ecs/LogGroup") == 0
