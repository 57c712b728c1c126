"""What is wrong with the machine's configuration ends with exit code 2 and what to do, and nothing was sent."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import deploy
from tests.deployment.project import ENVIRONMENT, write_project

_ROLE = "role_arn = arn:aws:iam::111122223333:role/x\n"
_DEVICE = "arn:aws:iam::111122223333:mfa/x"
_KEYS = "aws_access_key_id = AKID\naws_secret_access_key = secret\n"
CASES = {
    "an MFA code, and nobody there to type it": (
        f"[default]\n{_ROLE}source_profile = keys\nmfa_serial = {_DEVICE}\n[profile keys]\n{_KEYS}",
        {},
        ["MFA code, and there is no terminal to type one", "aws sts get-session-token"],
    ),
    "a web identity without its file": (
        "",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/x"},
        ["/nowhere/token cannot be read", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    ),
    "a program that prints no JSON": (
        f"[default]\ncredential_process = {sys.executable} -c print(1,2)\n",
        {},
        ["credential_process names did not print JSON", "run it by hand"],
    ),
    "a program that is not there": (
        "[default]\ncredential_process = /nowhere/program\n",
        {},
        ["/nowhere/program cannot be read", "credential_process"],
    ),
    "a configuration that is none": ("no INI at all\n", {}, ["Unable to parse config file", "correct that file"]),
    "an endpoint without its scheme": (
        "",
        {"AWS_ENDPOINT_URL": "127.0.0.1:4566", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"},
        ["Invalid endpoint: 127.0.0.1:4566", "with its scheme: AWS_ENDPOINT_URL=http://"],
    ),
    "a source profile that is missing": (
        f"[default]\n{_ROLE}source_profile = nobody\n",
        {},
        ['The source_profile "nobody" referenced in the profile "default" does not exist', "correct that profile"],
    ),
}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """One that configures nothing, and where nothing can be reached."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr("sys.stdin", None)
    return monkeypatch


@pytest.mark.parametrize("name", CASES)
def test_what_the_credential_chain_meets_is_told_with_what_to_do(
    name: str, machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, variables, told = CASES[name]
    (tmp_path / "config").write_text(config)
    for variable, value in variables.items():
        machine.setenv(variable, value)
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert code == 2, said
    assert [text for text in told if text not in said] == [], said
    assert "next: " in said


def test_a_region_that_aws_does_not_have_is_told_before_anything_is_asked(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_project(tmp_path, environment=ENVIRONMENT.replace("eu-west-1", "xx-nowhere-9"))
    assert deploy.main(["--env", "dev", "plan"], project) == 2
    said = capsys.readouterr().err
    assert "AWS has no xx-nowhere-9" in said


SECRET = "IQoJb3JpZ2luX2VjEXAMPLE"


@pytest.mark.parametrize("variable", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("value", [f"{SECRET}\n", f"{SECRET}\nx", f"{SECRET} ", f"é{SECRET}", f"{SECRET}\udcff"])
def test_a_credential_that_no_header_can_hold_is_refused_by_its_name_and_never_shown(
    variable: str, value: str, machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"} | {variable: value}
    for name, text in given.items():
        machine.setenv(name, text)
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert (code, SECRET in said) == (2, False), said
    assert f"{variable}, or another source of it, contains a line break, a space" in said
    assert "next: set it again without that" in said


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:99999", "http://127.0.0.1:port", "ftp://127.0.0.1"])
def test_an_endpoint_that_nothing_can_be_sent_to_is_wrong_use_and_no_network_trouble(
    endpoint: str, machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        machine.setenv(name, "x")
    machine.setenv("AWS_ENDPOINT_URL", endpoint)
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert (code, f"{endpoint}\n" in said, "with its scheme" in said) == (2, True, True), said


def test_a_token_file_that_is_no_text_is_not_taken_for_a_program(
    machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    machine.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    machine.setenv("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/x")
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert (code, "is not UTF-8 text" in said, "AWS_WEB_IDENTITY_TOKEN_FILE" in said) == (2, True, True), said
    assert "did not print JSON" not in said


def test_an_mfa_code_is_not_waited_for_at_a_pipe_that_says_nothing(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CASES["an MFA code, and nobody there to type it"][0])
    write_project(tmp_path)
    main = "import sys, pathlib, deploy; sys.exit(deploy.main(['--env', 'dev', 'plan'], pathlib.Path(sys.argv[1])))"
    begun = subprocess.Popen(
        [sys.executable, "-c", main, str(tmp_path)],
        cwd=Path(deploy.__file__).parent,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # without a terminal of its own
    )
    with begun:  # whose standard input stays open
        assert begun.stderr is not None
        try:
            begun.wait(60)
        finally:
            begun.kill()
        said = begun.stderr.read()
    assert (begun.returncode, "there is no terminal to type one" in said) == (2, True), said


_SESSION = """\
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Deployer
[sso-session corp]
sso_start_url = https://corp.example.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
"""
_CACHED = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
_TOKEN = {"startUrl": "https://corp.example.com/start", "region": "eu-west-1", "accessToken": "x"}
_TOKENS = {
    "no token": (None, "you must sign in: Error loading SSO Token: Token for corp does not exist"),
    "an expired token": (
        _TOKEN | {"expiresAt": "2020-01-01T00:00:00Z"},
        "you must sign in: Error when retrieving token from sso: Token has expired",
    ),
    "a token that is no JSON": ("half a tok", f"cannot be read: ~/.aws/sso/cache/{_CACHED}.json"),
    "a token, and no network": (
        _TOKEN | {"expiresAt": "2099-01-01T00:00:00Z"},
        "the source of the credentials does not answer: Could not connect",
    ),
}


@pytest.mark.parametrize("name", _TOKENS)
def test_who_signs_in_through_sso_is_told_what_is_wrong_and_the_command_that_signs_in(
    name: str, machine: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token, told = _TOKENS[name]
    cache = tmp_path / "home/.aws/sso/cache"
    cache.mkdir(parents=True)
    (tmp_path / "config").write_text(_SESSION)
    if token is not None:
        (cache / f"{_CACHED}.json").write_text(token if isinstance(token, str) else json.dumps(token))
    for provider in ("tokens.SSOTokenProvider", "credentials.SSOProvider"):  # which looked for HOME when imported
        machine.setattr(f"botocore.{provider}._SSO_TOKEN_CACHE_DIR", str(cache))
    machine.setenv("AWS_PROFILE", "sso")
    machine.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    machine.setattr("botocore.endpoint.time.sleep", lambda _: None)
    code = deploy.main(["--env", "dev", "plan"], write_project(tmp_path))
    said = capsys.readouterr().err
    assert (code, told in said) == (2, True), said
    network = "check the network" in said
    assert network or "aws sso login --profile sso\n" in said, said
    assert network == name.endswith("no network")
