"""Change sets that early validation refuses, played through the command: every failure is named, nothing is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import deploy as command
from tests.deployment.project import APP, ENVIRONMENT, NETWORK, ROOT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

_SCHEMA = json.loads((Path(__file__).parent.parent / "docs/report.schema.json").read_text(encoding="utf-8"))
_QUEUE = "  Jobs:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySecondz: 3\n      FifoQueu: true\n"
_TYPOS = APP + _QUEUE
_WRONG_NETWORK = NETWORK.replace("      CidrBlock: 10.0.0.0/16\n", "      CidrBlock: 10.0.0.0/16\n      Cidr: x\n")
_GROUP = "  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: /shop\n"


def run(project: Path, stage: Standing, *arguments: str) -> int:
    return command.main(["--env", "dev", "--rehearse", "--yes", *arguments], project, rehearsal=stage)


def left(stage: Standing) -> list[str]:
    """The stacks that stand."""
    cloudformation = client("cloudformation", stage.url(), region=REGION)
    try:
        return [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
    finally:
        cloudformation.close()


def test_misspelt_properties_of_two_layers_are_told_with_file_and_line_and_nothing_is_left(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, app=_TYPOS, network=_WRONG_NETWORK)
    assert run(project, stage) == 1
    told = capsys.readouterr().err
    lines = _TYPOS.splitlines()
    for name in ("DelaySecondz", "FifoQueu"):
        line = next(number for number, text in enumerate(lines, 1) if name in text)
        assert (
            f"  rendered/app.yaml:{line}: App/Jobs AWS::SQS::Queue: Unsupported property [{name}] "
            "(PROPERTY_VALIDATION /Resources/Jobs/Properties)\n"
        ) in told
    assert "  rendered/network.yaml:6: Network/Vpc AWS::EC2::VPC: Unsupported property [Cidr] (PROPERTY_VALI" in told
    assert "DescribeEvents" not in told
    assert told.rstrip().endswith("next: fix what the lines above name, then deploy again")
    assert left(stage) == []


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(_SCHEMA).validate(body)
    return body


def test_every_form_of_the_report_names_what_failed(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project, page = write_project(tmp_path, app=_TYPOS), tmp_path / "report.html"
    assert run(project, stage, "plan", "--output", "json", "--html", str(page)) == 1
    body = document(capsys)
    line = next(number for number, text in enumerate(_TYPOS.splitlines(), 1) if "DelaySecondz" in text)
    assert body["checks"][0] == {
        "layer": "App",
        "resource": "Jobs",
        "type": "AWS::SQS::Queue",
        "path": "/Resources/Jobs/Properties",
        "name": "PROPERTY_VALIDATION",
        "reason": "Unsupported property [DelaySecondz]",
        "physical_id": None,
        "warning": False,
        "file": "rendered/app.yaml",
        "line": line,
    }
    assert f"rendered/app.yaml:{line}: App/Jobs" in page.read_text(encoding="utf-8")
    assert run(project, stage, "plan", "--output", "markdown") == 1
    assert f"rendered/app.yaml:{line}: App/Jobs AWS::SQS::Queue: Unsupported property" in capsys.readouterr().out


def test_a_resource_that_only_moves_to_another_layer_collides_with_itself_and_is_told_so(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, app=APP + _GROUP)
    assert run(project, stage) == 0
    (project / "rendered/app.yaml").write_text(APP)
    (project / "rendered/network.yaml").write_text(NETWORK.replace("Outputs:", f"{_GROUP}Outputs:"))
    capsys.readouterr()
    assert run(project, stage, "plan", "--output", "json") == 1
    body = document(capsys)
    [check] = body["checks"]
    assert (check["layer"], check["resource"], check["name"]) == ("Network", "Logs", "NAME_CONFLICT_VALIDATION")
    assert (check["file"], check["line"], check["physical_id"]) == ("rendered/network.yaml", 6, "/shop")
    assert "conflicts with itself" in body["remedy"]
    assert "/shop: taken by App/Logs of this same stack shop-dev" in body["findings"]


def test_two_environments_with_one_name_are_told_which_resource_has_it(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, app=APP + _GROUP)
    assert run(project, stage) == 0
    (project / "params/dev.yaml").write_text(ENVIRONMENT.replace("shop-dev", "other-dev"))
    (project / "params/twin.yaml").write_text(ENVIRONMENT)
    capsys.readouterr()
    assert run(project, stage) == 1
    told = capsys.readouterr().err
    assert ": App/Logs AWS::Logs::LogGroup: Resource of type 'AWS::Logs::LogGroup' with identifier '/shop' alr" in told
    assert "\n  /shop: taken by Logs of stack shop-dev-App-" in told
    assert ", which is part of shop-dev (environment twin)\n" in told
    assert "next: choose another name here, or in shop-dev-App-" in told
    assert [name for name in left(stage) if name.startswith("other")] == []


_UNRESOLVED = APP.replace("VpcId: !Ref VpcId", "VpcId: !Ref Nope")


def test_what_a_refusal_of_a_layers_template_names_has_its_file_and_line(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, app=_UNRESOLVED)
    assert run(project, stage, "plan", "--output", "json") == 1
    told = capsys.readouterr()
    place = "/Resources/Group/Properties/VpcId"
    assert f"\n  rendered/app.yaml:13: Nope, in {place}\nnext: fix what the lines above name" in told.err
    body = json.loads(told.out)
    jsonschema.Draft202012Validator(_SCHEMA).validate(body)
    assert body["places"] == [{"file": "rendered/app.yaml", "line": 13, "text": f"Nope, in {place}"}]
    assert f"rendered/app.yaml:13: Nope, in {place}" in body["findings"]


def test_what_a_refusal_of_roots_template_names_has_its_file_and_line_and_the_next_command(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = ROOT.replace("DesiredCount: !Ref DesiredCount", "DesiredCount: !Ref Nope")
    project = write_project(tmp_path, root=wrong)
    assert run(project, stage, "plan", "--output", "markdown") == 1
    told = capsys.readouterr()
    line = next(number for number, text in enumerate(wrong.splitlines(), 1) if "Nope" in text)
    place = f"rendered/root.yaml:{line}: Nope, in /Resources/App/Properties/Parameters/DesiredCount"
    assert f"(ValidationError)\n  {place}\nnext: fix what the lines above name, then: " in told.err
    assert told.err.rstrip().endswith("deploy.py plan --env dev --rehearse")
    assert place in told.out
    assert left(stage) == []


def test_a_name_that_no_stack_has_is_not_said_to_be_anybodys(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, app=APP + _GROUP.replace("/shop", "/by-hand"))
    logs = client("logs", stage.url(), region=REGION)
    logs.create_log_group(logGroupName="/by-hand")
    try:
        assert run(project, stage) == 1
    finally:
        logs.delete_log_group(logGroupName="/by-hand")
        logs.close()
    told = capsys.readouterr().err
    assert "\n  /by-hand: its owner is unknown: CloudFormation knows no stack that has it\n" in told
    assert (
        "next: choose another name, or find the resource that has it: import it, or delete it if nobody needs it; then"
        in told
    )
