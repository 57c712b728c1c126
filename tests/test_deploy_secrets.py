"""Secrets through the command: where they come from without being written down, and that they are kept."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import deploy as command
from tests.deployment.project import APP, ENVIRONMENT, ROOT, write_project
from tests.deployment.standing import Standing
from tests.examples import examples
from tests.rehearsal.boto import client

Play = Callable[..., tuple[int, str, str]]
_SECRET = "hunter2, and-more"
_ROOT = ROOT.replace(
    "Parameters:\n", "Parameters:\n  Password:\n    Type: String\n    NoEcho: true\n    MinLength: 8\n", 1
).replace("        Hours: !Ref Hours\n", "        Hours: !Ref Hours\n        Password: !Ref Password\n")
_APP = APP.replace("Parameters:\n", "Parameters:\n  Password:\n    Type: String\n", 1).replace(
    "GroupDescription: app", "GroupDescription: !Ref Password"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, root=_ROOT, app=_APP)


@pytest.fixture
def play(project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> tuple[int, str, str]:
        code = command.main(["--env", "dev", "--rehearse", "--yes", *arguments], project, rehearsal=stage)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return played


def _secret_of(stage: Standing) -> str:
    """What really arrived: the group's description, which nothing masks at its own service."""
    cloudformation = client("cloudformation", stage.url(), region="eu-west-1")
    [group] = [
        resource
        for stack in cloudformation.describe_stacks()["Stacks"]
        for resource in cloudformation.list_stack_resources(StackName=stack["StackId"])["StackResourceSummaries"]
        if resource["LogicalResourceId"] == "App" and "ParentId" not in stack
    ]
    events = cloudformation.describe_stack_events(StackName=group["PhysicalResourceId"])["StackEvents"]
    cloudformation.close()
    texts = [json.loads(event["ResourceProperties"]) for event in events if event.get("ResourceProperties")]
    return next(str(text["GroupDescription"]) for text in texts if "GroupDescription" in text)


def _in_file(project: Path, value: str) -> None:
    (project / "params/dev.yaml").write_text(f"{ENVIRONMENT}  Password: {value}\n")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("written", ["file", "option"])
def test_a_value_comes_from_an_environment_variable_and_the_review_says_so_without_it(
    project: Path, play: Play, stage: Standing, monkeypatch: pytest.MonkeyPatch, form: str, written: str
) -> None:
    monkeypatch.setenv("DB_PASSWORD", _SECRET)
    given = ["--set-from-env", "Password=DB_PASSWORD"]
    if written == "file":
        _in_file(project, "{from_environment: DB_PASSWORD}")
        given = []
    page = project / "page.html"
    code, out, err = play(*given, "--output", form, "--html", str(page))
    assert (code, _secret_of(stage)) == (0, _SECRET)
    told = [out + err, page.read_text(encoding="utf-8")]
    for text in told:
        assert "from environment variable DB_PASSWORD" in text.replace("&#95;", "_")
        assert _SECRET not in text


def test_a_variable_that_is_not_set_is_said_by_name_and_nothing_is_sent(project: Path, play: Play) -> None:
    _in_file(project, "{from_environment: DB_PASSWORD}")
    code, _, err = play("plan")
    assert code == 2
    assert "params/dev.yaml:11: Password must have a value: environment variable DB_PASSWORD is not set" in err


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_value_comes_from_standard_input_less_its_line_end(
    play: Play, stage: Standing, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(_SECRET + end))
    code, out, err = play("--set-from-stdin", "Password")
    assert (code, _secret_of(stage)) == (0, _SECRET)
    assert "parameter Password: from standard input" in err
    assert _SECRET not in out + err


