"""Files that templates name travel as objects of their own, each named as its property wants it: by the command."""

import contextlib
import io
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import deploy as command
from cloudformation.text import read
from tests.deployment.project import ACCOUNT, ENVIRONMENT, write_project
from tests.deployment.standing import REGION, Standing
from tests.rehearsal.boto import client

Play = Callable[..., tuple[int, str, str]]
BUCKET = f"cfn-artifacts-{ACCOUNT}-{REGION}"
_ROOT = """\
Transform: AWS::LanguageExtensions
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: layers/app.yaml
"""
_APP = """\
Resources:
  Api: {Type: AWS::AppSync::GraphQLApi, Properties: {Name: shop, AuthenticationType: API_KEY}}
  Schema:
    Type: AWS::AppSync::GraphQLSchema
    Properties:
      ApiId: !GetAtt Api.ApiId
      DefinitionS3Location: schema.graphql
  Job:
    Type: AWS::Glue::Job
    Properties:
      Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/glue"
      Command: {Name: glueetl, ScriptLocation: '../jobs/job one.py'}
  Resize:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/run"
      Code: "../src"
  Inline:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !Sub "arn:aws:iam::${AWS::AccountId}:role/run"
      Code: {ZipFile: "def handler(*_): pass"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    environment = ENVIRONMENT.partition("parameters:")[0].replace("shop-dev", "files-dev")
    rendered = write_project(tmp_path, environment=f"{environment}parameters: {{}}\n", root=_ROOT) / "rendered"
    for folder in ("layers", "jobs", "src"):
        (rendered / folder).mkdir()
    (rendered / "layers/app.yaml").write_text(_APP)
    (rendered / "layers/schema.graphql").write_text("type Query { one: Int }\n")
    (rendered / "jobs/job one.py").write_text("print(1)\n")
    (rendered / "src/app.py").write_text("def handler(*_): return 1\n")
    return tmp_path


@pytest.fixture
def play(project: Path, rehearsal: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", *arguments], project, rehearsal=rehearsal)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    rehearsal.empty()
    return played


def _deployed(rehearsal: Standing) -> tuple[dict[str, Any], Any]:
    """What the layer's template says as it was sent, and a client for the bucket."""
    cloudformation = client("cloudformation", rehearsal.url(), region=REGION)
    row = cloudformation.describe_stack_resource(StackName="files-dev", LogicalResourceId="App")
    arn = row["StackResourceDetail"]["PhysicalResourceId"]
    body = cloudformation.get_template(StackName=arn, TemplateStage="Original")["TemplateBody"]
    return read(body)["Resources"], client("s3", rehearsal.url(), region=REGION)


def _object(s3: Any, location: str) -> bytes:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    assert bucket == BUCKET
    return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def test_each_file_is_uploaded_and_named_as_its_property_wants_it(play: Play, rehearsal: Standing) -> None:
    code, _, err = play("--yes")
    assert (code, "of 5 templates and files" in err) == (0, True), err
    resources, s3 = _deployed(rehearsal)
    schema = resources["Schema"]["Properties"]["DefinitionS3Location"]
    assert _object(s3, schema) == b"type Query { one: Int }\n"
    script = resources["Job"]["Properties"]["Command"]["ScriptLocation"]
    assert script.startswith(f"s3://{BUCKET}/files-dev/job-one-")
    assert _object(s3, script) == b"print(1)\n"
    source = resources["Resize"]["Properties"]["Code"]
    assert sorted(source) == ["S3Bucket", "S3Key", "S3ObjectVersion"]
    stored = s3.get_object(Bucket=source["S3Bucket"], Key=source["S3Key"], VersionId=source["S3ObjectVersion"])
    with ZipFile(io.BytesIO(stored["Body"].read())) as archive:
        assert archive.namelist() == ["app.py"]
    assert resources["Inline"]["Properties"]["Code"] == {"ZipFile": "def handler(*_): pass"}


