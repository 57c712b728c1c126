"""Layers that CloudFormation cannot make change sets of: compared here, said so in every form, guarded all the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from deployment.commands.deploy import deploy, plan
from deployment.run.telling import Question
from tests.deployment.listed import LISTED_APP, LISTED_NETWORK, LISTED_ROOT, write_listed
from tests.deployment.project import APP
from tests.deployment.rehearsed import Player, without_polls
from tests.deployment.standing import REGION, Standing, standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, str, str]]

_SCHEMA = json.loads((Path(__file__).parent.parent / "docs/report.schema.json").read_text(encoding="utf-8"))
_REASON = "App: Template error: Fn::Select cannot select nonexistent value at index 1"
_NOT_ITS_WORD = "a local comparison of templates and parameters, not CloudFormation's own result"


@pytest.fixture(scope="module")
def stage() -> Iterator[Standing]:
    with standing() as found:
        yield found


@pytest.fixture
def fresh(stage: Standing, tmp_path: Path) -> Path:
    """A project that was never deployed."""
    stage.empty()
    return write_listed(tmp_path)


@pytest.fixture
def project(fresh: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Path:
    """A project whose stack is deployed as its files say."""
    assert command.main(["--env", "dev", "--rehearse", "--yes"], fresh, rehearsal=stage) == 0
    capsys.readouterr()
    return fresh


@pytest.fixture
def play(fresh: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], fresh, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def _document(play: Play, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = play("--output", "json", *arguments)
    body: dict[str, Any] = json.loads(out)
    jsonschema.Draft202012Validator(_SCHEMA).validate(body)
    return code, body


def _kinds(body: dict[str, Any]) -> dict[str, str]:
    return {each["path"]: each["kind"] for each in body["changes"]}


def _write(project: Path, name: str, text: str, *pairs: tuple[str, str]) -> None:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (project / "rendered" / name).write_text(text)


def _left(stage: Standing) -> tuple[list[str], int]:
    """The stacks that are there, nested ones too, and how many change sets can still be executed or deleted."""
    cloudformation = client("cloudformation", stage.url(), region=REGION)
    names = [each["StackName"] for each in cloudformation.describe_stacks()["Stacks"]]
    rows = [row for name in names for row in cloudformation.list_change_sets(StackName=name)["Summaries"]]
    cloudformation.close()
    return names, sum(not row["ExecutionStatus"].startswith("EXECUTE_") for row in rows)


def test_a_create_is_planned_and_done_from_what_the_templates_say(play: Play, stage: Standing) -> None:
    code, body = _document(play, "--yes")
    assert code == 0
    assert body["local"] == {"reasons": [_REASON], "notes": []}
    assert set(_kinds(body).values()) == {"added"}
    assert set(_kinds(body)) == {
        *("Network/Vpc", "Network/One", "Network/Two"),
        *("App/Gateway", "App/Group", "App/Queue", "App/Role"),
    }
    assert all(each["local"] and each["certain"] for each in body["changes"])
    assert body["status"] == "CREATE_COMPLETE"
    assert _left(stage)[1] == 0
    assert _document(play)[1]["outcome"] == "unchanged"


def test_a_create_that_is_declined_leaves_nothing(play: Play, stage: Standing) -> None:
    assert play("--yes", "--set", "Hours=5", "plan")[0] == 0  # the bucket is there now
    assert _left(stage) == ([], 0)
    code, _, err = play()
    assert code == 3
    assert "shop-dev: create, 7 added" in err
    assert _left(stage) == ([], 0)


_FIRST = ("!Select [1, !Ref SubnetIds]", "!Select [0, !Ref SubnetIds]")
_RULE = """\
Rules:
  Cidr:
    Assertions:
      - Assert: !Contains [["10.0.0.0/16"], !Ref Cidr]
        AssertDescription: the network that everybody knows
Parameters:
  Cidr:
    Type: String