def test_an_empty_standard_input_is_no_value(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    code, _, err = play("--set-from-stdin", "Password")
    assert code == 2
    assert "--set-from-stdin Password: Password must have a value: standard input is empty" in err


def test_what_comes_from_elsewhere_is_checked_as_any_other_value(
    project: Path, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "7 chars")
    _in_file(project, "{from_environment: DB_PASSWORD}")
    for action in ("plan", "status"):
        code, _, err = play(action)
        assert code == 2
        assert "params/dev.yaml:11: Parameter 'Password' must contain at least 8 characters" in err
        assert "7 chars" not in err


@pytest.mark.slow
@pytest.mark.parametrize("written", ["file", "option"])
def test_a_value_is_kept_as_the_stack_has_it_and_the_review_says_so(
    project: Path, play: Play, stage: Standing, written: str
) -> None:
    assert play("--set", f"Password={_SECRET}")[0] == 0
    given = ["--keep-value", "Password"]
    if written == "file":
        _in_file(project, "{keep: true}")
        given = []
    code, out, err = play(*given)
    assert (code, "nothing to do" in err) == (0, True), "a value that is kept is known to be the same"
    code, out, err = play("plan", *given, "--set", "Hours=7")
    assert (code, "parameter Password: kept as the stack has it" in out) == (0, True)
    code, out, err = play(*given, "--set", "Hours=7", "--output", "json")
    body: dict[str, Any] = json.loads(out)
    assert (code, body["sources"], body["overridden"]) == (
        0,
        {"Password": "kept as the stack has it"},
        {"Hours": "7"},
    )
    assert [change["path"] for change in body["changes"]] == ["App/Role"], "what reads the secret does not change"
    assert _secret_of(stage) == _SECRET


def test_nothing_can_be_kept_of_a_stack_that_is_not_there_or_lacks_the_parameter(
    project: Path, play: Play, stage: Standing
) -> None:
    _in_file(project, "{keep: true}")
    code, _, err = play()
    assert code == 2
    assert "params/dev.yaml:11: Password: there is no value to keep: stack shop-dev does not exist yet" in err
    assert "--set-from-env Password=VARIABLE" in err
    (project / "rendered/root.yaml").write_text(ROOT)
    (project / "rendered/app.yaml").write_text(APP)
    (project / "params/dev.yaml").write_text(ENVIRONMENT)
    assert play()[0] == 0
    (project / "rendered/root.yaml").write_text(_ROOT)
    (project / "rendered/app.yaml").write_text(_APP)
    code, _, err = play("plan", "--keep-value", "Password")
    assert code == 2
    assert "--keep-value Password: Password: there is no value to keep: stack shop-dev has no such parameter yet" in err


def test_only_a_no_echo_value_can_be_kept(play: Play) -> None:
    code, _, err = play("plan", "--keep-value", "Hours", "--set", f"Password={_SECRET}")
    assert code == 2
    assert "--keep-value Hours: Hours cannot be kept: only a NoEcho parameter can; write its value" in err


@pytest.mark.slow
@pytest.mark.parametrize("action", ["status", "drift", "recover", "delete"])
def test_what_sends_no_value_needs_none(project: Path, play: Play, action: str) -> None:
    assert play("--set", f"Password={_SECRET}")[0] == 0
    (project / "params/dev.yaml").write_text(ENVIRONMENT.replace("  DomainName: dev.example.com\n", ""))
    code, out, err = play(action, *(["--allow", "shop-dev"] if action == "delete" else []))
    assert (code, "must have a value" in err) == (0, False), err
    assert "DomainName" not in out + err
    assert play("plan")[0] == 2, "what sends values needs all of them"


def test_a_plan_that_was_kept_is_executed_without_the_values_that_it_holds(play: Play, stage: Standing) -> None:
    code, out, _ = play("plan", "--keep", "--set", f"Password={_SECRET}")
    assert code == 0
    assert play("--change-set", out.splitlines()[-1])[0] == 0
    assert _secret_of(stage) == _SECRET


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", f"Password:{_SECRET}"],
        ["--set", f"={_SECRET}"],
        ["--set", "Hours=7", "--set", _SECRET],
        ["--set-from-env", f"Password={_SECRET}"],
        ["--set-from-env", _SECRET],
        ["--set", "Password", f"={_SECRET}"],
        ["--set", "Password", "=", _SECRET],
        ["--set", "Password", f"-{_SECRET}"],
        [f"--sett=Password={_SECRET}"],
        ["--sett", f"Password={_SECRET}"],
    ],
)
def test_a_value_that_is_given_in_a_wrong_way_is_not_repeated(
    project: Path, play: Play, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    page = project / "page.html"
    try:
        code, out, err = play("--html", str(page), *arguments)
    except SystemExit as ended:
        captured = capsys.readouterr()
        code, out, err = int(str(ended.code)), captured.out, captured.err
    assert code == 2
    assert _SECRET not in out + err + (page.read_text(encoding="utf-8") if page.exists() else "")


def test_a_parameter_that_two_options_are_about_is_wrong_use(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        play("--set", f"Password={_SECRET}", "--keep-value", "Password")
    assert "Password: given by more than one option" in capsys.readouterr().err


@pytest.mark.parametrize(
    "value", ["{keep: false}", "{from_environment: }", "{from_environment: a-b}", "{keep: true, b: x}"]
)
def test_another_mapping_is_no_value(project: Path, play: Play, value: str) -> None:
    _in_file(project, value)
    code, _, err = play("plan")
    assert code == 2
    assert "params/dev.yaml:11: Password: a value, {from_environment: VARIABLE} or {keep: true} is needed" in err


_PLACES_ROOT = """\
Parameters:
  Password: {Type: String, NoEcho: true, Default: Default-Secret-0}
  Keys: {Type: CommaDelimitedList, NoEcho: true, Default: "Key-Zero-0,Key-One-1"}
  Plain: {Type: String, Default: visible-text}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub "t-${Password}", DisplayName: !Ref Plain}
  Layer:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: app.yaml, Parameters: {Word: !Ref Password}}
Outputs:
  Url: {Value: !Sub "https://u:${Password}@h"}
  First: {Value: !Select [0, !Ref Keys]}
  Encoded: {Value: {"Fn::Base64": !Sub "user:${Password}!"}}
  Joined: {Value: !Join ["/", !Ref Keys]}
  Through: {Value: !GetAtt Layer.Outputs.Word}
  Named: {Value: !Ref Topic}
  Open: {Value: !Ref Plain}
"""
_PLACES_APP = """\
Parameters:
  Word: {Type: String}
Resources:
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: !Sub "<${Word}>"}
Outputs:
  Word: {Value: !Sub "w-${Word}"}
"""


class _Everything:
    """Runs the command in every form and gives all that it said anywhere."""

    def __init__(self, project: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> None:
        self._project, self._stage, self._capsys = project, stage, capsys

    def said(self, *arguments: str, code: int | None = 0, forms: tuple[str, ...] = ("text", "json", "markdown")) -> str:
        texts = []
        page = self._project / "page.html"
        for form in forms:
            given = ["--env", "dev", "--rehearse", "--yes", "--output", form, "--html", str(page), *arguments]
            ended = command.main(given, self._project, rehearsal=self._stage)
            captured = self._capsys.readouterr()
            assert code is None or ended == code, captured.err
            texts += [captured.out, captured.err, page.read_text(encoding="utf-8")]
        return "\n".join(texts)


@pytest.fixture
def places(tmp_path: Path, stage: Standing, capsys: pytest.CaptureFixture[str]) -> _Everything:
    environment = ENVIRONMENT.partition("parameters:")[0] + "parameters:\n  Plain: visible-text\n"
    project = write_project(tmp_path, root=_PLACES_ROOT, app=_PLACES_APP, environment=environment)
    return _Everything(project, stage, capsys)


@pytest.mark.slow
def test_after_a_rotation_neither_the_old_nor_the_new_value_is_in_any_form(places: _Everything) -> None:
    old, new = ("Old-Hunter2-Old", "k-old-1,k-old-2"), ("New-Secret-9", "k-new-1,k-new-2")
    said = []
    for (password, keys), allowed in ((old, ()), (new, ("--allow", "Topic"))):
        given = ("--set", f"Password={password}", "--set", f"Keys={keys}", *allowed)
        said.append(places.said(*given, forms=("json",)))
        for action in ("status", "plan", "drift", "recover"):
            said.append(places.said(action))
    said.append(places.said("delete", "--allow", "shop-dev", forms=("json",)))
    told = "\n".join(said)
    for secret in ("Hunter2", "Secret-9", "k-old-1", "k-old-2", "k-new-1", "k-new-2", "Secret-0", "Key-Zero"):
        assert secret not in told
    for core in ("T2xkLUh1bnRlcjIt", "b2xkLUh1bnRlcjIt", "TmV3LVNlY3JldC"):
        assert core not in told
    assert "visible-text" in told


def test_an_output_that_the_files_have_no_more_is_masked_while_the_stack_has_secrets(
    places: _Everything, tmp_path: Path
) -> None:
    assert "Old-Hunter2" not in places.said("--set", "Password=Old-Hunter2-Old", forms=("json",))
    root = _PLACES_ROOT.replace('  Url: {Value: !Sub "https://u:${Password}@h"}\n', "").replace(
        "NoEcho: true, Default: Default-Secret-0", "Default: other"
    )
    (tmp_path / "rendered/root.yaml").write_text(root.replace("Named: {Value: !Ref Topic}", "Named: {Value: x}"))
    said = places.said("status")
    assert "Hunter2" not in said
    assert "visible-text" in said


@pytest.mark.parametrize("where", ["--fail", "member"])
def test_an_error_message_repeats_no_secret(
    places: _Everything, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    if where == "member":
        parameters = "parameters:\n  Keys: ['se,cret-1', secret-2]\n"
        (tmp_path / "params/dev.yaml").write_text(ENVIRONMENT.partition("parameters:")[0] + parameters)
        said = places.said("plan", code=2)
        assert "a list member cannot hold a comma" in said
        assert ("se,cret" in said, "cret-1" in said, "secret-2" in said) == (False, False, False)
        return
    page = tmp_path / "page.html"
    arguments = ["--set", "Password=Se cret\nWord-9", "--fail", "Topic=t-Se cret\nWord-9 exists, Se%20cret%0AWord-9"]
    given = ["--env", "dev", "--rehearse", "--yes", "--html", str(page), *arguments]
    assert command.main(given, tmp_path) == 1
    captured = capsys.readouterr()
    for text in (captured.out, captured.err, page.read_text(encoding="utf-8")):
        assert "Word-9" not in text
        assert "cret" not in text.replace("secret", "")


_MARK = "Z8x"  # in every secret, and in nothing else that is said
_TRICKY = st.text(alphabet="aQ7,'\"\\\n\t +/=&<>%$é漢", min_size=4, max_size=20).map(lambda text: f"q{text}{_MARK}")
_VALUES = (
    "!Ref Password",
    '!Sub "x${Password}y"',
    '!Sub \'{"p": "${Password}"}\'',
    '{"Fn::Base64": !Sub "u:${Password}!"}',
    '!Join ["", [a, !Ref Password]]',
    "!Select [0, !Ref Keys]",
    '!Join ["-", !Ref Keys]',
    "!GetAtt Layer.Outputs.Word",
    "!Ref Topic",
    "!GetAtt Topic.TopicName",
    "!GetAtt Parameter.Value",
    "open-text",
)


def _random_root(values: dict[str, str]) -> str:
    return f"""\
Parameters:
  Password: {{Type: String, NoEcho: true}}
  Keys: {{Type: CommaDelimitedList, NoEcho: true}}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {{TopicName: {values["name"]}, DisplayName: {values["display"]}}}
  Parameter:
    Type: AWS::SSM::Parameter
    Properties: {{Type: String, Value: {values["value"]}, Description: {values["description"]}}}
  Layer:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: app.yaml, Parameters: {{Word: {values["word"]}}}}}
Outputs:
  One: {{Value: {values["one"]}}}
  Two: {{Value: {values["two"]}}}
  Open: {{Value: seen-by-all}}
"""


# What may stand where without a circle.
_SIMPLE = st.sampled_from([value for value in _VALUES if "GetAtt" not in value and "Topic" not in value])
_PLACED = st.fixed_dictionaries(
    {
        **dict.fromkeys(("name", "display", "value", "description", "word"), _SIMPLE),
        **dict.fromkeys(("one", "two"), st.sampled_from(_VALUES)),
    }
)


# Without shrinking: each example is eight commands, and what leaked is shown as it is.
@settings(
    max_examples=examples(12),
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=_PLACED, after=_PLACED, old=_TRICKY, new=_TRICKY, shown=st.booleans())
@pytest.mark.slow
def test_no_form_of_any_command_holds_a_secret(
    rehearsal: Standing,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    before: dict[str, str],
    after: dict[str, str],
    old: str,
    new: str,
    shown: bool,
) -> None:
    rehearsal.empty()
    folder = tmp_path_factory.mktemp("secrets")
    environment = ENVIRONMENT.partition("parameters:")[0] + "parameters: {}\n"
    project = write_project(folder, root=_random_root(before), app=_PLACES_APP, environment=environment)
    everything = _Everything(project, rehearsal, capsys)
    said = [everything.said("--set", f"Password={old}", "--set", f"Keys={new},{old}", forms=("json",), code=None)]
    said += [everything.said("status", forms=("text",)), everything.said("drift", forms=("markdown",))]
    (project / "rendered/root.yaml").write_text(_random_root(before if shown else after))
    said.append(everything.said("status", forms=("text", "json")))
    given_now = ["--set", f"Password={new}", "--set", f"Keys={old}"]
    said.append(everything.said("plan", *given_now, forms=("text", "markdown"), code=None))
    said.append(everything.said(*given_now, "--allow", "Parameter", forms=("json",), code=None))
    said.append(everything.said("status", forms=("json",)))
    said.append(everything.said("delete", forms=("text",), code=None))
    told = "\n".join(said)
    assert _MARK not in told, [line for line in told.splitlines() if _MARK in line][:5]
    for secret in (old, new):
        for form in (b64encode(secret.encode()).decode()[:-4], quote(secret, safe=""), json.dumps(secret)[1:-1]):
            assert form not in told
    assert "seen-by-all" in told