def test_nothing_changed_is_nothing_to_do_and_a_changed_file_is_a_change_of_what_names_it(
    play: Play, project: Path
) -> None:
    assert play("--yes")[0] == 0
    assert "nothing to do" in play("--yes")[2]
    (project / "rendered/src/app.py").write_text("def handler(*_): return 2\n")
    code, out, err = play("--yes", "--output", "json", "plan")
    assert (code, "uploading 3 of 5 templates and files" in err) == (0, True), err
    (change,) = json.loads(out)["changes"]
    assert (change["path"], [entry["name"] for entry in change["properties"]]) == (
        "App/Resize",
        ["Code/S3Key", "Code/S3ObjectVersion"],
    )


def test_what_a_loop_repeats_is_asked_for_uploaded_and_drawn(
    play: Play, project: Path, rehearsal: Standing, tmp_path: Path
) -> None:
    loop = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {
            "Fn::ForEach::Each": [
                "Name",
                ["A", "B"],
                {
                    "Role${Name}": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
                    "App${Name}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "network.yaml"}},
                },
            ]
        },
    }
    (project / "rendered/root.yaml").write_text(json.dumps(loop))
    page = tmp_path / "page.html"
    code, out, err = play("--yes", "--preflight", "--output", "json", "--html", str(page))
    assert (code, "of 2 templates" in err) == (0, True), err
    body = json.loads(out)
    assert [change["path"] for change in body["changes"]] == ["RoleA", "RoleB", "AppA/Vpc", "AppB/Vpc"]
    [capabilities] = [setting for setting in body["settings"] if setting["name"] == "capabilities"]
    assert capabilities["after"] == "CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM"
    assert "Role${Name}" in page.read_text(encoding="utf-8")
    assert "nothing to do" in play("--yes")[2]


@pytest.mark.parametrize(
    ("before", "after", "line", "problem"),
    [
        ("schema.graphql", "gone.graphql", 7, "Resources.Schema.DefinitionS3Location names gone.graphql, which"),
        ('"../src"', "|-\n        ../sources", 19, "Resources.Resize.Code names ../sources, which does not exist"),
    ],
)
def test_a_file_that_is_not_there_is_told_with_its_line_and_nothing_is_sent(
    play: Play, project: Path, before: str, after: str, line: int, problem: str
) -> None:
    (project / "rendered/layers/app.yaml").write_text(_APP.replace(before, after))
    code, _, err = play("--yes")
    assert code == 2
    assert f"layers/app.yaml:{line}: {problem}" in " ".join(err.split())


def test_a_template_that_would_need_files_of_its_own_is_refused_where_it_is_no_nested_stack(
    play: Play, project: Path
) -> None:
    sets = "  Everywhere: {Type: AWS::CloudFormation::StackSet, Properties: {TemplateURL: app.yaml}}\n"
    (project / "rendered/layers/sets.yaml").write_text(f"Resources:\n{sets}")
    (project / "rendered/root.yaml").write_text(_ROOT.replace("layers/app.yaml", "layers/sets.yaml"))
    code, _, err = play("--yes")
    assert code == 2
    assert "app.yaml names files of its own, which only a nested stack's template may" in " ".join(err.split())


def _pipe(source: Path) -> None:
    os.mkfifo(source / "pipe")


def _socket(source: Path) -> None:
    with contextlib.chdir(source), socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket")


def _undecodable(source: Path) -> None:
    (Path(os.fsdecode(os.fsencode(source) + b"/n\xff"))).touch()


@pytest.mark.parametrize(
    ("put", "told"),
    [
        (_pipe, "src/pipe is not a regular file"),
        (_socket, "src/socket is not a regular file"),
        (_undecodable, "src/n\\udcff is not UTF-8 text"),
    ],
)
def test_what_no_archive_can_hold_is_refused_by_name_before_anything_is_sent(
    put: Callable[[Path], None], told: str, play: Play, project: Path
) -> None:
    put(project / "rendered/src")
    code, _, err = play("--yes")
    assert (code, told in err, "next: " in err) == (2, True, True), err
    assert "not foresee" not in err


