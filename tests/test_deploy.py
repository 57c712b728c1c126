"""The command as a person uses it: what is wrong is reported with its place and a remedy, and nothing is sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import deploy
from tests.deployment.fake_aws import FakeAws, fake_aws
from tests.deployment.history import commit
from tests.deployment.project import ACCOUNT, ENVIRONMENT, NETWORK, STALE, write_project
from tests.deployment.this_process import RehearsalHere

_READS = {"GetCallerIdentity", "DescribeStacks", "GetTemplate", "GET /2013-04-01/hostedzone/Z0123456789"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    """An AWS of the environment's account, and a machine with credentials and nothing else configured."""
    _bare_machine(monkeypatch, tmp_path)
    with fake_aws(ACCOUNT) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield server


def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def _run(capsys: pytest.CaptureFixture[str], project: Path, *arguments: str) -> tuple[int, str, str]:
    code = deploy.main(["--env", "dev", *arguments], project)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_misspelt_parameter_is_told_with_its_line_and_the_nearest_name(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("DesiredCount", "DesiredCont"))
    code, out, err = _run(capsys, project)
    assert (code, out) == (2, "")
    assert "params/dev.yaml:10: parameter DesiredCont does not exist in the template; did you mean DesiredCount?" in err
    assert "next: correct params/dev.yaml" in err
    assert aws.asked == []


def test_a_missing_parameter_is_told(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("  HostedZoneId: Z0123456789\n", ""))
    code, _, err = _run(capsys, project)
    assert code == 2
    assert "params/dev.yaml:7: HostedZoneId must have a value" in err
    assert aws.asked == []


def test_a_value_outside_its_pattern_is_told(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("dev.example.com", "Dev.Example.com"))
    code, _, err = _run(capsys, project)
    assert code == 2
    assert "params/dev.yaml:8: Parameter 'DomainName' must match pattern" in err
    assert "(a lower-case domain name); it is 'Dev.Example.com'" in err
    assert aws.asked == []


def test_a_bad_set_value_is_told_as_such(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, write_project(tmp_path), "--set", "DesiredCount=none")
    assert code == 2
    assert "--set DesiredCount: Parameter 'DesiredCount' must be a number." in err
    assert aws.asked == []


