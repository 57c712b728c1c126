"""Conditions over what a sibling outputs, through the command.

CloudFormation answers them over a placeholder while it makes a change set, and again while it executes: what comes and
goes by the second answer is shown all the same, and guarded where something may be lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import deploy as command
from tests.deployment.project import ENVIRONMENT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., tuple[int, dict[str, str], set[str]]]

_ROOT = """\
Resources:
  Network: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: network.yaml}}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app.yaml, Parameters: {Colour: !GetAtt Network.Outputs.Colour}}
"""
_NETWORK = """\
Parameters: {Colour: {Type: String, Default: red}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Colour}}
Outputs: {Colour: {Value: !Ref Colour}}
"""
_APP = """\
Parameters: {Colour: {Type: String}}
Conditions:
  Blue: !Equals [!Ref Colour, blue]
  Other: !Not [!Equals [!Ref Colour, blue]]
Resources:
  Topic: {Type: AWS::SNS::Topic}
"""
_DATA = """\
Parameters: {Colour: {Type: String, Default: red}}
Resources: {Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, Name: !Sub '${AWS::StackName}-${Colour}'}}}
"""
_STREAM = "  Stream: {Condition: %s, Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}\n"
_LAYER = "  Data: {Condition: %s, Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.yaml}}\n"
_NAMED = "  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, Name: !If [Blue, blue, other]}}\n"
_FED = """\
  Second:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app.yaml, Parameters: {Colour: !GetAtt Network.Outputs.Colour}}
"""
_COMING = [(_STREAM, "App/Stream"), (_LAYER, "App/Data/Stream")]
_FEEDS = "Parameters: {Colour: !Ref Colour}"
_GOING = [
    (_STREAM, "App/Stream"),
    (_STREAM.replace("ShardCount: 1", "ShardCount: 1, Name: !Ref Colour"), "App/Stream"),
    (_LAYER, "App/Data"),
    (_LAYER.replace("data.yaml", f"data.yaml, {_FEEDS}"), "App/Data"),
]


@pytest.fixture
def project(tmp_path: Path, rehearsal: Standing) -> Path:
    """A project of two layers, of which one is fed by the other, that was never deployed."""
    rehearsal.empty()
    environment = f"{ENVIRONMENT.partition('parameters:')[0]}parameters: {{}}\n"
    project = write_project(tmp_path, environment=environment, root=_ROOT, network=_NETWORK, app=_APP)
    _write(project, data=_DATA)
    return project


@pytest.fixture
def play(project: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    """Deploys: the exit code, the kinds of all changes, and which of them are guarded."""

    def played(*arguments: str) -> tuple[int, dict[str, str], set[str]]:
        given = ["--env", "dev", "--rehearse", "--output", "json", "--yes", *arguments]
        code = command.main(given, project, rehearsal=rehearsal)
        changes = json.loads(capsys.readouterr().out)["changes"]
        kinds = {change["path"]: change["kind"] for change in changes}
        return code, kinds, {change["path"] for change in changes if change["guard"]}

    return played


def _write(project: Path, **texts: str) -> None:
    for name, text in texts.items():
        (project / f"rendered/{name}.yaml").write_text(text)


def _becomes_blue(project: Path, **texts: str) -> None:
    _write(project, network=_NETWORK.replace("Default: red", "Default: blue"), **texts)


def _stands(rehearsal: Standing, *layers: str) -> set[str]:
    """The logical ids of what exists in a layer."""
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    stack = "shop-dev"
    for name in layers:
        row = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
        stack = row["StackResourceDetail"]["PhysicalResourceId"]
    rows = cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
    cloudformation.close()
    return {row["LogicalResourceId"] for row in rows if row["ResourceStatus"] != "DELETE_COMPLETE"}


@pytest.mark.parametrize(("body", "path"), _COMING, ids=["resource", "layer"])
def test_what_comes_once_a_sibling_has_its_outputs_is_added(
    play: Play, project: Path, rehearsal: Standing, body: str, path: str
) -> None:
    _write(project, app=_APP + body % "Blue")
    assert play()[0] == 0
    _becomes_blue(project)
    assert play() == (0, {"Network/Topic": "changed in place", path: "added"}, set())
    assert path.rpartition("/")[2] in _stands(rehearsal, *path.split("/")[:-1])


@pytest.mark.parametrize(("body", "path"), _COMING, ids=["resource", "layer"])
def test_what_is_written_anew_under_such_a_condition_is_added(
    play: Play, project: Path, rehearsal: Standing, body: str, path: str
) -> None:
    assert play()[0] == 0
    _becomes_blue(project, app=_APP + body % "Blue")
    assert play() == (0, {"Network/Topic": "changed in place", path: "added"}, set())
    assert path.rpartition("/")[2] in _stands(rehearsal, *path.split("/")[:-1])


def test_all_that_comes_in_a_new_layer_is_added(play: Play, project: Path, rehearsal: Standing) -> None:
    _write(project, app=_APP + (_STREAM + _LAYER) % ("Blue", "Blue"))
    assert play()[0] == 0
    _becomes_blue(project, root=_ROOT + _FED)
    code, kinds, _ = play()
    assert code == 0
    assert {path: kind for path, kind in kinds.items() if path.startswith("Second/")} == {
        "Second/Topic": "added",
        "Second/Stream": "added",
        "Second/Data/Stream": "added",
    }
    assert _stands(rehearsal, "Second") == {"Topic", "Stream", "Data"}


@pytest.mark.parametrize(("body", "path"), _GOING, ids=["resource", "listed resource", "layer", "listed layer"])
def test_what_goes_once_a_sibling_has_its_outputs_is_removed_and_guarded(
    play: Play, project: Path, rehearsal: Standing, body: str, path: str
) -> None:
    _write(project, app=_APP + body % "Other")
    assert play()[0] == 0
    _becomes_blue(project)
    assert play() == (3, {"Network/Topic": "changed in place", path: "removed"}, {path})
    assert play("--allow", path)[0] == 0
    assert path.rpartition("/")[2] not in _stands(rehearsal, "App")


def test_a_property_that_such_a_condition_decides_may_replace_and_is_guarded(play: Play, project: Path) -> None:
    _write(project, app=_APP + _NAMED)
    assert play()[0] == 0
    _becomes_blue(project)
    code, kinds, guarded = play()
    assert (code, kinds["App/Stream"], guarded) == (3, "may be replaced", {"App/Stream"})


@pytest.mark.parametrize("condition", ["Blue", "Other"])
def test_what_such_a_condition_leaves_as_it_is_does_not_change(play: Play, project: Path, condition: str) -> None:
    _write(project, app=_APP + (_STREAM + _LAYER) % (condition, condition))
    assert play()[0] == 0
    _write(project, network=_NETWORK.replace("!Ref Colour}}\nOut", "x}}\nOut"))
    assert play() == (0, {"Network/Topic": "changed in place"}, set())