@pytest.mark.parametrize("name", ["/dev/zero", "x" * 300, "a\\0b", ""])
def test_a_name_that_is_no_file_s_is_refused_where_it_is_written(name: str, play: Play, project: Path) -> None:
    layer = project / "rendered/layers/app.yaml"
    layer.write_text(layer.read_text().replace('"../src"', f'"{name}"'))
    code, _, err = play("--yes")
    assert code == 2, err
    assert "is not a regular file" in err or "app.yaml:19: Resources.Resize.Code names" in err, err


def test_a_template_that_is_a_pipe_is_refused_and_nobody_waits_for_it(play: Play, project: Path) -> None:
    (project / "rendered/layers/app.yaml").unlink()
    os.mkfifo(project / "rendered/layers/app.yaml")
    code, _, err = play("--yes")
    assert (code, "App nests layers/app.yaml, which does not exist" in err) == (2, True), err
    (project / "rendered/root.yaml").unlink()
    os.mkfifo(project / "rendered/root.yaml")
    code, _, err = play("--yes")
    assert (code, "root.yaml: is not a regular file" in err) == (2, True), err


def test_half_of_a_surrogate_pair_in_a_json_template_is_refused_before_anything_is_sent(
    play: Play, project: Path
) -> None:
    halved = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a\ud800"}}}}
    (project / "rendered/root.yaml").write_text(json.dumps(halved))
    code, _, err = play("--yes")
    assert (code, "half of a surrogate pair is no character" in err) == (2, True), err
    whole = {"Description": "\U0001f600", **json.loads(json.dumps(halved).replace("\\ud800", ""))}
    (project / "rendered/root.yaml").write_text(json.dumps(whole))
    assert play("--yes")[0] == 0


_TWO_ABSENT = """\
Resources:
  Network:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: net.yaml}
  App:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ap.yaml}
  Broken:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app.yaml}
  Resize:
    Type: AWS::Lambda::Function
    Properties: {Code: ./src}
"""
_ABSENT = [
    "rendered/app.yaml:2: is not valid YAML: did not find expected node content",
    "rendered/root.yaml:4: Network nests net.yaml, which does not exist",
    "rendered/root.yaml:7: App nests ap.yaml, which does not exist",
    "rendered/root.yaml:13: Resources.Resize.Code names ./src, which does not exist",
]


def told_lines(error: str) -> list[str]:
    return [line.strip() for line in error.splitlines() if line.startswith("  ")]


def test_all_that_is_wrong_with_all_templates_is_told_at_once(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = ENVIRONMENT[: ENVIRONMENT.index("parameters:")] + "parameters: {}\n"
    project = write_project(tmp_path, environment=environment, root=_TWO_ABSENT, app="a: [")
    assert command.main(["--env", "dev", "--rehearse", "plan"], project, rehearsal=stage) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: the template has 4 problems\n")
    assert told_lines(told) == _ABSENT


@pytest.mark.parametrize(("form", "more"), [("regio:", 2), ("region:", 0)])
def test_what_is_wrong_with_the_environment_is_told_beside_what_is_wrong_with_its_templates(
    tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str], form: str, more: int
) -> None:
    """Both of a form that is not in order and of values that the root does not take; both files are what is next."""
    environment = ENVIRONMENT.replace("region:", form)
    project = write_project(tmp_path, environment=environment, root=_TWO_ABSENT, app="a: [")
    assert command.main(["--env", "dev", "--rehearse", "plan", "--output", "json"], project, rehearsal=stage) == 2
    told = capsys.readouterr()
    lines = told_lines(told.err)
    assert told.err.startswith(f"error: params/dev.yaml with its template has {7 + more} problems\n")
    assert lines[-4:] == _ABSENT
    assert [line for line in lines if "does not exist in the template" in line] == lines[more:-4]
    assert "next: correct params/dev.yaml and rendered/app.yaml, rendered/root.yaml (" in told.err
    assert [place["file"] for place in json.loads(told.out)["places"]][-4:] == [line.split(":")[0] for line in _ABSENT]