"""
_PIECE = """\
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Select [1, !Split [",", !GetAtt Network.Outputs.SubnetIds]]
"""


@pytest.mark.parametrize(
    ("app", "root", "reason"),
    [
        (
            ("Type: CommaDelimitedList", "Type: CommaDelimitedList\n    AllowedPattern: subnet-.+"),
            ("", ""),
            "App: Each value",
        ),
        (
            ("Parameters:\n", _RULE),
            ("        Hours:", "        Cidr: !GetAtt Network.Outputs.Cidr\n        Hours:"),
            "App: ",
        ),
        (("", ""), ("Outputs:\n", f"{_PIECE}Outputs:\n"), "root: Template error: Fn::Select"),
    ],
    ids=["a pattern", "a rule", "a piece in the root"],
)
def test_whatever_cannot_be_evaluated_is_gone_around_on_create_and_update(
    fresh: Path, play: Play, app: tuple[str, str], root: tuple[str, str], reason: str
) -> None:
    _write(fresh, "app.yaml", LISTED_APP, _FIRST, app)
    _write(fresh, "root.yaml", LISTED_ROOT, root)
    code, body = _document(play, "--yes")
    assert (code, body["status"]) == (0, "CREATE_COMPLETE")
    assert [each.startswith(reason) for each in body["local"]["reasons"]] == [True]
    code, body = _document(play, "--yes", "--set", "Hours=7")
    assert (code, body["status"], _kinds(body)) == (0, "UPDATE_COMPLETE", {"App/Role": "changed in place"})
    assert [each.startswith(reason) for each in body["local"]["reasons"]] == [True]


@pytest.mark.parametrize("form", ["text", "markdown", "page"])
def test_that_it_is_no_word_of_cloudformation_is_said_with_the_reason_in_every_form(
    project: Path, play: Play, form: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    more = ("--html", str(page)) if form == "page" else ("--output", form)
    _write(project, "app.yaml", LISTED_APP, ("GroupDescription: app", "GroupDescription: other"))
    code, out, _ = play("plan", "--set", "Hours=7", *more)
    assert code == 0
    told = page.read_text(encoding="utf-8") if form == "page" else out
    told = " ".join(told.replace("&#x27;", "'").replace("&#39;", "'").replace("> - ", "").split())
    assert _NOT_ITS_WORD in told
    assert "CloudFormation could not create the change set of App: Template error: Fn::Select cannot select" in told
    assert "it counts as if it did" in told
    assert "may be replaced" in told
    assert "MaxSessionDuration" in told
    assert "7000" in told


_QUERY = (
    APP[APP.index("  Role:") :],
    """\
  Query:
    Type: AWS::Logs::QueryDefinition
    Properties:
      Name: shop
      QueryString: !Join [" ", [limit, !Ref Hours]]
""",
)


def test_a_change_that_is_not_guarded_is_executed_by_yes(fresh: Path, play: Play, stage: Standing) -> None:
    _write(fresh, "app.yaml", LISTED_APP, _QUERY)
    assert play("--yes")[0] == 0
    code, body = _document(play, "--yes", "--set", "Hours=7")
    assert code == 0
    assert _kinds(body) == {"App/Query": "changed in place"}
    assert body["changes"][0]["guard"] is None
    [change] = body["changes"][0]["properties"]
    assert (change["before"], change["after"], change["requires_recreation"]) == ("limit 4", "limit 7", "Never")
    assert body["status"] == "UPDATE_COMPLETE"
    assert _left(stage)[1] == 0


def test_what_may_be_replaced_or_goes_is_guarded_and_nothing_stays_of_what_is_declined(
    project: Path, play: Play, stage: Standing
) -> None:
    before = _left(stage)
    queue = LISTED_APP[LISTED_APP.index("  Queue:") : LISTED_APP.index("  Gateway:")]
    _write(project, "app.yaml", LISTED_APP, (queue, ""))
    _write(project, "network.yaml", LISTED_NETWORK, ("10.0.1.0/24", "10.0.2.0/24"))
    code, body = _document(play, "--yes")
    assert code == 3
    assert _kinds(body) == {
        "Network/Two": "may be replaced",
        "App/Gateway": "may be replaced",
        "App/Queue": "removed",
    }
    assert body["needed"] == ["Network/Two", "App/Gateway", "App/Queue"]
    assert body["rewritten"] == ["", "App", "Network"]
    gateway = next(each for each in body["changes"] if each["path"] == "App/Gateway")
    assert [(each["cause"], each["certain"], each["known"]) for each in gateway["properties"]] == [
        ("Network.SubnetIds", False, False)
    ]
    assert _left(stage) == before
    approvals = [option for path in body["needed"] for option in ("--allow", path)]
    code, body = _document(play, "--yes", *approvals)
    assert (code, body["status"]) == (0, "UPDATE_COMPLETE")
    assert _left(stage)[1] == 0


def test_a_template_that_nothing_is_different_in_but_its_text_changes_no_resource(project: Path, play: Play) -> None:
    _write(project, "app.yaml", f"{LISTED_APP}# a remark\n")
    code, out, _ = play("plan")
    assert code == 0
    assert "no resource changes" in out
    assert _document(play, "plan")[1]["changes"] == []


_GRANDCHILD = """\
Parameters:
  Size:
    Type: String
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: !Ref Size
"""
_NESTING = """\
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: data.yaml
      Parameters:
        Size: PAY_PER_REQUEST
  Spare:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: data.yaml
      Parameters:
        Size: PAY_PER_REQUEST