def test_an_unknown_environment_lists_the_known(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    write_project(tmp_path)
    assert deploy.main(["--env", "stg"], tmp_path) == 2
    assert "there is no environment named 'stg'; known: dev" in capsys.readouterr().err
    assert aws.asked == []


def test_invalid_yaml_is_told_with_its_line(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, write_project(tmp_path, environment="account: {\nregion: [\n"))
    assert code == 2
    assert "params/dev.yaml:3: is not valid YAML" in err
    assert aws.asked == []


def test_a_stale_tree_is_told_by_file(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, write_project(tmp_path, render=STALE))
    assert code == 2
    assert "rendered/app.yaml: 2 lines differ" in err
    assert err.endswith("/render.py\n")
    assert aws.asked == []


def test_a_stale_tree_explains_before_its_consequences(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, render=STALE, environment=ENVIRONMENT.replace("DesiredCount", "Count"))
    code, _, err = _run(capsys, project)
    assert code == 2
    assert "rendered/ differs from what the templates render now" in err
    assert aws.asked == []


def test_a_tree_that_cannot_be_checked_is_told(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _run(capsys, write_project(tmp_path, render="raise SystemExit('no troposphere here')"))
    assert code == 2
    assert "no troposphere here" in err
    assert aws.asked == []


def test_another_tree_is_not_held_to_the_templates(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, render=STALE)
    _, _, err = _run(capsys, project, "--rendered", str(project / "rendered"))
    assert "rendered/ differs from what" not in err
    assert "GetCallerIdentity" in aws.asked


def test_another_account_is_refused_before_anything_else_is_asked(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.account = "999988887777"
    code, _, err = _run(capsys, write_project(tmp_path))
    assert code == 2
    assert "the credentials belong to account 999988887777, but the environment is in account 111122223333" in err
    assert "params/dev.yaml:1: account: '111122223333'" in err
    assert aws.asked == ["GetCallerIdentity"]


def test_another_region_is_refused(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    code, _, err = _run(capsys, write_project(tmp_path))
    assert code == 2
    assert "AWS_REGION is Region us-east-1, but the environment is in eu-west-1" in err
    assert "params/dev.yaml:2: region: eu-west-1" in err
    assert aws.asked == []


def test_no_credentials_are_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _bare_machine(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    code, _, err = _run(capsys, write_project(tmp_path))
    assert code == 2
    assert "there are no usable AWS credentials" in err
    assert "AWS_PROFILE=<profile>" in err


def test_a_profile_that_does_not_exist_is_told(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    code, _, err = _run(capsys, write_project(tmp_path))
    assert code == 2
    assert "The config profile (nobody) could not be found" in err
    assert aws.asked == []


def test_an_endpoint_that_does_not_answer_is_told(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.time.sleep", lambda _: None)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    code, _, err = _run(capsys, write_project(tmp_path))
    assert code == 1
    assert 'no answer: Could not connect to the endpoint URL: "http://127.0.0.1:9' in err
    assert "check the network, AWS_ENDPOINT_URL and proxies" in err


def test_a_bucket_of_somebody_else_is_refused_and_nothing_is_sent(
    tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _run(capsys, write_project(tmp_path), "--yes")
    assert code == 1
    assert "bucket cfn-artifacts-111122223333-eu-west-1 does not belong to account 111122223333" in err
    assert "artifacts_bucket" in err
    assert set(aws.asked) == {*_READS, "GET /cfn-artifacts-111122223333-eu-west-1"}


def test_errors_are_told_as_json_too(tmp_path: Path, aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("DesiredCount", "DesiredCont"))
    code, out, _ = _run(capsys, project, "--output", "json")
    assert code == 2
    assert json.loads(out)["outcome"] == "failed"
    assert "params/dev.yaml:10: " in out


# What `--to "$TAG"` gives where nobody has set TAG. None of them may be as if it had not been there.
_NAMING = ("to", "change-set", "set", "set-from-env", "set-from-stdin", "keep-value", "allow", "skip", "retain", "fail")
_PLACES = ("rendered", "state", "scenario")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--env", "dev", "--fresh"], "--fresh: only with --rehearse"),
        (["--env", "dev", "--from", "main"], "--from: only with --rehearse"),
        (["--env", "dev", "--rehearse", "--from="], "--from: it is empty"),
        (["--env", "dev", "--rehearse", "--from", "main", "--rendered", "x"], "--from: not with --rendered"),
        (["--env", "dev", "--pace", "2", "--fail", "A=b"], "--pace, --fail: only with --rehearse"),
        (["--env", "dev", "--rehearse", "--pace", "0"], "'0' is not a number above zero"),
        (["--env", "dev", "--rehearse", "--pace", "fast"], "'fast' is not a number above zero"),
        *((["--env", "dev", f"--{name}="], f"--{name}: it is empty") for name in _NAMING),
        *((["--env", "dev", "--rehearse", f"--{name}="], f"argument --{name}: it is empty") for name in _PLACES),
        (["--env", "dev", "--exit-code"], "--exit-code: only with plan"),
        (["--env", "dev", "deply"], "invalid choice: 'deply'"),
        ([], "required: --env"),
    ],
)
def test_wrong_use_is_told_with_the_usage(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as caught:
        deploy.main(arguments, tmp_path)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_a_branch_is_previewed_against_what_another_ref_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _bare_machine(monkeypatch, tmp_path)
    (folder := tmp_path / "project").mkdir()
    project = write_project(folder)
    commit(project)
    (project / "rendered/network.yaml").write_text(NETWORK.replace("10.0.0.0", "10.1.0.0"))

    def previewed(*arguments: str) -> tuple[int, str, str]:
        given = ["--env", "dev", "--rehearse", "--from", "main", "--yes", *arguments]
        code = deploy.main(given, project, rehearsal=RehearsalHere)
        return code, *capsys.readouterr()

    code, out, err = previewed("--output", "json", "plan")
    assert code == 0, err
    assert json.loads(out)["outcome"] == "planned"
    assert "main is deployed to the local CloudFormation" in err
    assert not (project / ".rehearsal").exists()
    # What fails, fails in what is previewed: the baseline is brought as if nothing went wrong.
    fault = ("--fail", "Network/Vpc=No room for it", "--allow", "Network/Vpc", "--allow", "App/Group")
    code, _, err = previewed(*fault)
    assert code == 1
    assert "Network/Vpc UPDATE_FAILED: No room for it" in err or "Network/Vpc CREATE_FAILED: No room for it" in err


def test_help_documents_actions_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        deploy.main(["--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert all(f"  {code:<5}" in out for code in (0, 1, 2, 3, 4, 5, 6, 130))
    assert all(line == line.rstrip() or len(line) <= 120 for line in out.splitlines())


def test_the_command_loads_nothing_heavy_to_say_what_it_can() -> None:
    listing = "import sys, deploy; print([m for m in ('boto3', 'rich', 'yaml', 'troposphere') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True, cwd=deploy.PROJECT
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_terminated_command_ends_as_an_interrupted_one(name: str, tmp_path: Path, aws: FakeAws) -> None:
    os.mkfifo(tmp_path / "begun")
    project = write_project(tmp_path, render="import time; open('begun', 'w').close(); time.sleep(60)")
    script = (
        "import signal, sys, pathlib, deploy\n"
        f"signal.signal(signal.{name}, signal.SIG_DFL)\n"  # nohup, above a test run, has the hangup ignored
        "noted = deploy.Interruptions()\n"
        "deploy.listen(noted)\n"
        f"sys.exit(deploy.main(['--env', 'dev'], pathlib.Path({str(project)!r}), noted))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], cwd=deploy.PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with child:
        (tmp_path / "begun").read_text()  # returns when render.py --check is at work
        child.send_signal(signal.Signals[name])
        _, said = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "interrupted" in said
    assert aws.asked == []


def test_a_signal_that_python_swallows_is_heard_again() -> None:
    script = (
        "import signal, sys, time, deploy\n"
        "noted = deploy.Interruptions()\n"
        "deploy.listen(noted)\n"
        "class Gone:\n"
        "    def __del__(self): signal.raise_signal(signal.SIGTERM)\n"
        "try:\n"
        "    Gone()\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt: print('received')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=deploy.PROJECT, capture_output=True, text=True, timeout=50
    )
    assert (done.stdout, done.stderr) == ("received\n", "")


_WHILE_IMPORTING = """\
import os, runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(self, name, *_):
        if name == "deployment.commands.command_line":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = [sys.argv[1], "--help"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_ctrl_c_before_anything_is_imported_ends_it_without_a_traceback() -> None:
    program = str(Path(deploy.__file__))
    ended = subprocess.run(
        [sys.executable, "-c", _WHILE_IMPORTING, program],
        cwd=Path(program).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")