"""


def test_what_changes_below_a_layer_is_compared_and_guarded_too(fresh: Path, play: Play, stage: Standing) -> None:
    _write(fresh, "data.yaml", _GRANDCHILD)
    _write(fresh, "app.yaml", LISTED_APP + _NESTING)
    code, body = _document(play, "--yes")
    assert code == 0
    assert {"App/Data/Table", "App/Spare/Table"} <= set(_kinds(body))
    before = _left(stage)
    spare = _NESTING[_NESTING.index("  Spare:") :]
    _write(fresh, "app.yaml", LISTED_APP + _NESTING.replace(spare, ""))
    _write(fresh, "data.yaml", _GRANDCHILD, ("AttributeName: id", "AttributeName: key"))
    code, body = _document(play, "--yes")
    assert (code, sorted(body["needed"])) == (3, ["App/Data/Table", "App/Spare"])
    assert _kinds(body) == {"App/Data/Table": "may be replaced", "App/Spare": "removed"}
    guards = {each["path"]: each["guard"] for each in body["changes"]}
    assert "among them App/Spare/Table" in guards["App/Spare"]
    assert _left(stage) == before
    code, body = _document(play, "--yes", "--allow", "App/Data/Table", "--allow", "App/Spare")
    assert (code, body["status"]) == (0, "UPDATE_COMPLETE")


@pytest.mark.parametrize(
    ("layer", "pair", "reason"),
    [
        ("network", ("AWS::EC2::VPC", "AWS::EC2::Cloud"), "Network: Template format error: Unrecognized resource"),
        ("app", ("[1, !Ref SubnetIds]", '[5, !Split [",", "a,b"]]'), "App: Template error: Fn::Select cannot select"),
        ("root", ("        VpcId: !GetAtt Network.Outputs.VpcId\n", ""), "App: Parameters: [VpcId] must have values"),
        ("root", ("        Hours: !Ref Hours\n", "        Hours: many\n"), "App: Parameter 'Hours' must be a number."),
    ],
    ids=["a type", "an index", "a missing value", "a wrong value"],
)
def test_a_failure_that_is_none_of_unknown_values_is_one_as_ever(
    project: Path, play: Play, stage: Standing, layer: str, pair: tuple[str, str], reason: str
) -> None:
    before = _left(stage)
    text = {"app": LISTED_APP, "network": LISTED_NETWORK, "root": LISTED_ROOT}[layer]
    _write(project, f"{layer}.yaml", text, pair)
    code, body = _document(play, "--yes")
    assert (code, body["outcome"], body["error"]) == (1, "failed", "ChangeSetFailed")
    assert any(each.startswith(reason) for each in body["findings"]), body["findings"]
    assert _left(stage) == before


def test_a_plan_is_kept_and_executed_as_it_was_reviewed_whatever_the_files_say_then(
    project: Path, play: Play, stage: Standing
) -> None:
    changed = ("10.0.1.0/24", "10.0.2.0/24")
    _write(project, "network.yaml", LISTED_NETWORK, changed)
    code, out, _ = play("plan", "--keep")
    assert code == 0
    arn = out.splitlines()[-1]
    _write(project, "network.yaml", LISTED_NETWORK)
    code, body = _document(play, "--change-set", arn, "--yes")
    assert code == 3
    assert _kinds(body) == {"Network/Two": "may be replaced", "App/Gateway": "may be replaced"}
    assert body["local"] == {"reasons": [], "notes": []}
    approvals = ("--allow", "Network/Two", "--allow", "App/Gateway")
    code, body = _document(play, "--change-set", arn, "--yes", *approvals, "--detach")
    assert (code, body["outcome"]) == (0, "detached")
    code, body = _document(play, "status", "--follow")
    assert (code, body["status"]) == (0, "UPDATE_COMPLETE")
    _write(project, "network.yaml", LISTED_NETWORK, changed)
    assert _document(play)[1]["outcome"] == "unchanged"


def test_a_kept_plan_can_be_deleted(project: Path, play: Play, stage: Standing) -> None:
    before = _left(stage)
    _, out, _ = play("plan", "--keep", "--set", "Hours=7")
    assert _left(stage)[1] == 1
    assert play("delete", "--change-set", out.splitlines()[-1], "--yes")[0] == 0
    assert _left(stage) == before


_SECRET = "hunter2-and-more"
_PASSWORD = "  Password:\n    Type: String\n    NoEcho: true\n"


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.slow
def test_a_secret_is_in_no_form(fresh: Path, play: Play, form: str) -> None:
    page = fresh / "page.html"
    passed = ("        Hours: !Ref Hours\n", "        Hours: !Ref Hours\n        Password: !Ref Password\n")
    _write(
        fresh, "root.yaml", LISTED_ROOT, ("Parameters:\n  DomainName", f"Parameters:\n{_PASSWORD}  DomainName"), passed
    )
    # The layer does not say that it is a secret, and hides it in a longer text.
    described = ("GroupDescription: app", 'GroupDescription: !Sub "of ${Password}, ${Hours}"')
    parameter = ("Parameters:\n", "Parameters:\n  Password:\n    Type: String\n")
    _write(fresh, "app.yaml", LISTED_APP, parameter, described)
    assert play("--yes", "--set", f"Password={_SECRET}-before")[0] == 0
    given = ("--set", f"Password={_SECRET}", "--set", "Hours=7", "--output", form, "--html", str(page))
    code, out, err = play("plan", *given)
    assert code == 0
    told = out + err + page.read_text(encoding="utf-8")
    assert "GroupDescription" in told
    assert _SECRET not in told


class _InterruptError(BaseException):
    """As Ctrl-C: no DeploymentError, no Exception."""


def _interrupting(player: Player, operation: str, sets: int) -> None:
    """Interrupts once, before the first call of an operation after so many change sets were asked for."""
    done: list[str] = []

    def interrupt(**_: Any) -> None:
        if player.calls["CreateChangeSet"] == sets and not done:
            done.append(operation)
            raise _InterruptError

    player.client("cloudformation").meta.events.register(f"before-call.cloudformation.{operation}", interrupt)


@pytest.mark.parametrize("create", [True, False], ids=["a create", "an update"])
@pytest.mark.parametrize(
    ("operation", "sets"),
    [("DeleteChangeSet", 1), ("CreateChangeSet", 2), ("DescribeChangeSet", 2), ("DeleteChangeSet", 2)],
    ids=["as the nested set goes", "between both sets", "as the plain one comes", "as the plain one goes"],
)
@pytest.mark.slow
def test_an_interrupt_leaves_nothing_behind(
    fresh: Path, stage: Standing, create: bool, operation: str, sets: int
) -> None:
    with closing(Player(fresh, stage.url())) as first:
        if not create:
            deploy(first.run())
    before = _left(stage)
    with closing(Player(fresh, stage.url())) as player:
        run = player.run("Hours=7")
        _interrupting(player, operation, sets)
        with pytest.raises(_InterruptError):
            plan(run)
    assert _left(stage) == before


def test_an_interrupt_at_the_question_leaves_nothing_behind(fresh: Path, stage: Standing) -> None:
    def interrupted(question: Question) -> bool:
        if question.text.startswith("Create bucket"):
            return True
        raise _InterruptError

    with closing(Player(fresh, stage.url())) as player, pytest.raises(_InterruptError):
        deploy(replace(player.run(), approve=interrupted))
    assert _left(stage) == ([], 0)


@pytest.mark.parametrize("create", [True, False], ids=["a create", "an update"])
@pytest.mark.slow
def test_few_more_calls_are_made_than_where_layers_have_change_sets(fresh: Path, stage: Standing, create: bool) -> None:
    polled = ("DescribeStackEvents", "DescribeChangeSet", "DescribeStacks")
    with closing(Player(fresh, stage.url())) as player:
        deploy(player.run())  # the bucket is there afterwards
        if create:
            stage.empty()
        deploy(player.run("Hours=7"))
        assert player.calls["CreateChangeSet"] == 2
        counted = without_polls(player.calls, polled)
    stage.empty()
    _write(fresh, "app.yaml", LISTED_APP, ("!Select [1, !Ref SubnetIds]", "!Select [0, !Ref SubnetIds]"))
    with closing(Player(fresh, stage.url())) as player:
        deploy(player.run())
        if create:
            stage.empty()
        deploy(player.run("Hours=7"))
        assert counted <= without_polls(player.calls, polled) + 5
